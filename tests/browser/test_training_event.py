"""A twilight from its plan to the promises, on a desk and on a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.activities import engine, wall
from apps.activities.engine import Slot
from apps.activities.models import Activity, Attendance, Session
from apps.core import clock
from apps.followups.models import FollowUp
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
def test_from_a_plan_to_a_promise(walk: Walk, stage: Stage, width: int) -> None:
    activity = plan_it(walk, stage)
    invite_them(walk, stage, activity)
    session = start_it(stage, activity)
    be_there(walk, stage, session)
    promise(walk, stage, activity)
    walk.be(stage.lead)
    walk.open("/cpd-log/", "9-log")
    expect(walk.page.get_by_text("1 of 2 came")).to_be_visible()


def plan_it(walk: Walk, stage: Stage) -> Activity:
    activity = stage.draft(kind="training_event", title="Remembering for longer")
    walk.be(stage.lead)
    walk.open(f"/activities/{activity.public_id}/plan/why/")
    walk.fill("Focus", "Quizzes that bring back last term")
    walk.fill("Intended pupil outcome", "Pupils remember more")
    walk.page.get_by_label("Twilight session").check()
    walk.page.get_by_label("Topic", exact=True).fill("Retrieval")
    walk.fill("Who provides it?", "Ash School")
    walk.fill("Hours for each person", "1:30")
    walk.fill("Cost in pounds", "about ten")
    walk.fill("Where?", "Library")
    walk.press("Save")
    expect(walk.page.get_by_role("alert")).to_contain_text("Write it in pounds")
    walk.look("1-cost")
    walk.fill("Cost in pounds", "£240")
    walk.press("Save")
    activity.refresh_from_db()
    assert activity.details["cost"] == "240.00"
    return activity


def invite_them(walk: Walk, stage: Stage, activity: Activity) -> None:
    walk.open(f"/activities/{activity.public_id}/people/", "2-people")
    walk.follow("Invite a whole group")
    walk.look("3-group")
    walk.press("Invite them all")
    expect(walk.page.get_by_text("2 people are invited.")).to_be_visible()


def start_it(stage: Stage, activity: Activity) -> Session:
    """Ann says yes, Bob will by being there."""
    place = activity.participants.get(person=stage.ann)
    engine.answer_invitation(place, by=stage.ann, accept=True)
    today = clock.today()
    activity.refresh_from_db()
    engine.plan(
        activity,
        by=stage.lead,
        version=activity.version,
        starts_on=today,
        ends_on=today + timedelta(days=90),
        minutes_available=90,
        equality="It is recorded",
    )
    stage.criterion(activity)
    engine.agree(activity, by=stage.lead)
    engine.activate(activity, by=stage.lead)
    start = clock.now() - timedelta(minutes=1)
    slot = Slot(start, start + timedelta(minutes=90))
    return engine.plan_session(
        activity, by=stage.lead, kind="training", slot=slot, despite_conflicts=True
    )


def be_there(walk: Walk, stage: Stage, session: Session) -> None:
    walk.open(f"/sessions/{session.public_id}/", "4-session")
    walk.follow("The code for the wall")
    walk.look("5-code")
    code = wall.code_of(session)
    expect(walk.page.get_by_text(code, exact=True)).to_be_visible()
    walk.open(f"/sessions/{session.public_id}/attendance/file/")
    listed = b"Name,Present\nAnn Exampleton,no\nZoe Nobody,yes\n"
    walk.page.get_by_label("List of who came").set_input_files(
        {"name": "who.csv", "mimeType": "text/csv", "buffer": listed}
    )
    walk.press("Look at it")
    expect(walk.page.get_by_text("invite them first")).to_be_visible()
    walk.look("6-file")
    walk.press("Save it")
    walk.be(stage.bob)
    walk.open("/here/")
    walk.fill("The code on the wall", code.lower())
    walk.press("I am here")
    expect(walk.page.get_by_role("heading", level=1)).to_have_text("You are marked as present")
    walk.look("7-here")
    assert dict(Attendance.objects.values_list("person__given_name", "present")) == {
        "Ann": False,
        "Bob": True,
    }
    engine.mark_held(session, by=stage.lead)


def promise(walk: Walk, stage: Stage, activity: Activity) -> None:
    engine.advance(activity, by=stage.lead)
    walk.open(f"/activities/{activity.public_id}/", "8-detail")
    walk.follow("Write your promise")
    walk.page.locator("textarea").first.fill("Begin with three questions from last week")
    walk.press("Save", exact=True)
    expect(walk.page.get_by_text("Saved.").first).to_be_visible()
    assert FollowUp.objects.filter(owner=stage.bob, rule__contains="promise_kept").count() == 1
