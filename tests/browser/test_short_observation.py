"""A short observation, from the press on the home page to something tried."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.activities.models import Activity
from tests.activities.triads import Stage, build
from tests.browser.test_triad import Walk
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def walk(page: Page, sign_in: Any, look: Any) -> Walk:
    return Walk(page, sign_in, look)


@pytest.fixture
def stage(transactional_db: None) -> Stage:
    return build()


@on_a_phone
def test_asked_seen_and_tried(walk: Walk, stage: Stage, width: int) -> None:
    walk.be(stage.ann)
    walk.open("/", "1-home")
    walk.follow("Ask for a short observation")
    walk.look("2-ask")
    walk.fill("Which one point?", "How long I wait after a question")
    walk.fill("What should pupils", "More pupils answer")
    member = stage.bob.memberships.get()
    walk.page.get_by_label("Who could come?").select_option(member.public_id)
    walk.press("Ask", exact=True)
    expect(walk.page.get_by_text(f"{stage.bob.name} is asked.")).to_be_visible()
    walk.look("3-asked")
    activity = Activity.objects.get()
    walk.be(stage.bob)
    walk.open(f"/activities/{activity.public_id}/invitation/", "4-invitation")
    walk.press("Yes, I take part")
    walk.look("5-under-way")
    walk.open("/log/?form=observation", "6-log")
    walk.page.locator("textarea").first.fill("Four hands after a second, eleven after five.")
    walk.fill("From when to when?", "10:05 to 10:17")
    walk.fill("One strength", "The pause")
    walk.fill("One question", "And before the name?")
    walk.press("Save", exact=True)
    expect(walk.page.get_by_text("Saved.").first).to_be_visible()
    walk.be(stage.ann)
    walk.open(f"/activities/{activity.public_id}/", "7-feedback")
    walk.follow("What I tried")
    walk.page.locator("textarea").first.fill("I counted to five.")
    walk.press("Save", exact=True)
    expect(walk.page.get_by_text("Saved.").first).to_be_visible()
    walk.be(stage.bob)
    walk.open("/log/?form=observation", "8-second-look")
    walk.page.locator("textarea").first.fill("It happens without a prompt now.")
    walk.fill("From when to when?", "10:05 to 10:15")
    walk.press("Save", exact=True)
    expect(walk.page.get_by_text("Saved.").first).to_be_visible()
    activity.refresh_from_db()
    assert activity.stage == "revisited"
