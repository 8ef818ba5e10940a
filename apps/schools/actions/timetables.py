"""Keeping cycles, timetables, paid times, offers and leave."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from apps.accounts.models import Person
from apps.core import audit_trail, clock, jobs
from apps.core.permissions import require
from apps.core.sweeps import sweep
from apps.schools.calendars import LONDON
from apps.schools.models import (
    Cycle,
    Membership,
    Organisation,
    OwnTime,
    PaidTime,
    Period,
    TimetableEntry,
    TimetableFile,
    WeekCorrection,
)
from apps.schools.permissions.times import can_keep_timetables
from apps.schools.timetabling.plans import Cells, Plan, plan_of

KEPT, OVER = timedelta(days=7), timedelta(days=30)
Rung = tuple[int, str, time, time]  # weekday, name, from, to
Span = tuple[datetime, datetime]


class CycleChangedError(Exception):
    """Somebody else has saved the school day since it was shown."""


@transaction.atomic
def set_cycle(
    *,
    by: Person,
    organisation: Organisation,
    weeks: int,
    anchor_on: date,
    most_released: int | None,
    miles_an_hour: int,
    across_breaks: bool = False,
    periods: Iterable[Rung],
    seen: int,
) -> Cycle:
    """Set the school day. A period that keeps its day and name keeps what it holds for people;
    CycleChangedError unless ``seen`` is the version that is stored (0: none)."""
    require(can_keep_timetables(by, organisation))
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    cycle = Cycle.objects.filter(organisation=organisation).first()
    if (cycle.version if cycle else 0) != seen:
        raise CycleChangedError
    if cycle is None:
        cycle = Cycle(organisation=organisation, version=0)
    cycle.weeks, cycle.anchor_on = weeks, anchor_on
    cycle.most_released, cycle.miles_an_hour = most_released, miles_an_hour
    cycle.across_breaks = across_breaks
    cycle.version += 1
    cycle.save()
    kept = _ring(cycle, periods)
    cycle.periods.exclude(pk__in=kept).delete()
    TimetableEntry.objects.filter(period__cycle=cycle, week__gt=weeks).delete()
    audit_trail.record("timetables.cycle_set", cycle, by=by, weeks=weeks, periods=len(kept))
    _look_anew(organisation, None, by=by)
    return cycle


def _look_anew(organisation: Organisation, people: list[int] | None, *, by: Person) -> None:
    """What was planned before these times were known is looked at anew, by a job: it may be many
    sessions. ``people`` None: everybody of the school."""
    jobs.start("activities.follow_times", by=by, school=organisation.pk, people=people)


def _ring(cycle: Cycle, periods: Iterable[Rung]) -> list[int]:
    kept = []
    for weekday, name, starts, ends in periods:
        period, _made = Period.objects.update_or_create(
            cycle=cycle, weekday=weekday, name=name, defaults={"starts": starts, "ends": ends}
        )
        kept.append(period.pk)
    return kept


@transaction.atomic
def correct_week(*, by: Person, cycle: Cycle, monday: date, week: int) -> None:
    """From ``monday`` on the cycle counts with this week."""
    require(can_keep_timetables(by, cycle.organisation))
    WeekCorrection.objects.update_or_create(cycle=cycle, monday=monday, defaults={"week": week})
    audit_trail.record("timetables.week_corrected", cycle, by=by, monday=str(monday), week=week)
    _look_anew(cycle.organisation, None, by=by)


@transaction.atomic
def set_timetable(*, by: Person, organisation: Organisation, person: Person, cells: Cells) -> None:
    """Replace what the periods hold for one of the school's people."""
    require(can_keep_timetables(by, organisation))
    _replace(organisation, {person.pk: cells})
    audit_trail.record("timetables.set", person, by=by, school=organisation.pk)
    _look_anew(organisation, [person.pk], by=by)


def _replace(organisation: Organisation, people: Mapping[int, Cells]) -> None:
    mine = TimetableEntry.objects.filter(period__cycle__organisation=organisation)
    mine.filter(person_id__in=list(people)).delete()
    known = set(
        Period.objects.filter(cycle__organisation=organisation).values_list("pk", flat=True)
    )
    TimetableEntry.objects.bulk_create(
        [
            TimetableEntry(person_id=person, period_id=period, week=week, use=use)
            for person, cells in people.items()
            for (period, week), use in cells.items()
            if use and period in known
        ],
        batch_size=2000,
    )


@transaction.atomic
def set_paid_times(
    *,
    by: Person,
    organisation: Organisation,
    person: Person,
    days: Mapping[int, tuple[time, time]],
) -> None:
    require(can_keep_timetables(by, organisation))
    PaidTime.objects.filter(organisation=organisation, person=person).delete()
    PaidTime.objects.bulk_create(
        PaidTime(organisation=organisation, person=person, weekday=day, starts=a, ends=b)
        for day, (a, b) in days.items()
    )
    audit_trail.record("timetables.paid_set", person, by=by, school=organisation.pk, days=len(days))
    _look_anew(organisation, [person.pk], by=by)


@transaction.atomic
def keep_file(
    *,
    by: Person,
    organisation: Organisation,
    plan: Plan,
    filename: str,
    of: Person | None = None,
    client_key: uuid.UUID,
) -> TimetableFile:
    """Keep what a file would write until it is confirmed. Earlier ones of ``by`` that were never
    confirmed go."""
    if of is None or of.pk != by.pk:
        require(can_keep_timetables(by, organisation))
    before = TimetableFile.objects.filter(client_key=client_key, uploaded_by=by).first()
    if before is not None:
        return before
    TimetableFile.objects.filter(uploaded_by=by, written_at=None).delete()
    return TimetableFile.objects.create(
        organisation=organisation,
        of=of,
        uploaded_by=by,
        filename=filename[:200],
        plan=plan.as_json(),
        client_key=client_key,
    )


@transaction.atomic
def confirm_file(*, by: Person, file: TimetableFile) -> int:
    """Write what the file holds; how many people. Confirming twice writes once."""
    row = TimetableFile.objects.select_for_update().get(pk=file.pk)
    if row.of_id != by.pk:
        require(can_keep_timetables(by, row.organisation))
    if row.written_at is not None:
        return 0
    staff = Membership.objects.current().at(row.organisation).staff()
    here = set(staff.values_list("person_id", flat=True))
    people = {pk: cells for pk, cells in plan_of(row.plan).people.items() if pk in here}
    _replace(row.organisation, people)
    row.written_at, row.plan = clock.now(), {"errors": row.plan.get("errors", [])}
    row.save(update_fields=["written_at", "plan"])
    audit_trail.record("timetables.uploaded", row.organisation, by=by, people=len(people))
    _look_anew(row.organisation, sorted(people), by=by)
    return len(people)


@transaction.atomic
def set_offers(*, by: Person, spans: Iterable[Span]) -> None:
    """Replace the times that I could do; those that are over go."""
    _own(by, OwnTime.Kind.OFFER, sorted(set(spans)))


@transaction.atomic
def set_leave(*, by: Person, days: Iterable[tuple[date, date]]) -> None:
    """Replace my leave: first and last day of each. No reason is asked or kept."""
    spans = [
        (
            datetime.combine(first, time(), tzinfo=LONDON),
            datetime.combine(last + timedelta(days=1), time(), tzinfo=LONDON),
        )
        for first, last in days
    ]
    _own(by, OwnTime.Kind.LEAVE, sorted(set(spans)))


def _own(person: Person, kind: OwnTime.Kind, spans: list[Span]) -> None:
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    OwnTime.objects.filter(person=person, kind=kind).delete()
    latest = {starts: max(b for a, b in spans if a == starts) for starts, _ends in spans}
    OwnTime.objects.bulk_create(
        OwnTime(person=person, kind=kind, starts_at=starts, ends_at=ends)
        for starts, ends in latest.items()
    )


@sweep("schools.tidy_times", every=timedelta(hours=6))
def tidy(at: datetime) -> int:
    """Let go of timetables that nobody confirmed within a week, and of offers and leave that
    have been over for a month."""
    files: tuple[int, Any] = TimetableFile.objects.filter(created_at__lt=at - KEPT).delete()
    past: tuple[int, Any] = OwnTime.objects.filter(ends_at__lt=at - OVER).delete()
    return files[0] + past[0]
