"""Which days a school is open to its staff, and the morning on which a mail may reach them.

A day in a term is open, but for half-terms, closures, weekends and bank holidays. An INSET day
is open wherever it lies. Where no term is known, a weekday that is no bank holiday is open:

- terms more than LONGEST_BREAK apart have an unknown term between them;
- a year whose first known term begins after September, or whose last one ends before July,
  is known only from there, or up to there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from apps.core.years import academic_year, year_bounds
from apps.schools.enums import TermDateKind

if TYPE_CHECKING:
    from apps.schools.models import Organisation, TermDate

LONDON = ZoneInfo("Europe/London")
MORNING = time(7, 30)
LONGEST_BREAK = timedelta(days=35)
FURTHEST = 400  # days to look ahead: longer than any holiday
WEEK = (0, 1, 2, 3, 4)
BEGINNING, END = (8, 9), (7, 8)  # the months in which a full year begins and ends
EARLY = timedelta(days=14)  # a term beginning in late August belongs to the new year

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of one school; every span has both ends inclusive."""

    terms: tuple[Span, ...] = ()
    away: tuple[Span, ...] = ()
    inset: tuple[Span, ...] = ()
    closures: tuple[Span, ...] = ()
    known: tuple[Span, ...] = field(default=())

    def is_open(self, day: date) -> bool:
        if _within(day, self.closures):
            return False
        if _within(day, self.inset):
            return True
        if not is_working_day(day) or _within(day, self.away):
            return False
        return _within(day, self.terms) or not _within(day, self.known)

    def first_open(self, day: date, working_days: Collection[int] | None = None) -> date:
        """The first open day from ``day`` on that is one of ``working_days`` (Monday is 0).

        With no such day in sight, the first weekday that is no bank holiday.
        """
        days = working_days or WEEK
        return next(
            (d for d in _days_from(day) if d.weekday() in days and self.is_open(d)),
            None,
        ) or next(d for d in _days_from(day) if is_working_day(d))

    def first_open_morning(
        self, day: date, working_days: Collection[int] | None = None
    ) -> datetime:
        return datetime.combine(self.first_open(day, working_days), MORNING, tzinfo=LONDON)


UNKNOWN = Calendar()


def calendar_of(rows: Iterable[TermDate]) -> Calendar:
    """The calendar that the given rows of one school make."""
    spans: dict[str, list[Span]] = defaultdict(list)
    for row in rows:
        spans[row.kind].append((row.starts_on, row.ends_on))
    terms = sorted(spans[TermDateKind.TERM])
    return Calendar(
        terms=tuple(terms),
        away=tuple(spans[TermDateKind.HALF_TERM]),
        inset=tuple(spans[TermDateKind.INSET]),
        closures=tuple(spans[TermDateKind.CLOSURE]),
        known=tuple(_known(terms)),
    )


def calendars_of(organisations: Iterable[int]) -> dict[int, Calendar]:
    """The calendars of many schools by their id, in one query."""
    from apps.schools.models import TermDate

    ids = set(organisations)
    rows: dict[int, list[TermDate]] = {pk: [] for pk in ids}
    for row in TermDate.objects.filter(organisation_id__in=ids):
        rows[row.organisation_id].append(row)
    return {pk: calendar_of(found) for pk, found in rows.items()}


def is_open(organisation: Organisation, day: date) -> bool:
    return calendars_of([organisation.pk])[organisation.pk].is_open(day)


def next_open_morning(
    organisation: Organisation, day: date, working_days: Collection[int] | None = None
) -> datetime:
    """07:30 in London on the school's first open day from ``day`` on."""
    return calendars_of([organisation.pk])[organisation.pk].first_open_morning(day, working_days)


def is_working_day(day: date) -> bool:
    """Whether it is a weekday and no bank holiday in England."""
    return day.weekday() in WEEK and day not in _bank_holidays(day.year)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


def _days_from(day: date) -> Iterator[date]:
    return (day + timedelta(days=n) for n in range(FURTHEST))


def _within(day: date, spans: Iterable[Span]) -> bool:
    return any(first <= day <= last for first, last in spans)


def _known(terms: list[Span]) -> Iterator[Span]:
    """The spans about which the terms say something: what lies in them is a term or a holiday."""
    for year, group in groupby(terms, key=lambda span: academic_year(span[0] + EARLY)):
        first_day, last_day = year_bounds(year)
        spans = list(group)
        yield from spans
        for (_, end), (start, _) in pairwise(spans):
            if start - end <= LONGEST_BREAK:
                yield end, start
        if spans[0][0].month in BEGINNING:
            yield first_day, spans[0][0]
        if spans[-1][1].month in END:
            yield spans[-1][1], last_day
