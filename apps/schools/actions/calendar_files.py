"""Term dates from a calendar file: looked at first, written on a second press."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from apps.accounts.models import Person
from apps.core import audit_trail, clock
from apps.core.permissions import require
from apps.core.sweeps import sweep
from apps.core.years import academic_year
from apps.schools.actions.calendars import window
from apps.schools.calendars import EARLY
from apps.schools.enums import TermDateKind as Kind
from apps.schools.ics.planning import Planned, plan
from apps.schools.ics.reading import read
from apps.schools.models import CalendarFile, Organisation, TermDate
from apps.schools.permissions.calendars import can_keep_calendar

KEPT = timedelta(days=7)
MOST_SHOWN = 150  # of the events that were not understood


def years_read() -> tuple[int, int]:
    """Last year's, this year's and next year's dates are kept."""
    now = academic_year(clock.today())
    return now - 1, now + 1


def store_file(
    *, by: Person, organisation: Organisation, filename: str, data: bytes
) -> CalendarFile:
    """Read the file and keep what it says. UnreadableFile when it is no calendar."""
    require(can_keep_calendar(by, organisation))
    first, last = years_read()
    reading = read(data, window(first)[0], window(last)[1])
    found = plan(reading.happenings)
    # Whole weeks before single days, for those are more likely to be dates of the school.
    others = sorted(found.others, key=lambda one: (one.first - one.last, one.first))
    shown = sorted(others[:MOST_SHOWN], key=lambda one: one.first)
    return CalendarFile.objects.create(
        organisation=organisation,
        uploaded_by=by,
        filename=filename[:200],
        entries={
            "known": [one.as_json() for one in found.known],
            "others": [one.as_json() for one in shown],
            "more": len(others) - len(shown),
            "problems": reading.problems[:MOST_SHOWN],
            "elsewhere": reading.elsewhere,
            "beyond": reading.beyond,
        },
    )


@dataclass(frozen=True, slots=True)
class Changes:
    """What reading dates in would do: rows that go, and dates that come."""

    gone: list[TermDate]
    come: list[Planned]

    def __bool__(self) -> bool:
        return bool(self.gone or self.come)


def changes(organisation: Organisation, dates: list[Planned]) -> Changes:
    """In the years that ``dates`` are of: what was read from a file before gives way, and so do
    typed dates of the same kind that lie across a new one."""
    years = {year_of(one.first) for one in dates}
    rows = [
        row
        for row in TermDate.objects.filter(organisation=organisation)
        if year_of(row.starts_on) in years
    ]
    wanted = {(one.kind, one.first, one.last, one.uid) for one in dates}
    same = {(row.kind, row.starts_on, row.ends_on, row.uid) for row in rows} & wanted
    return Changes(
        gone=[row for row in rows if _key(row) not in same and (row.uid or _across(row, dates))],
        come=[one for one in dates if (one.kind, one.first, one.last, one.uid) not in same],
    )


def year_of(day: date) -> int:
    return academic_year(day + EARLY)


def _key(row: TermDate) -> tuple[str, date, date, str]:
    return row.kind, row.starts_on, row.ends_on, row.uid


def _across(row: TermDate, dates: Iterable[Planned]) -> bool:
    return any(
        one.kind == row.kind and one.first <= row.ends_on and row.starts_on <= one.last
        for one in dates
    )


@transaction.atomic
def read_in(*, by: Person, file: CalendarFile, dates: list[Planned]) -> Changes:
    """Write them; the same file a second time changes nothing."""
    organisation = file.organisation
    require(can_keep_calendar(by, organisation))
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    done = changes(organisation, dates)
    TermDate.objects.filter(pk__in=[row.pk for row in done.gone]).delete()
    TermDate.objects.bulk_create(
        TermDate(
            organisation=organisation,
            kind=Kind(one.kind),
            starts_on=one.first,
            ends_on=one.last,
            uid=one.uid,
        )
        for one in done.come
    )
    if done:
        counts = {"gone": len(done.gone), "come": len(done.come)}
        audit_trail.record("schools.calendar_read", organisation, by=by, **counts)
    file.delete()
    return done


@sweep("schools.tidy_calendar_files", every=timedelta(hours=6))
def tidy(at: datetime) -> int:
    """Let go of files that nobody confirmed within a week."""
    gone: tuple[int, dict[str, Any]] = CalendarFile.objects.filter(
        created_at__lt=at - KEPT
    ).delete()
    return gone[0]
