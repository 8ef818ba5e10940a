"""Which week of the cycle it is, and the words of timetable files."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from apps.schools.cycles import CycleFacts, monday_of, weeks_of
from apps.schools.timetabling import words

SEPTEMBER = date(2026, 9, 7)


# Weeks


def open_but(*closed: date) -> Any:
    weeks = {monday_of(day) for day in closed}
    return lambda day: day.weekday() < 5 and monday_of(day) not in weeks


def letters(cycle: CycleFacts, first: date, weeks: int, is_open: Any) -> list[int | None]:
    found = weeks_of(cycle, first, first + timedelta(days=7 * weeks - 1), is_open)
    return [found.get(first + timedelta(days=7 * n)) for n in range(weeks)]


def test_weeks_a_and_b_take_turns_and_a_holiday_uses_up_none() -> None:
    half_term = SEPTEMBER + timedelta(days=14)
    cycle = CycleFacts(2, SEPTEMBER)
    assert letters(cycle, SEPTEMBER, 5, open_but(half_term)) == [1, 2, None, 1, 2]


def test_one_closed_day_does_not_shift_the_weeks() -> None:
    bank_holiday = SEPTEMBER + timedelta(days=7)
    is_open = lambda day: day.weekday() < 5 and day != bank_holiday  # noqa: E731
    assert letters(CycleFacts(2, SEPTEMBER), SEPTEMBER, 3, is_open) == [1, 2, 1]


def test_a_week_can_be_corrected_and_the_cycle_counts_on_from_there() -> None:
    third = SEPTEMBER + timedelta(days=14)
    cycle = CycleFacts(2, SEPTEMBER, {third: 2})
    assert letters(cycle, SEPTEMBER, 5, open_but()) == [1, 2, 2, 1, 2]


def test_weeks_before_the_anchor_are_counted_backwards() -> None:
    cycle = CycleFacts(2, SEPTEMBER + timedelta(days=21))
    holiday = SEPTEMBER + timedelta(days=7)
    assert letters(cycle, SEPTEMBER, 4, open_but(holiday)) == [1, None, 2, 1]
    assert letters(CycleFacts(1, SEPTEMBER), SEPTEMBER, 3, open_but()) == [1, 1, 1]


# Words of files


@pytest.mark.parametrize(
    ("cell", "use"),
    [
        ("8X/Ma1", "teaching"),
        ("T", "teaching"),
        ("PPA", "ppa"),
        ("Year 3 PPA cover", "ppa"),
        ("ECT time", "induction"),
        ("Break duty", "duty"),
        ("Non-contact", "free"),
        ("free", "free"),
        ("-", "free"),
        ("", ""),
    ],
)
def test_what_a_cell_holds(cell: str, use: str) -> None:
    assert words.use_of(cell) == use


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Mon P1", (0, "1", None)),
        ("Monday 1", (0, "1", None)),
        ("A Tue 2", (1, "2", 1)),
        ("WedB:P3", (2, "3", 2)),
        ("1Thu:4", (3, "4", 1)),
        ("Week B Friday Period 5", (4, "5", 2)),
        ("Mon Reg", (0, "reg", None)),
        ("Mon P9", None),
        ("Monitor", None),
        ("Surname", None),
    ],
)
def test_what_a_heading_means(heading: str, expected: Any) -> None:
    names = ["P1", "P2", "P3", "P4", "P5", "Reg"]
    found = words.heading_of(heading, names)
    assert (found and (found.weekday, found.period, found.week)) == expected
