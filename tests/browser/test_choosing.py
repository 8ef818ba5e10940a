"""From a need through five plain questions to a draft of the kind that fits."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.activities.triads import Stage, build
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def stage(transactional_db: None) -> Stage:
    return build()


@on_a_phone
def test_from_a_need_to_a_kind_that_fits(
    page: Page, sign_in: Any, look: Any, stage: Stage, width: int
) -> None:
    sign_in(stage.lead)
    page.goto(f"/needs/{stage.need.public_id}/")
    look("need")
    page.get_by_role("link", name="Help me choose").click()
    look("questions")
    page.get_by_label("A way of teaching or supporting works for some, not for all").check()
    page.get_by_label("Support staff").check()
    page.get_by_label("About three hours").check()
    page.get_by_label("With schools near by").check()
    page.get_by_label("Get better at something we do already").check()
    page.get_by_role("button", name="Show what fits").click()
    look("kinds")
    expect(page.get_by_text("you said about 3 hours").first).to_be_visible()
    page.get_by_text("Change my answers").click()
    expect(page.get_by_label("Support staff")).to_be_checked()
    page.get_by_role("link", name="Start this Triad").click()
    expect(page.get_by_label("Triad", exact=False).first).to_be_checked()
    expect(page.get_by_label(stage.need.statement)).to_be_checked()
    look("start")
