"""Term dates, kept a year at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from django.db import transaction

from apps.accounts.models import Person
from apps.core import audit_trail
from apps.core.permissions import require
from apps.core.years import year_bounds
from apps.schools.calendars import EARLY
from apps.schools.models import Organisation, TermDate
from apps.schools.permissions.calendars import can_keep_calendar

Entry = tuple[str, date, date]  # kind, first day, last day


class CalendarChangedError(Exception):
    """Somebody else has saved this year since it was shown."""


def entries_of(organisation: Organisation, year: int) -> list[Entry]:
    """What is typed in for the academic year, by kind and day."""
    rows = TermDate.objects.filter(organisation=organisation, starts_on__range=window(year))
    return sorted((row.kind, row.starts_on, row.ends_on) for row in rows)


def window(year: int) -> tuple[date, date]:
    """When something of the year may begin: from late August to the next."""
    first, last = year_bounds(year)
    return first - EARLY, last - EARLY


def seal(entries: Iterable[Entry]) -> str:
    """Changes with the entries: what a form was shown is what it may replace."""
    return sha256(repr(sorted(entries)).encode()).hexdigest()[:16]


@transaction.atomic
def set_calendar(
    *, by: Person, organisation: Organisation, year: int, entries: list[Entry], seen: str
) -> None:
    """Replace the year's dates by ``entries``; the same twice changes nothing.

    CalendarChangedError when they are not those that ``seen`` was made of any more.
    """
    require(can_keep_calendar(by, organisation))
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    present = entries_of(organisation, year)
    if present == sorted(entries):
        return
    if seal(present) != seen:
        raise CalendarChangedError
    rows = TermDate.objects.filter(organisation=organisation, starts_on__range=window(year))
    gone = [row.pk for row in rows if (row.kind, row.starts_on, row.ends_on) not in entries]
    rows.filter(pk__in=gone).delete()
    TermDate.objects.bulk_create(
        TermDate(organisation=organisation, kind=kind, starts_on=start, ends_on=end)
        for kind, start, end in set(entries) - set(present)
    )
    audit_trail.record("schools.calendar_set", organisation, by=by, year=year, entries=len(entries))
