"""Solving around placements that are settled already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from apps.matching.placements.explain import possible
from apps.matching.placements.problem import Placement, Problem
from apps.matching.placements.quality import is_small, pair_points
from apps.matching.placements.solve import Result, solve
from apps.matching.work import Work


def settled(problem: Problem, pairs: Iterable[tuple[int, int]]) -> list[Placement]:
    """``pairs`` of applicant and host as placements, on the first half-days that suit both; those
    that a rule forbids are left out."""
    taken: Counter[int] = Counter()
    found: dict[int, Placement] = {}
    for applicant, host in sorted(pairs):
        room = taken[host] < problem.hosts[host].capacity
        if applicant in found or not room or host not in possible(problem, applicant):
            continue
        person = problem.applicants[applicant]
        common = sorted(person.free & problem.hosts[host].free)
        taken[host] += 1
        found[applicant] = Placement(applicant, host, tuple(common[: person.half_days]))
    return list(found.values())


def without(problem: Problem, placements: Sequence[Placement]) -> Problem:
    """The problem of the others: ids stay, the settled have no time left, their places are gone.

    How many of a school are out on one day is counted for the others alone.
    """
    here = {p.applicant for p in placements}
    taken = Counter(p.host for p in placements)
    return replace(
        problem,
        applicants=tuple(
            replace(person, free=frozenset()) if at in here else person
            for at, person in enumerate(problem.applicants)
        ),
        hosts=tuple(
            replace(host, capacity=host.capacity - taken[at])
            for at, host in enumerate(problem.hosts)
        ),
    )


def solve_around(problem: Problem, placements: Sequence[Placement], work: Work) -> Result:
    """Everybody else placed as well as they can be. The bounds hold for all together: places that
    are taken never make a host's share of its seats larger for the others."""
    rest = solve(without(problem, placements), work)
    return Result(
        sorted([*placements, *rest.placements], key=lambda p: p.applicant),
        rest.bound_placed + len(placements),
        rest.bound_fit + sum(_points(problem, p) for p in placements),
    )


def _points(problem: Problem, placement: Placement) -> int:
    """Of one placement with its priority, before spread."""
    rules, person = problem.scoring, problem.applicants[placement.applicant]
    points = pair_points(problem, person, problem.hosts[placement.host])
    points += rules.prior_unmatched * person.prior_unmatched
    return points + (rules.small_school if is_small(problem, person) else 0)
