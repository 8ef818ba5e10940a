"""In a real browser: anonymous answers on a phone, with a draft that outlives a reload."""

import pytest
from playwright.sync_api import expect

from apps.audits.enums import AuditMode
from apps.audits.models import HeldAnswers
from tests.audits.school import make_school, opened
from tests.support.browser import no_sideways_scrolling, shot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_anonymous_answers_on_a_phone(page, axe, live_server) -> None:
    made = make_school(6, 0, name="Ash Hill Primary School")
    audit = opened(made, topics=["autism", "eal"], mode=AuditMode.ANONYMOUS)
    sign_in(page, made.teachers[0], live_server.url)
    heading = page.get_by_role("heading", level=2)

    def seen(name: str) -> None:
        axe()
        no_sideways_scrolling(page)
        shot(page, f"anonymous-{name}")

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/needs/audits/{audit.public_id}/answer/")
    seen("start")
    page.get_by_role("link", name="Start").click()
    expect(page.locator("#how-far")).to_have_text("Section 1 of 4")
    for topic in page.locator(".topic:visible").all():
        topic.locator(".scale").nth(0).locator("input").nth(0).check()
        topic.locator(".scale").nth(1).locator("input").nth(3).check()
    expect(page.locator("[data-draft-line]")).to_contain_text("Saved on this device")
    seen("section")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#how-far")).to_have_text("Section 2 of 4")
    page.reload()
    expect(page.locator("[data-draft-line]")).to_contain_text("is back")
    page.go_back()
    expect(page.locator("#how-far")).to_have_text("Section 1 of 4")
    assert page.locator(".scale-step input:checked").count() == 2
    for _ in range(4):
        page.get_by_role("button", name="Continue").click()
    expect(heading.filter(visible=True).first).to_have_text("Check and send")
    expect(page.get_by_text("1 of 1 answered").first).to_be_visible()
    expect(page.get_by_text("one rating of two")).to_be_hidden()
    seen("send")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are in. Thank you.")
    page.get_by_role("button", name="Keep as my private goal").first.click()
    expect(page.get_by_text("only this device knows it").first).to_be_visible()
    seen("done")
    assert HeldAnswers.objects.count() == 1
    page.set_viewport_size({"width": 1280, "height": 900})
    seen("done")
