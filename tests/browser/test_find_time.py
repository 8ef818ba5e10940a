"""From an upload of timetables to a session that suits everybody, on a desk and on a phone."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.activities.models import Attendance, Poll, Session
from apps.core import clock
from apps.schools.models import Membership, OwnTime, TimetableEntry
from tests.activities.triads import Stage, an_hour_ago, build
from tests.activities.weeks import BELL, keep_bell, next_monday, teach
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
def test_a_time_is_found_and_planned(walk: Walk, stage: Stage, width: int, tmp_path: Path) -> None:
    activity = stage.active()
    type_in_the_school_day(walk, stage)
    upload_timetables(walk, stage, tmp_path)
    say_my_times(walk, stage)
    walk.be(stage.ann)
    walk.open(f"/activities/{activity.public_id}/")
    walk.follow("Find a time")
    walk.look("7-unknown")
    expect(walk.page.get_by_text("Nothing is known of the times of one person")).to_be_visible()
    walk.page.get_by_label("What?").select_option("debrief")
    walk.page.get_by_label("Minutes").fill("45")
    walk.press("Look again")
    walk.look("8-found")
    expect(walk.page.get_by_text("All whose times are known are free").first).to_be_visible()
    walk.press("Plan this")
    expect(walk.page.get_by_text("The session is planned")).to_be_visible()
    session = Session.objects.get()
    postpone_it(walk, session)


def type_in_the_school_day(walk: Walk, stage: Stage) -> None:
    walk.be(stage.lead)
    walk.open(f"/schools/{stage.school.ref}/timetables/", "1-nothing-yet")
    walk.follow("Type in the school day")
    walk.press("Save the school day")
    expect(walk.page).to_have_title(re.compile("^Error:"))
    walk.page.get_by_label("Two weeks: week A and week B").check()
    walk.fill("A day in a week A", next_monday().isoformat())
    walk.fill("Most people out of their classes at once", "2")
    for n, (name, start, end) in enumerate(BELL):
        walk.page.get_by_label(f"Period {n + 1}", exact=True).fill(name)
        walk.page.get_by_label(f"Period {n + 1}, from").fill(start)
        walk.page.get_by_label(f"Period {n + 1}, to").fill(end)
    walk.look("2-school-day")
    walk.press("Save the school day")
    walk.look("3-weeks-ahead")
    expect(walk.page.get_by_text("Week A").first).to_be_visible()
    walk.press("It is Week B")
    expect(walk.page.get_by_text("corrected").first).to_be_visible()


def upload_timetables(walk: Walk, stage: Stage, folder: Path) -> None:
    Membership.objects.filter(person=stage.ann).update(staff_id="A1")
    file = folder / "timetables.csv"
    days = ("Mon", "Tue", "Wed", "Thu", "Fri")
    heads = ",".join(f"{day} {name}" for day in days for name, _a, _b in BELL)
    week = ",".join(["9A/En,Free,PPA,9B/En,Free"] * 5)
    file.write_text(f"Staff ID,{heads}\nA1,{week}\nZ9,{week}\n")
    walk.follow("Upload timetables")
    walk.page.locator("input[type=file]").set_input_files(file)
    walk.look("4-upload")
    walk.press("Upload and look")
    walk.look("5-preview")
    expect(walk.page.get_by_text("Nobody on your staff list")).to_be_visible()
    assert not TimetableEntry.objects.exists()
    walk.press("Confirm and save")
    expect(walk.page.get_by_text("Timetable known").first).to_be_visible()
    walk.follow(stage.ann.name)
    walk.look("5b-person")


def say_my_times(walk: Walk, stage: Stage) -> None:
    monday = next_monday() + timedelta(days=7)
    walk.be(stage.cy)
    walk.open("/agenda/")
    walk.follow("My times")
    walk.fill("Time 1, day", monday.isoformat())
    walk.fill("Time 1, from", "10:00")
    walk.fill("Time 1, to", "11:00")
    walk.press("Save my times")
    walk.fill("Leave 1, first day", (monday + timedelta(days=2)).isoformat())
    walk.fill("Leave 1, last day", (monday + timedelta(days=3)).isoformat())
    walk.press("Save my leave")
    walk.look("6-my-times")
    assert OwnTime.objects.filter(person=stage.cy).count() == 2
    walk.be(stage.ann)
    walk.open("/my-times/", "6b-my-timetable")


def postpone_it(walk: Walk, session: Session) -> None:
    walk.open(f"/sessions/{session.public_id}/")
    walk.follow("Postpone")
    walk.fill("Why is it postponed?", "The hall is flooded")
    walk.look("9-postpone")
    walk.press("Postpone it")
    expect(walk.page.get_by_text("The hall is flooded")).to_be_visible()


@on_a_phone
def test_a_poll_is_answered_without_javascript_and_planned(
    walk: Walk, stage: Stage, width: int
) -> None:
    activity = stage.active()
    walk.be(stage.ann)
    walk.open(f"/activities/{activity.public_id}/find-a-time/?what=debrief", "1-nothing-known")
    walk.follow("Ask with a poll")
    walk.page.get_by_label("What?").select_option("debrief")
    monday = next_monday()
    for n, start in enumerate(("15:30", "16:15")):
        walk.fill(f"Time {n + 1}, day", (monday + timedelta(days=n)).isoformat())
        walk.fill(f"Time {n + 1}, from", start)
    walk.look("2-propose")
    walk.press("Ask everybody")
    poll = Poll.objects.get()
    for person, choices in ((stage.bob, ("No", "Yes")), (stage.cy, ("If need be", "Yes"))):
        walk.be(person)
        walk.open(f"/polls/{poll.public_id}/", "3-answer" if person == stage.bob else "")
        groups = walk.page.locator(".poll-form fieldset")
        for n, choice in enumerate(choices):
            groups.nth(n).get_by_label(choice, exact=True).check()
        walk.press("Save my answers")
    walk.be(stage.ann)
    walk.open(f"/polls/{poll.public_id}/", "4-grid")
    expect(walk.page.get_by_text("suits best so far")).to_be_visible()
    walk.page.locator(".poll-best").get_by_role("button").click()
    assert Session.objects.get().starts_at == poll.options.last().starts_at  # type: ignore[union-attr]


@on_a_phone
def test_a_clash_is_shown_and_who_came_is_recorded(walk: Walk, stage: Stage, width: int) -> None:
    from apps.activities import engine

    keep_bell(stage.school)
    teach(stage.ann, stage.school, "TTPTT")
    activity = stage.active()
    walk.be(stage.ann)
    walk.open(f"/activities/{activity.public_id}/sessions/new/")
    walk.page.get_by_label("Debrief", exact=True).check()
    walk.fill("Day", next_monday().isoformat())
    walk.page.get_by_label("From", exact=True).fill("11:20")
    walk.fill("Minutes", "45")
    walk.press("Save")
    walk.look("1-never")
    expect(walk.page.get_by_text("It is never used").first).to_be_visible()
    expect(walk.page.get_by_label("Save it all the same")).to_have_count(0)
    walk.page.get_by_label("From", exact=True).fill("09:00")
    walk.press("Save")
    walk.look("2-clash")
    walk.page.get_by_label("Save it all the same").check()
    walk.press("Save")
    expect(walk.page.get_by_text("The session is planned")).to_be_visible()
    held = engine.plan_session(
        activity, by=stage.ann, kind="debrief", slot=an_hour_ago(), despite_conflicts=True
    )
    walk.open(f"/sessions/{held.public_id}/attendance/")
    for n, answer in enumerate(("Present", "Absent")):
        fieldset = walk.page.locator(".attendance-form fieldset").nth(n)
        fieldset.get_by_label(answer, exact=True).check()
    walk.look("3-who-came")
    walk.press("Save")
    walk.look("4-session")
    assert sorted(Attendance.objects.values_list("present", flat=True)) == [False, True]
    assert held.starts_at < clock.now()
