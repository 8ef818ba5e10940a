"""In a real browser: a coordinator asks the schools, a school accepts, people are reminded."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.audits import taxonomy
from apps.audits.models import Audit, AuditReminder, Topic
from tests.audits.alliance import Together, make_alliance, place_of, takes_part
from tests.audits.school import answer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def made(transactional_db: None) -> Together:
    taxonomy.load(Topic)
    return make_alliance((6, 3), (7, 6), (6, 6))


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_an_alliance_asks_its_schools(
    page: Page, made: Together, sign_in: Callable[[Any], None], look: Callable[[str], None]
) -> None:
    nine, *others = made.schools
    sign_in(made.coordinator)
    page.goto("/needs/?alliance=all")
    page.get_by_role("link", name="New audit of the schools").click()
    page.get_by_role("link", name=re.compile("Use this template.*Whole-staff")).click()
    page.get_by_label("Title").fill("What our schools need")
    look("new")
    page.get_by_role("button", name="Save and continue").click()
    heading(page, "What our schools need")
    page.get_by_role("button", name="Invite these schools").click()
    expect(page.get_by_text("3 schools are invited.")).to_be_visible()
    look("invited")

    sign_in(nine.head)
    page.goto("/needs/?audits=all")
    page.get_by_role("link", name="What our schools need").click()
    page.get_by_label("Yes, it takes part").check()
    page.get_by_role("button", name="Save this decision").click()
    asked = page.get_by_role("link", name=re.compile("Choose how your small groups"))
    expect(asked).to_be_visible()
    page.get_by_label("Pooled with other schools").check()
    look("decide")
    page.get_by_role("button", name="Save this decision").click()
    expect(page.get_by_text("Your school takes part.")).to_be_visible()
    audit = Audit.objects.get()
    for school in others:
        takes_part(audit, school, compare_ok=True)
    assert place_of(audit, nine).small == "pooled"

    sign_in(made.coordinator)
    page.goto(f"/needs/audits/{audit.public_id}/schools/")
    page.get_by_role("link", name="Let it open by itself on a later day").click()
    heading(page, "Open on a later day")
    look("plan")
    page.go_back()
    page.get_by_role("button", name="Open it now").click()
    expect(page.get_by_text("The audit is open.")).to_be_visible()
    for school in others:
        for person in school.staff[:5]:
            answer(audit, person)
    page.goto(f"/needs/audits/{audit.public_id}/progress/?by=school")
    expect(page.get_by_text("at least 10 of 34")).to_be_visible()
    look("progress")
    page.get_by_role("button", name="Remind now").click()
    expect(page.get_by_text("People have been reminded today already.")).to_be_visible()
    assert AuditReminder.objects.get().by == made.coordinator
    page.goto(f"/needs/audits/{audit.public_id}/")
    page.get_by_role("link", name="Close it now").click()
    page.get_by_role("button", name="Close it now").click()
    expect(page.get_by_text("The audit has closed")).to_be_visible()
    look("closed")
