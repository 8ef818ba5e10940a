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
from apps.schools.calendars import next_open_morning
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
    next open morning, however many were approved."""
    people: dict[int, Organisation] = {}
    for row in rows:
        for person in _told(row, by):
            _notice(row, person, "activities.release_approved")
            people.setdefault(person.pk, row.organisation)
    for person in _reachable(people):
        morning = _morning(people[person.pk])
        outbox.queue(
            f"activities.{APPROVED}",
            key=f"{APPROVED}:{person.pk}:{morning:%Y-%m-%dT%H:%M}",
            person=person,
            due_at=morning,
            since=clock.now().isoformat(),
        )


def _told(row: Release, by: Person) -> list[Person]:
    organiser = row.activity.organiser_id if row.activity else row.asked_by_id
    people = {row.person_id, organiser} - {None, by.pk}
    return list(Person.objects.active().filter(pk__in=people).order_by("pk"))


def _notice(row: Release, person: Person, kind: str) -> None:
    Notice.objects.get_or_create(
        person=person,
        kind=kind,
        thing=row.public_id,
        period=f"{row.version}",
        defaults={"url": reverse("activities:release_row", args=[row.public_id])},
    )


def refused(row: Release, *, by: Person) -> None:
    """The person and whoever organises (or asked) learn of it, and of the reason on the page."""
    for person in _told(row, by):
        period = f"{row.version}"
        _notice(row, person, "activities.release_refused")
        if person.email and mail_kinds.wants(person, MAIL_KIND):
            outbox.queue(
                f"activities.{REFUSED}",
                key=f"{REFUSED}:{row.pk}:{person.pk}:{period}",
                person=person,
                due_at=_morning(row.organisation),
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


def _morning(organisation: Organisation) -> datetime:
    return max(next_open_morning(organisation, clock.today()), clock.now())
