"""Solving: the mixture, a dive from it, neighbourhoods; a small problem at once and exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apps.matching.triads.dive import dive
from apps.matching.triads.exact import exactly
from apps.matching.triads.groups import PLACED, THIRDS, Catalogue, Groups, Members
from apps.matching.triads.pool import Pool
from apps.matching.triads.problem import Group, Problem
from apps.matching.triads.quality import best_focus
from apps.matching.triads.relax import FEW, Floats, Prices, Relaxed, Worth, relax, soft_prices
from apps.matching.work import Work

SMALL = 6000  # groups of two and three that are solved at once, with those of four
MOST_FOURS = 30_000
SOFT = 30.0  # thirds of points: how soft the first prices are
REACH = 20 * THIRDS  # further below its prices a group is not looked at
TOGETHER = 1000  # people who are looked at all together
EFFORT = 9.0  # deterministic seconds for that
MOST_TURNS = 200


@dataclass(frozen=True, slots=True)
class Result:
    """``bound_placed`` and ``bound_score``: no solution has more, either of them; ``proved``:
    nothing better exists, most people placed first."""

    groups: list[Group]
    bound_placed: int
    bound_score: float
    proved: bool


def solve(problem: Problem, work: Work | None = None) -> Result:
    """Groups that keep every rule. The same problem and seed give the same groups, unless
    ``work`` ran out of time."""
    work = work or Work()
    catalogue = Catalogue.of(problem)
    work.say(f"{len(catalogue.threes.members)} threes, {len(catalogue.twos.members)} twos")
    if not len(catalogue.twos.members) + len(catalogue.threes.members):
        return Result([], 0, 0.0, True)
    found = _exactly(catalogue, work)
    members, proved = found or (_searched(catalogue, work), False)
    groups = [group_of(problem, row[row < catalogue.people].tolist()) for row in members]
    placed = sum(len(group.members) for group in groups)
    most = placed if proved else most_placed(catalogue, work)
    return Result(groups, most, _most_points(catalogue, work), proved)


def group_of(problem: Problem, members: Sequence[int]) -> Group:
    """With the focus that is worth most to them, at the first time that suits all."""
    common = frozenset.intersection(*(problem.people[i].slots for i in members))
    return Group(tuple(members), best_focus(problem, members), min(common))


def _exactly(catalogue: Catalogue, work: Work) -> tuple[Members, bool] | None:
    """Every group there is, as one program; None when that is too many or not solved."""
    if len(catalogue.twos.members) + len(catalogue.threes.members) > SMALL:
        return None
    fours = catalogue.fours(catalogue.threes, np.arange(catalogue.people))
    if len(fours.members) > MOST_FOURS:
        return None
    nothing = Prices(np.zeros(catalogue.people), 0.0)
    pool = Pool.of_groups([catalogue.threes, catalogue.twos, fours], nothing)
    found = exactly(pool, catalogue.problem.most_odd)
    if found is None:
        return None
    work.say("solved as one" + (", to the end" if found.proved else ""))
    return pool.members[found.rows], found.proved


def _searched(catalogue: Catalogue, work: Work) -> Members:
    # Here, since a small problem needs none of the memory that OR-Tools takes.
    from apps.matching.triads.search import Search

    most_odd, people = catalogue.problem.most_odd, catalogue.people
    worth = Worth.of(catalogue.threes, catalogue.twos, most_odd, people)
    mixed = relax(worth, work, SOFT)
    pool, often = _pool(worth, mixed)
    search = Search(pool, mixed.prices, most_odd, work)
    search.begin(dive(pool, often, most_odd, work))
    work.say(f"after the dive: {search.placed} placed")
    search.run(turns=min(max(people // 12, 20), MOST_TURNS), size=80, effort=0.15)
    if people <= TOGETHER and not work.is_over:
        search.everybody(EFFORT)
    search.run(turns=min(max(people // 40, 10), MOST_TURNS // 8), size=160, effort=0.6)
    work.say(f"in the end: {search.placed} placed")
    return pool.members[search.rows]


def _pool(worth: Worth, mixed: Relaxed) -> tuple[Pool, Floats]:
    """The groups near enough to worth their prices, and how much of each the mixture has."""
    parts: list[Groups] = []
    shares: list[Floats] = []
    for groups, over, rows, often in zip(
        (worth.threes, worth.twos),
        worth.excess(mixed.prices),
        (mixed.rows3, mixed.rows2),
        (mixed.often3, mixed.often2),
        strict=True,
    ):
        used = often > 1e-6
        kept = np.union1d(np.flatnonzero(over > -REACH), rows[used])
        share = np.zeros(len(kept))
        share[np.searchsorted(kept, rows[used])] = often[used]
        parts.append(groups.take(kept))
        shares.append(share)
    return Pool.of_groups(parts, mixed.prices), np.concatenate(shares)


def most_placed(catalogue: Catalogue, work: Work) -> int:
    """No solution places more people."""
    threes, twos = catalogue.threes, catalogue.twos
    reached = len(np.unique(np.r_[threes.members.ravel(), twos.members.ravel()]))
    if not reached:
        return 0
    three, two = np.full(len(threes.members), 3.0), np.full(len(twos.members), 2.0)
    return min(reached, math.floor(_bound(catalogue, three, two, 0.05, work) + 1e-6))


def _most_points(catalogue: Catalogue, work: Work) -> float:
    """No solution has more, however many it places."""
    three = catalogue.threes.value - 3 * PLACED
    two = catalogue.twos.value - 2 * PLACED
    points = _bound(catalogue, three, two, float(THIRDS), work)
    return math.ceil(points / THIRDS * 100) / 100


def _bound(catalogue: Catalogue, three: Floats, two: Floats, softness: float, work: Work) -> float:
    most_odd, people = catalogue.problem.most_odd, catalogue.people
    worth = Worth(catalogue.threes, catalogue.twos, three, two, most_odd, people)
    if people <= FEW and not work.is_over:
        return relax(worth, Work(work.seed), softness).bound
    return worth.bound(soft_prices(worth, softness))
