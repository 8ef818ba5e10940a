"""No combination of the sums that are shown together tells of one to four people."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.evaluation.side_by_side import Shown, margins, together

PEOPLE = st.sets(st.integers(0, 14), max_size=9)
BEHIND = st.dictionaries(st.tuples(st.integers(0, 3), st.integers(0, 2)), PEOPLE, max_size=8)


def rank(rows: list[Any]) -> int:
    left = [[Fraction(n) for n in row] for row in rows]
    found = 0
    for column in range(len(left[0]) if left else 0):
        at = next((n for n in range(found, len(left)) if left[n][column]), None)
        if at is None:
            continue
        left[found], left[at] = left[at], left[found]
        for n in range(found + 1, len(left)):
            times = left[n][column] / left[found][column]
            left[n] = [a - times * b for a, b in zip(left[n], left[found], strict=True)]
        found += 1
    return found


def attacked(behind: dict[Any, frozenset[int]], shown: Shown, reader: int | None) -> set[Any]:
    """Parts of one to four people that some combination of the shown sums leaves alone."""
    parts: dict[Any, set[int]] = {}
    for (activity, kind, school), people in behind.items():
        if people and school != reader:
            sums = [True, *(kind == k for k in sorted(shown.kinds))]
            sums += [activity == a for a in sorted(shown.activities)]
            sums += [school == s for s in sorted(shown.schools)]
            parts.setdefault(tuple(sums), set()).update(people)
    whole = rank(list(parts))
    return {
        some
        for n in range(1, 4)
        for some in combinations(parts, n)
        if len(set().union(*(parts[part] for part in some))) < 5
        and rank([part for part in parts if part not in some]) < whole
    }


@settings(deadline=None, max_examples=150)
@given(BEHIND, st.booleans())
def test_nobody_works_out_what_few_people_did(cells: Any, by_school: bool) -> None:
    behind = {
        (activity, f"kind {activity % 2}", school): frozenset(school * 100 + n for n in people)
        for (activity, school), people in cells.items()
    }
    shown = together(behind, range(4), by_school=by_school)
    if not (shown.activities or shown.kinds or shown.schools):
        return
    for reader in (None, 0, 1, 2):
        assert attacked(behind, shown, reader) == set()


def test_all_is_shown_where_many_stand_behind_everything() -> None:
    behind = {
        (activity, f"kind {activity}", school): frozenset(range(school * 100, school * 100 + 9))
        for activity in range(3)
        for school in range(3)
    }
    shown = together(behind, range(3), by_school=True)
    assert (len(shown.activities), len(shown.kinds), len(shown.schools)) == (3, 3, 3)


def test_a_sum_that_is_shown_elsewhere_hides_its_crossings() -> None:
    """Fees are known; of one kind they are all but four people's money."""
    behind = {
        ("a", "one", "fee"): frozenset(range(6)),
        ("a", "one", "travel"): frozenset(range(10, 14)),
        ("b", "two", "travel"): frozenset(range(20, 29)),
    }
    apart = together(behind, (), readers=False)
    assert apart.kinds == {"one", "two"}
    assert together(behind, (), by_school=True, fixed=True, readers=False).kinds == set()


CELLS = st.dictionaries(st.tuples(st.integers(0, 2), st.integers(0, 2)), PEOPLE, max_size=8)


@settings(deadline=None, max_examples=150)
@given(CELLS, st.booleans())
def test_neither_do_two_ways_of_dividing_a_sum(cells: Any, fixed: bool) -> None:
    behind = {
        (f"cover {one}", other): frozenset((n % 2, n) for n in people)
        for (one, other), people in cells.items()
    }
    first, second = margins(behind, fixed=fixed)
    if not (first or second):
        return
    shown = Shown(set(), first, second)
    for reader in (None, 0, 1):
        sums = {
            ("", one, other): frozenset(n for school, n in keys if school != reader)
            for (one, other), keys in behind.items()
        }
        assert attacked(sums, shown, None) == set()


def test_small_crossings_alone_hide_nothing() -> None:
    """Three covers and two payers with three people in each: every sum is of six or more."""
    behind = {
        (cover, payer): frozenset((0, 10 * cover + 2 * payer + n) for n in range(3))
        for cover in range(3)
        for payer in range(2)
    }
    assert margins(behind) == ({0, 1, 2}, {0, 1})
