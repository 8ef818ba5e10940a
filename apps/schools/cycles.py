"""Which week of a timetable cycle a calendar week is.

Only school weeks count: a week in which the school is closed on all five days takes no letter, so
the week after a holiday goes on from the week before it. Where a school does it otherwise, it
corrects one week, and the cycle counts on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """``anchor`` is the Monday of a week 1; ``corrections`` maps Mondays to weeks."""

    weeks: int
    anchor: date
    corrections: Mapping[date, int] = field(default_factory=dict)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def is_school_week(monday: date, is_open: Callable[[date], bool]) -> bool:
    return any(is_open(monday + timedelta(days=n)) for n in range(5))


def weeks_of(
    cycle: CycleFacts, first: date, last: date, is_open: Callable[[date], bool]
) -> dict[date, int]:
    """Week 1 or 2 of every school week from ``first``'s to ``last``'s, by its Monday."""
    first, last = monday_of(first), monday_of(last)
    begin, week = _known_before(cycle, first)
    if begin > first:
        week = _back_to(first, begin, week, cycle.weeks, is_open)
        begin = first
    found: dict[date, int] = {}
    monday = begin
    while monday <= last:
        week = cycle.corrections.get(monday, week)
        if is_school_week(monday, is_open):
            if monday >= first:
                found[monday] = week
            week = week % cycle.weeks + 1
        monday += WEEK
    return found


def _known_before(cycle: CycleFacts, first: date) -> tuple[date, int]:
    """The last Monday up to ``first`` whose week is known, else the anchor that comes later."""
    known = {cycle.anchor: 1, **cycle.corrections}
    before = [monday for monday in known if monday <= first]
    monday = max(before) if before else min(known)
    return monday, min(known[monday], cycle.weeks)


def _back_to(
    first: date, known: date, week: int, weeks: int, is_open: Callable[[date], bool]
) -> int:
    """The week that ``first`` must be, for ``known`` to be ``week``."""
    between = sum(
        is_school_week(first + n * WEEK, is_open) for n in range((known - first).days // 7)
    )
    return (week - 1 - between) % weeks + 1
