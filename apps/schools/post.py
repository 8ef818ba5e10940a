"""When a mail may reach somebody: as often as they chose, on days they work, never on leave.

Of a kind that somebody wants at once, a mail goes at once on a day when they are reached. All that
waits, because today is no such day or because they chose a digest, goes in one mail, at half past
seven on the first morning of theirs (of the week, for those who chose that).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from apps.accounts import mail_kinds
from apps.accounts.models import MailFrequency, Person
from apps.core import clock
from apps.core.letters import decides_when
from apps.core.models import OutboundEmail
from apps.schools.calendars import (
    FURTHEST,
    LONDON,
    MORNING,
    UNKNOWN,
    WEEK,
    Calendar,
    calendars_of,
)
from apps.schools.models import Membership, OwnTime


@dataclass(frozen=True, slots=True)
class Slot:
    due_at: datetime
    gathers: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One school of a person, and the days of the week on which they work there."""

    organisation_id: int
    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class Diaries:
    """What decides for many people, in five queries."""

    at: datetime
    frequencies: dict[int, MailFrequency]
    unreachable: set[int]
    places: dict[int, list[Place]]
    calendars: dict[int, Calendar]
    leave: dict[int, list[tuple[date, date]]]

    @classmethod
    def of(
        cls,
        person_ids: Iterable[int],
        kind: str,
        at: datetime | None = None,
        *,
        schools: Iterable[int] = (),
    ) -> Diaries:
        """``schools`` are those besides their own about which will be asked."""
        at = at or clock.now()
        pks = set(person_ids)
        people = Person.objects.filter(pk__in=pks).only("is_active", "email", "bounced_email")
        places = _places(pks, timezone.localdate(at))
        own = {place.organisation_id for group in places.values() for place in group}
        return cls(
            at=at,
            frequencies=mail_kinds.frequencies(pks, kind),
            unreachable={p.pk for p in people if not _has_mail(p)},
            places=places,
            calendars=calendars_of(own.union(schools)),
            leave=_leave(pks, at),
        )

    def wants(self, person_id: int) -> bool:
        off = self.frequencies[person_id] == MailFrequency.OFF
        return not off and person_id not in self.unreachable

    def slot(
        self, person_id: int, *, school: int | None = None, first: date | None = None
    ) -> Slot | None:
        """When to write; None when they do not want it. ``school`` is the one it is about;
        ``first`` the earliest day. What is dated goes in the morning of its day, with all else."""
        if not self.wants(person_id):
            return None
        local = self.at.astimezone(LONDON)
        today, dated = local.date(), first is not None
        frequency = self.frequencies[person_id]
        at_once = frequency == MailFrequency.AT_ONCE and not dated
        if at_once and local.time() >= MORNING and self.reached_on(person_id, today, school):
            return Slot(self.at, gathers=False)
        passed = not dated and local.time() > MORNING
        day = max(first or today, today + timedelta(days=1 if passed else 0))
        if frequency == MailFrequency.WEEKLY:
            day += timedelta(days=-day.weekday() % 7)
        return Slot(self.morning(person_id, day, school), gathers=True)

    def gathered(self, person_id: int, due_at: datetime) -> datetime:
        """When a mail goes that waited for this morning: now, unless they are not reached today,
        or have their mail on another day of the week. One that missed its day is caught up."""
        today = self.at.astimezone(LONDON).date()
        due = due_at.astimezone(LONDON).date()
        if self.frequencies[person_id] == MailFrequency.WEEKLY:
            monday = today - timedelta(days=today.weekday())
            weekly = self.morning(person_id, monday).astimezone(LONDON).date()
            if weekly > today:
                return self.morning(person_id, weekly)
            if due > weekly:
                return self.morning(person_id, monday + timedelta(days=7))
        if self.reached_on(person_id, today):
            return self.at
        return self.morning(person_id, today + timedelta(days=1))

    def reached_on(self, person_id: int, day: date, school: int | None = None) -> bool:
        """They work that day at a school of theirs that is open, or at ``school``."""
        if any(first <= day <= last for first, last in self.leave.get(person_id, ())):
            return False
        return any(
            day.weekday() in place.days
            and self.calendars.get(place.organisation_id, UNKNOWN).is_open(day)
            for place in self._places(person_id, school)
        )

    def _places(self, person_id: int, school: int | None) -> list[Place]:
        own = self.places.get(person_id, [])
        if school is None:
            return own or [Place(0, frozenset(WEEK))]
        there = [place for place in own if place.organisation_id == school]
        return there or [Place(school, frozenset(WEEK))]

    def morning(self, person_id: int, day: date, school: int | None = None) -> datetime:
        """Half past seven on the first such day from ``day`` on."""
        days = (day + timedelta(days=n) for n in range(FURTHEST))
        found = next((d for d in days if self.reached_on(person_id, d, school)), None)
        if found is None:
            found = UNKNOWN.first_open(day)
        return datetime.combine(found, MORNING, tzinfo=LONDON)


def _has_mail(person: Person) -> bool:
    return bool(person.is_active and person.email and not person.mail_bounces)


def _places(pks: set[int], day: date) -> dict[int, list[Place]]:
    held = Membership.objects.current(day).filter(person_id__in=pks, organisation__isnull=False)
    days: dict[tuple[int, int], set[int]] = defaultdict(set)
    for person, school, working in held.values_list("person", "organisation", "working_days"):
        days[person, school or 0].update(working)
    places: dict[int, list[Place]] = defaultdict(list)
    for (person, school), worked in days.items():
        places[person].append(Place(school, frozenset(worked or WEEK)))
    return dict(places)


def _leave(pks: set[int], at: datetime) -> dict[int, list[tuple[date, date]]]:
    """Leave runs from midnight to midnight."""
    spans: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for row in OwnTime.objects.leave().filter(person_id__in=pks, ends_at__gt=at):
        last = timezone.localtime(row.ends_at) - timedelta(seconds=1)
        spans[row.person_id].append((timezone.localdate(row.starts_at), last.date()))
    return dict(spans)


@decides_when
def when(row: OutboundEmail, at: datetime) -> datetime | None:
    """As it is when the mail would go: now, on a later morning, or never."""
    if row.person_id is None:
        return at
    diaries = Diaries.of([row.person_id], row.kind, at)
    if row.gathers and diaries.wants(row.person_id):
        return diaries.gathered(row.person_id, row.due_at)
    slot = diaries.slot(row.person_id)
    return slot.due_at if slot else None
