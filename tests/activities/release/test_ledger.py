"""Rows follow their sessions."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.activities import engine
from apps.activities.engine.attendance import record_attendance
from apps.activities.models import Release
from apps.activities.release.enums import Basis, Cover, InClass, ReleaseState
from apps.core import clock, jobs
from apps.core.models import AuditEvent, Job
from apps.schools.actions import timetables as times
from apps.schools.models import Cycle, Period, TermDate, TimetableEntry
from tests import factories as f
from tests.activities.release.plays import row_of, say_where, slot, visit
from tests.activities.triads import Stage


def test_a_planned_session_asks_for_the_release_of_those_who_leave_their_class(
    stage: Stage,
) -> None:
    session = visit(stage, stage.active())
    row = Release.objects.get(session=session)
    assert (row.person, row.organisation) == (stage.ann, stage.school)
    assert (row.state, row.planned_minutes, row.actual_minutes) == (ReleaseState.ASKED, 60, None)


def test_a_meeting_asks_for_everybody_once(stage: Stage) -> None:
    activity = stage.active()
    session = visit(stage, activity, kind="debrief", observer=None, observed=None)
    people = Release.objects.filter(session=session).values_list("person", flat=True)
    assert set(people) == {stage.ann.pk, stage.bob.pk, stage.cy.pk}


def test_travel_there_and_back_is_planned(stage: Stage) -> None:
    say_where(stage)
    row = row_of(visit(stage, stage.active()), stage.ann)
    # 5 miles x 1.3 at 20 miles an hour: 19.5 minutes, rounded up, each way
    assert (row.travel_minutes, row.planned_minutes) == (40, 100)
    assert row.ends_at - row.starts_at == timedelta(minutes=100)


def test_a_way_that_nobody_knows_is_not_zero(stage: Stage) -> None:
    assert row_of(visit(stage, stage.active()), stage.ann).travel_minutes is None


def test_online_needs_no_way(stage: Stage) -> None:
    online = slot(link="https://meet.example/x")
    session = visit(stage, stage.active(), slot=online)
    assert row_of(session, stage.ann).travel_minutes == 0
    # The observed are not in their own class then: they are asked for too.
    assert row_of(session, stage.cy).planned_minutes == 60


def test_rows_follow_a_changed_time_and_the_trail_keeps_the_old(stage: Stage) -> None:
    session = visit(stage, stage.active())
    before = row_of(session, stage.ann)
    engine.change_session(
        session,
        by=stage.ann,
        sequence=0,
        slot=slot(days=8, minutes=90, organisation=stage.partner),
        despite_conflicts=True,
    )
    row = row_of(session, stage.ann)
    assert (row.pk, row.planned_minutes) == (before.pk, 90)
    assert row.day == before.day + timedelta(days=1)
    event = AuditEvent.objects.get(action="release.moved", subject_id=row.pk)
    assert event.data["before"]["planned_minutes"] == 60
    assert event.data["after"]["planned_minutes"] == 90


def test_what_was_approved_is_asked_again_for_another_day(stage: Stage) -> None:
    from apps.activities.release.actions import approve

    session = visit(stage, stage.active())
    approve([row_of(session, stage.ann)], by=stage.extra["head"])
    later = slot(days=8, organisation=stage.partner)
    engine.change_session(session, by=stage.ann, sequence=0, slot=later, despite_conflicts=True)
    row = row_of(session, stage.ann)
    assert (row.state, row.decided_by) == (ReleaseState.ASKED, None)


def test_a_shorter_session_of_the_same_day_stays_approved(stage: Stage) -> None:
    from apps.activities.release.actions import approve

    session = visit(stage, stage.active())
    approve([row_of(session, stage.ann)], by=stage.extra["head"])
    shorter = slot(minutes=30, organisation=stage.partner)
    engine.change_session(session, by=stage.ann, sequence=0, slot=shorter, despite_conflicts=True)
    assert row_of(session, stage.ann).state == ReleaseState.APPROVED


def test_rows_are_cancelled_with_their_session(stage: Stage) -> None:
    session = engine.cancel_session(visit(stage, stage.active()), by=stage.ann)
    assert row_of(session, stage.ann).state == ReleaseState.NOT_USED


def test_a_postponed_session_planned_again_asks_again(stage: Stage) -> None:
    session = visit(stage, stage.active())
    session = engine.postpone(session, by=stage.ann, reason="ill")
    assert row_of(session, stage.ann).state == ReleaseState.NOT_USED
    engine.change_session(
        session,
        by=stage.ann,
        sequence=session.sequence,
        slot=slot(days=14, organisation=stage.partner),
        despite_conflicts=True,
    )
    assert row_of(session, stage.ann).state == ReleaseState.ASKED


def test_cancelling_the_activity_and_leaving_it_free_the_time(stage: Stage) -> None:
    activity = stage.active()
    one = visit(stage, activity)
    two = visit(stage, activity, observer=stage.bob, slot=slot(days=9, organisation=stage.partner))
    place = activity.participants.get(person=stage.cy)
    engine.withdraw(place, by=stage.cy)
    assert row_of(one, stage.ann).state == ReleaseState.NOT_USED
    assert row_of(two, stage.bob).state == ReleaseState.NOT_USED

    other = stage.active()
    three = visit(stage, other, slot=slot(days=21, organisation=stage.partner))
    engine.cancel(other, by=stage.lead, reason="two of us moved")
    assert row_of(three, stage.ann).state == ReleaseState.NOT_USED


def test_somebody_who_joins_later_is_asked_for_in_planned_meetings(stage: Stage) -> None:
    activity = stage.active()
    session = visit(stage, activity, kind="debrief", observer=None, observed=None)
    engine.withdraw(activity.participants.get(person=stage.bob), by=stage.bob)
    dee = stage.join(activity, stage.dee)
    assert row_of(session, dee.person).state == ReleaseState.ASKED
    assert row_of(session, stage.bob).state == ReleaseState.NOT_USED


def test_held_makes_it_actual_and_twice_makes_it_once(stage: Stage) -> None:
    activity = stage.active()
    session = stage.visit(activity, stage.ann, stage.cy)
    engine.mark_held(session, by=stage.cy)
    row = row_of(session, stage.ann)
    assert (row.state, row.actual_minutes) == (ReleaseState.USED, 50)
    assert AuditEvent.objects.filter(action="release.used", subject_id=row.pk).count() == 1


def test_a_visit_that_was_only_logged_was_not_planned(stage: Stage) -> None:
    engine.record(
        by=stage.ann, kind="observation", text="x", activity=stage.active(), about=stage.cy
    )
    row = Release.objects.get(person=stage.ann)
    assert (row.state, row.planned_minutes) == (ReleaseState.USED, None)
    assert row.actual_minutes is not None
    assert row.starts_at is None  # only the day is known


def test_who_stayed_away_used_nothing_whenever_it_is_recorded(stage: Stage) -> None:
    activity = stage.active()
    session = stage.visit(activity, stage.ann, stage.cy)
    record_attendance(session, by=stage.lead, answers={stage.ann.pk: False})
    assert row_of(session, stage.ann).state == ReleaseState.NOT_USED
    record_attendance(session, by=stage.lead, answers={stage.ann.pk: True})
    assert row_of(session, stage.ann).state == ReleaseState.USED

    start = clock.now() - timedelta(hours=1)
    planned = visit(
        stage,
        activity,
        observer=stage.bob,
        slot=engine.Slot(start, start + timedelta(minutes=50), stage.partner),
    )
    record_attendance(planned, by=stage.lead, answers={stage.bob.pk: False})
    engine.mark_held(planned, by=stage.lead)
    assert row_of(planned, stage.bob).state == ReleaseState.NOT_USED


def test_an_absence_taken_back_brings_its_time_back(stage: Stage) -> None:
    session = stage.visit(stage.active(), stage.ann, stage.cy)
    engine.mark_held(session, by=stage.cy)
    row = row_of(session, stage.ann)
    Release.objects.filter(pk=row.pk).update(actual_minutes=35)  # corrected by hand
    count = Release.objects.count()
    for answer in (False, None):
        record_attendance(session, by=stage.lead, answers={stage.ann.pk: answer})
    row.refresh_from_db()
    assert (row.state, row.actual_minutes) == (ReleaseState.USED, 35)
    assert Release.objects.count() == count


def test_whoever_came_after_all_without_a_row_gets_one(stage: Stage) -> None:
    session = stage.visit(stage.active(), stage.ann, stage.cy)
    record_attendance(session, by=stage.lead, answers={stage.ann.pk: False})
    engine.mark_held(session, by=stage.cy)
    Release.objects.filter(session=session).delete()
    record_attendance(session, by=stage.lead, answers={stage.ann.pk: None})
    row = row_of(session, stage.ann)
    assert (row.state, row.planned_minutes, row.actual_minutes) == (ReleaseState.USED, None, 50)


# Whether release is needed


def test_unknown_stays_unknown(stage: Stage) -> None:
    assert row_of(visit(stage, stage.active()), stage.ann).in_class == InClass.UNKNOWN


def test_a_day_off_needs_no_release_and_no_approval(stage: Stage) -> None:
    stage.ann.memberships.update(working_days=[0, 2])
    row = row_of(visit(stage, stage.active()), stage.ann)
    assert (row.in_class, row.state, row.basis) == (
        InClass.NO,
        ReleaseState.APPROVED,
        Basis.NO_RELEASE,
    )
    assert row.cover == Cover.NONE


def test_on_an_inset_day_nobody_leaves_a_class(stage: Stage) -> None:
    day = slot().starts_at.date()
    TermDate.objects.create(organisation=stage.school, kind="inset", starts_on=day, ends_on=day)
    assert row_of(visit(stage, stage.active()), stage.ann).in_class == InClass.NO


@pytest.mark.parametrize(("use", "found"), [("teaching", "yes"), ("duty", "yes"), ("free", "no")])
def test_a_timetable_says_whether_release_is_needed(stage: Stage, use: str, found: str) -> None:
    monday = slot().starts_at.date() - timedelta(days=1)
    cycle = Cycle.objects.create(organisation=stage.school, anchor_on=monday)
    period = Period.objects.create(
        cycle=cycle, weekday=1, name="P1", starts=time(8, 45), ends=time(10)
    )
    TimetableEntry.objects.create(person=stage.ann, period=period, use=use)
    assert row_of(visit(stage, stage.active()), stage.ann).in_class == found


# What the database keeps


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "refused"},
        {"state": "approved"},
        {"what_for": ""},
        {"cover": "supply"},
        {"cover": "internal", "cover_pence": 100},
        {"actual_minutes": 10},
        {"travel_minutes": 61},
        {"state": "used", "basis": "by_hand"},
    ],
)
def test_the_database_refuses_rows_that_make_no_sense(
    stage: Stage, wrong: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        f.ReleaseFactory(person=stage.ann, organisation=stage.school, **wrong)


def test_paid_hours_saved_later_change_what_was_planned_before(stage: Stage) -> None:
    session = visit(stage, stage.active())
    other = visit(stage, stage.active(), observer=stage.cy, observed=stage.ann)
    assert row_of(session, stage.ann).in_class == InClass.UNKNOWN
    stage.ann.memberships.update(role="support")
    times.set_paid_times(
        by=stage.lead,
        organisation=stage.school,
        person=stage.ann,
        days={day: (time(9), time(15)) for day in range(5) if day != session.starts_at.weekday()},
    )
    job = Job.objects.get(kind="activities.follow_times")
    assert jobs.run(job.pk, clock.now())
    assert row_of(session, stage.ann).in_class == InClass.NO
    assert row_of(other, stage.cy).in_class == InClass.UNKNOWN
    job.refresh_from_db()
    assert (job.state, job.params["people"]) == ("done", [stage.ann.pk])
