"""Which days a report covers, and when the next one is due.

Without the schools' own calendars a term ends where most of England's do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.core.years import FIRST_MONTH, academic_year, year_bounds, year_label
from apps.evaluation.enums import Frequency

# The last days of the half-terms, as (month, day), in the order of the academic year.
HALF_TERM_ENDS = ((10, 23), (12, 18), (2, 12), (3, 26), (5, 28), (7, 21))
TERM_ENDS = HALF_TERM_ENDS[1::2]
# A scheduled report covers no fewer days: a few would show what single people did in them.
SHORTEST = timedelta(days=28)
# A date chosen by hand shortly before a term's end stands for that end.
NEAR = SHORTEST - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A half-term, term or academic year that is over; both days inclusive."""

    name: str
    first: date
    last: date

    @property
    def key(self) -> str:
        return f"{self.first}/{self.last}"

    @property
    def days(self) -> str:
        return _("%(first)s to %(last)s") % {"first": _day(self.first), "last": _day(self.last)}


def cross(one: tuple[date, date], other: tuple[date, date]) -> bool:
    """Whether they share some days, but not all of both."""
    return one != other and one[0] <= other[1] and other[0] <= one[1]


def half_terms(today: date) -> list[Period]:
    """The half-terms of this and the last academic year that are over, the latest first."""
    this = academic_year(today)
    found = [half for year in (this - 1, this) for half in half_terms_of(year)]
    return [half for half in reversed(found) if half.last < today]


def half_terms_of(year: int) -> list[Period]:
    """The six of an academic year in their order."""
    found = []
    starts, _end = year_bounds(year)
    for number, (month, dom) in enumerate(HALF_TERM_ENDS):
        ends = date(year + (month < FIRST_MONTH), month, dom)
        half = _("second half") if number % 2 else _("first half")
        found.append(Period(f"{term_name(ends)}, {half}", starts, ends))
        starts = ends + timedelta(days=1)
    return found


def _day(value: date) -> str:
    """Short enough for a list on a phone: the period's name has the year."""
    return date_format(value, "j M", use_l10n=False)


def finished(today: date) -> list[tuple[str, list[Period]]]:
    """The periods of this and the last academic year that are over, by year, latest first.

    Only whole ones: a report of a few days more or less would tell, by subtraction, what one
    person did in them.
    """
    this = academic_year(today)
    found = []
    for year in (this, this - 1):
        over = [period for period in periods_of(year) if period.last < today]
        if over:
            found.append((year_label(year), over))
    return found


def periods_of(year: int) -> list[Period]:
    """The year, its terms and half-terms, the latest to end first and then the longest."""
    first, last = year_bounds(year)
    found = [Period(_("Academic year %(year)s") % {"year": year_label(year)}, first, last)]
    for number, half in enumerate(half_terms_of(year)):
        found.append(half)
        if number % 2:
            found.append(Period(term_name(half.last), term_start(half.last), half.last))
    return sorted(found, key=lambda period: (period.last, -period.first.toordinal()), reverse=True)


def ends_after(day: date, ends: tuple[tuple[int, int], ...]) -> date:
    """The first of ``ends`` that is later than ``day``."""
    dates = [date(day.year + more, month, dom) for more in (0, 1) for month, dom in ends]
    return min(found for found in dates if found > day)


def next_date(day: date, frequency: str) -> date:
    """When the report after the one of ``day`` is due; of a single one, the day itself."""
    if frequency == Frequency.ONCE:
        return day
    if frequency == Frequency.MONTHLY:
        return _a_month_after(day)
    ends = TERM_ENDS if frequency == Frequency.TERMLY else HALF_TERM_ENDS
    return ends_after(day + NEAR, ends)


def due_dates(first: date, frequency: str, today: date) -> tuple[date, date]:
    """The last date due by ``today``, from ``first`` on, and the one after it.

    A single report has no later date: both are ``first``.
    """
    last, following = first, next_date(first, frequency)
    if following == first:
        return first, first
    while following <= today:
        last, following = following, next_date(following, frequency)
    return last, following


def first_day(last: date, frequency: str) -> date:
    """The first day of the first report that ends on ``last``; later ones follow each other."""
    if frequency == Frequency.MONTHLY:
        return (last.replace(day=1) - timedelta(days=1)).replace(day=min(last.day, 28))
    if frequency in (Frequency.TERMLY, Frequency.ONCE):
        return term_start(last)
    year = academic_year(last)
    ends = [date(year + (month < 9), month, dom) for month, dom in HALF_TERM_ENDS]
    return max([term_start(last), *(end + timedelta(days=1) for end in ends if end < last)])


def term_start(day: date) -> date:
    """The first day of the term that ``day`` lies in."""
    year = academic_year(day)
    first, _last = year_bounds(year)
    ends = (date(year, *TERM_ENDS[0]), date(year + 1, *TERM_ENDS[1]))
    return max([first, *(end + timedelta(days=1) for end in ends if end < day)])


def term_name(day: date) -> str:
    month_day = (day.month, day.day)
    if day.month >= 9:
        return _("Autumn term %(year)d") % {"year": day.year}
    if month_day <= TERM_ENDS[1]:
        return _("Spring term %(year)d") % {"year": day.year}
    return _("Summer term %(year)d") % {"year": day.year}


def _a_month_after(day: date) -> date:
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    last_dom = ((first + timedelta(days=32)).replace(day=1) - timedelta(days=1)).day
    return first.replace(day=min(day.day, last_dom))
