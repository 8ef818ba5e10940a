"""Small groups stay hidden, also from somebody who subtracts.

A cell tells of a group of people: how many there are and how many of them took part. It is hidden
when the group, those who did or those who did not are fewer than LEAST (none at all may be said
of a group that is large enough). Every row and column adds up to its total, so each with hidden
cells has at least two of them, and enough people in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.audits.suppression import RULE as LEAST

FEW = 10  # below this, counts and no percentages


@dataclass(frozen=True, slots=True)
class Cell:
    """``count`` of ``group`` people."""

    count: int
    group: int

    def __add__(self, other: Cell) -> Cell:
        return Cell(self.count + other.count, self.group + other.group)

    @property
    def is_small(self) -> bool:
        return self.group > 0 and (
            self.group < LEAST or 0 < self.count < LEAST or 0 < self.group - self.count < LEAST
        )


NOBODY = Cell(0, 0)
Table = list[list[Cell]]
Mask = list[list[bool]]
Place = tuple[int, int]


def with_totals(cells: Sequence[Sequence[Cell]]) -> Table:
    """``cells`` with a last column and a last row of totals."""
    rows = [[*row, sum(row, NOBODY)] for row in cells]
    return [*rows, [sum(column, NOBODY) for column in zip(*rows, strict=True)]]


def hidden(table: Table) -> Mask:
    """Which cells of a table with totals to hide: small ones, then what would give them away."""
    mask = [[cell.is_small for cell in row] for row in table]
    lines = list(_lines(len(table), len(table[0])))
    while any(_protect(line, table, mask) for line in lines):
        pass
    return mask


def percent(count: int, group: int) -> int | None:
    """A whole percentage; None where the group is too small for one."""
    return round(100 * count / group) if group >= FEW else None


def _lines(rows: int, columns: int) -> Iterator[list[Place]]:
    """Every row and every column, its total last."""
    for row in range(rows):
        yield [(row, column) for column in range(columns)]
    for column in range(columns):
        yield [(row, column) for row in range(rows)]


def _protect(line: list[Place], table: Table, mask: Mask) -> bool:
    """Hide one more cell of ``line`` if those hidden can be worked out; True when one was."""
    out = [place for place in line if mask[place[0]][place[1]]]
    if not out or _is_safe(out, line[-1], table):
        return False
    shown = [place for place in line if place not in out and _cell(table, place).group]
    if not shown:
        return False
    # The smallest group first, so that little is lost; totals go last.
    row, column = min(shown, key=lambda place: (place == line[-1], _cell(table, place).group))
    mask[row][column] = True
    return True


def _is_safe(out: list[Place], total: Place, table: Table) -> bool:
    """Two unknowns in one sum; and what they add up to is no small group either."""
    if len(out) < 2:
        return False
    return total in out or not sum((_cell(table, place) for place in out), NOBODY).is_small


def _cell(table: Table, place: Place) -> Cell:
    return table[place[0]][place[1]]
