"""In a real browser: from a template to an open audit, mostly by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from apps.audits.models import Audit, BankQuestion, Topic
from apps.audits.taxonomy import load, load_bank
from tests.audits.school import School, make_school
from tests.support.browser import axe, no_sideways_scrolling, shot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = ((1280, 900), (390, 844))


@pytest.fixture
def made(transactional_db: None) -> School:
    load(Topic)
    load_bank(BankQuestion)
    return make_school(teachers=3, support=3, name="Ash Hill Primary School")


def look(page: Page, name: str, heading: str) -> None:
    """At both widths, on the same visit."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    for width, height in reversed(SIZES):
        page.set_viewport_size({"width": width, "height": height})
        axe(page)
        no_sideways_scrolling(page)
        shot(page, f"building-{name}")


def from_template(page: Page) -> None:
    page.goto("/needs/audits/new/")
    page.get_by_role("link", name=re.compile("Use this template.*Self-efficacy pulse")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Self-efficacy pulse")
    page.get_by_role("button", name="Save and continue").click()
    look(page, "questions", "Questions")


def change_a_question(page: Page) -> None:
    page.get_by_role("link", name=re.compile("Change.*One thing that would make")).click()
    expect(page.get_by_text("This question is in the bank.")).to_be_visible()
    page.get_by_label("It must be answered").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("must be answered")).to_be_visible()


def add_from_bank(page: Page) -> None:
    page.get_by_role("link", name="From the question bank").click()
    page.get_by_label("There is somebody I can ask anything.").check()
    page.get_by_label("Which areas should we work on first?").check()
    page.get_by_label("Add them to").select_option("Together")
    page.get_by_role("button", name="Add the ticked questions").click()
    expect(page.get_by_text("Questions added: 2")).to_be_visible()


def reorder(page: Page) -> None:
    up = page.get_by_role("button", name=re.compile("Up.*Which areas should we work on first"))
    up.focus()
    for place in (4, 3):
        page.keyboard.press("Enter")
        expect(page.locator("#live")).to_have_text(f"Now {place} of 5.")
        expect(up).to_be_focused()
    page.get_by_role("button", name=re.compile("Up.*: Together$")).press("Enter")
    expect(page.locator("#live")).to_have_text("Now 2 of 3.")


def preview(page: Page) -> None:
    page.get_by_role("link", name="Preview").click()
    page.get_by_role("link", name="Support staff").click()
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Start").click()
    expect(frame.get_by_text("Section 1 of 2")).to_be_visible()
    frame.get_by_role("button", name="Save and continue").click()
    expect(
        frame.get_by_role("link", name=re.compile("Answer “One thing"))
    ).to_be_visible()  # it must be answered


def as_answered(page: Page, audit: Audit) -> None:
    page.goto(f"/needs/audits/{audit.public_id}/preview/2/?role=teacher")
    look(page, "as-answered", "Together")
    page.get_by_label("1st").select_option("Focus")
    page.get_by_label("2nd").select_option("Focus")
    page.get_by_role("button", name="Save and check").click()
    expect(page.get_by_text("has a place already").first).to_be_visible()


def test_an_audit_is_built_and_opened(page: Page, live_server, made: School) -> None:
    sign_in(page, made.lead, live_server.url)
    from_template(page)
    change_a_question(page)
    add_from_bank(page)
    reorder(page)
    preview(page)
    audit = Audit.objects.get()
    as_answered(page, audit)
    page.goto(f"/needs/audits/{audit.public_id}/check/")
    page.get_by_role("button", name="Open the audit").click()
    expect(page.get_by_text("The audit is open.")).to_be_visible()
    assert audit.questions.count() == 15
