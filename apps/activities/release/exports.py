"""The ledger to take away: the rows of the filter, with costs only where the reader sees them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.models import Release
from apps.activities.release.models import ReleaseQuerySet
from apps.activities.release.views.common import led_by
from apps.core.exports import csv_response, xlsx_response
from apps.schools.delegates import approves_for

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
AT_A_TIME = 2000


def header() -> list[str]:
    return [
        _("Day"),
        _("Leaves"),
        _("Is back"),
        _("Person"),
        _("School"),
        _("What for"),
        _("Planned minutes"),
        _("Of them on the way"),
        _("Actual minutes"),
        _("In class or on duty then"),
        _("State"),
        _("Rests on"),
        _("Decided by"),
        _("Decided on"),
        _("Cover"),
        _("Supply"),
        _("Cover £"),
        _("Travel £"),
        _("Extra pay £"),
        _("Fee £"),
        _("Who pays"),
    ]


def download(rows: ReleaseQuerySet, person: Person, kind: str) -> Any:
    """``rows`` as a CSV or XLSX file, the earliest first; what is not known stays empty."""
    ordered = rows.order_by("day", "pk").select_related(
        "person", "organisation", "activity", "decided_by"
    )
    return FORMATS[kind]("release", header(), lines(ordered, person))


def lines(rows: ReleaseQuerySet, person: Person) -> Iterator[list[Any]]:
    mine = led_by(person) | approves_for(person)
    for row in rows.iterator(chunk_size=AT_A_TIME):
        sees = row.person_id == person.pk or row.organisation_id in mine
        yield [*_what(row), *(_costs(row) if sees else [""] * 7)]


def _what(row: Release) -> list[Any]:
    return [
        row.day,
        _clock(row.starts_at),
        _clock(row.ends_at),
        row.person.name,
        row.organisation.name,
        str(row),
        row.planned_minutes,
        row.travel_minutes,
        row.actual_minutes,
        row.get_in_class_display(),
        row.get_state_display(),
        row.get_basis_display() if row.basis else "",
        row.decided_by.name if row.decided_by else "",
        row.decided_at and timezone.localdate(row.decided_at),
    ]


def _costs(row: Release) -> list[Any]:
    return [
        row.get_cover_display() if row.cover else "",
        row.supply_words,
        _pounds(row.cover_pence),
        _pounds(row.travel_pence),
        _pounds(row.extra_pay_pence),
        _pounds(row.fee_pence),
        row.get_payer_display(),
    ]


def _clock(moment: Any) -> str:
    return f"{timezone.localtime(moment):%H:%M}" if moment else ""


def _pounds(pence: int | None) -> Decimal | None:
    return None if pence is None else Decimal(pence) / 100
