from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.evaluation.enums import Frequency
from apps.evaluation.periods import due_dates, finished, first_day, next_date, term_name, term_start

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
often = st.sampled_from([value for value in Frequency.values if value != Frequency.ONCE])


@given(days, often)
def test_dates_follow_each_other(day, frequency) -> None:
    following = next_date(day, frequency)

    assert 20 < (following - day).days < 200


@given(days, days, often)
def test_what_was_missed_is_due_once(first, today, frequency) -> None:
    if first > today:
        return
    last, following = due_dates(first, frequency, today)

    assert first <= last <= today < following


def test_a_single_report_has_one_date() -> None:
    day = date(2026, 12, 18)
    for today in (day, day + timedelta(days=400)):
        assert due_dates(day, Frequency.ONCE, today) == (day, day)


@given(days, st.sampled_from(Frequency.values))
def test_a_period_begins_before_it_ends(day, frequency) -> None:
    assert first_day(day, frequency) <= day


@pytest.mark.parametrize(
    ("day", "start", "name"),
    [
        (date(2026, 9, 1), date(2026, 9, 1), "Autumn term 2026"),
        (date(2026, 12, 18), date(2026, 9, 1), "Autumn term 2026"),
        (date(2027, 1, 10), date(2026, 12, 19), "Spring term 2027"),
        (date(2027, 5, 10), date(2027, 3, 27), "Summer term 2027"),
    ],
)
def test_terms(day, start, name) -> None:
    assert term_start(day) == start
    assert term_name(day) == name


def test_a_date_near_the_end_of_term_stands_for_it() -> None:
    assert next_date(date(2026, 12, 11), Frequency.TERMLY) == date(2027, 3, 26)
    assert next_date(date(2026, 12, 18), Frequency.HALF_TERMLY) == date(2027, 2, 12)
    assert next_date(date(2027, 1, 31), Frequency.MONTHLY) == date(2027, 2, 28)


@given(days)
def test_periods_offered_are_whole_and_over(today) -> None:
    found = [period for _year, periods in finished(today) for period in periods]

    assert found
    assert len({period.key for period in found}) == len(found)
    firsts = {period.first for period in found}
    for period in found:
        assert period.first < period.last < today
        assert (period.last - period.first).days > 25  # the shortest half-term has six weeks
        # Two that begin on the same day differ by whole periods that are offered as well.
        longer = [o for o in found if o.first == period.first and o.last > period.last]
        assert not longer or period.last + timedelta(days=1) in firsts


def test_what_is_offered_on_a_day_in_november() -> None:
    (this, autumn), (last, before) = finished(date(2026, 11, 22))

    assert (this, last) == ("2026/27", "2025/26")
    assert [period.name for period in autumn] == ["Autumn term 2026, first half"]
    assert autumn[0].key == "2026-09-01/2026-10-23"
    assert [period.name for period in before][:3] == [
        "Academic year 2025/26",
        "Summer term 2026",
        "Summer term 2026, second half",
    ]
    assert len(before) == 1 + 3 + 6
