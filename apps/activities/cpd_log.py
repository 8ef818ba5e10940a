"""The log of what a school's staff have done: day, hours, people and cost, of every kind of
activity that is written down in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Min, Q, Sum
from django.db.models.functions import Coalesce, TruncDate

from apps.accounts.models import Person
from apps.activities import kinds
from apps.activities.enums import ActivityState, ParticipantState, SessionState
from apps.activities.kinds.base import Kind
from apps.activities.models import Activity, Attendance, Participant, Release
from apps.activities.models.activity import ActivityQuerySet
from apps.core.years import year_bounds
from apps.schools.calendars import LONDON
from apps.schools.enums import Role
from apps.schools.models import AllianceMember
from apps.schools.scope import scope_of

READERS = (Role.CPD_LEAD, Role.HEAD)
PENCE = Decimal(100)


@dataclass
class Row:
    """``came`` is None where nobody has recorded who came: unknown is not nobody.

    ``cost`` is None where another school leads it, and pays.
    """

    activity: Activity
    kind: Kind
    day: date | None
    says: list[Any]
    hours_each: Decimal | None
    booked: int
    came: int | None
    cost: Decimal | None
    release: Decimal | None = None
    hours_words: str | None = None
    each_words: str | None = None

    @property
    def hours(self) -> Decimal | None:
        if self.hours_each is None or self.came is None:
            return None
        return self.hours_each * self.came


@dataclass
class Log:
    rows: list[Row] = field(default_factory=list)

    @property
    def hours(self) -> Decimal | None:
        return total(row.hours for row in self.rows)

    @property
    def cost(self) -> Decimal | None:
        return total(row.cost for row in self.rows)

    @property
    def release(self) -> Decimal | None:
        return total(row.release for row in self.rows)

    @property
    def not_recorded(self) -> int:
        return sum(1 for row in self.rows if row.came is None)


def total(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def logged() -> list[Kind]:
    return [kind for kind in kinds.all_kinds() if kind.entry is not None]


def schools_read(person: Person) -> frozenset[int]:
    """Those whose log ``person`` reads: led or headed, or of an alliance they coordinate."""
    scope = scope_of(person)
    joined = AllianceMember.objects.joined().filter(
        alliance_id__in=scope.alliances(Role.COORDINATOR)
    )
    return frozenset(scope.organisations(*READERS)) | frozenset(
        joined.values_list("organisation_id", flat=True)
    )


def activities_of(schools: Collection[int]) -> ActivityQuerySet:
    """What is logged and was led by these schools or had their people, unless it came to nothing;
    each with its first ``day``, the latest first."""
    here = Participant.objects.taking_part().filter(organisation_id__in=schools)
    held = Q(sessions__state__in=(SessionState.HELD, SessionState.PLANNED))
    first = Min("sessions__starts_at", filter=held)
    rows = Activity.objects.filter(kind__in=[kind.slug for kind in logged()]).exclude(
        state__in=(ActivityState.CANCELLED, ActivityState.DRAFT)
    )
    rows = rows.filter(Q(organisation_id__in=schools) | Q(pk__in=here.values("activity_id")))
    day = Coalesce(TruncDate(first, tzinfo=LONDON), "starts_on")
    return rows.annotate(day=day).order_by("-day", "-pk")


def activities_read(person: Person, schools: Collection[int]) -> ActivityQuerySet:
    """Of `activities_of` what ``person`` reads: all of the schools that they lead; of those of an
    alliance that they coordinate, what is done in it."""
    scope = scope_of(person)
    led = scope.organisations(*READERS) & frozenset(schools)
    here = Participant.objects.taking_part().filter(organisation_id__in=led)
    return activities_of(schools).filter(
        Q(organisation_id__in=led)
        | Q(pk__in=here.values("activity_id"))
        | Q(alliance_id__in=scope.alliances(Role.COORDINATOR))
    )


def in_year(rows: Any, year: int) -> ActivityQuerySet:
    """Those of `activities_of` whose day lies in the academic year."""
    first, last = year_bounds(year)
    found: ActivityQuerySet = rows.filter(day__gte=first, day__lte=last)
    return found


def log_of(
    rows: Iterable[Activity], schools: Collection[int], *, led: Collection[int] | None = None
) -> Log:
    """Rows of these activities, counting the people of ``schools`` alone, and what release costs
    those of them that the reader leads (``led``; all unless given): four queries."""
    found = list(rows)
    booked = _booked(found, schools)
    came = _came(found, schools)
    release = _release(found, schools if led is None else frozenset(schools) & frozenset(led))
    return Log([_row(a, schools, booked, came, release) for a in found])


def _row(
    activity: Any,
    schools: Collection[int],
    booked: dict[int, int],
    came: dict[int, int],
    release: dict[int, Decimal],
) -> Row:
    kind = kinds.kind_of(activity.kind)
    entry, details = kind.entry, activity.details
    assert entry is not None
    fields = {asked.slug: asked for asked in kind.plan_fields}
    return Row(
        activity=activity,
        kind=kind,
        day=activity.day,
        says=[fields[slug].words_for(details.get(slug, "")) for slug in entry.says],
        hours_each=_number(details.get(entry.hours)),
        booked=booked.get(activity.pk, 0),
        came=came.get(activity.pk),
        cost=_number(details.get(entry.cost)) if activity.organisation_id in schools else None,
        release=release.get(activity.pk),
    )


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _booked(activities: list[Activity], schools: Collection[int]) -> dict[int, int]:
    rows = Participant.objects.filter(
        state=ParticipantState.ACCEPTED, activity__in=activities, organisation_id__in=schools
    )
    people: dict[int, set[int]] = defaultdict(set)
    for activity, person in rows.values_list("activity_id", "person_id"):
        people[activity].add(person)
    return {activity: len(here) for activity, here in people.items()}


def _came(activities: list[Activity], schools: Collection[int]) -> dict[int, int]:
    """How many of the schools came to at least one session; nothing where nobody recorded it."""
    rows = Attendance.objects.filter(session__activity__in=activities)
    mine = Participant.objects.filter(activity__in=activities, organisation_id__in=schools)
    ours = set(mine.values_list("activity_id", "person_id"))
    people: dict[int, set[int]] = {}
    for activity, person, present in rows.values_list(
        "session__activity_id", "person_id", "present"
    ):
        here = people.setdefault(activity, set())
        if present and (activity, person) in ours:
            here.add(person)
    return {activity: len(here) for activity, here in people.items()}


def _release(activities: list[Activity], schools: Collection[int]) -> dict[int, Decimal]:
    """Supply, travel and extra pay in pounds, from the ledger."""
    rows = Release.objects.live().filter(activity__in=activities, organisation_id__in=schools)
    sums = rows.values("activity_id").annotate(
        cover=Sum("cover_pence"), travel=Sum("travel_pence"), pay=Sum("extra_pay_pence")
    )
    found = {}
    for row in sums.order_by():
        known = [row[name] for name in ("cover", "travel", "pay") if row[name] is not None]
        if known:
            found[row["activity_id"]] = sum(known) / PENCE
    return found
