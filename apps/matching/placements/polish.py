"""Solving neighbourhoods of a solution exactly: a few whole schools, with everybody else fixed.

A small problem is one neighbourhood, so that its solution is the best there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from apps.matching.placements.candidates import Ints, Pairs, priority
from apps.matching.placements.network import Relaxed, seats_within_share
from apps.matching.placements.problem import Problem
from apps.matching.placements.program import Chosen, Program
from apps.matching.work import Work

SMALL = 400  # pairs that are solved as one
MOST_PEOPLE = 60  # in one neighbourhood
MOST_TURNS = 20
WORK = 1.0  # deterministic seconds for one neighbourhood


@dataclass
class Polish:
    """``people``: those of each school who could be placed at all."""

    problem: Problem
    pairs: Pairs
    people: dict[int, list[int]]
    work: Work

    def __post_init__(self) -> None:
        problem, pairs = self.problem, self.pairs
        self.priority = priority(problem)
        away = np.array([h.school for h in problem.hosts], dtype=np.int64)
        self.away = away[pairs.host] if len(pairs.host) else pairs.host
        self.capacity = np.array([h.capacity for h in problem.hosts], dtype=np.int64)
        self.share = seats_within_share(problem)[1]

    def run(self, chosen: Chosen, goal: Relaxed) -> Chosen:
        """``goal``: who could be placed without the timetable."""
        if self.work.is_over:
            return chosen
        if len(self.pairs.host) <= SMALL:
            return self.solved(chosen, list(self.people))
        for turn, person in enumerate(self._left_out(chosen, goal)):
            if turn == MOST_TURNS or self.work.is_over or len(chosen) >= goal.placed:
                break
            if person not in chosen:
                chosen = self.solved(chosen, self._around(person, chosen))
        self.work.say(f"polished: {len(chosen)} placed")
        return chosen

    def _left_out(self, chosen: Chosen, goal: Relaxed) -> Iterator[int]:
        yield from (int(i) for i in np.flatnonzero(goal.pair >= 0) if int(i) not in chosen)

    def _around(self, person: int, chosen: Chosen) -> list[int]:
        """Schools near in the matter: of ``person``, then of those who hold what they could use."""
        found = [self.problem.applicants[person].school]
        count = len(self.people[found[0]])
        hosts = {int(self.pairs.host[pair]) for pair in self.pairs.of(person)}
        for other, (pair, _) in sorted(chosen.items()):
            school = self.problem.applicants[other].school
            if int(self.pairs.host[pair]) in hosts and school not in found:
                count += len(self.people[school])
                if count > MOST_PEOPLE:
                    break
                found.append(school)
        return found

    def solved(self, chosen: Chosen, schools: Sequence[int]) -> Chosen:
        """The best for the people of ``schools`` with all others as they are; ``chosen`` itself
        when nothing better was found."""
        mine = {i for school in schools for i in self.people[school]}
        others = {i: found for i, found in chosen.items() if i not in mine}
        held = np.array([pair for pair, _ in others.values()], dtype=np.int64)
        room = self.capacity - np.bincount(self.pairs.host[held], minlength=len(self.capacity))
        load = np.bincount(self.away[held], minlength=len(self.share))
        program = Program(self.problem, self.pairs)
        for person in sorted(mine):
            pairs = [pair for pair in self.pairs.of(person) if room[self.pairs.host[pair]] > 0]
            extra = int(self.priority[person])
            gain = {pair: int(self.pairs.points[pair]) + extra for pair in pairs}
            program.add(person, pairs, gain)
        program.limit_release()
        program.limit_seats(room)
        program.spread(self.away, np.maximum(self.share - load, 0))
        now = {i: chosen[i][0] for i in mine if i in chosen}
        found = program.solve(now, self.work.seed, WORK)
        if found is None:
            return chosen
        better = {**others, **found}
        return better if self.worth(better) > self.worth(chosen) else chosen

    def worth(self, chosen: Chosen) -> tuple[int, int]:
        """People placed, then points."""
        pairs: Ints = np.array([pair for pair, _ in chosen.values()], dtype=np.int64)
        load = np.bincount(self.away[pairs], minlength=len(self.share))
        beyond = int(np.maximum(load - self.share, 0).sum())
        points = int(self.pairs.points[pairs].sum() + self.priority[list(chosen)].sum())
        return len(chosen), points - self.problem.scoring.spread_penalty * beyond
