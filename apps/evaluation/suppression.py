"""Small groups stay hidden, also from somebody who subtracts.

A cell tells of a group of people: how many there are and how many of them took part. It is hidden
when the group, those who did or those who did not are fewer than LEAST (none at all may be said
of a group that is large enough). Every row and column adds up to its total, so each with hidden
cells has at least two of them, and enough people in them. In a table with a row a school that must
hold for each school's readers too, who know its own row.

Where a report of something larger counts more of the same groups, those whom it counts beyond
must not be worked out either: it is taken to show all that it can.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from apps.audits.suppression import RULE as LEAST
from apps.audits.suppression import is_small

FEW = 10  # below this, counts and no percentages


@dataclass(frozen=True, slots=True)
class Cell:
    """``count`` of ``group`` people; a larger report counts ``beside`` others of them too."""

    count: int
    group: int
    beside: int = 0

    def __add__(self, other: Cell) -> Cell:
        beside = self.beside + other.beside
        return Cell(self.count + other.count, self.group + other.group, beside)

    def __sub__(self, other: Cell) -> Cell:
        beside = self.beside - other.beside
        return Cell(self.count - other.count, self.group - other.group, beside)

    @property
    def is_small(self) -> bool:
        if any(map(is_small, (self.group, self.count, self.group - self.count))):
            return True
        # Of fewer than LEAST in all the larger report says nothing itself.
        return is_small(self.beside) and self.count + self.beside >= LEAST


NOBODY = Cell(0, 0)
Table = list[list[Cell]]
Mask = list[list[bool]]
Place = tuple[int, int]
Reader = int | None  # the row that somebody knows already


def with_totals(cells: Sequence[Sequence[Cell]]) -> Table:
    """``cells`` with a last column and a last row of totals."""
    rows = [[*row, sum(row, NOBODY)] for row in cells]
    return [*rows, [sum(column, NOBODY) for column in zip(*rows, strict=True)]]


def hidden(table: Table, *, by_school: bool = False) -> Mask:
    """Which cells of a table with totals to hide: small ones, then what would give them away.

    ``by_school``: each row but the last is a school's, and its own people know it.
    """
    mask = [[cell.is_small for cell in row] for row in table]
    lines = list(_lines(len(table), len(table[0])))
    schools = len(table) - 1 if by_school else 0
    asked = [(line, reader) for line in lines for reader in _readers(line, schools)]
    while any(_protect(line, table, mask, reader) for line, reader in asked) or any(
        _close_bridge(table, mask, reader) for reader in (None, *range(schools))
    ):
        pass
    return mask


def _readers(line: Sequence[Place], schools: int) -> list[Reader]:
    """Those who know different things of the line: in the row of one school that school alone
    knows more than anybody."""
    (row, _first), (other, _second) = line[0], line[-1]
    if row == other and row < schools:
        return [None, row]
    return [None, *range(schools)]


def hidden_totals(table: Table) -> list[bool]:
    """Which totals of the last row to hide, where no school's row is shown beside them."""
    last = len(table) - 1
    line = [(last, column) for column in range(len(table[0]))]
    readers: list[Reader] = [None, *range(last)]
    small = [any(_unknown(table, place, reader).is_small for reader in readers) for place in line]
    mask = [[True] * len(line)] * last + [small]
    while any(_protect(line, table, mask, reader) for reader in readers):
        pass
    return mask[last]


def of_few(people: Iterable[tuple[int, int]]) -> bool:
    """Whether one to four people are behind it: all, or all but those whom one school knows of.

    Each stands beside that school.
    """
    pairs = set(people)
    left = [{one for of, one in pairs if of != school} for school in {of for of, _one in pairs}]
    return any(is_small(len(some)) for some in ({one for _of, one in pairs}, *left))


def percent(count: int, group: int) -> int | None:
    """A whole percentage; None where the group is too small for one."""
    return round(100 * count / group) if group >= FEW else None


def _lines(rows: int, columns: int) -> Iterator[list[Place]]:
    """Every row and every column, its total last."""
    for row in range(rows):
        yield [(row, column) for column in range(columns)]
    for column in range(columns):
        yield [(row, column) for row in range(rows)]


def _protect(line: list[Place], table: Table, mask: Mask, reader: Reader) -> bool:
    """Hide one more cell of ``line`` if the reader can work out those hidden; True when one was."""
    if not any(mask[row][column] for row, column in line):
        return False
    unknown = {place: _unknown(table, place, reader) for place in line}
    new = [place for place in line if unknown[place].group]
    out = [place for place in new if mask[place[0]][place[1]]]
    if not out or _is_safe([unknown[place] for place in out], line[-1] in out):
        return False
    shown = [place for place in new if place not in out]
    if not shown:
        return False
    # The smallest group first, so that little is lost; totals go last.
    row, column = min(shown, key=lambda place: (place == line[-1], table[place[0]][place[1]].group))
    mask[row][column] = True
    return True


def _close_bridge(table: Table, mask: Mask, reader: Reader) -> bool:
    """Hide one more cell if the reader can solve the sums for a small one; True when one was."""
    new = [
        (row, column)
        for row, cells in enumerate(table)
        for column in range(len(cells))
        if row != reader and _unknown(table, (row, column), reader).group
    ]
    out = [place for place in new if mask[place[0]][place[1]]]
    for bridge, beyond in _bridges(out):
        if not _unknown(table, bridge, reader).is_small:
            continue
        across = [
            (row, column)
            for row, column in new
            if not mask[row][column] and ((row in beyond) != (~column in beyond))
        ]
        if across:
            last = (len(table) - 1, len(table[0]) - 1)
            row, column = min(
                across,
                key=lambda at: (
                    (at[0] == last[0]) + (at[1] == last[1]),
                    table[at[0]][at[1]].group,
                ),
            )
            mask[row][column] = True
            return True
    return False


def _bridges(places: Iterable[Place]) -> Iterator[tuple[Place, set[int]]]:
    """Each edge without which its graph falls apart, with the nodes beyond it: rows as they are
    counted, columns as their complement (~0, ~1, ...)."""
    near: dict[int, list[int]] = {}
    for row, column in places:
        near.setdefault(row, []).append(~column)
        near.setdefault(~column, []).append(row)
    seen: dict[int, int] = {}  # when a node was reached first
    order: list[int] = []
    low: dict[int, int] = {}  # the earliest that it leads back to
    for start, around in near.items():
        if start in seen:
            continue
        seen[start] = low[start] = len(order)
        order.append(start)
        path = [(start, start, iter(around))]
        while path:
            node, parent, others = path[-1]
            other = next(others, None)
            if other is None:
                path.pop()
                low[parent] = min(low[parent], low[node])
                if path and low[node] > seen[parent]:
                    edge = (node, ~parent) if node >= 0 else (parent, ~node)
                    yield edge, set(order[seen[node] :])
            elif other not in seen:
                seen[other] = low[other] = len(order)
                order.append(other)
                path.append((other, node, iter(near[other])))
            elif other != parent:
                low[node] = min(low[node], seen[other])


def _is_safe(out: Sequence[Cell], with_total: bool) -> bool:
    """Two unknowns in one sum; and what they add up to is no small group either."""
    if len(out) < 2:
        return False
    return with_total or not sum(out, NOBODY).is_small


def _unknown(table: Table, place: Place, reader: Reader) -> Cell:
    """What a cell tells a reader beyond the own row: all of it, of a total the others' part."""
    row, column = place
    cell = table[row][column]
    if reader is None or row not in (reader, len(table) - 1):
        return cell
    return cell - table[reader][column]
