"""In a real browser: build, open, answer on a phone, read, take on, keep a goal."""

import re

import pytest
from playwright.sync_api import expect

from apps.accounts.models import Person
from apps.audits.models import Audit, Goal, Need
from tests.audits.school import School, answer, make_school, opened
from tests.support.browser import shot, sign_in
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def made(transactional_db: None) -> School:
    made = make_school(teachers=8, support=7, name="Ash Hill Primary School")
    Person.objects.filter(pk=made.teachers[0].pk).update(given_name="Maya", family_name="Okoro")
    Person.objects.filter(pk=made.lead.pk).update(given_name="Tom", family_name="Reed")
    return made


def build(page, seen) -> None:
    page.goto("/needs/")
    seen("list-empty")
    page.get_by_role("link", name="New audit").click()
    seen("choose")
    page.get_by_role("link", name=re.compile("Use this template.*Whole-staff")).click()
    seen("edit")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("link", name="Choose topics").click()
    seen("topics")
    page.get_by_label("Moving between phases").uncheck()
    page.get_by_role("button", name="Save the topics").click()
    page.get_by_role("link", name="Go on").click()
    seen("check")
    page.get_by_role("button", name="Open the audit").click()
    seen("open")


def leave_by(page, name: str) -> None:
    """What saves itself meanwhile ends first, so that the next page may come after the click."""
    before = page.url
    page.get_by_role("button", name=name).click()
    page.wait_for_url(lambda url: url != before)


def answer_all(page, seen) -> None:
    page.get_by_role("link", name="Start").click()
    seen("section-1")
    leave_by(page, "Save and continue")  # nothing is compulsory
    leave_by(page, "Back")
    for topic in page.locator(".topic").all():
        topic.locator(".scale").nth(0).locator("input").nth(0).check()
        topic.locator(".scale").nth(1).locator("input").nth(3).check()
    page.locator(".not-mine input").last.check()
    seen("section-answered")
    leave_by(page, "Save and continue")
    page.goto(page.url.rsplit("/", 2)[0] + "/1/")
    assert page.locator(".scale-step input:checked").count() == 8
    seen("section-again")
    while page.get_by_role("button", name="Save and check").count() == 0:
        leave_by(page, "Save and continue")
        if page.get_by_text("When could you take part").count():
            page.get_by_label("INSET days").check()
            seen("choices")
    page.get_by_label("Adaptive teaching").check()
    page.get_by_label("What one thing would help").fill("Time to watch each other teach")
    seen("last-section")
    leave_by(page, "Save and check")
    seen("answer-check")
    leave_by(page, "Send my answers")
    seen("done")


def answer_and_keep(page, seen, audit: Audit, teacher: Person) -> None:
    page.goto("/needs/")
    seen("to-answer")
    page.get_by_role("link", name=audit.title).click()
    seen("start")
    answer_all(page, seen)
    page.get_by_role("button", name="Keep as my private goal").first.click()
    seen("kept")
    goal = Goal.objects.get()
    assert (goal.person, goal.shared) == (teacher, False)
    page.get_by_label("Topic").select_option(label="Adaptive teaching")
    page.get_by_label("What could you show or share?").fill("Come and see my maths lessons")
    page.get_by_role("button", name="Offer my help").click()
    assert teacher.offers.get().shared is False
    page.get_by_role("link", name="Open it").click()
    seen("own-need")


def others_answer(audit: Audit, people: list[Person]) -> None:
    slugs = ["autism", "working-with-tas", "eal", "disadvantage", "anti-racism"]
    for n, person in enumerate(people):
        rated = [(slug, 1 + (n + i) % 4, 1 + (n * i) % 4) for i, slug in enumerate(slugs)]
        answer(audit, person, rated, comment=f"Comment {n}", offers=["eal"] if n % 3 else [])


def read_and_close(page, seen, audit: Audit) -> None:
    page.goto(f"/needs/audits/{audit.public_id}/")
    seen("results-live")
    page.get_by_role("link", name="Answers by person").click()
    seen("by-person")
    page.get_by_role("link", name="Maya Okoro").click()
    seen("one-person")
    page.goto(f"/needs/audits/{audit.public_id}/")
    page.get_by_role("link", name="Give more time").click()
    seen("extend")
    page.get_by_role("button", name="Save the new date").click()
    page.get_by_role("link", name="Close it now").click()
    seen("close")
    page.get_by_role("button", name="Close it now").click()
    seen("results-closed")


def take_on(page, seen) -> None:
    page.get_by_role("button", name="Take on").first.click()
    seen("need")
    page.get_by_role("link", name="Set a goal").click()
    page.get_by_label("Goal").fill("Every pupil learning English speaks in every lesson")
    seen("goal")
    page.get_by_role("button", name="Set the goal").click()
    seen("need-with-goal")
    need = Need.objects.get(person__isnull=True)
    assert need.goals.get().person is None
    page.goto("/needs/?needs=unplanned")
    seen("needs")


@on_a_phone
def test_from_an_audit_to_a_need_and_a_goal(page, look, live_server, made: School) -> None:
    def enter(person: Person) -> None:
        sign_in(page, person, live_server.url)

    enter(made.lead)
    build(page, look)
    audit = Audit.objects.get()
    assert audit.participations.count() == 15

    enter(made.teachers[0])
    answer_and_keep(page, look, audit, made.teachers[0])
    others_answer(audit, made.staff[1:])

    enter(made.lead)
    read_and_close(page, look, audit)
    take_on(page, look)

    enter(made.head)
    page.goto(f"/needs/audits/{audit.public_id}/")
    look("results-head")


def test_an_audit_is_answered_on_a_very_small_phone_without_scripts(
    browser, live_server, made: School
) -> None:
    audit = opened(made)
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 320, "height": 640},
        java_script_enabled=False,
        bypass_csp=True,
    )
    page = context.new_page()
    sign_in(page, made.support[0], live_server.url)
    page.goto(f"/needs/audits/{audit.public_id}/answer/1/")
    shot(page, "audits-320")
    steps = page.locator(".scale-step").all()
    assert steps
    for step in steps:
        box = step.bounding_box()
        assert box and box["height"] >= 44 and box["width"] >= 44
    page.locator(".scale-step input").nth(2).check()
    page.get_by_role("button", name="Save and stop for now").click()
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    page.get_by_role("link", name="Go on at page 2").click()
    expect(page.get_by_text("Section 2 of")).to_be_visible()
    page.goto(f"/needs/audits/{audit.public_id}/answer/check/")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Your answers are in")).to_be_visible()
    context.close()
