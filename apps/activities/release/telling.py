"""Who is told about release: those who decide, whoever organises, and the person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from apps.accounts import mail_kinds
from apps.accounts.models import Person
from apps.activities.release.models import Release
from apps.core import clock, outbox
from apps.core.models import Notice
from apps.schools.calendars import Calendar, calendars_of, next_open_morning
from apps.schools.delegates import people_approving
from apps.schools.models import Organisation

if TYPE_CHECKING:
    from datetime import date

MAIL_KIND = "release"
WAITING, REFUSED, COVER = "release.waiting", "release.refused", "release.cover"
APPROVED = "release.approved"


def waiting(organisation: Organisation, *, by: Person | None) -> None:
    """One mail a morning to each who decides, on the next open one: it counts what waits then."""
    day = timezone.localdate(clock.now() + timedelta(days=1))
    morning = next_open_morning(organisation, day)
    decide = [pk for pk in people_approving(organisation.pk) if by is None or pk != by.pk]
    for person in _reachable(decide):
        outbox.queue(
            f"activities.{WAITING}",
            key=f"{WAITING}:{organisation.pk}:{person.pk}:{morning:%Y-%m-%d}",
            person=person,
            due_at=morning,
            school=organisation.pk,
        )


def approved(rows: Collection[Release], *, by: Person) -> None:
    """The person and whoever organises (or asked) read of each at once, and have one mail on the
    next open morning, however many were approved; few queries, however many."""
    told = _told(rows, by)
    _notices(told, "activities.release_approved")
    people: dict[int, int] = {}
    for row, person in told:
        people.setdefault(person.pk, row.organisation_id)
    calendars = calendars_of(people.values())
    for person in _reachable(people):
        morning = _morning(calendars[people[person.pk]])
        outbox.queue(
            f"activities.{APPROVED}",
            key=f"{APPROVED}:{person.pk}:{morning:%Y-%m-%dT%H:%M}",
            person=person,
            due_at=morning,
            since=clock.now().isoformat(),
        )


def _told(rows: Collection[Release], by: Person) -> list[tuple[Release, Person]]:
    """With each row those who learn of it, but not of what they did themselves."""
    owed = [
        (row, pk)
        for row in rows
        for pk in sorted({row.person_id, _organiser(row) or row.person_id} - {by.pk})
    ]
    people = Person.objects.active().in_bulk({pk for _row, pk in owed})
    return [(row, people[pk]) for row, pk in owed if pk in people]


def _organiser(row: Release) -> int | None:
    return row.activity.organiser_id if row.activity else row.asked_by_id


def _notices(told: Iterable[tuple[Release, Person]], kind: str) -> None:
    Notice.objects.bulk_create(
        (
            Notice(
                person=person,
                kind=kind,
                thing=row.public_id,
                period=f"{row.version}",
                url=reverse("activities:release_row", args=[row.public_id]),
            )
            for row, person in told
        ),
        ignore_conflicts=True,
    )


def refused(row: Release, *, by: Person) -> None:
    """The person and whoever organises (or asked) learn of it, and of the reason on the page."""
    told = _told([row], by)
    _notices(told, "activities.release_refused")
    morning = _morning(calendars_of([row.organisation_id])[row.organisation_id])
    for person in _reachable(person.pk for _row, person in told):
        outbox.queue(
            f"activities.{REFUSED}",
            key=f"{REFUSED}:{row.pk}:{person.pk}:{row.version}",
            person=person,
            due_at=morning,
            release=row.pk,
        )


def cover_list(person_ids: Iterable[int], organisation_id: int, monday: date) -> int:
    """Queue the list of the week that begins on ``monday``; how many people will get it."""
    people = _reachable(person_ids)
    for person in people:
        outbox.queue(
            f"activities.{COVER}",
            key=f"{COVER}:{organisation_id}:{person.pk}:{monday:%Y-%m-%d}",
            person=person,
            school=organisation_id,
            monday=monday.isoformat(),
        )
    return len(people)


def _reachable(person_ids: Iterable[int]) -> list[Person]:
    people = list(Person.objects.active().filter(pk__in=list(person_ids), email__isnull=False))
    wanted = mail_kinds.frequencies([p.pk for p in people], MAIL_KIND)
    off = mail_kinds.MailFrequency.OFF
    return [p for p in people if wanted[p.pk] != off]


def _morning(calendar: Calendar) -> datetime:
    return max(calendar.first_open_morning(clock.today()), clock.now())
