"""Why a group, and why none: by the rules one at a time, and by solving again.

Facts only; a page puts them into words. Who is kept apart from whom is a secret: such people are
never counted among those left, and no change that is looked for brings them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

import numpy as np

from apps.matching.triads.groups import THIRDS, Catalogue
from apps.matching.triads.problem import Group, Person, Problem, School, distance
from apps.matching.triads.quality import group_points
from apps.matching.triads.solve import most_placed, solve
from apps.matching.work import Work

KILOMETRES = (5, 10, 20)  # further that are tried
MOST_TOPICS = 5  # that are tried, those of most people first
RULES = ("school", "distance", "focus", "time")


@dataclass(frozen=True, slots=True)
class Why:
    """``ranks``: of the focus (from 1), by member; ``metres`` between the two furthest apart;
    ``slots`` that suit all; ``departments`` that are known; ``again``: pairs who were in one group
    before.

    ``gave_up``: the member who could have had most points more (each, ``points``), in the group
    ``better`` that does not serve all as well; None where nobody could.
    """

    ranks: tuple[int, ...]
    metres: int
    slots: int
    schools: int
    phases: int
    departments: int
    mixed: bool
    again: int
    gave_up: int | None
    better: tuple[int, ...]
    points: float


def why(problem: Problem, group: Group, catalogue: Catalogue | None) -> Why:
    """Without a ``catalogue`` nothing is said of what was given up."""
    rules, members = problem.scoring, sorted(group.members)
    people = [problem.people[i] for i in members]
    schools = [problem.schools[p.school] for p in people]
    years = [p.years for p in people]
    new = any(y < rules.ect_below for y in years)
    gave_up, better, points = _given_up(problem, group, catalogue) if catalogue else (None, (), 0.0)
    return Why(
        ranks=tuple(1 + p.foci.index(group.focus) for p in people),
        metres=max(distance(a, b) for a, b in combinations(schools, 2)),
        slots=len(frozenset.intersection(*(p.slots for p in people))),
        schools=len({p.school for p in people}),
        phases=len({s.phase for s in schools}),
        departments=len({p.department for p in people} - {""}),
        mixed=new and any(y >= rules.experienced_from for y in years),
        again=sum(pair in problem.before for pair in combinations(members, 2)),
        gave_up=gave_up,
        better=better,
        points=points,
    )


def _given_up(
    problem: Problem, group: Group, catalogue: Catalogue
) -> tuple[int | None, tuple[int, ...], float]:
    size = len(group.members)
    here = group_points(problem, group.members, group.focus) / size
    found: tuple[int | None, tuple[int, ...], Fraction] = (None, (), Fraction(0))
    for member in sorted(group.members):
        for groups in (catalogue.threes, catalogue.twos):
            rows = np.flatnonzero((groups.members == member).any(axis=1))
            if not len(rows):
                continue
            best = int(rows[np.argmax(groups.worth[rows])])
            more = Fraction(int(groups.worth[best]), THIRDS * groups.size) - here
            if more > found[2]:
                found = member, tuple(groups.members[best].tolist()), more
    return found[0], found[1], float(found[2])


def first_broken(problem: Problem, one: Person, other: Person) -> str | None:
    """The first rule on the two that does not hold, of those that may be told."""
    home, away = problem.schools[one.school], problem.schools[other.school]
    same = one.school == other.school
    holds = (
        one.school_only == other.school_only
        and (same or not one.school_only)
        and (one.school_only or not same or problem.most_of_one_school > 1),
        distance(home, away) <= 1000 * min(one.max_km, other.max_km),
        bool(set(one.foci) & set(other.foci)),
        bool(one.slots & other.slots),
    )
    return next((rule for rule, ok in zip(RULES, holds, strict=True) if not ok), None)


def left_after(problem: Problem, at: int) -> dict[str, int]:
    """How many people are left for somebody after each rule, one after the other."""
    person = problem.people[at]
    broken = [
        first_broken(problem, person, other)
        for i, other in enumerate(problem.people)
        if i != at and not kept_apart(problem, at, i)
    ]
    return {
        rule: sum(b is None or RULES.index(b) > place for b in broken)
        for place, rule in enumerate(RULES)
    }


def kept_apart(problem: Problem, one: int, other: int) -> bool:
    managed = problem.people[one].manager == other or problem.people[other].manager == one
    return managed or (min(one, other), max(one, other)) in problem.apart


def reached(catalogue: Catalogue, at: int) -> bool:
    """Whether some group that keeps the rules has them in it."""
    return any(bool((part.members == at).any()) for part in (catalogue.threes, catalogue.twos))


@dataclass(frozen=True, slots=True)
class Change:
    """What would place somebody: so many free times more or kilometres further, a further focus
    (``amount`` is its topic), meeting other schools, one more group of two or four, or so many
    more people near them who wish the same."""

    what: str  # slots, kilometres, focus, other_schools, odd_group, joiners
    amount: int


def cheapest_change(
    problem: Problem, groups: Sequence[Group], at: int, *, seed: int = 1
) -> Change | None:
    """The first single change, the least first, with which a new solution places this person and
    nobody fewer; None when none of those tried does."""
    placed = sum(len(group.members) for group in groups)
    for change, tried in changes(problem, at):
        catalogue = Catalogue.of(tried)
        # The bound is cheap, and most changes make room for nobody.
        if not reached(catalogue, at) or most_placed(catalogue, Work(seed)) <= placed:
            continue
        found = solve(tried, Work(seed)).groups
        here = {i for group in found for i in group.members}
        if len(here) > placed and at in here:
            return change
    return _joined(problem, groups, at)


def changes(problem: Problem, at: int) -> Iterator[tuple[Change, Problem]]:
    """What is tried, the least first, with the problem as it would be."""
    for change, person in _own_changes(problem, at):
        people = list(problem.people)
        people[at] = person
        yield change, replace(problem, people=tuple(people))
    if len(problem.sizes) > 1:
        yield Change("odd_group", 1), replace(problem, most_odd=problem.most_odd + 1)


def _joined(problem: Problem, groups: Sequence[Group], at: int) -> Change | None:
    """The fewest more people with whom, and with others left out so far, they would be three."""
    people = len(problem.people)
    here = {i for group in groups for i in group.members}
    for joiners in (1, 2):
        more, schools = _joiners(problem, at)
        tried = replace(problem, people=(*problem.people, *more[:joiners]), schools=schools)
        catalogue = Catalogue.of(tried)
        for row in catalogue.threes.members.tolist():
            new = sum(i >= people for i in row)
            if at in row and new == joiners and here.isdisjoint(row):
                return Change("joiners", joiners)
    return None


def _joiners(problem: Problem, at: int) -> tuple[list[Person], tuple[School, ...]]:
    """People who wish the same, and all schools: at the nearest other school and at their own, or,
    where all have to be of different ones, at two more schools that are as near as can be."""
    person = replace(problem.people[at], manager=None, prior_unmatched=0)
    if person.school_only:
        return [person, person], problem.schools
    if problem.most_of_one_school == 1:
        new = len(problem.schools)
        home = problem.schools[person.school]
        return [replace(person, school=new + n) for n in (0, 1)], (*problem.schools, home, home)
    home = problem.schools[person.school]
    away = [
        (distance(home, school), place)
        for place, school in enumerate(problem.schools)
        if place != person.school and distance(home, school) <= 1000 * person.max_km
    ]
    found = [replace(person, school=min(away)[1]), person] if away else []
    return found, problem.schools


def _own_changes(problem: Problem, at: int) -> Iterator[tuple[Change, Person]]:
    person = problem.people[at]
    others = [p for i, p in enumerate(problem.people) if i != at and not kept_apart(problem, at, i)]
    near = [p for p in others if first_broken(problem, person, p) in (None, "time")] or others
    shut = set(range(problem.slots)) - person.slots
    # The times at which most of those who would suit are free.
    best = sorted(shut, key=lambda slot: (-sum(slot in p.slots for p in near), slot))
    for more in (1, 2):
        if len(best) >= more:
            yield Change("slots", more), replace(person, slots=person.slots | set(best[:more]))
    for km in KILOMETRES:
        yield Change("kilometres", km), replace(person, max_km=person.max_km + km)
    if len(person.foci) < len(problem.scoring.rank_points):
        wanted = Counter(topic for p in others for topic in p.foci if topic not in person.foci)
        for topic, _count in sorted(wanted.items(), key=lambda row: (-row[1], row[0]))[
            :MOST_TOPICS
        ]:
            yield Change("focus", topic), replace(person, foci=(*person.foci, topic))
    if person.school_only:
        yield Change("other_schools", 0), replace(person, school_only=False)
