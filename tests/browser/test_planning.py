"""In a real browser: from a need to a goal, a plan that the head signs, and what we heard."""

import re

import pytest
from playwright.sync_api import Page, expect

from apps.audits import actions
from apps.audits.models import Plan, Topic
from apps.core.models import Notice
from apps.followups.models import FollowUp
from tests.audits.school import School, answer, make_school, opened
from tests.support.browser import axe, no_sideways_scrolling, shot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def made(transactional_db: None) -> School:
    return make_school(teachers=6, support=0, name="Ash Hill Primary School")


def seen(page: Page, heading: str, name: str) -> None:
    """Look at the page on a desk and on a phone, once ``heading`` is there."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    axe(page)
    shot(page, f"planning-{name}")
    page.set_viewport_size({"width": 390, "height": 844})
    no_sideways_scrolling(page)
    axe(page)
    shot(page, f"planning-{name}")
    page.set_viewport_size({"width": 1280, "height": 900})


def write_plan(page: Page) -> None:
    page.get_by_role("link", name="Set a goal").click()
    expect(page.get_by_label("Goal")).to_have_value("Get better at: Autistic pupils")
    page.get_by_role("button", name="Set the goal").click()
    page.get_by_role("button", name="Put it in the CPD plan").click()
    seen(page, "A line of the plan", "line")
    page.get_by_label("What we will do").fill("Six of us visit the base at Oak Lane and report")
    page.get_by_label("Chosen by the school").check()
    page.get_by_label("With colleagues, over time").check()
    page.get_by_label("Staff time in hours").fill("40")
    page.get_by_label("Cost (£)").fill("320")
    page.get_by_label("What changes for pupils").fill("Fewer leave the room in the morning")
    page.get_by_role("button", name="Save the line").click()
    expect(page.get_by_text("Still missing: where we start from")).to_be_visible()
    page.get_by_role("link", name=re.compile("Change.*Six of us")).click()
    page.get_by_label("Where we start from").fill("Nine in a week of November")
    page.get_by_label("How we will know").fill("Three in a week of May")
    page.get_by_label("Follow-up").fill(f"{Plan.objects.get().year + 1}-05-20")
    page.get_by_role("button", name="Save the line").click()
    page.get_by_role("link", name="Go through them").click()
    seen(page, "Reserve and standard", "frame")
    page.get_by_label("The school’s leaders put it first").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nothing is missing.")).to_be_visible()
    seen(page, page.locator("h1").inner_text(), "draft")
    page.get_by_role("button", name="Ask the head to sign").click()
    expect(page.get_by_role("button", name="Take it back")).to_be_visible()


def tell_back(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_role("link", name="Say what you heard").click()
    page.get_by_label("What we heard").fill("Mornings are hard for some of our pupils.")
    page.get_by_label("What we will do").fill("Six of us visit Oak Lane by Easter.")
    page.get_by_label("What we cannot do, and why").fill("No extra teaching assistants this year.")
    seen(page, "Say what you heard", "heard-write")
    page.get_by_role("button", name="Save and preview").click()
    expect(page.get_by_text("6 people are told")).to_be_visible()
    seen(page, "What we heard", "heard")
    page.get_by_role("button", name="Send it to everybody").click()
    expect(page.get_by_text("All 6 people who were asked are told")).to_be_visible()


def test_from_a_need_to_a_signed_plan_and_what_we_heard(page: Page, live_server, made) -> None:
    audit = opened(made, topics=["autism"])
    for person in made.teachers[:5]:
        answer(audit, person, [("autism", 1, 4)])
    actions.close_audit(by=made.lead, audit=audit)
    need = actions.take_on(by=made.lead, audit=audit, topic=Topic.objects.get(slug="autism"))
    sign_in(page, made.lead, live_server.url)
    page.goto(f"{live_server.url}/needs/{need.public_id}/")
    write_plan(page)

    sign_in(page, made.head, live_server.url)
    page.goto(f"{live_server.url}/")
    page.get_by_role("link", name=re.compile("Read and sign.*CPD plan")).click()
    page.get_by_label("Type your full name").fill("Ada Head")
    page.get_by_label("I have read this plan").check()
    seen(page, page.locator("h1").inner_text(), "sign")
    page.get_by_role("button", name="Sign the plan").click()
    expect(page.get_by_text("Signed by Ada Head")).to_be_visible()
    assert FollowUp.objects.filter(rule="plan.line", owner=made.lead).count() == 1

    sign_in(page, made.lead, live_server.url)
    tell_back(page, f"{live_server.url}/needs/audits/{audit.public_id}/")
    assert Notice.objects.filter(kind="audits.heard").count() == 6
    sign_in(page, made.teachers[5], live_server.url)
    page.goto(f"{live_server.url}/needs/audits/{audit.public_id}/heard/")
    expect(page.get_by_text("by Easter")).to_be_visible()
