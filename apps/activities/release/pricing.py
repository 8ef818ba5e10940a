"""What supply costs: days at the school's rate of that day, halves and lessons pro rata; and
what is paid for time outside paid hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from apps.activities.release.enums import Cover, SupplyUnit
from apps.activities.release.models import Release
from apps.schools.models import SupplyRate


def supply_pence(day_pence: int, lessons: int, unit: str, count: int) -> int:
    """``count`` days, half days or lessons; whole pence, half a penny up."""
    parts = {SupplyUnit.DAY: 1, SupplyUnit.HALF: 2, SupplyUnit.LESSON: lessons}[SupplyUnit(unit)]
    exact = Decimal(day_pence) * count / parts
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def rate_on(organisation_id: int, day: date | None) -> SupplyRate | None:
    """The rate in force that day; None where none is known."""
    if day is None:
        return None
    return SupplyRate.objects.on(day).filter(organisation_id=organisation_id).first()


def price(row: Release, rates: Iterable[SupplyRate] | None = None) -> None:
    """Set the cost of cover of an unsaved change; empty where it is no supply or has no rate.

    ``rates`` of its school, the latest first; looked up when not given.
    """
    row.cover_pence = None
    if row.cover != Cover.SUPPLY or row.supply_count is None or row.day is None:
        return
    if rates is None:
        rate = rate_on(row.organisation_id, row.day)
    else:
        rate = next((r for r in rates if r.starts_on <= row.day), None)
    if rate is not None:
        row.cover_pence = supply_pence(rate.pence, rate.lessons, row.supply_unit, row.supply_count)


def price_extra(row: Release) -> None:
    """Set the extra pay of an unsaved change by the school's hour of that day; empty where there
    is nothing to pay, or no rate: that is to be typed in."""
    row.extra_pay_pence = None
    if not row.extra_minutes:
        return
    rate = rate_on(row.organisation_id, row.day)
    if rate is not None and rate.extra_hour_pence is not None:
        exact = Decimal(rate.extra_hour_pence) * row.extra_minutes / 60
        row.extra_pay_pence = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
