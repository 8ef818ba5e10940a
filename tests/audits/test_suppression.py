"""An attacker who has every released table, and subtracts."""

from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.audits.suppression import RULE, Cell, left_out, released

# The machine may be busy; the examples are small.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
GROUPS = ("a", "b", "c", "d")


@st.composite
def populations(draw):
    """For each group its people; for each person a need, or None where they left it out."""
    groups = draw(st.integers(1, len(GROUPS)))
    person = st.none() | st.integers(1, 16)
    return {name: draw(st.lists(person, max_size=12)) for name in GROUPS[:groups]}


def tables(people):
    sizes = {group: len(rows) for group, rows in people.items() if rows}
    cells = {
        group: Cell(sum(n is not None for n in people[group]), sum(n or 0 for n in people[group]))
        for group in sizes
    }
    return sizes, cells, *released(cells, sizes)


@PATIENT
@given(populations())
def test_no_sum_or_difference_of_tables_is_of_fewer_than_five(people) -> None:
    _sizes, _cells, total, groups = tables(people)
    shown = {group: cell for group, cell in groups.items() if cell is not None}
    known = list(shown.values())
    if total is None:
        assert not shown
        return
    for count in range(len(known) + 1):
        for some in combinations(known, count):
            rest = total.n - sum(cell.n for cell in some)
            assert rest == 0 or rest >= RULE
    assert all(cell.n == 0 or cell.n >= RULE for cell in known)


@PATIENT
@given(populations())
def test_what_is_left_out_is_about_at_least_five_people(people) -> None:
    """Even "nobody of them rated it" would tell on a group of four."""
    sizes, _cells, total, groups = tables(people)
    hidden = [group for group, cell in groups.items() if cell is None]
    left = sum(sizes[group] for group in hidden)
    assert left == 0 or left >= RULE or total is None


@PATIENT
@given(populations())
def test_what_is_shown_is_true(people) -> None:
    _sizes, cells, total, groups = tables(people)
    if total is not None:
        assert total == sum(cells.values(), Cell())
    assert all(cell is None or cell == cells[group] for group, cell in groups.items())


def test_the_larger_group_is_left_out_with_the_smaller() -> None:
    assert left_out({"teacher": 20, "support": 3}) == {"teacher", "support"}
    assert left_out({"teacher": 20, "support": 6}) == set()
    assert left_out({"teacher": 20, "support": 3, "other": 2}) == {"support", "other"}


def test_a_group_of_four_who_rated_nothing_is_not_given_away() -> None:
    cells = {"teacher": Cell(20, 100), "support": Cell()}

    _total, groups = released(cells, {"teacher": 20, "support": 4})

    assert groups == {"teacher": None, "support": None}


def test_nothing_is_released_of_four_people() -> None:
    assert released({"teacher": Cell()}, {"teacher": 4}) == (None, {"teacher": None})
