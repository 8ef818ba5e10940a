"""The term a day belongs to, for allowances: by the school's own dates, else by the month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from apps.core.years import academic_year
from apps.schools.enums import TermDateKind
from apps.schools.models import TermDate

Span = tuple[date, date]


def term_of(organisation_id: int, day: date) -> Span:
    """First and last day of the term; the holiday after it belongs to it."""
    rows = TermDate.objects.filter(organisation_id=organisation_id, kind=TermDateKind.TERM)
    return term_in(rows.values_list("starts_on", "ends_on"), day)


def term_in(terms: Iterable[Span], day: date) -> Span:
    """The same from the given terms: from its first day to the day before the next begins.

    Where no term of that academic year is known, autumn, spring and summer begin in September,
    January and April.
    """
    year = academic_year(day)
    known = sorted(first for first, _last in terms if academic_year(first) == year)
    starts = known or [date(year, 9, 1), date(year + 1, 1, 1), date(year + 1, 4, 1)]
    begun = [first for first in starts if first <= day]
    first = begun[-1] if begun else date(year, 9, 1)
    after = [start for start in starts if start > day]
    last = after[0] - timedelta(days=1) if after else date(year + 1, 8, 31)
    return first, last
