"""Small groups stay hidden from somebody who subtracts: an attack by linear algebra."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from apps.evaluation import suppression
from apps.evaluation.suppression import (
    LEAST,
    Cell,
    hidden,
    hidden_totals,
    of_few,
    percent,
    with_totals,
)

cells = st.integers(0, 40).flatmap(
    lambda group: st.builds(Cell, st.integers(0, group), st.just(group))
)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=8)
)


@st.composite
def with_others(draw) -> list[list[Cell]]:
    """Some others of each group stand in a larger report."""
    return [
        [Cell(c.count, c.group, draw(st.integers(0, c.group - c.count))) for c in row]
        for row in draw(tables)
    ]


def worked_out(table, mask) -> set[tuple[int, int]]:
    """Hidden cells that the sums of rows and columns determine."""
    height, width = len(table), len(table[0])
    unknown = [(r, c) for r in range(height) for c in range(width) if mask[r][c]]
    lines = [[(r, c) for c in range(width)] for r in range(height)]
    lines += [[(r, c) for r in range(height)] for c in range(width)]
    equations = []
    for line in lines:
        signs = dict.fromkeys(line[:-1], 1) | {line[-1]: -1}
        equations.append([Fraction(signs.get(place, 0)) for place in unknown])
    return {unknown[at] for at in determined(equations, len(unknown))}


def determined(rows, width) -> set[int]:
    """Unknowns that the equations fix, by Gauss and Jordan."""
    done = 0
    for column in range(width):
        pivot = next((r for r in range(done, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [x / rows[done][column] for x in rows[done]]
        for r, row in enumerate(rows):
            if r != done and row[column]:
                rows[r] = [a - row[column] * b for a, b in zip(row, rows[done], strict=True)]
        done += 1
    found = [[at for at, x in enumerate(row) if x] for row in rows]
    return {places[0] for places in found if len(places) == 1}


def of_few_people(*counts: tuple[int, ...]) -> list[list[Cell]]:
    """Groups of which nobody took part."""
    return [[Cell(0, group) for group in row] for row in counts]


# Two hidden in every row and column, and yet the one between two rings is solved for.
BRIDGE = of_few_people((0, 0, 0, 0), (1, 0, 0, 0), (1, 0, 1, 4), (4, 0, 0, 0))


@given(tables)
@example(BRIDGE)
@settings(max_examples=150, deadline=None)
def test_no_small_cell_is_shown_or_worked_out(rows) -> None:
    table = with_totals(rows)
    mask = hidden(table)

    for r, row in enumerate(table):
        for c, cell in enumerate(row):
            assert not cell.is_small or mask[r][c]
    given_away = {place for place in worked_out(table, mask) if table[place[0]][place[1]].is_small}
    assert given_away == set()


@given(tables)
@settings(max_examples=150, deadline=None)
def test_no_school_reads_small_cells_of_others_off_with_its_own_row(rows) -> None:
    mask = hidden(with_totals(rows), by_school=True)

    for school in range(len(rows)):
        others = [row for r, row in enumerate(rows) if r != school]
        if not others:
            continue
        table = with_totals(others)  # what it sees, less its own
        seen = [row for r, row in enumerate(mask) if r != school]
        given_away = worked_out(table, seen)
        for r, row in enumerate(table):
            for c, cell in enumerate(row):
                assert not cell.is_small or (seen[r][c] and (r, c) not in given_away)


@given(with_others())
@settings(max_examples=60, deadline=None)
def test_nobody_is_worked_out_who_is_only_in_a_larger_report(rows) -> None:
    """Somebody has that report too; people of a school know its own row of both."""
    larger = [[Cell(cell.count + cell.beside, cell.group) for cell in row] for row in rows]
    masks = [hidden(with_totals(some), by_school=True) for some in (rows, larger)]

    for reader in (None, *range(len(rows))):
        others = [row for r, row in enumerate(rows) if r != reader]
        if not others:
            continue
        table = with_totals(others)
        known = []
        for mask in masks:
            seen = [row for r, row in enumerate(mask) if r != reader]
            out = worked_out(table, seen)
            known.append([[not hides or (r, c) in out for c, hides in enumerate(row)]
                          for r, row in enumerate(seen)])  # fmt: skip
        for r, row in enumerate(table):
            for c, cell in enumerate(row):
                assert not (known[0][r][c] and known[1][r][c]) or not 0 < cell.beside < LEAST


@given(tables)
@settings(deadline=None)
def test_nothing_is_hidden_without_need(rows) -> None:
    table = with_totals(rows)

    if not any(cell.is_small for row in table for cell in row):
        assert not any(map(any, hidden(table)))
        assert not any(map(any, hidden(table, by_school=True)))


def test_a_total_less_its_neighbours_gives_nothing_away() -> None:
    table = with_totals(
        [[Cell(6, 20), Cell(7, 20)], [Cell(3, 8), Cell(9, 30)], [Cell(8, 40), Cell(9, 50)]]
    )
    mask = hidden(table)

    assert mask[1] == [True, True, False]
    assert sum(row[0] for row in mask) >= 2


def test_a_school_that_knows_its_own_row_learns_no_other() -> None:
    """A and B are hidden, C and the total shown: A would have B."""
    table = with_totals([[Cell(8, 20)], [Cell(3, 12)], [Cell(10, 30)]])

    assert [row[0] for row in hidden(table)] == [True, True, False, False]
    assert [row[0] for row in hidden(table, by_school=True)] == [True, True, True, False]


def test_totals_alone_tell_no_school_of_the_others() -> None:
    other = [Cell(6, 12), Cell(9, 30)]
    few, many = [Cell(3, 6), Cell(14, 30)], [Cell(6, 14), Cell(14, 30)]
    assert hidden_totals(with_totals([few, other])) == [True, True, False]
    assert hidden_totals(with_totals([many, other])) == [False] * 3


@pytest.mark.parametrize(
    ("schools", "few"),
    [((3, 3), True), ((9, 4), True), ((5, 5), False), ((5,), False), ((), False)],
)
def test_few_are_few_without_any_one_school_too(schools, few) -> None:
    people = [
        (school, 100 * school + n) for school, many in enumerate(schools) for n in range(many)
    ]
    assert of_few(people) == few


def test_everybody_and_nobody_of_a_large_group_may_be_said() -> None:
    assert not Cell(0, LEAST).is_small
    assert not Cell(LEAST, LEAST).is_small
    assert Cell(4, 4).is_small
    assert Cell(29, 30).is_small


def test_no_percentage_of_fewer_than_ten() -> None:
    assert percent(5, 9) is None
    assert percent(5, 10) == 50


@given(tables)
@settings(max_examples=60, deadline=None)
def test_nobody_is_forgotten_who_knows_more_than_others(rows) -> None:
    """Only readers who know the same of a line are left out: the mask stays what it was."""
    table = with_totals(rows)
    mask = hidden(table, by_school=True)
    asked = [row[:] for row in mask]
    for line in suppression._lines(len(table), len(table[0])):
        for reader in (None, *range(len(table) - 1)):
            assert not suppression._protect(line, table, asked, reader)
    assert asked == mask
