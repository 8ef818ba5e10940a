"""When things of the demonstration happen, relative to the day it is first loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from apps.core.years import academic_year, year_bounds

SHORTEST = timedelta(days=56)


@dataclass(frozen=True, slots=True)
class Timeline:
    """From the first of September to ``today``; never shorter than SHORTEST, so that a load in
    September still has a story."""

    today: date

    @property
    def start(self) -> date:
        first, _last = year_bounds(academic_year(self.today))
        return min(first, self.today - SHORTEST)

    def past(self, part: float, hour: int = 10) -> datetime:
        """A working moment at ``part`` (0 to below 1) of the way from the start to yesterday."""
        span = (self.today - self.start).days - 1
        return self._moment(self.start + timedelta(days=int(span * part)), hour)

    def days_ago(self, days: int, hour: int = 10) -> datetime:
        return self._moment(self.today - timedelta(days=days), hour)

    def ahead(self, days: int, hour: int = 10) -> datetime:
        return timezone.make_aware(datetime.combine(self.working_day(days), time(hour)))

    def working_day(self, days: int) -> date:
        """A weekday about ``days`` from today, not before it."""
        day = self.today + timedelta(days=days)
        while day.weekday() > 4:
            day += timedelta(days=1)
        return day

    def _moment(self, day: date, hour: int) -> datetime:
        while day.weekday() > 4 or _half_term(day):
            day -= timedelta(days=1)
        return timezone.make_aware(datetime.combine(day, time(hour)))


def _half_term(day: date) -> bool:
    return day.month == 10 and 26 <= day.day <= 30
