"""Solving: the network, timetables, repair, again, until everything fits; then polish."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from apps.matching.placements.candidates import LOCKED, Ints, Pairs, feasible
from apps.matching.placements.network import Relaxed, relax, seat_prices
from apps.matching.placements.polish import Polish
from apps.matching.placements.problem import Placement, Problem
from apps.matching.placements.program import Chosen
from apps.matching.placements.repair import rearrange
from apps.matching.placements.timetable import plan, want_of
from apps.matching.work import Work

MOST_ROUNDS = 12

Slots = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """``bound_placed`` and ``bound_fit``: no solution has more (fit: of as many placed)."""

    placements: list[Placement]
    bound_placed: int
    bound_fit: int


def solve(problem: Problem, work: Work | None = None) -> Result:
    """Placements that keep every rule. The same problem and seed give the same placements,
    unless ``work`` ran out of time."""
    work = work or Work()
    pairs = feasible(problem)
    work.say(f"{len(pairs.host)} possible pairs")
    first = relax(problem, pairs)
    work.say(f"at most {first.placed} of {len(problem.applicants)} can be placed")
    search = _Search(problem, pairs, first, work)
    search.run()
    chosen = Polish(problem, pairs, search.people, work).run(search.chosen(), first)
    placements = [
        Placement(i, int(pairs.host[pair]), slots) for i, (pair, slots) in sorted(chosen.items())
    ]
    held = sum(int(i) in problem.only for i in np.flatnonzero(first.pair >= 0))
    return Result(placements, first.placed, first.fit - LOCKED * held)


@dataclass
class _Search:
    """``fixed``: pair and half-days of the people of schools that were repaired."""

    problem: Problem
    pairs: Pairs
    now: Relaxed
    work: Work
    fixed: dict[int, tuple[int, Slots]] = field(default_factory=dict)
    slots: dict[int, Slots] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.allowed = np.ones(len(self.pairs.host), dtype=bool)
        self.people: dict[int, list[int]] = defaultdict(list)
        for i in np.flatnonzero(np.diff(self.pairs.start)):
            self.people[self.problem.applicants[i].school].append(int(i))
        self.capacity = np.array([h.capacity for h in self.problem.hosts], dtype=np.int64)

    def run(self) -> None:
        misfits = self.timetables()
        for turn in range(MOST_ROUNDS):
            self.work.say(f"round {turn + 1}: {len(misfits)} timetables do not fit")
            if not misfits or self.work.is_over:
                break
            price = seat_prices(self.problem, self.pairs, self.now, self.allowed)
            for school in misfits:
                self.repair(school, price)
            self.now = relax(self.problem, self.pairs, self.allowed)
            misfits = self.timetables()
        for school in misfits:
            self.shed(school)

    def chosen(self) -> Chosen:
        return {i: (int(self.now.pair[i]), slots) for i, slots in self.slots.items()}

    def timetables(self) -> list[int]:
        """Finds the half-days of everybody placed; the schools for which none were found."""
        self.slots, misfits = {}, []
        for school, people in self.people.items():
            here = [i for i in people if self.now.pair[i] >= 0]
            if all(i in self.fixed for i in here):
                self.slots.update((i, self.fixed[i][1]) for i in here)
                continue
            wants = [want_of(self.problem, self.pairs, int(self.now.pair[i])) for i in here]
            found = plan(wants, self.problem.schools[school].release_cap)
            if found is None:
                misfits.append(school)
            else:
                self.slots.update(zip(here, found, strict=True))
        return misfits

    def shed(self, school: int) -> None:
        """Let people of ``school`` go, the one who gains least first, until the rest fits."""
        here = [i for i in self.people[school] if self.now.pair[i] >= 0]
        here.sort(key=lambda i: (-int(self.pairs.points[self.now.pair[i]]), i))
        while here:
            wants = [want_of(self.problem, self.pairs, int(self.now.pair[i])) for i in here]
            found = plan(wants, self.problem.schools[school].release_cap)
            if found is not None:
                self.slots.update(zip(here, found, strict=True))
                return
            here.pop()

    def repair(self, school: int, price: Ints) -> None:
        """Choose hosts and days for the people of ``school``, and allow them nothing else."""
        people = self.people[school]
        for i in people:
            self.fixed.pop(i, None)
        mine = {i: int(self.now.pair[i]) for i in people if self.now.pair[i] >= 0}
        found = rearrange(
            self.problem,
            self.pairs,
            people,
            mine,
            self._room(),
            price,
            seed=self.work.seed,
        )
        self.fixed.update(found)
        for i in people:
            self.allowed[self.pairs.start[i] : self.pairs.start[i + 1]] = False
        self.allowed[[pair for pair, _ in found.values()]] = True

    def _room(self) -> Ints:
        """Seats that no repaired school holds."""
        held = self.pairs.host[[pair for pair, _ in self.fixed.values()]]
        return self.capacity - np.bincount(held, minlength=len(self.capacity))
