"""Reports about one thing never overlap: their difference would show what one person did.

Two of them, of whatever kinds, are of the same days or share none.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext_lazy

from apps.core.years import academic_year, year_bounds
from apps.evaluation.models import Report, ReportSchedule
from apps.evaluation.periods import Period, cross, first_day
from apps.evaluation.reports.base import About, ReportKind

REFUSAL = gettext_lazy(
    "There is a report that covers some of these days and not others. The difference of the two "
    "would show what one person did: correct the report that is there."
)


def is_free(about: About, start: date, end: date) -> bool:
    return not _crosses(_taken(about), start, end)


def offered(kind: ReportKind, about: About) -> list[tuple[str, list[Period]]]:
    """The periods of this kind that no report about the same thing overlaps, in their groups."""
    taken = [] if kind.is_own else _taken(about)
    groups = [
        (name, [one for one in periods if not _crosses(taken, one.first, one.last)])
        for name, periods in kind.periods(about)
    ]
    return [(name, periods) for name, periods in groups if periods]


def next_start(
    kind: ReportKind, about: About, end: date, frequency: str, row: ReportSchedule | None
) -> date:
    """The first day of the scheduled report that ends on ``end``.

    It follows the last one about the same thing, whoever made it, or is of the days of one of
    another kind that ends then; the first of a schedule does not go back beyond its academic year.
    """
    taken = _taken(about)
    if not taken:
        return first_day(end, frequency)
    beside = [start for start, last in taken if last == end]
    if beside and not Report.objects.about(about).filter(kind=kind.slug, period_end=end).exists():
        return beside[0]
    following = max(last for _start, last in taken) + timedelta(days=1)
    if row and row.reports.exists():
        return following
    return max(following, year_bounds(academic_year(end))[0])


def _taken(about: About) -> list[tuple[date, date]]:
    """Also of those that failed, which can be tried again, and of those that were corrected."""
    rows = Report.objects.about(about).order_by("period_start")
    return list(rows.values_list("period_start", "period_end").distinct())


def _crosses(taken: list[tuple[date, date]], start: date, end: date) -> bool:
    return any(cross(days, (start, end)) for days in taken)
