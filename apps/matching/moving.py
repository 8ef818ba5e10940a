"""Somebody of a proposal and a place: what stands against it, or what it would cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.matching.models import Proposal
from apps.matching.placements.around import WhyNot, why_not
from apps.matching.placements.explain import first_broken, possible
from apps.matching.placements.problem import Placement, Problem, distance
from apps.matching.placements.quality import pair_points
from apps.matching.proposing import problem_of
from apps.matching.work import Work

MOST_SECONDS = 3.0
MOST_PEOPLE = 2000  # solved again while somebody waits for the page: less than a second


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one person and one place; ``metres`` and ``most_metres`` are of the solver's kind."""

    metres: int | None
    most_metres: int
    common: int
    half_days: int


class Moving:
    def __init__(self, proposal: Proposal, at: int) -> None:
        self.inputs: Mapping[str, Any] = proposal.inputs
        self.proposal, self.at = proposal, at
        self.problem: Problem
        self.problem, _locked = problem_of(self.inputs)
        self.seekers = {key: n for n, key in enumerate(self.inputs["seekers"])}
        self.places = {key: n for n, key in enumerate(self.inputs["places"])}
        matches = proposal.result["matches"]
        pairs = [(self.seekers[m["seeker"]], self.places[m["place"]]) for m in matches]
        self.placements = [Placement(person, place, ()) for person, place in pairs]
        self.locked = [pair for pair, m in zip(pairs, matches, strict=True) if m["locked"]]

    @property
    def is_small(self) -> bool:
        return len(self.problem.applicants) <= MOST_PEOPLE

    def choices(self) -> tuple[list[int], list[int]]:
        """Places that could be, the best fitting first, and all others."""
        person = self.problem.applicants[self.at]
        open_to = possible(self.problem, self.at)
        hosts = self.problem.hosts
        open_to.sort(key=lambda j: (-pair_points(self.problem, person, hosts[j]), j))
        rest = sorted(set(range(len(hosts))) - set(open_to))
        return open_to, rest

    def answer(self, place: int) -> WhyNot | None:
        """None where no rule stands against it, and solving it again takes too long to wait."""
        pair = (self.at, place)
        if not self.is_small and self._could_be(place):
            return None
        work = Work(self.proposal.seed, seconds=MOST_SECONDS)
        found = why_not(self.problem, self.placements, pair, locked=self.locked, work=work)
        return None if work.stopped else found

    def _could_be(self, place: int) -> bool:
        person, host = self.problem.applicants[self.at], self.problem.hosts[place]
        is_open = first_broken(self.problem, person, host) is None
        return is_open and self.problem.allows(self.at, place)

    def facts(self, place: int) -> Facts:
        person, host = self.problem.applicants[self.at], self.problem.hosts[place]
        nowhere = {person.school, host.school} & set(self.inputs["nowhere"])
        schools = self.problem.schools
        apart = distance(schools[person.school], schools[host.school])
        return Facts(
            metres=None if nowhere else apart,
            most_metres=1000 * person.max_km,
            common=len(person.free & host.free),
            half_days=person.half_days,
        )
