"""Comparison groups: the interval of a proper library, and nothing said of few people."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from apps.core.tabular import UnreadableFile
from apps.evaluation.comparisons import file as comparison_file
from apps.evaluation.comparisons.effect import began_apart, effect, summarise

marks = st.integers(0, 100)
PATIENT = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
groups = st.lists(st.tuples(marks, marks), min_size=10, max_size=30)


@PATIENT
@given(groups, groups)
def test_the_interval_is_welchs(ours, theirs) -> None:
    gains = [[after - before for before, after in group] for group in (ours, theirs)]
    found = effect(summarise(ours), summarise(theirs))
    if all(len(set(group)) == 1 for group in gains):
        assert found.low == found.high == found.difference
        return
    expected = stats.ttest_ind(*gains, equal_var=False).confidence_interval(0.95)

    assert found.low == pytest.approx(expected.low, abs=1e-6)
    assert found.high == pytest.approx(expected.high, abs=1e-6)


@PATIENT
@given(groups, groups)
def test_where_less_is_better_the_sign_turns(ours, theirs) -> None:
    one, other = summarise(ours), summarise(theirs)
    up, down = effect(one, other), effect(one, other, higher_is_better=False)

    assert down.difference == pytest.approx(-up.difference)
    assert (down.low, down.high) == (pytest.approx(-up.high), pytest.approx(-up.low))
    assert down.is_clear == up.is_clear


def test_the_size_is_the_difference_in_deviations_before() -> None:
    ours = summarise([(n, n + 6) for n in range(10, 30)])
    theirs = summarise([(n, n + 1) for n in range(10, 30)])
    found = effect(ours, theirs)

    assert found.size == pytest.approx((1 - 3 / (4 * 38 - 1)) * 5 / ours.before_sd)
    assert began_apart(ours, theirs) == 0


def test_no_effect_is_worked_out_below_ten_and_no_group_kept_below_five() -> None:
    nine = summarise([(n, n + 1) for n in range(9)])

    assert effect(nine, summarise([(n, n) for n in range(40)])) is None
    assert summarise([(n, n) for n in range(4)] + [(1, None)] * 3) is None


def test_where_nobody_differs_there_is_no_size() -> None:
    same = summarise([(5, 7)] * 12)

    assert effect(same, same).size is None


def written(*rows: str) -> BytesIO:
    return BytesIO("\n".join(["Pupil,Group,Before,After", *rows]).encode())


def test_a_file_of_two_groups_is_read_and_those_without_a_second_value_are_counted() -> None:
    rows = [f"p{n},ours,{n},{n + 2}" for n in range(6)] + [
        f"q{n},Comparison,{n},{n}" for n in range(5)
    ]
    found = comparison_file.read(written(*rows, "p9,ours,4,"))

    assert not found.problems
    assert (found.ours.n, found.ours.missing, found.ours.gain) == (6, 1, 2)
    assert (found.theirs.n, found.theirs.gain) == (5, 0)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["p,ours,1,x"], "Row 2: “Before” and “After” must be numbers"),
        (["p,blue,1,2"], "Row 2: the group is neither"),
        (["p,ours,nan,2"], "Row 2: “Before” and “After” must be numbers"),
        (["p,ours,1,2"] * 9, "Comparison: fewer than 5"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_row(rows: list[str], words: str) -> None:
    assert any(
        problem.startswith(words) for problem in comparison_file.read(written(*rows)).problems
    )


def test_a_file_without_the_three_columns_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="three columns"):
        comparison_file.read(BytesIO(b"Name,Score\nA,1\n"))
