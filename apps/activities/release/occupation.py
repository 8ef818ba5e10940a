"""Whether somebody is needed at work at a time: in class, on duty or paid to be there.

What nobody has said is not known; only these make it known, the first that speaks decides:

- a day on which they do not work, or their school is closed: no release is needed;
- an INSET day: staff are in, nobody has a class to leave;
- their timetable of that weekday: teaching and duties need release, other periods do not;
- for those without a timetable, their paid times.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from apps.activities.release.enums import InClass
from apps.schools.calendars import UNKNOWN, Calendar, calendars_of
from apps.schools.enums import PeriodUse
from apps.schools.models import Cycle, Membership, PaidTime
from apps.schools.models import TimetableEntry as Entry
from apps.schools.models.timetables import monday_of

NEEDED = (PeriodUse.TEACHING, PeriodUse.DUTY)
Who = tuple[int, int]  # person, organisation
Times = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Occupation:
    """What is known of some people's one day; read once for all of them."""

    day: date
    calendars: dict[int, Calendar]
    working_days: dict[Who, set[int]]
    periods: dict[Who, list[tuple[str, str, Times]]]  # (what it holds, name, from and to)
    paid: dict[Who, dict[int, Times]]

    @classmethod
    def of(cls, people: Collection[Who], day: date) -> Occupation:
        persons = {person for person, _school in people}
        schools = {school for _person, school in people}
        held = Membership.objects.current(day).filter(
            person_id__in=persons, organisation_id__in=schools
        )
        working: dict[Who, set[int]] = {}
        for person, school, days in held.values_list(
            "person_id", "organisation_id", "working_days"
        ):
            working.setdefault((person, school or 0), set()).update(days)
        paid: dict[Who, dict[int, Times]] = {}
        rows = PaidTime.objects.filter(person_id__in=persons, organisation_id__in=schools)
        for row in rows:
            mine = paid.setdefault((row.person_id, row.organisation_id), {})
            mine[row.weekday] = (row.starts, row.ends)
        periods = _periods(persons, schools, day)
        return cls(day, calendars_of(schools), working, periods, paid)

    def in_class(self, who: Who, starts_at: datetime | None, ends_at: datetime | None) -> InClass:
        """``starts_at`` and ``ends_at`` are None where only the day is known."""
        calendar = self.calendars.get(who[1], UNKNOWN)
        working = self.working_days.get(who)
        if working is not None and self.day.weekday() not in working:
            return InClass.NO
        if not calendar.is_open(self.day) or _within(self.day, calendar.inset):
            return InClass.NO
        if starts_at is None or ends_at is None:
            return InClass.UNKNOWN
        wanted = (_clock(starts_at), _clock(ends_at))
        if who in self.periods:
            mine = self.periods[who]
            needed = any(use in NEEDED and _meet(span, wanted) for use, _name, span in mine)
            return InClass.YES if needed else InClass.NO
        if who in self.paid:
            hours = self.paid[who].get(self.day.weekday())
            return InClass.YES if hours and _meet(hours, wanted) else InClass.NO
        return InClass.UNKNOWN

    def periods_missed(self, who: Who, starts_at: datetime, ends_at: datetime) -> list[str]:
        """Names of the periods of theirs that the time meets and somebody has to take."""
        wanted = (_clock(starts_at), _clock(ends_at))
        mine = self.periods.get(who, [])
        return [name for use, name, span in mine if use in NEEDED and _meet(span, wanted)]


def _periods(
    persons: Collection[int], schools: Collection[int], day: date
) -> dict[Who, list[tuple[str, str, Times]]]:
    """What the day holds for those whose timetable is known, by the cycle's week of that day."""
    rows = (
        Entry.objects.filter(
            person_id__in=persons,
            period__cycle__organisation_id__in=schools,
            period__weekday=day.weekday(),
        )
        .select_related("period__cycle")
        .order_by("period__starts")
    )
    weeks: dict[int, int] = {}
    found: dict[Who, list[tuple[str, str, Times]]] = {}
    for row in rows:
        cycle = row.period.cycle
        if cycle.pk not in weeks:
            weeks[cycle.pk] = week_of(cycle, day)
        if row.week == weeks[cycle.pk]:
            who = (row.person_id, cycle.organisation_id)
            span = (row.period.starts, row.period.ends)
            found.setdefault(who, []).append((row.use, row.period.name, span))
    return found


def week_of(cycle: Cycle, day: date) -> int:
    """The week of the cycle that ``day`` lies in: 1 or 2."""
    return 1 if cycle.weeks == 1 else (monday_of(day) - cycle.anchor_on).days // 7 % 2 + 1


def _within(day: date, spans: Collection[tuple[date, date]]) -> bool:
    return any(first <= day <= last for first, last in spans)


def _clock(moment: datetime) -> time:
    return timezone.localtime(moment).time()


def _meet(one: Times, other: Times) -> bool:
    return one[0] < other[1] and one[1] > other[0]
