"""Invitations to sessions as calendar programs get them: one UID, a rising SEQUENCE, CANCEL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from icalendar import Calendar

from apps.activities import engine
from apps.activities.engine import Slot
from apps.activities.models import Activity, Session
from apps.core import clock
from tests.activities.triads import Stage
from tests.support.clients import signed_in
from tests.support.letters import send_all

SUMMER = datetime(2027, 6, 9, 9, 0, tzinfo=UTC)
WINTER = datetime(2027, 1, 13, 9, 30, tzinfo=UTC)


@pytest.fixture
def wednesday() -> Any:
    """A working day on which mails go at once."""
    with clock.frozen(datetime(2026, 11, 25, 10, tzinfo=UTC)):
        yield


@pytest.fixture
def activity(stage: Stage, wednesday: None) -> Activity:
    activity = stage.active()
    stage.school.street, stage.school.postcode = "Ash Lane", "ZZ1 1ZZ"
    stage.school.save()
    send_all()
    return activity


def plan(stage: Stage, activity: Activity, **values: Any) -> Session:
    given = {
        "by": stage.ann,
        "kind": "observation",
        "slot": Slot(WINTER, WINTER + timedelta(minutes=50), organisation=stage.school),
        "observer": stage.ann,
        "observed": stage.bob,
        "despite_conflicts": True,
    }
    return engine.plan_session(activity, **{**given, **values})


def meeting(stage: Stage, activity: Activity) -> Session:
    return plan(stage, activity, kind="debrief", observer=None, observed=None)


def invitations() -> dict[str, Any]:
    """What was sent just now, by recipient: the method and the one event of each mail."""
    found = {}
    for mail in send_all():
        for content, mime in mail.alternatives:
            if mime.startswith("text/calendar"):
                found[mail.to[0]] = read(content, mime)
    return found


def read(content: str, mime: str) -> tuple[str, Any]:
    calendar = Calendar.from_ical(content)
    [event] = calendar.walk("VEVENT")
    method = str(calendar["METHOD"])
    assert mime == f"text/calendar; method={method}"
    return method, event


def test_a_planned_session_is_an_invitation(stage: Stage, activity: Activity) -> None:
    session = plan(stage, activity)
    sent = invitations()
    assert set(sent) == {stage.ann.email, stage.bob.email}  # whoever set the time, too
    method, event = sent[stage.bob.email]
    assert method == "REQUEST"
    assert event["UID"] == f"session-{session.public_id}@testserver"
    assert event["SEQUENCE"] == 0
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == f"Observation: {activity.title}"
    assert event.decoded("dtstart") == WINTER
    assert event.decoded("dtend") == WINTER + timedelta(minutes=50)
    assert event["LOCATION"].startswith("Ash School, Ash Lane, ")
    assert event["URL"] == f"http://testserver/activities/{activity.public_id}/"
    assert str(event["ATTENDEE"]) == f"mailto:{stage.bob.email}"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert str(event["ORGANIZER"]) == "mailto:noreply@testserver"
    assert event["CLASS"] == "PRIVATE"


def test_an_invitation_holds_nobody_elses_address(stage: Stage, activity: Activity) -> None:
    plan(stage, activity)
    by_address = {mail.to[0]: mail.message().as_string() for mail in send_all()}
    assert stage.ann.email not in by_address[stage.bob.email]
    assert stage.lead.email not in by_address[stage.bob.email]


def test_the_mail_that_goes_out_carries_the_method(stage: Stage, activity: Activity) -> None:
    plan(
        stage,
        activity,
        slot=Slot(SUMMER, SUMMER + timedelta(hours=1), link="https://meet.example/x"),
    )
    mail = next(mail for mail in send_all() if mail.to == [stage.bob.email]).message()
    parts = {part.get_content_type(): part for part in mail.walk()}
    part = parts["text/calendar"]
    assert mail.get_content_type() == "multipart/alternative"
    assert list(parts)[-1] == "text/calendar"
    assert part.get_param("method") == "REQUEST"
    assert part.get_content_charset() == "utf-8"
    lines = part.get_payload(decode=True).decode().splitlines()
    assert "DTSTART:20270609T090000Z" in lines  # ten o'clock in London
    assert "LOCATION:https://meet.example/x" in lines
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "10:00" in parts["text/plain"].get_payload(decode=True).decode()


def test_a_moved_session_keeps_its_uid_and_raises_its_sequence(
    stage: Stage, activity: Activity
) -> None:
    session = plan(stage, activity)
    first = invitations()[stage.bob.email][1]
    later = Slot(SUMMER, SUMMER + timedelta(minutes=50), organisation=stage.school)
    engine.change_session(session, by=stage.ann, sequence=0, slot=later, despite_conflicts=True)
    method, event = invitations()[stage.bob.email]
    assert (method, event["UID"], event["SEQUENCE"]) == ("REQUEST", first["UID"], 1)
    assert event.decoded("dtstart") == SUMMER


def test_a_mail_that_was_overtaken_is_not_sent(stage: Stage, activity: Activity) -> None:
    session = plan(stage, activity)
    later = Slot(SUMMER, SUMMER + timedelta(minutes=50), organisation=stage.school)
    engine.change_session(session, by=stage.ann, sequence=0, slot=later, despite_conflicts=True)
    assert [mail.subject for mail in send_all() if mail.to == [stage.bob.email]] == [
        "New time: Observation on Wed 9 Jun 2027, 10:00"
    ]


@pytest.mark.parametrize(
    ("step", "word"), [("cancel_session", "Cancelled"), ("postpone", "Postponed")]
)
def test_what_is_off_leaves_the_calendars(
    stage: Stage, activity: Activity, step: str, word: str
) -> None:
    session = plan(stage, activity)
    uid = invitations()[stage.bob.email][1]["UID"]
    getattr(engine, step)(session, by=stage.ann, reason="Snow")
    mails = send_all()
    mail = next(mail for mail in mails if mail.to == [stage.bob.email])
    assert mail.subject.startswith(f"{word}: Observation on ")
    assert f"Observation, {stage.ann.name} visits {stage.bob.name} (“" in mail.body
    assert "The reason given: Snow" in mail.body
    content, mime = next(a for a in mail.alternatives if a[1].startswith("text/calendar"))
    method, event = read(content, mime)
    assert (method, event["UID"], event["SEQUENCE"]) == ("CANCEL", uid, 1)
    assert event["STATUS"] == "CANCELLED"


def test_an_exchange_is_not_called_a_visit(stage: Stage, activity: Activity) -> None:
    session = plan(stage, activity, kind="exchange")
    mail = next(mail for mail in send_all() if mail.to == [stage.bob.email])
    who = f"{stage.ann.name} looks at the plans or pupil work of {stage.bob.name}"
    assert who in mail.body
    url = reverse("activities:session_cancel", args=[session.public_id])
    assert f"{who}." in signed_in(stage.ann).get(url).content.decode()


def test_a_postponed_session_comes_back_under_its_uid(stage: Stage, activity: Activity) -> None:
    session = plan(stage, activity)
    engine.postpone(session, by=stage.ann, reason="Snow")
    send_all()
    later = Slot(SUMMER, SUMMER + timedelta(minutes=50), organisation=stage.school)
    engine.change_session(session, by=stage.ann, sequence=1, slot=later, despite_conflicts=True)
    method, event = invitations()[stage.bob.email]
    assert (method, event["SEQUENCE"], event["STATUS"]) == ("REQUEST", 2, "CONFIRMED")


def test_leaving_cancels_the_visits_for_both_and_the_meetings_for_the_leaver(
    stage: Stage, activity: Activity
) -> None:
    plan(stage, activity)
    meeting(stage, activity)
    send_all()
    engine.withdraw(activity.participants.get(person=stage.bob), by=stage.bob)
    cancelled = [
        (mail.to[0], mail.subject.partition(":")[0])
        for mail in send_all()
        if any("CANCEL" in mime for _content, mime in mail.alternatives)
    ]
    assert sorted(cancelled) == sorted(
        [
            (stage.ann.email, "Cancelled"),
            (stage.bob.email, "Cancelled"),
            (stage.bob.email, "No longer yours"),
        ]
    )


def test_whoever_comes_later_is_invited_to_the_meetings(stage: Stage, activity: Activity) -> None:
    meeting(stage, activity)
    engine.withdraw(activity.participants.get(person=stage.bob), by=stage.bob)
    send_all()
    stage.join(activity, stage.dee)
    method, event = invitations()[stage.dee.email]
    assert (method, event["SEQUENCE"]) == ("REQUEST", 1)


def test_whoever_comes_back_is_invited_again(stage: Stage, activity: Activity) -> None:
    meeting(stage, activity)
    engine.withdraw(activity.participants.get(person=stage.bob), by=stage.bob)
    send_all()
    stage.join(activity, stage.bob)
    assert invitations()[stage.bob.email][0] == "REQUEST"


def test_cancelling_the_activity_cancels_its_sessions(stage: Stage, activity: Activity) -> None:
    plan(stage, activity)
    send_all()
    engine.cancel(activity, by=stage.lead, reason="No release")
    assert {method for method, _event in invitations().values()} == {"CANCEL"}
    assert set(activity.sessions.values_list("state", "sequence")) == {("cancelled", 1)}


def test_no_word_of_a_record_or_plan_is_in_an_invitation(stage: Stage, activity: Activity) -> None:
    Activity.objects.filter(pk=activity.pk).update(focus="canary-focus", pupil_outcome="canary-o")
    engine.record(
        by=stage.ann, kind="observation", text="canary-text", activity=activity, about=stage.bob
    )
    plan(stage, activity)
    assert all("canary" not in mail.message().as_string() for mail in send_all())
