"""On which days something that repeats takes place (the RRULE of RFC 5545, by days).

A school's calendar has days, not minutes: so a rule is asked of one day after the other, and no
rule, however odd, can take longer than there are days to ask about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

WEEKDAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
UNDERSTOOD = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYMONTHDAY", "WKST"}
FURTHEST = timedelta(days=10 * 366)


class UnknownRepeat(Exception):
    """A rule of a sort that school calendars do not have."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """``days`` holds (nth, weekday): nth 0 is every one, -1 the last of the month or year."""

    first: date
    freq: str
    interval: int = 1
    count: int = 0
    until: date | None = None
    days: tuple[tuple[int, int], ...] = ()
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    week_start: int = 0

    def days_between(self, first: date, last: date) -> Iterator[date]:
        """Its days in order; the day it begins on always is one. Where they are counted, from
        the first on, at most FURTHEST back."""
        end = min(last, self.until) if self.until else last
        begin = last - FURTHEST if self.count else first
        found = 0
        for day in _days(max(self.first, begin), end):
            if day == self.first or self.is_on(day):
                yield day
                found += 1
                if self.count and found >= self.count:
                    return

    def is_on(self, day: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        if self.month_days and not {day.day, day.day - _length(day) - 1} & set(self.month_days):
            return False
        return _ON[self.freq](self, day)

    def _daily(self, day: date) -> bool:
        return (day - self.first).days % self.interval == 0 and self._weekday_fits(day)

    def _weekly(self, day: date) -> bool:
        weeks = (self._week(day) - self._week(self.first)).days // 7
        wanted = {weekday for _nth, weekday in self.days} or {self.first.weekday()}
        return weeks % self.interval == 0 and day.weekday() in wanted

    def _monthly(self, day: date) -> bool:
        months = 12 * (day.year - self.first.year) + day.month - self.first.month
        if months % self.interval:
            return False
        if self.days:
            return self._nth_fits(day, day.day - 1, _length(day) - day.day)
        return bool(self.month_days) or day.day == self.first.day

    def _yearly(self, day: date) -> bool:
        if (day.year - self.first.year) % self.interval:
            return False
        if self.days and self.months:
            return self._nth_fits(day, day.day - 1, _length(day) - day.day)
        if self.days:
            before = (day - date(day.year, 1, 1)).days
            return self._nth_fits(day, before, (date(day.year, 12, 31) - day).days)
        in_month = bool(self.months) or day.month == self.first.month or bool(self.month_days)
        return in_month and (bool(self.month_days) or day.day == self.first.day)

    def _nth_fits(self, day: date, before: int, after: int) -> bool:
        """``before`` and ``after``: how many days of the month or year lie on either side."""
        here = {0, before // 7 + 1, -(after // 7) - 1}
        return any(weekday == day.weekday() and nth in here for nth, weekday in self.days)

    def _weekday_fits(self, day: date) -> bool:
        return not self.days or day.weekday() in {weekday for _nth, weekday in self.days}

    def _week(self, day: date) -> date:
        return day - timedelta(days=(day.weekday() - self.week_start) % 7)


_ON = {
    "DAILY": Repeat._daily,
    "WEEKLY": Repeat._weekly,
    "MONTHLY": Repeat._monthly,
    "YEARLY": Repeat._yearly,
}


def repeat_of(first: date, rule: Mapping[str, Any]) -> Repeat:
    """From a rule as the icalendar library gives it: lists by upper-case name. UnknownRepeat."""
    parts = {str(name).upper(): value for name, value in rule.items() if value}
    freq = str(_one(parts, "FREQ", "")).upper()
    days = tuple(_nth_day(str(value)) for value in _many(parts, "BYDAY"))
    if set(parts) - UNDERSTOOD or freq not in _ON or len(days) > 20:
        raise UnknownRepeat
    if any(nth for nth, _weekday in days) and freq in ("DAILY", "WEEKLY"):
        raise UnknownRepeat
    until = _one(parts, "UNTIL", None)
    return Repeat(
        first=first,
        freq=freq,
        interval=max(int(_one(parts, "INTERVAL", 1)), 1),
        count=max(int(_one(parts, "COUNT", 0)), 0),
        until=until.date() if isinstance(until, datetime) else until,
        days=days,
        months=tuple(int(value) for value in _many(parts, "BYMONTH")),
        month_days=tuple(int(value) for value in _many(parts, "BYMONTHDAY")),
        week_start=WEEKDAYS.get(str(_one(parts, "WKST", "MO")).upper(), 0),
    )


def _many(parts: Mapping[str, Any], name: str) -> list[Any]:
    value = parts.get(name, [])
    return list(value) if isinstance(value, list | tuple) else [value]


def _one(parts: Mapping[str, Any], name: str, default: Any) -> Any:
    return next(iter(_many(parts, name)), default)


def _nth_day(value: str) -> tuple[int, int]:
    name, nth = value[-2:].upper(), value[:-2] or "0"
    if name not in WEEKDAYS or not nth.lstrip("+-").isdecimal():
        raise UnknownRepeat
    return int(nth), WEEKDAYS[name]


def _length(day: date) -> int:
    """How many days its month has."""
    later = day.replace(day=28) + timedelta(days=4)
    return (later - timedelta(days=later.day)).day


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
