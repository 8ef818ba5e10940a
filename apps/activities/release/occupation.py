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
class Held:
    """What a period holds in one week of the cycle."""

    week: int
    use: str
    name: str
    times: Times


@dataclass(frozen=True, slots=True)
class Occupation:
    """What is known of some people on some days; read in five queries, however many they are."""

    calendars: dict[int, Calendar]
    working_days: dict[Who, set[int]]
    cycles: dict[int, Cycle]
    periods: dict[tuple[Who, int], list[Held]]  # by weekday
    paid: dict[Who, dict[int, Times]]

    @classmethod
    def of(cls, people: Collection[Who], day: date) -> Occupation:
        """``day``: whose memberships hold, of days that lie close together."""
        persons = {person for person, _school in people}
        schools = {school for _person, school in people}
        working: dict[Who, set[int]] = {}
        held = Membership.objects.current(day).filter(
            person_id__in=persons, organisation_id__in=schools
        )
        for person, school, days in held.values_list(
            "person_id", "organisation_id", "working_days"
        ):
            working.setdefault((person, school or 0), set()).update(days)
        paid: dict[Who, dict[int, Times]] = {}
        for row in PaidTime.objects.filter(person_id__in=persons, organisation_id__in=schools):
            mine = paid.setdefault((row.person_id, row.organisation_id), {})
            mine[row.weekday] = (row.starts, row.ends)
        cycles = {c.organisation_id: c for c in Cycle.objects.filter(organisation_id__in=schools)}
        periods = _periods(persons, schools) if cycles else {}
        return cls(calendars_of(schools), working, cycles, periods, paid)

    def in_class(
        self, who: Who, day: date, starts_at: datetime | None, ends_at: datetime | None
    ) -> InClass:
        """``starts_at`` and ``ends_at`` are None where only the day is known."""
        calendar = self.calendars.get(who[1], UNKNOWN)
        working = self.working_days.get(who)
        if working is not None and day.weekday() not in working:
            return InClass.NO
        if not calendar.is_open(day) or _within(day, calendar.inset):
            return InClass.NO
        if starts_at is None or ends_at is None:
            return InClass.UNKNOWN
        wanted = (_clock(starts_at), _clock(ends_at))
        mine = self._of_day(who, day)
        if mine:
            needed = any(held.use in NEEDED and _meet(held.times, wanted) for held in mine)
            return InClass.YES if needed else InClass.NO
        if who in self.paid:
            hours = self.paid[who].get(day.weekday())
            return InClass.YES if hours and _meet(hours, wanted) else InClass.NO
        return InClass.UNKNOWN

    def periods_missed(
        self, who: Who, day: date, starts_at: datetime | None, ends_at: datetime | None
    ) -> list[str]:
        """Names of those of their periods that somebody has to take; all, for a whole day."""
        mine = [held for held in self._of_day(who, day) if held.use in NEEDED]
        if starts_at is None or ends_at is None:
            return [held.name for held in mine]
        wanted = (_clock(starts_at), _clock(ends_at))
        return [held.name for held in mine if _meet(held.times, wanted)]

    def _of_day(self, who: Who, day: date) -> list[Held]:
        cycle = self.cycles.get(who[1])
        if cycle is None:
            return []
        week = week_of(cycle, day)
        return [held for held in self.periods.get((who, day.weekday()), []) if held.week == week]


def _periods(
    persons: Collection[int], schools: Collection[int]
) -> dict[tuple[Who, int], list[Held]]:
    rows = Entry.objects.filter(
        person_id__in=persons, period__cycle__organisation_id__in=schools
    ).order_by("period__starts")
    found: dict[tuple[Who, int], list[Held]] = {}
    for person, school, weekday, week, use, name, starts, ends in rows.values_list(
        "person_id",
        "period__cycle__organisation_id",
        "period__weekday",
        "week",
        "use",
        "period__name",
        "period__starts",
        "period__ends",
    ):
        mine = found.setdefault(((person, school), weekday), [])
        mine.append(Held(week, use, name, (starts, ends)))
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
