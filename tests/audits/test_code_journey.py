"""In a real browser: somebody without e-mail answers with a card, on a device of the school."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.accounts.models import Person
from apps.audits import actions
from apps.audits.enums import AuditMode
from tests.audits.school import make_school, opened, part_of
from tests.support.browser import no_sideways_scrolling, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [390, 1280])
def test_answers_with_a_code_leave_nothing_on_the_device(page, axe, live_server, width) -> None:
    made = make_school(1, 5, name="Ash Hill Primary School")
    Person.objects.filter(pk=made.support[0].pk).update(email=None)
    audit = opened(made, topics=["autism"], mode=AuditMode.CONFIDENTIAL)
    part = part_of(audit, made.support[0])
    ((_part, code),) = actions.print_codes(by=made.lead, audit=audit, parts=[part])

    def seen(name: str) -> None:
        axe()
        no_sideways_scrolling(page)
        shot(page, f"code-{name}-{width}")

    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}{reverse('audits:code')}?code={code}")
    page.get_by_role("button", name="Go to the questions").click()
    seen("start")
    page.get_by_role("link", name="Start").click()
    topic = page.locator(".topic").first
    topic.locator(".scale").nth(0).locator("input").nth(0).check()
    topic.locator(".scale").nth(1).locator("input").nth(3).check()
    expect(page.locator("[data-save-line]")).to_contain_text("Saved")
    page.goto(live_server.url + reverse("audits:answer_check", args=[audit.public_id]))
    seen("check")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are in. Thank you.")
    expect(page.get_by_text("need 16 of 16")).to_be_visible()
    seen("done")
    page.goto(live_server.url + reverse("audits:section", args=[audit.public_id, 1]))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are in. Thank you.")
    expect(page.get_by_text(made.support[0].name)).to_have_count(0)
    seen("thanks")
    page.get_by_role("button", name="Finish on this device").click()
    expect(page.get_by_text("Finished on this device. Thank you.")).to_be_visible()
