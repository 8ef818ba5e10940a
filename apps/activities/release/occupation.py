"""Whether somebody is needed at work at a time: in class, on duty or paid to be there.

What nobody has said is not known; the first of these that says something decides:

- a day on which they do not work, or their school is closed: no release is needed;
- an INSET day: staff are in, nobody has a class to leave;
- their timetable: teaching and duties need release, other times do not;
- for support staff without one, their paid hours.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from apps.activities.release.enums import InClass
from apps.schools.models import Membership
from apps.schools.times import Held, SchoolTimes, Span, Times, schools_times, times_of

Who = tuple[int, int]  # person, organisation


@dataclass(frozen=True, slots=True)
class Occupation:
    """What is known of some people over some days; read in six queries, however many."""

    schools: dict[int, SchoolTimes]
    working_days: dict[Who, set[int]]
    times: dict[int, Times]

    @classmethod
    def of(cls, people: Collection[Who], first: date, last: date) -> Occupation:
        if not people:
            return cls({}, {}, {})
        schools = schools_times({school for _person, school in people})
        held = Membership.objects.current(first).filter(
            person_id__in={person for person, _school in people}, organisation_id__in=schools
        )
        working: dict[Who, set[int]] = {}
        for person, school, days in held.values_list(
            "person_id", "organisation_id", "working_days"
        ):
            working.setdefault((person, school or 0), set()).update(days)
        return cls(schools, working, times_of(people, first, last, schools))

    def in_class(
        self, who: Who, day: date, starts_at: datetime | None, ends_at: datetime | None
    ) -> InClass:
        """``starts_at`` and ``ends_at`` are None where only the day is known."""
        working = self.working_days.get(who)
        if working is not None and day.weekday() not in working:
            return InClass.NO
        if not self.schools.get(who[1], SchoolTimes()).teaches_on(day):
            return InClass.NO
        if starts_at is None or ends_at is None:
            return InClass.UNKNOWN
        times = self.times[who[0]]
        if times.has_timetable:
            return _yes_if(times.needing_cover, starts_at, ends_at)
        if times.paid is not None:
            return _yes_if(times.paid, starts_at, ends_at)
        return InClass.UNKNOWN

    def unpaid_minutes(
        self, person: int, starts_at: datetime | None, ends_at: datetime | None
    ) -> int | None:
        """How much of that time lies outside what they are paid for; None where nobody has said
        when they are paid."""
        paid = self.times[person].paid
        if paid is None or starts_at is None or ends_at is None:
            return None
        within = sum(
            max(min(ends, ends_at) - max(starts, starts_at), timedelta(0)).total_seconds()
            for starts, ends in paid
        )
        return round(((ends_at - starts_at).total_seconds() - within) / 60)

    def periods_missed(
        self, who: Who, day: date, starts_at: datetime | None, ends_at: datetime | None
    ) -> list[str]:
        """Names of those of their periods that somebody has to take; all, for a whole day."""
        times = self.times[who[0]]
        covered = set(times.needing_cover)
        mine = [h for h in times.held if h.starts.date() == day and h.span in covered]
        return [h.name for h in sorted(mine, key=_start) if _meets(h.span, starts_at, ends_at)]


def _start(held: Held) -> datetime:
    return held.starts


def _yes_if(spans: Collection[Span], starts_at: datetime, ends_at: datetime) -> InClass:
    met = any(_meets(span, starts_at, ends_at) for span in spans)
    return InClass.YES if met else InClass.NO


def _meets(span: Span, starts_at: datetime | None, ends_at: datetime | None) -> bool:
    if starts_at is None or ends_at is None:
        return True
    return span[0] < ends_at and starts_at < span[1]
