"""Reminders: at the right morning, once, gathered, and never lost."""

import json
from datetime import date, datetime, timedelta
from io import StringIO
from threading import Thread
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import MailFrequency, MailPreference, Person
from apps.core import clock
from apps.core.models import MailState, Notice, OutboundEmail
from apps.followups import actions, policies, reminders
from apps.followups.models import FollowUp
from apps.schools.enums import TermDateKind
from apps.schools.models import TermDate
from tests import factories as f

LONDON = ZoneInfo("Europe/London")
D = date.fromisoformat
FRIDAY, SATURDAY, MONDAY = "2026-11-20", "2026-11-21", "2026-11-23"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def run_due(text: str) -> list[str]:
    """Every sweep as if at that moment; the subjects that went out."""
    before = len(mail.outbox)
    call_command("run_due", "--at", text, verbosity=0, stdout=StringIO())
    return [m.subject for m in mail.outbox[before:]]


def promise(due: str, **values) -> FollowUp:
    return f.FollowUpFactory(due=D(due), **values)


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    pass


def test_reminded_on_its_morning_and_not_before() -> None:
    row = promise(FRIDAY)

    assert run_due("2026-11-19T23:50") == []
    assert run_due(f"{FRIDAY}T00:05") == []
    assert run_due(f"{FRIDAY}T07:29") == []
    assert run_due(f"{FRIDAY}T07:30") == ["Follow-up due: Fri 20 Nov"]
    assert run_due(f"{FRIDAY}T07:35") == []
    assert [m.to for m in mail.outbox] == [[row.owner.email]]


def test_due_on_a_saturday_reminded_on_monday() -> None:
    promise(SATURDAY)

    assert run_due(f"{SATURDAY}T09:00") == []
    assert run_due(f"{MONDAY}T07:00") == []
    assert len(run_due(f"{MONDAY}T07:30")) == 1


def test_a_half_term_and_a_change_of_the_clocks() -> None:
    row = promise("2026-10-24")
    for kind, first, last in (
        (TermDateKind.TERM, "2026-09-02", "2026-12-18"),
        (TermDateKind.HALF_TERM, "2026-10-26", "2026-10-30"),
    ):
        TermDate.objects.create(
            organisation=row.organisation, kind=kind, starts_on=D(first), ends_on=D(last)
        )

    run_due("2026-10-24T08:00")
    assert OutboundEmail.objects.get().due_at == datetime.fromisoformat("2026-11-02T07:30+00:00")
    assert run_due("2026-10-30T12:00") == []
    assert len(run_due("2026-11-02T07:30")) == 1


@pytest.mark.parametrize(("day", "utc"), [("2026-03-30", "06:30"), ("2026-10-26", "07:30")])
def test_half_past_seven_after_both_changes_of_the_clocks(day, utc) -> None:
    promise(day)

    run_due(f"{day}T00:10")

    assert f"{OutboundEmail.objects.get().due_at.astimezone(ZoneInfo('UTC')):%H:%M}" == utc


def test_the_hour_that_comes_twice_sends_once() -> None:
    promise("2026-10-23")

    for moment in ("2026-10-25T00:30+00:00", "2026-10-25T01:30+00:00", "2026-10-26T07:30+00:00"):
        run_due(moment)

    assert len(mail.outbox) == 1


def test_only_on_the_owners_working_days() -> None:
    row = promise(FRIDAY)
    f.MembershipFactory(person=row.owner, organisation=row.organisation, working_days=[1, 2])

    assert run_due(f"{MONDAY}T08:00") == []
    assert len(run_due("2026-11-24T08:00")) == 1


def test_everything_due_to_one_person_in_one_mail() -> None:
    first = promise(SATURDAY, promise="Ask Sam about the plan")
    promise(MONDAY, promise="Send the notes", owner=first.owner)
    promise("2026-11-24", promise="Not due yet", owner=first.owner)

    run_due(f"{SATURDAY}T10:00")
    run_due(f"{MONDAY}T00:10")

    assert run_due(f"{MONDAY}T07:30") == ["2 follow-ups are due"]
    text = mail.outbox[0].body
    assert text.index("Ask Sam about the plan") < text.index("Send the notes")
    assert "Not due yet" not in text


def test_one_that_becomes_due_after_the_mail_waits_for_the_next_morning() -> None:
    first = promise(FRIDAY)
    run_due(f"{FRIDAY}T07:30")

    promise(FRIDAY, owner=first.owner)

    assert run_due(f"{FRIDAY}T11:00") == []
    assert run_due(f"{MONDAY}T07:30") == ["2 follow-ups are due"]


def test_a_missed_day_is_caught_up_the_same_day() -> None:
    promise("2026-11-18")

    assert len(run_due(f"{FRIDAY}T10:40")) == 1


def test_nobody_is_written_to_in_the_evening() -> None:
    promise("2026-11-18")

    assert run_due("2026-11-19T18:30") == []
    assert len(run_due(f"{FRIDAY}T07:30")) == 1


def test_a_week_late_reminds_once_more_and_tells_the_organiser_kindly() -> None:
    place = f.MembershipFactory()
    organiser, school = place.person, place.organisation
    row = promise(FRIDAY, organiser=organiser, organisation=school, promise="Try think-alouds")
    private = promise(FRIDAY, owner=row.owner, organiser=organiser, shared=False)
    run_due(f"{FRIDAY}T08:00")

    assert run_due("2026-11-26T08:00") == []
    assert run_due("2026-11-27T08:00") == ["2 follow-ups are due", "1 promise may need a hand"]
    letter = mail.outbox[-1]
    assert letter.to == [organiser.email]
    assert "Try think-alouds" in letter.body and private.promise not in letter.body
    assert "friendly word" in letter.body
    assert run_due("2026-12-11T08:00") == []

    assert [n.thing for n in Notice.objects.filter(person=organiser)] == [row.public_id]
    kinds = Notice.objects.filter(person=row.owner).values_list("thing", "kind")
    assert sorted(kinds) == sorted(
        (thing, kind)
        for thing in (row.public_id, private.public_id)
        for kind in ("followups.due", "followups.late")
    )


def test_an_organiser_hears_after_the_holidays_what_was_late_in_them() -> None:
    school = f.SchoolFactory()
    for first, last in (("2026-09-02", "2026-12-18"), ("2027-01-05", "2027-03-25")):
        TermDate.objects.create(
            organisation=school, kind=TermDateKind.TERM, starts_on=D(first), ends_on=D(last)
        )
    organiser = f.MembershipFactory(organisation=school).person
    promise("2026-12-18", organisation=school, organiser=organiser)
    for day in ("2026-12-18", "2026-12-25", "2026-12-29", "2027-01-04"):
        run_due(f"{day}T08:00")

    run_due("2027-01-05T08:00")

    assert "1 promise may need a hand" in [m.subject for m in mail.outbox[-2:]]


def test_what_is_told_after_the_organisers_mail_waits_for_the_next_morning() -> None:
    place = f.MembershipFactory()
    shared = {"organiser": place.person, "organisation": place.organisation}
    promise(FRIDAY, **shared)
    run_due("2026-11-27T08:00")

    promise("2026-11-19", promise="Told later that day", **shared)

    assert run_due("2026-11-27T11:00") == ["Follow-up due: Thu 19 Nov"]
    assert run_due("2026-11-30T08:00") == ["2 promises may need a hand"]


def test_who_organised_and_has_left_the_school_hears_and_sees_no_more() -> None:
    organiser = f.PersonFactory()
    place = f.MembershipFactory(person=organiser, starts_on=D("2026-09-01"))
    row = promise(FRIDAY, organisation=place.organisation, organiser=organiser)
    run_due(f"{FRIDAY}T08:00")
    type(place).objects.filter(pk=place.pk).update(ends_on=D("2026-11-24"))

    assert run_due("2026-11-27T08:00") == ["Follow-up due: Fri 20 Nov"]
    assert not Notice.objects.filter(person=organiser).exists()
    with clock.frozen(at("2026-11-24T12:00")):
        assert row in FollowUp.objects.visible_to(again(organiser))
    with clock.frozen(at("2026-11-27T12:00")):
        assert row not in FollowUp.objects.visible_to(again(organiser))


def again(person: Person) -> Person:
    """Without what was known of them."""
    return Person.objects.get(pk=person.pk)


def test_what_is_done_before_the_morning_is_not_mentioned() -> None:
    row = promise(SATURDAY)
    run_due(f"{SATURDAY}T10:00")
    actions.settle(by=row.owner, followup=row, outcome="It went well.")

    assert run_due(f"{MONDAY}T07:30") == []
    assert OutboundEmail.objects.get().state == MailState.NOT_NEEDED


@pytest.mark.parametrize(
    ("frequency", "sent_on"),
    [
        (MailFrequency.OFF, None),
        (MailFrequency.AT_ONCE, "2026-11-25"),
        (MailFrequency.DAILY, "2026-11-25"),
        (MailFrequency.WEEKLY, "2026-11-30"),
    ],
)
def test_as_the_owner_chose(frequency, sent_on) -> None:
    row = promise("2026-11-25")
    MailPreference.objects.create(person=row.owner, kind="followups", frequency=frequency)

    days = [
        day
        for day in ("2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30")
        if run_due(f"{day}T07:30")
    ]

    assert days == ([sent_on] if sent_on else [])
    assert Notice.objects.filter(kind="followups.due").count() == 1


def test_somebody_without_an_address_gets_the_notice() -> None:
    promise(FRIDAY, owner=f.PersonFactory(email=None))

    assert run_due(f"{FRIDAY}T08:00") == []
    assert Notice.objects.count() == 1
    assert OutboundEmail.objects.count() == 0


def test_two_schools_are_asked_about_on_their_own_open_days() -> None:
    closed = promise(FRIDAY, promise="At the closed school")
    promise(FRIDAY, promise="At the open school", owner=closed.owner)
    TermDate.objects.create(
        organisation=closed.organisation,
        kind=TermDateKind.CLOSURE,
        starts_on=D(FRIDAY),
        ends_on=D(FRIDAY),
    )

    run_due(f"{FRIDAY}T07:30")
    assert "At the closed school" not in mail.outbox[0].body
    run_due(f"{MONDAY}T07:30")
    assert "At the closed school" in mail.outbox[1].body


def test_the_letter() -> None:
    school = f.SchoolFactory(name="St Mary's & All Saints")
    row = promise(FRIDAY, promise="Share <b>one</b> idea & its result", organisation=school)

    run_due(f"{FRIDAY}T07:30")

    (message,) = mail.outbox
    html = message.alternatives[0].content
    done = f"http://testserver/follow-ups/{row.public_id}/done/"
    assert done in message.body
    assert done in html
    assert "Share <b>one</b> idea & its result" in message.body
    assert "Share &lt;b&gt;one&lt;/b&gt; idea &amp; its result" in html
    assert "St Mary's & All Saints" in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/unsubscribe/" in message.extra_headers["List-Unsubscribe"]
    assert "You get this because" in message.body


def test_rows_hold_keys_only() -> None:
    promise(FRIDAY, promise="canary-promise")

    reminders.remind(at(f"{FRIDAY}T06:00"))

    assert OutboundEmail.objects.get().keys == {"day": FRIDAY, "since": FRIDAY}
    assert "canary" not in json.dumps(list(Notice.objects.values("kind", "thing", "url")))


def test_constant_queries_and_nothing_the_second_time() -> None:
    counts = []
    for rows in (1, 30):
        FollowUp.objects.all().delete()
        for _row in range(rows):
            promise(FRIDAY, organiser=f.PersonFactory())
        with CaptureQueriesContext(connection) as queries:
            reminders.remind_batch(at(f"{FRIDAY}T06:00"))
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert reminders.remind(at(f"{FRIDAY}T06:00")) == 0


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once() -> None:
    owners = [f.PersonFactory() for _ in range(10)]
    for n in range(60):
        promise(FRIDAY, owner=owners[n % 10])

    def sweep() -> None:
        reminders.remind(at(f"{FRIDAY}T06:00"))
        connection.close()

    threads = [Thread(target=sweep) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert Notice.objects.count() == 60
    assert OutboundEmail.objects.count() == 10


def test_many_in_batches() -> None:
    """Four of them; a hundred times as many end long before the next sweep."""
    school = f.SchoolFactory()
    owners = [f.PersonFactory.build() for _ in range(500)]
    type(owners[0]).objects.bulk_create(owners)
    FollowUp.objects.bulk_create(
        FollowUp(
            owner=owners[n % 500],
            organisation=school,
            rule=f"r{n}",
            promise="p",
            due=D(FRIDAY) - timedelta(days=n % 20),
        )
        for n in range(2_000)
    )

    began = perf_counter()
    done = reminders.remind(at(f"{FRIDAY}T06:00"))

    assert done == 2_000
    assert Notice.objects.count() == 2_000
    assert OutboundEmail.objects.count() == 500
    assert perf_counter() - began < 20


def test_before_on_and_after_by_the_policy_of_each() -> None:
    row = promise("2026-12-04", promise="Ask Sam", reminds=[-3, 0, 14])

    days = ["2026-11-30", "2026-12-01", "2026-12-02", "2026-12-04", "2026-12-11", "2026-12-18"]
    said = {day: run_due(f"{day}T07:30") for day in days}

    assert {day: subjects for day, subjects in said.items() if subjects} == {
        "2026-12-01": ["Coming up: a follow-up, due Fri 4 Dec"],
        "2026-12-04": ["Follow-up due: Fri 4 Dec"],
        "2026-12-18": ["Follow-up due: Fri 4 Dec"],
    }
    kinds = Notice.objects.filter(person=row.owner).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["followups.soon", "followups.due", "followups.late"]


def test_of_days_that_were_missed_only_the_last_is_told() -> None:
    promise("2026-12-04", reminds=[-7, -3, 0, 7])

    assert len(run_due("2026-12-14T08:00")) == 1
    assert Notice.objects.get().kind == "followups.late"


@pytest.mark.parametrize(
    ("due", "days"), [("2026-11-23", [0, 7]), ("2026-11-27", [-3, 0, 7]), ("2026-11-20", [0, 7])]
)
def test_nobody_is_reminded_of_what_they_have_just_promised(due, days) -> None:
    assert policies.still_to_come(policies.USUAL, D(due), D(FRIDAY)) == days
