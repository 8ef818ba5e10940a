"""The problem with fractions of groups: what a person's place is worth, and a bound.

A price for each person and one for a group of two or four bound every solution, when no group is
worth more than its members' prices: a group of four is worth a third of its four threes, less what
an odd size costs, so threes that are covered cover it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import linprog

from apps.matching.triads.groups import Groups
from apps.matching.triads.people import Ints
from apps.matching.work import Work

Floats = NDArray[np.float64]
FEW = 1500  # people for whom the program is solved to the end
SHARPEST = 7  # times that the soft prices are sharpened
SWEEPS = 40
NEAR = 8.0  # how far from worth its prices a group is left out, in units of the softness


@dataclass(frozen=True, slots=True)
class Prices:
    person: Floats
    odd: float


@dataclass(frozen=True, slots=True)
class Worth:
    """Threes and twos with what each is worth here, as arrays that belong together."""

    threes: Groups
    twos: Groups
    three: Floats
    two: Floats
    most_odd: int
    people: int

    @classmethod
    def of(cls, threes: Groups, twos: Groups, most_odd: int, people: int) -> Worth:
        return cls(threes, twos, threes.value, twos.value, most_odd, people)

    def excess(self, prices: Prices) -> tuple[Floats, Floats]:
        """How much more than its prices each group is worth."""
        return (
            _less(self.three, self.threes, prices.person),
            _less(self.two, self.twos, prices.person) - prices.odd,
        )

    def bound(self, prices: Prices) -> float:
        """No solution is worth more: the prices, raised until every group is covered."""
        raised = np.zeros(self.people)
        for groups, over in zip((self.threes, self.twos), self.excess(prices), strict=True):
            hit = np.flatnonzero(over > 0)
            for member in groups.members[hit].T:
                np.maximum.at(raised, member, over[hit] / groups.size)
        return float((prices.person + raised).sum() + prices.odd * self.most_odd)


def _less(value: Floats, groups: Groups, price: Floats) -> Floats:
    found = value.copy()
    for member in groups.members.T:
        found -= price[member]
    return found


def soft_prices(worth: Worth, scale: float) -> Prices:
    """Prices at which everybody is in about one group, when groups are chosen the more often the
    more they are worth: sharper and sharper, with only the groups that still matter."""
    price = np.zeros(worth.people)
    for groups, value in ((worth.threes, worth.three), (worth.twos, worth.two)):
        for member in groups.members.T:
            np.maximum.at(price, member, value / groups.size)
    odd = 0.0
    kept3, kept2 = np.arange(len(worth.three)), np.arange(len(worth.two))
    sharp = 0.1 / scale
    for _ in range(SHARPEST):
        threes = [np.ascontiguousarray(m) for m in worth.threes.members[kept3].T]
        twos = [np.ascontiguousarray(m) for m in worth.twos.members[kept2].T]
        three, two = worth.three[kept3], worth.two[kept2]
        for _ in range(SWEEPS):
            often3 = np.exp(np.minimum(sharp * (three - sum(price[m] for m in threes)), 30))
            often2 = np.exp(np.minimum(sharp * (two - sum(price[m] for m in twos) - odd), 30))
            load = np.zeros(worth.people)
            for member in threes:
                load += np.bincount(member, often3, worth.people)
            for member in twos:
                load += np.bincount(member, often2, worth.people)
            price = np.maximum(0, price + np.log(np.maximum(load, 1e-9)) / (3 * sharp))
            ratio = max(float(often2.sum()), 1e-9) / max(1, worth.most_odd)
            odd = max(0.0, odd + float(np.log(ratio)) / (3 * sharp))
        over3, over2 = worth.excess(Prices(price, odd))
        kept3 = np.flatnonzero(over3 > -NEAR / sharp)
        kept2 = np.flatnonzero(over2 > -NEAR / sharp)
        sharp *= 2
    return Prices(price, odd)


@dataclass(frozen=True, slots=True)
class Relaxed:
    """``often3``: how much of each of the threes ``rows3`` the best mixture has; so for twos."""

    prices: Prices
    value: float  # of the mixture, and no solution is worth more than ``bound``
    bound: float
    rows3: Ints
    often3: Floats
    rows2: Ints
    often2: Floats


def relax(worth: Worth, work: Work, scale: float) -> Relaxed:
    """The best mixture of groups, by adding groups that are worth more than their prices."""
    prices = soft = soft_prices(worth, scale)
    bound = worth.bound(soft)
    over3, over2 = worth.excess(soft)
    rows3, rows2 = _best(worth.threes, over3, 10), _best(worth.twos, over2, 3)
    rounds = 30 if worth.people <= FEW else 1
    for turn in range(rounds):
        prices, value, often = _solved(worth, rows3, rows2)
        for part in (1.0, 0.9):
            bound = min(bound, worth.bound(_mixed(prices, soft, part)))
        work.say(f"mixture {turn + 1} of {len(often)} groups: {value:.0f}, at most {bound:.0f}")
        over3, over2 = worth.excess(prices)
        over3[rows3], over2[rows2] = -1, -1
        more3, more2 = np.flatnonzero(over3 > 1e-6), np.flatnonzero(over2 > 1e-6)
        last = not len(more3) + len(more2) or turn == rounds - 1 or work.is_over
        if last:
            break
        add3 = more3[_best(worth.threes.take(more3), over3[more3], 6)]
        add2 = more2[_best(worth.twos.take(more2), over2[more2], 3)]
        rows3, rows2 = np.union1d(rows3, add3), np.union1d(rows2, add2)
    return Relaxed(prices, value, bound, rows3, often[: len(rows3)], rows2, often[len(rows3) :])


def _mixed(one: Prices, other: Prices, part: float) -> Prices:
    person = part * one.person + (1 - part) * other.person
    return Prices(person, part * one.odd + (1 - part) * other.odd)


def _best(groups: Groups, over: Floats, each: int) -> Ints:
    """For every person the ``each`` groups that come nearest to being worth it."""
    rows = len(over)
    if not rows:
        return np.empty(0, dtype=np.int64)
    order = np.argsort(-over, kind="stable")
    place = np.empty(rows, dtype=np.int64)
    place[order] = np.arange(rows)
    kept = []
    for member in groups.members.T:
        by_person = np.lexsort((place, member))
        who = member[by_person]
        nth = np.arange(rows) - np.searchsorted(who, who)
        kept.append(by_person[nth < each])
    return np.unique(np.concatenate(kept))


def _solved(worth: Worth, rows3: Ints, rows2: Ints) -> tuple[Prices, float, Floats]:
    people, many3, many2 = worth.people, len(rows3), len(rows2)
    row = np.r_[
        worth.threes.members[rows3].ravel(),
        worth.twos.members[rows2].ravel(),
        np.full(many2, people),
    ]
    own2 = many3 + np.arange(many2)
    column = np.r_[np.repeat(np.arange(many3), 3), np.repeat(own2, 2), own2]
    uses = sp.csc_matrix((np.ones(len(row)), (row, column)), (people + 1, many3 + many2))
    value = np.r_[worth.three[rows3], worth.two[rows2]]
    room = np.r_[np.ones(people), worth.most_odd]
    found = linprog(-value, uses, room, method="highs-ipm")
    if found.x is None:
        raise RuntimeError(f"the mixture was not found: {found.message}")
    price = np.maximum(0.0, -found.ineqlin.marginals)
    return Prices(price[:people], float(price[people])), -float(found.fun), found.x
