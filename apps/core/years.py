"""The academic year, as the integer of its starting year (2026 is 2026/27)."""

from __future__ import annotations

from datetime import date

FIRST_MONTH = 9


def academic_year(day: date) -> int:
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def year_label(year: int) -> str:
    """2026 -> "2026/27"."""
    return f"{year}/{(year + 1) % 100:02d}"


def year_bounds(year: int) -> tuple[date, date]:
    """First and last day, both inclusive."""
    return date(year, FIRST_MONTH, 1), date(year + 1, 8, 31)
