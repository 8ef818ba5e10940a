"""Solving around groups that are settled already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

from apps.matching.triads.explain import RULES, first_broken, kept_apart
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


def joined(problem: Problem, staying: Sequence[int], size: int, focus: int | None) -> list[Group]:
    """Groups of ``size`` of those who stay and others, that keep every rule, the one with most
    points first; ``focus`` stays theirs where it is given."""
    others = _others(problem, staying, focus)
    others = [at for at in others if _in_the_way(problem, staying, at) is None]
    found = []
    for more in combinations(others, size - len(staying)):
        members = sorted([*staying, *more])
        if not broken_by(problem, members):
            group = group_of(problem, members)
            found.append(group if focus is None else replace(group, focus=focus))
    return sorted(found, key=lambda g: (-group_points(problem, g.members, g.focus), g.members))


def left_for(problem: Problem, staying: Sequence[int], focus: int | None) -> dict[str, int]:
    """How many others are left for those who stay after each rule, one after the other."""
    everybody = _others(problem, staying, None)
    places = [_in_the_way(problem, staying, at) for at in everybody]
    about = set(_others(problem, staying, focus))
    at_focus = RULES.index("focus")
    places = [
        place if at in about else min(len(RULES) if place is None else place, at_focus)
        for at, place in zip(everybody, places, strict=True)
    ]
    return {rule: sum(p is None or p > n for p in places) for n, rule in enumerate(RULES)}


def _others(problem: Problem, staying: Sequence[int], focus: int | None) -> list[int]:
    """Who is not one of them, is not kept apart from one (which nobody is told), and would like
    to work on ``focus``."""
    return [
        at
        for at, person in enumerate(problem.people)
        if at not in staying
        and not any(kept_apart(problem, at, one) for one in staying)
        and (focus is None or focus in person.foci)
    ]


def _in_the_way(problem: Problem, staying: Sequence[int], at: int) -> int | None:
    """The place of the first rule that does not hold with one of those who stay."""
    people = problem.people
    broken = [first_broken(problem, people[one], people[at]) for one in staying]
    return min((RULES.index(rule) for rule in broken if rule), default=None)
