"""Every group of two or three that keeps the rules, and groups of four made of them.

Points are counted in thirds, so that those of a group of four are whole, and a person placed
outweighs every number of points: ``value`` is both together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.matching.triads.people import Ints, Pairs, Table, feasible
from apps.matching.triads.problem import Problem

THIRDS = 3
PLACED = 1000 * THIRDS  # for each member
CHUNK = 400_000  # groups looked at together: bounds the memory

Members = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Groups:
    """``members`` has a row a group, people in order; ``worth`` is its points, in thirds."""

    members: Members
    worth: NDArray[np.int32]

    @property
    def size(self) -> int:
        return int(self.members.shape[1])

    @property
    def value(self) -> NDArray[np.float64]:
        return self.worth.astype(np.float64) + PLACED * self.size

    def take(self, rows: Ints | NDArray[np.bool_]) -> Groups:
        return Groups(self.members[rows], self.worth[rows])


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All groups of two and of three."""

    problem: Problem
    table: Table
    pairs: Pairs
    twos: Groups
    threes: Groups

    @property
    def people(self) -> int:
        return len(self.problem.people)

    @classmethod
    def of(cls, problem: Problem) -> Catalogue:
        table = Table.of(problem)
        pairs = feasible(problem, table)
        return cls(
            problem, table, pairs, _twos(problem, table, pairs), _threes(problem, table, pairs)
        )

    def fours(self, threes: Groups, joining: Ints) -> Groups:
        """Each of ``threes`` with each of ``joining`` that may be with all of them."""
        people, table = self.people, self.table
        if 4 not in self.problem.sizes or not self.problem.most_odd:
            return _none(4)
        rows = max(1, CHUNK // max(1, len(joining)))
        found = [_none(4)]
        for at in range(0, len(threes.members), rows):
            three = threes.members[at : at + rows].astype(np.int64)
            a, b, c = (np.repeat(three[:, x], len(joining)) for x in range(3))
            d = np.tile(joining.astype(np.int64), len(three))
            keep = (a != d) & (b != d) & (c != d)
            for x in (a, b, c):
                met = self.pairs.find(np.minimum(x, d), np.maximum(x, d), people)
                keep[keep] = met[keep] >= 0
            a, b, c, d = a[keep], b[keep], c[keep], d[keep]
            keep = (table.slots[a] & table.slots[b] & table.slots[c] & table.slots[d]).any(axis=1)
            at_school = np.sort(table.school[np.c_[a, b, c, d]], axis=1)
            thrice = (at_school[:, 0] == at_school[:, 2]) | (at_school[:, 1] == at_school[:, 3])
            keep &= table.only[a] | ~thrice
            four = np.sort(np.c_[a, b, c, d][keep], axis=1)
            four = four[~self._holds_an_earlier(four)]
            found.append(_scored(self.problem, table, self.pairs, four))
        return _each_once(found, people)

    def _holds_an_earlier(self, four: Ints) -> NDArray[np.bool_]:
        held = np.zeros(len(four), dtype=bool)
        for left_out in range(4):
            held |= _is_earlier(self.problem, np.delete(four, left_out, axis=1))
        return held


def _none(size: int) -> Groups:
    return Groups(np.empty((0, size), dtype=np.int32), np.empty(0, dtype=np.int32))


def _twos(problem: Problem, table: Table, pairs: Pairs) -> Groups:
    if 2 not in problem.sizes or not problem.most_odd:
        return _none(2)
    rows = np.c_[pairs.one, pairs.other][pairs.alone]
    return _scored(problem, table, pairs, rows)


def _threes(problem: Problem, table: Table, pairs: Pairs) -> Groups:
    """For each focus, each pair with each third who may be with both."""
    found = [_none(3)]
    for topic in range(problem.topics):
        has = table.worth[:, topic] >= 0
        here = np.flatnonzero(has[pairs.one] & has[pairs.other])
        one, other, points = pairs.one[here], pairs.other[here], pairs.points[here]
        start = np.searchsorted(one, np.arange(len(has) + 1))
        width = start[other + 1] - start[other]
        ends = np.cumsum(width)
        for first, last in _chunks(ends):
            many = width[first:last]
            row = np.repeat(np.arange(first, last), many)
            step = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
            on = start[other[row]] + step
            a, b, c = one[row], other[row], other[on]
            third = pairs.find(a, c, len(has))
            ok = third >= 0
            ok &= (table.slots[a] & table.slots[b] & table.slots[c]).any(axis=1)
            one_school = (table.school[a] == table.school[b]) & (table.school[b] == table.school[c])
            ok &= table.only[a] | ~one_school
            a, b, c, row, on, third = a[ok], b[ok], c[ok], row[ok], on[ok], third[ok]
            members = np.c_[a, b, c]
            own = table.worth[members, topic].sum(axis=1) + table.extra[members].sum(axis=1)
            total = THIRDS * (own + points[row] + points[on] + pairs.points[third])
            found.append(Groups(members.astype(np.int32), total.astype(np.int32)))
    threes = _each_once(found, len(problem.people))
    return threes.take(~_is_earlier(problem, threes.members))


def _chunks(ends: Ints) -> list[tuple[int, int]]:
    """Ranges of rows with about ``CHUNK`` in each, where ``ends`` counts up."""
    total = int(ends[-1]) if len(ends) else 0
    cuts = np.searchsorted(ends, np.arange(CHUNK, total, CHUNK)) + 1
    edges = np.unique(np.r_[0, cuts, len(ends)])
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))


def _each_once(found: list[Groups], people: int) -> Groups:
    """Each group once, with the points of its best focus."""
    members = np.concatenate([part.members for part in found])
    worth = np.concatenate([part.worth for part in found])
    if members.shape[1] == 3:
        a, b, c = members.astype(np.int64).T
        key = (a * people + b) * people + c
        order = np.lexsort((-worth, key))
        first = np.r_[True, np.diff(key[order]) != 0][: len(order)]
    else:
        order = np.lexsort((-worth, *members.T[::-1]))
        first = np.r_[True, (np.diff(members[order], axis=0) != 0).any(axis=1)][: len(order)]
    return Groups(members[order[first]], worth[order[first]])


def _is_earlier(problem: Problem, members: Members | Ints) -> NDArray[np.bool_]:
    people = len(problem.people)

    def key(rows: Members | Ints) -> Ints:
        a, b, c = rows.astype(np.int64).T
        found: Ints = (a * people + b) * people + c
        return found

    earlier = np.array([sorted(t) for t in problem.earlier], dtype=np.int64).reshape(-1, 3)
    return np.isin(key(members), key(earlier))


def _scored(problem: Problem, table: Table, pairs: Pairs, rows: Ints) -> Groups:
    """Those of ``rows`` with a focus in common, with the points of the best one."""
    size = rows.shape[1]
    between = np.zeros(len(rows), dtype=np.int64)
    for x in range(size):
        for y in range(x + 1, size):
            place = pairs.find(rows[:, x], rows[:, y], len(problem.people))
            between += pairs.points[place] if len(pairs.points) else 0
    best = np.full(len(rows), -1, dtype=np.int64)
    most = max((len(p.foci) for p in problem.people), default=0)
    for rank in range(most):
        # A shared focus is one of the first member's.
        topic = np.array([(*p.foci, *([-1] * most))[rank] for p in problem.people], dtype=np.int64)
        focus = topic[rows[:, 0]]
        each = table.worth[rows, focus[:, None]]
        shared = (focus >= 0) & (each >= 0).all(axis=1)
        best = np.maximum(best, np.where(shared, each.sum(axis=1), -1))
    odd = problem.scoring.odd_group * (size != 3)
    pairs_each = size * (size - 1) // 2
    total = THIRDS * (best + table.extra[rows].sum(axis=1) + odd)
    total += THIRDS * size * between // pairs_each
    keep = best >= 0
    return Groups(rows[keep].astype(np.int32), total[keep].astype(np.int32))
