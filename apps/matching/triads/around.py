"""Solving around groups that are settled already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from apps.matching.triads.problem import Group, Problem
from apps.matching.triads.quality import broken_by, group_points
from apps.matching.triads.solve import Result, group_of, solve
from apps.matching.work import Work

USUAL = 3


def settled(problem: Problem, groups: Iterable[Sequence[int]]) -> list[Group]:
    """Those groups of ids that keep every rule; who stands in two is in the first."""
    found: list[Group] = []
    taken: set[int] = set()
    odd = 0
    for members in sorted(tuple(sorted(group)) for group in groups):
        is_odd = len(members) != USUAL
        room = odd + is_odd <= problem.most_odd
        if taken.isdisjoint(members) and room and not broken_by(problem, members):
            taken.update(members)
            odd += is_odd
            found.append(group_of(problem, members))
    return found


def without(problem: Problem, groups: Sequence[Group]) -> Problem:
    """The problem of the others: ids stay, the settled have no time left."""
    here = {i for group in groups for i in group.members}
    return replace(
        problem,
        most_odd=problem.most_odd - sum(len(group.members) != USUAL for group in groups),
        people=tuple(
            replace(person, slots=frozenset()) if at in here else person
            for at, person in enumerate(problem.people)
        ),
    )


def solve_around(problem: Problem, groups: Sequence[Group], work: Work) -> Result:
    """Everybody else in groups as well as can be; the bounds hold for all together."""
    rest = solve(without(problem, groups), work)
    points = sum(group_points(problem, g.members, g.focus) for g in groups)
    return Result(
        sorted([*groups, *rest.groups], key=lambda group: group.members),
        rest.bound_placed + sum(len(group.members) for group in groups),
        rest.bound_score + float(points),
        rest.proved,
    )
