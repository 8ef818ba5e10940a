"""When mail reaches people: as often as they chose, on their days, in one mail of a morning."""

from __future__ import annotations

from datetime import date, datetime
from io import StringIO
from smtplib import SMTPDataError
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.management import call_command

from apps.accounts.models import MailFrequency, MailPreference, Person
from apps.core import outbox, sending
from apps.core.clock import frozen
from apps.core.letters import CalendarPart, Letter, Line, letter
from apps.core.models import MailState, OutboundEmail
from apps.followups.models import FollowUp
from apps.schools.models import OwnTime
from tests import factories as f

LONDON = ZoneInfo("Europe/London")
FRIDAY, SATURDAY, MONDAY, TUESDAY = "2026-11-20", "2026-11-21", "2026-11-23", "2026-11-24"


@letter("activities.test_event")
def event(row: OutboundEmail) -> Letter | None:
    """A letter of a kind that people choose about, with a calendar entry when asked for."""
    calendar = CalendarPart("REQUEST", b"BEGIN:VCALENDAR") if row.keys.get("calendar") else None
    return Letter(
        to=row.person.email,
        subject=f"Event {row.keys['n']}",
        greeting="Dear Sam,",
        paragraphs=[f"Something happened: {row.keys['n']}."],
        action=Line("Open it", f"/events/{row.keys['n']}/"),
        unsubscribe_path="/unsubscribe/one/",
        calendar=calendar,
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def happens(person: Person, text: str, n: int = 1, **keys: object) -> None:
    with frozen(at(text)):
        outbox.queue("activities.test_event", key=f"e{n}", person=person, n=n, **keys)


def run_due(text: str) -> list[str]:
    """Every sweep as if at that moment; the subjects that went out."""
    before = len(mail.outbox)
    call_command("run_due", "--at", text, verbosity=0, stdout=StringIO())
    return [m.subject for m in mail.outbox[before:]]


@pytest.fixture
def person(db: None) -> Person:
    return f.MembershipFactory().person


def chose(person: Person, frequency: MailFrequency) -> None:
    for kind in ("activities", "followups"):
        MailPreference.objects.create(person=person, kind=kind, frequency=frequency)


def test_at_once_by_day_and_in_the_morning_otherwise(person) -> None:
    happens(person, f"{FRIDAY}T10:00")
    assert run_due(f"{FRIDAY}T10:00") == ["Event 1"]

    happens(person, f"{SATURDAY}T10:00", 2)
    assert run_due(f"{SATURDAY}T10:00") == []
    assert run_due(f"{MONDAY}T07:29") == []
    assert run_due(f"{MONDAY}T07:30") == ["Event 2"]


@pytest.mark.parametrize(
    ("frequency", "days"),
    [
        (MailFrequency.DAILY, [TUESDAY]),
        (MailFrequency.WEEKLY, ["2026-11-30"]),
        (MailFrequency.OFF, []),
    ],
)
def test_activities_keep_to_what_was_chosen(person, frequency, days) -> None:
    chose(person, frequency)
    happens(person, f"{MONDAY}T10:00")
    happens(person, f"{MONDAY}T11:00", 2)

    moments = [f"{MONDAY}T11:00", f"{TUESDAY}T07:30", "2026-11-27T07:30", "2026-11-30T07:30"]
    went = [moment[:10] for moment in moments if run_due(moment)]

    assert went == days
    assert len(mail.outbox) == len(days)
    left = MailState.SENT if days else MailState.NOT_NEEDED
    assert set(OutboundEmail.objects.values_list("state", flat=True)) == {left}


def test_everything_of_a_morning_in_one_mail(person) -> None:
    """Two events of a weekend, one with a calendar entry, and a promise that falls due."""
    school = person.memberships.get().organisation
    f.FollowUpFactory(owner=person, organisation=school, due=date(2026, 11, 23), promise="Try it")
    happens(person, f"{SATURDAY}T09:00", 1, calendar=True)
    happens(person, f"{SATURDAY}T21:00", 2)
    other = f.MembershipFactory(organisation=school).person
    happens(other, f"{SATURDAY}T09:00", 3)
    assert run_due(f"{SATURDAY}T21:00") == []
    assert run_due(f"{MONDAY}T00:05") == []

    assert len(run_due(f"{MONDAY}T07:30")) == 2

    mine = next(m for m in mail.outbox if m.to == [person.email])
    for words in ("Event 1", "Event 2", "Something happened: 2.", "Try it", "/events/1/"):
        assert words in mine.body
        assert words in mine.alternatives[0].content
    assert mine.subject.endswith("and 2 more")
    assert [name for name, _data, _mime in mine.attachments] == ["calendar-1.ics"]
    assert mine.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Activities" in mine.body and "Follow-ups" in mine.body
    rows = OutboundEmail.objects.filter(person=person)
    assert {row.message_id for row in rows} == {mine.extra_headers["Message-ID"]}
    assert run_due(f"{MONDAY}T07:40") == []


def test_one_click_stops_every_kind_in_the_mail(person, client) -> None:
    school = person.memberships.get().organisation
    f.FollowUpFactory(owner=person, organisation=school, due=date(2026, 11, 23))
    happens(person, f"{SATURDAY}T09:00")
    run_due(f"{SATURDAY}T09:00")
    run_due(f"{MONDAY}T07:30")
    link = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")

    page = client.get(link)
    assert "Activities" in page.text and "Follow-ups" in page.text
    assert not MailPreference.objects.exists()
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200

    chosen = dict(MailPreference.objects.values_list("kind", "frequency"))
    assert chosen == {"activities": "off", "followups": "off"}


def test_a_bundle_that_is_tried_again_does_not_grow(person, monkeypatch) -> None:
    """A server may drop what has a Message-ID that it knows: a later letter has its own."""
    from apps.core import sending

    happens(person, f"{SATURDAY}T09:00", 1)
    happens(person, f"{SATURDAY}T10:00", 2)
    run_due(f"{SATURDAY}T10:00")
    real = sending.MailBox.send
    monkeypatch.setattr(sending.MailBox, "send", lambda *a: (_ for _ in ()).throw(TimeoutError()))
    assert run_due(f"{MONDAY}T07:30") == []
    monkeypatch.setattr(sending.MailBox, "send", real)
    with frozen(at(f"{SATURDAY}T11:00")):
        outbox.queue("activities.test_event", key="late", person=person, n=3)
    OutboundEmail.objects.filter(key="late").update(due_at=at(f"{MONDAY}T07:30"), gathers=True)

    run_due(f"{MONDAY}T07:45")

    ids = dict(OutboundEmail.objects.values_list("key", "message_id"))
    assert ids["e1"] == ids["e2"] != ids["late"]
    assert sorted("happened: 3" in m.body for m in mail.outbox) == [False, True]
    assert sorted("happened: 2" in m.body for m in mail.outbox) == [False, True]


@pytest.mark.parametrize("frequency", [MailFrequency.AT_ONCE, MailFrequency.DAILY])
def test_one_that_the_server_will_not_have_takes_no_other_with_it(
    person, monkeypatch, frequency
) -> None:
    """Such as one with a paper that a filter takes for harmful."""
    MailPreference.objects.create(person=person, kind="activities", frequency=frequency)
    happens(person, f"{SATURDAY}T09:00", 1)
    happens(person, f"{SATURDAY}T10:00", 2)
    run_due(f"{SATURDAY}T10:00")
    real = sending.MailBox.send

    def send(box: sending.MailBox, message: Any) -> None:
        if "happened: 2" in message.body:
            raise SMTPDataError(554, b"refused")
        real(box, message)

    monkeypatch.setattr(sending.MailBox, "send", send)
    sent = run_due(f"{MONDAY}T07:45") + run_due(f"{MONDAY}T07:50")

    assert sent == ["Event 1"]
    states = dict(OutboundEmail.objects.values_list("key", "state"))
    assert states == {"e1": "sent", "e2": "failed"}


def test_leave_skips_and_catches_up_though_entered_late(person) -> None:
    school = person.memberships.get().organisation
    row = f.FollowUpFactory(owner=person, organisation=school, due=date(2026, 11, 23))
    happens(person, f"{SATURDAY}T09:00")
    run_due(f"{SATURDAY}T09:00")
    run_due(f"{MONDAY}T00:05")
    OwnTime.objects.create(
        person=person,
        kind=OwnTime.Kind.LEAVE,
        starts_at=at(f"{MONDAY}T00:00"),
        ends_at=at("2026-11-25T00:00"),
    )

    assert run_due(f"{MONDAY}T07:30") == []
    assert run_due(f"{TUESDAY}T07:30") == []
    assert run_due("2026-11-25T07:30") == ["Event 1, and 1 more"]
    assert FollowUp.objects.get(pk=row.pk).reminders == 1


def test_an_address_that_bounces_gets_nothing_until_somebody_says_it_is_right(
    person, client
) -> None:
    person.bounced_email, person.mail_bounced_at = person.email, at(f"{FRIDAY}T08:00")
    person.save()
    happens(person, f"{FRIDAY}T10:00")
    assert run_due(f"{FRIDAY}T10:00") == []

    client.force_login(person)
    assert "comes back" in client.get("/account/mail/").text
    client.post("/account/mail/again/")
    happens(person, f"{FRIDAY}T11:00", 2)

    assert run_due(f"{FRIDAY}T11:00") == ["Event 2"]
    assert "comes back" not in client.get("/account/mail/").text
