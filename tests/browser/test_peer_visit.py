"""From an open classroom to a decision, at a desk and on a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.activities import engine
from apps.activities.kinds.peer_visit.models import OpenSlot, SlotBooking
from apps.activities.models import Activity, Record
from apps.core import clock
from apps.schools.calendars import next_open_morning
from tests.activities.shadowing import Cast, cast
from tests.browser.test_triad import Walk
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def walk(page: Page, sign_in: Any, look: Any) -> Walk:
    return Walk(page, sign_in, look)


@pytest.fixture
def the(transactional_db: None) -> Cast:
    return cast()


@on_a_phone
def test_from_an_open_classroom_to_a_decision(walk: Walk, the: Cast, width: int) -> None:
    open_a_classroom(walk, the)
    activity = book_it(walk, the)
    activity = begin(the, activity)
    visit(walk, the, activity)
    debrief_and_decide(walk, the, activity)


def open_a_classroom(walk: Walk, the: Cast) -> None:
    walk.be(the.stage.cy)
    walk.open("/activities/")
    walk.follow("Open classrooms")
    walk.look("1-no-classroom-yet")
    walk.follow("Open your classroom")
    walk.press("Open it")
    walk.look("2-errors")
    walk.fill("What is there to see?", "Talk partners in Year 2")
    day = next_open_morning(the.stage.partner, clock.today() + timedelta(days=10)).date()
    walk.fill("Day", day.isoformat())
    walk.page.get_by_label("From", exact=True).fill("10:00")
    walk.press("Open it")
    expect(walk.page.get_by_role("heading", level=1)).to_have_text("Talk partners in Year 2")
    walk.look("3-my-classroom")


def book_it(walk: Walk, the: Cast) -> Activity:
    slot = OpenSlot.objects.get()
    walk.be(the.stage.ann)
    walk.open("/open-classrooms/", "4-list")
    walk.follow("Talk partners")
    walk.look("5-classroom")
    walk.press("Book a place")
    expect(walk.page.get_by_text("You have a place.")).to_be_visible()
    walk.look("6-visit-being-planned")
    walk.be(the.stage.cy)
    walk.open(f"/open-classrooms/{slot.public_id}/", "7-who-comes")
    expect(walk.page.get_by_text("Ann Exampleton").first).to_be_visible()
    return SlotBooking.objects.get().activity


def begin(the: Cast, activity: Activity) -> Activity:
    return the.begin(the.plan_rest(activity, visit_aim="contrast"))


def visit(walk: Walk, the: Cast, activity: Activity) -> None:
    detail = f"/activities/{activity.public_id}/"
    walk.be(the.stage.ann)
    walk.open(detail, "8-before-the-questions")
    walk.press("Put it in the agenda")
    expect(walk.page.get_by_text("In the agenda", exact=True)).to_be_visible()
    walk.follow("Questions before the visit")
    walk.page.locator("textarea").first.fill("How do you pair them?")
    walk.look("9-questions")
    walk.press("Save", exact=True)
    expect(walk.page.get_by_text("Saved.").first).to_be_visible()
    walk.open(detail)
    walk.follow("Go on to “Visit”")
    walk.press("Go on to the next stage")
    walk.follow("Evidence from the visit")
    walk.page.locator("textarea").first.fill("Everybody spoke within a minute.")
    walk.look("10-evidence")
    walk.press("Save", exact=True)
    expect(walk.page.get_by_text("Saved.").first).to_be_visible()
    assert Record.objects.get(kind="evidence").owner == the.stage.cy


def debrief_and_decide(walk: Walk, the: Cast, activity: Activity) -> None:
    detail = f"/activities/{activity.public_id}/"
    engine.advance(activity, by=the.stage.ann)
    walk.open(detail)
    walk.follow("Critical questions")
    walk.fill("What may not transfer", "Our room has rows.")
    walk.press("Save", exact=True)
    expect(walk.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    walk.look("11-critical-questions-left-out")
    walk.fill("What would have to be true", "Tables that move.")
    walk.fill("What did you not see", "The weeks in which they learnt it.")
    walk.fill("What would a sceptic say", "They are a quiet class.")
    walk.press("Save", exact=True)
    expect(walk.page.get_by_text("Saved.").first).to_be_visible()
    walk.look("12-critical-questions")
    engine.advance(activity, by=the.stage.ann)
    walk.open(detail)
    walk.follow("Decision", exact=True)
    walk.page.get_by_label("Adapt it to our school").check()
    walk.fill("Why?", "It needs other tables.")
    walk.look("13-decision")
    walk.press("Save", exact=True)
    expect(walk.page.get_by_text("Saved.").first).to_be_visible()
    walk.be(the.stage.cy)
    walk.open(detail, "14-as-the-host")
    walk.follow("Decide about sharing")
    walk.look("15-sharing")
    walk.press("Yes, they may share it")
    expect(walk.page.get_by_text("has said yes").first).to_be_visible()
