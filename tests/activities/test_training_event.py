"""Training events: every rule of theirs, named after it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.activities import engine
from apps.activities.engine import Blocked, Slot
from apps.activities.engine.attendance import record_attendance
from apps.activities.enums import ActivityState
from apps.activities.kinds.training_event import hours, money
from apps.activities.models import Activity, Record, Session
from apps.core import clock
from apps.core.models import AuditEvent
from apps.followups.models import FollowUp
from apps.followups.policies import open_day
from tests.activities.triads import Stage, home_of

DETAILS = {
    "form": "twilight",
    "topic": "Retrieval",
    "provider": "Ash School",
    "hours": "1.5",
    "cost": "240.00",
    "place": "Hall",
}


def booked(stage: Stage, *people: Any) -> Activity:
    activity = stage.planned(kind="training_event", title="Retrieval", details=DETAILS)
    for person in people or (stage.ann, stage.bob, stage.cy):
        stage.join(activity, person)
    stage.criterion(activity)
    engine.agree(activity, by=stage.lead)
    return engine.activate(activity, by=stage.lead)


def slot(ago: float = 2, minutes: int = 90) -> Slot:
    start = clock.now() - timedelta(hours=ago)
    return Slot(start, start + timedelta(minutes=minutes))


def planned(stage: Stage, activity: Activity, ago: float = 2) -> Session:
    return engine.plan_session(
        activity, by=stage.lead, kind="training", slot=slot(ago), despite_conflicts=True
    )


def held(stage: Stage, activity: Activity) -> Session:
    return engine.mark_held(planned(stage, activity), by=stage.lead)


def in_held(stage: Stage) -> Activity:
    activity = booked(stage)
    held(stage, activity)
    return engine.advance(activity, by=stage.lead)


def promise(activity: Activity, person: Any, text: str = "Start with a quiz") -> Record:
    return engine.record(by=person, kind="promise", text=text, activity=activity)


def test_the_stages_are_planned_booked_held_promised_followed_up(stage: Stage) -> None:
    start = clock.now() - timedelta(days=50)
    with clock.frozen(start):
        activity = in_held(stage)
        promise(activity, stage.ann)
        activity = engine.advance(activity, by=stage.lead)
    activity = engine.advance(activity, by=stage.lead)
    assert activity.stage == "followed_up"
    trail = list(activity.changes.values_list("to_stage", flat=True))
    assert list(dict.fromkeys(trail)) == ["planned", "booked", "held", "promised", "followed_up"]


def test_nobody_is_booked_twice_at_once(stage: Stage) -> None:
    first, second = booked(stage, stage.ann, stage.bob), booked(stage, stage.ann, stage.cy)
    planned(stage, first, ago=-24)
    with pytest.raises(Blocked, match="Ann Exampleton has another session"):
        planned(stage, second, ago=-24.5)  # not even knowingly
    assert not second.sessions.exists()
    planned(stage, second, ago=-30)


def test_nobody_is_invited_to_what_they_cannot_come_to(stage: Stage) -> None:
    first, second = booked(stage, stage.ann, stage.bob), booked(stage, stage.cy)
    planned(stage, first, ago=-24)
    planned(stage, second, ago=-24)
    with pytest.raises(Blocked, match="Ann Exampleton has another session"):
        stage.join(second, stage.ann)
    stage.join(second, stage.dee)


@pytest.mark.parametrize("missing", ["form", "topic", "provider", "hours", "cost", "place"])
def test_it_is_not_agreed_without_hours_cost_and_what_it_is(stage: Stage, missing: str) -> None:
    details = {**DETAILS, missing: ""}
    activity = stage.planned(kind="training_event", details=details)
    stage.join(activity, stage.ann)
    with pytest.raises(Blocked, match="This is not answered yet"):
        engine.agree(activity, by=stage.lead)


@pytest.mark.parametrize(
    ("text", "stored"),
    [("240", "240.00"), ("£1,250.5", "1250.50"), ("0", "0.00"), ("12.34", "12.34")],
)
def test_money_is_stored_as_pounds_and_pence(text: str, stored: str) -> None:
    assert money(text) == stored


@pytest.mark.parametrize("text", ["free", "12,5", "-3", "1e3", "NaN", "12.345", "9999999", "1,2,3"])
def test_what_is_no_money_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="pounds"):
        money(text)


@pytest.mark.parametrize(("text", "stored"), [("1.5", "1.5"), ("1:30", "1.5"), ("6", "6")])
def test_hours_are_stored_as_a_number(text: str, stored: str) -> None:
    assert hours(text) == stored


@pytest.mark.parametrize("text", ["0", "-1", "a day", "1:75", "NaN", "Infinity", "1e9"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hours"):
        hours(text)


def test_the_plans_page_says_what_is_wrong_with_the_cost(client: Client, stage: Stage) -> None:
    activity = stage.draft(kind="training_event")
    client.force_login(stage.lead, backend="django.contrib.auth.backends.ModelBackend")
    plan = {
        "version": activity.version,
        "title": "Retrieval",
        "focus": "Quizzes",
        "pupil_outcome": "Pupils remember",
        "reason": "need",
        "needs": [stage.need.pk],
        **DETAILS,
    }
    url = reverse("activities:plan_why", args=[activity.public_id])
    wrong = client.post(url, {**plan, "cost": "about ten"})
    assert wrong.status_code == 422
    assert "Write it in pounds" in wrong.content.decode()
    assert client.post(url, {**plan, "cost": "£1,240", "hours": "1:30"}).status_code == 302
    activity.refresh_from_db()
    assert (activity.details["cost"], activity.details["hours"]) == ("1240.00", "1.5")


def test_held_waits_for_the_training(stage: Stage) -> None:
    activity = booked(stage)
    with pytest.raises(Blocked, match="has not been held yet"):
        engine.advance(activity, by=stage.lead)


def test_promised_waits_for_a_promise(stage: Stage) -> None:
    activity = in_held(stage)
    with pytest.raises(Blocked, match="what they will try") as blocked:
        engine.advance(activity, by=stage.lead)
    assert "Ann Exampleton" in blocked.value.blocks[0].who
    promise(activity, stage.ann)
    assert engine.advance(activity, by=stage.lead).stage == "promised"


def test_followed_up_waits_six_weeks(stage: Stage) -> None:
    activity = in_held(stage)
    promise(activity, stage.ann)
    engine.advance(activity, by=stage.lead)
    with pytest.raises(Blocked, match="six weeks after the training"):
        engine.advance(activity, by=stage.lead)
    with clock.frozen(clock.now() + timedelta(days=42)):
        assert engine.advance(activity, by=stage.lead).stage == "followed_up"


def test_one_promise_each(stage: Stage) -> None:
    activity = in_held(stage)
    promise(activity, stage.ann)
    with pytest.raises(Blocked, match="once"):
        promise(activity, stage.ann, "Something else")
    promise(activity, stage.bob)


def test_whoever_was_absent_owes_no_promise(stage: Stage) -> None:
    activity = booked(stage)
    session = planned(stage, activity)
    record_attendance(session, by=stage.lead, answers={stage.ann.pk: True, stage.bob.pk: False})
    engine.mark_held(session, by=stage.lead)
    owed = FollowUp.objects.filter(rule="training_event.write_promise")
    assert {row.owner for row in owed} == {stage.ann, stage.cy}  # Cy is not recorded, not absent


def test_an_absence_recorded_later_drops_what_it_would_owe_once(stage: Stage) -> None:
    activity = booked(stage)
    session = planned(stage, activity)
    engine.mark_held(session, by=stage.lead)
    for _twice in range(2):
        record_attendance(session, by=stage.lead, answers={stage.bob.pk: False})
    owed = FollowUp.objects.filter(rule="training_event.write_promise")
    assert {row.owner for row in owed.open()} == {stage.ann, stage.cy}
    dropped = owed.get(owner=stage.bob)
    assert (dropped.state, "recorded as absent" in dropped.outcome) == ("dropped", True)
    assert AuditEvent.objects.filter(action="followups.dropped", data__unowed=True).count() == 1

    record_attendance(session, by=stage.lead, answers={stage.bob.pk: None})
    assert owed.get(owner=stage.bob).state == "dropped"


def test_whoever_came_after_all_is_asked_like_the_others(stage: Stage) -> None:
    session = planned(stage, booked(stage))
    record_attendance(session, by=stage.lead, answers={stage.bob.pk: False})
    engine.mark_held(session, by=stage.lead)
    record_attendance(session, by=stage.lead, answers={stage.bob.pk: True})
    owed = FollowUp.objects.filter(rule="training_event.write_promise", owner=stage.bob)
    assert [row.state for row in owed] == ["open"]


def test_a_promise_is_looked_at_after_six_and_twelve_weeks(stage: Stage) -> None:
    activity = in_held(stage)
    promise(activity, stage.ann)
    rows = FollowUp.objects.filter(owner=stage.ann, rule__contains="training_event.")
    due = {row.rule.split(".")[1]: row.due for row in rows}
    days = {"write_promise": 3, "promise_kept": 42, "changed_for_pupils": 84}
    today = clock.today()
    assert due == {
        rule: open_day(today + timedelta(days=n), stage.school, stage.ann)
        for rule, n in days.items()
    }


def test_it_is_closed_with_a_follow_up_for_what_is_still_in_use(stage: Stage) -> None:
    with clock.frozen(clock.now() - timedelta(days=43)):
        activity = in_held(stage)
        promise(activity, stage.ann)
        engine.advance(activity, by=stage.lead)
    engine.advance(activity, by=stage.lead)
    due = clock.today() + timedelta(days=84)
    activity = engine.close(activity, by=stage.lead, promise="What is in use?", due=due)
    assert activity.state == ActivityState.CLOSED
    due = open_day(due, activity.organisation, stage.lead)
    assert FollowUp.objects.get(rule="training_event.lasting").due == due


def test_a_presenter_makes_no_promise(stage: Stage) -> None:
    activity = stage.planned(kind="training_event", details=DETAILS)
    stage.join(activity, stage.ann)
    place = engine.invite(
        activity,
        by=stage.lead,
        person=stage.cy,
        organisation=home_of(stage.cy),
        role="presenter",
    )
    engine.answer_invitation(place, by=stage.cy, accept=True)
    stage.criterion(activity)
    engine.agree(activity, by=stage.lead)
    engine.activate(activity, by=stage.lead)
    held(stage, activity)
    engine.advance(activity, by=stage.lead)
    with pytest.raises(Blocked, match="written by others"):
        promise(activity, stage.cy)


def test_the_page_counts_promises_and_names_nobody(client: Client, stage: Stage) -> None:
    activity = in_held(stage)
    promise(activity, stage.ann)
    client.force_login(stage.lead, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("activities:detail", args=[activity.public_id])).content.decode()
    assert "1 of the 3 who came has said what they will try." in page
    assert "Start with a quiz" not in page


def test_attenders_change_neither_the_plan_nor_who_came(client: Client, stage: Stage) -> None:
    activity = booked(stage)
    session = planned(stage, activity)
    client.force_login(stage.ann, backend="django.contrib.auth.backends.ModelBackend")
    pages = [
        reverse("activities:plan", args=[activity.public_id]),
        reverse("activities:attendance", args=[session.public_id]),
        reverse("activities:attendance_upload", args=[session.public_id]),
        reverse("activities:wall_code", args=[session.public_id]),
    ]
    assert [client.get(url).status_code for url in pages] == [403] * 4
    assert client.get(reverse("activities:session", args=[session.public_id])).status_code == 200


def test_writing_the_promise_is_what_was_promised(stage: Stage) -> None:
    activity = in_held(stage)
    promise(activity, stage.ann)
    still_open = FollowUp.objects.open().filter(rule="training_event.write_promise")
    assert {row.owner for row in still_open} == {stage.bob, stage.cy}


def test_attenders_are_offered_no_planning(client: Client, stage: Stage) -> None:
    activity = booked(stage)
    url = reverse("activities:detail", args=[activity.public_id])
    client.force_login(stage.ann, backend="django.contrib.auth.backends.ModelBackend")
    assert "sessions/new/" not in client.get(url).content.decode()
    client.force_login(stage.lead, backend="django.contrib.auth.backends.ModelBackend")
    assert "sessions/new/" in client.get(url).content.decode()


def test_the_presenter_and_no_attender_is_asked_whether_it_was_held(
    client: Client, stage: Stage
) -> None:
    activity = booked(stage, stage.ann)
    place = engine.invite(
        activity, by=stage.lead, person=stage.bob, organisation=stage.school, role="presenter"
    )
    engine.answer_invitation(place, by=stage.bob, accept=True)
    planned(stage, activity)
    for person, asked in ((stage.ann, False), (stage.bob, True)):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        agenda = client.get(reverse("activities:agenda")).content.decode()
        assert ("Past: were they held?" in agenda) is asked
        detail = client.get(reverse("activities:detail", args=[activity.public_id]))
        assert ("It was held" in detail.content.decode()) is asked
