"""Hosts and days of a few schools' people together, as one constraint program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from apps.matching.placements.candidates import Ints, Pairs
from apps.matching.placements.network import PLACED
from apps.matching.placements.problem import Problem
from apps.matching.placements.timetable import days_of, half_days, want_of

Chosen = dict[int, tuple[int, tuple[int, ...]]]  # person to pair (its index) and half-days


@dataclass
class Program:
    """All people of some schools: ``takes`` maps (person, pair), ``out`` (person, day), to what
    the solver decides."""

    problem: Problem
    pairs: Pairs
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    takes: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)
    out: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)
    terms: list[cp_model.LinearExprT] = field(default_factory=list)

    def add(self, person: int, pairs: Sequence[int], gain: Mapping[int, int]) -> None:
        """One of ``pairs`` at most, with enough half-days in common on the days out."""
        for pair in pairs:
            taken = self.takes[person, pair] = self.model.new_bool_var("")
            want = want_of(self.problem, self.pairs, pair)
            common = sorted(days_of(want).items())
            halves = [count * self._out(person, day) for day, count in common]
            self.model.add(sum(halves) >= want.half_days).only_enforce_if(taken)
            self.terms.append((PLACED + gain[pair]) * taken)
        self.model.add_at_most_one(self.takes[person, pair] for pair in pairs)

    def _out(self, person: int, day: int) -> cp_model.IntVar:
        if (person, day) not in self.out:
            self.out[person, day] = self.model.new_bool_var("")
        return self.out[person, day]

    def limit_release(self) -> None:
        people = self.problem.applicants
        days: dict[tuple[int, int], list[cp_model.IntVar]] = {}
        for (person, day), variable in self.out.items():
            days.setdefault((people[person].school, day), []).append(variable)
        for (school, _), variables in days.items():
            self.model.add(sum(variables) <= self.problem.schools[school].release_cap)

    def limit_seats(self, room: Ints) -> None:
        """``room``: seats by host that may be used here."""
        for host, variables in self._by(self.pairs.host).items():
            self.model.add(sum(variables) <= int(room[host]))

    def spread(self, away: Ints, share_left: Ints) -> None:
        """``away``: the school of each pair's host; beyond ``share_left`` places cost points."""
        penalty = self.problem.scoring.spread_penalty
        for school, variables in self._by(away).items():
            beyond = self.model.new_int_var(0, len(variables), "")
            self.model.add(beyond >= sum(variables) - int(share_left[school]))
            self.terms.append(-penalty * beyond)

    def _by(self, key: Ints) -> dict[int, list[cp_model.IntVar]]:
        found: dict[int, list[cp_model.IntVar]] = {}
        for (_, pair), variable in self.takes.items():
            found.setdefault(int(key[pair]), []).append(variable)
        return found

    def solve(self, now: Mapping[int, int], seed: int, work: float) -> Chosen | None:
        """Most people, then most points; None when nothing was found within ``work``
        (deterministic seconds). ``now``: the pair that each has, to begin from."""
        self.model.maximize(sum(self.terms))
        for (person, pair), taken in self.takes.items():
            self.model.add_hint(taken, now.get(person) == pair)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.max_deterministic_time = work
        if solver.solve(self.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        days: dict[int, list[int]] = {}
        for (person, day), variable in self.out.items():
            if solver.boolean_value(variable):
                days.setdefault(person, []).append(day)
        return {
            person: (pair, half_days(want_of(self.problem, self.pairs, pair), days[person]))
            for (person, pair), taken in self.takes.items()
            if solver.boolean_value(taken)
        }
