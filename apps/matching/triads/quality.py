"""How good and how fair a set of groups is: one rule and one sum at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from apps.matching.triads.problem import Group, Person, Problem, distance


@dataclass(frozen=True, slots=True)
class Quality:
    """Rates are of those who asked; None where nobody of that kind did. ``fifth_percentile``:
    one in twenty of those placed is in a group with fewer points a member."""

    people: int
    placed: int
    score: float
    groups: dict[int, int]  # size to number
    worst: float | None
    fifth_percentile: float | None
    rate_small_schools: float | None
    rate_other_schools: float | None
    rate_unmatched_before: float | None
    rate_by_role: dict[str, float]
    first_focus: float | None


def pair_points(problem: Problem, one: int, other: int) -> int:
    """What two people give each other in a group."""
    rules, a, b = problem.scoring, problem.people[one], problem.people[other]
    home, away = problem.schools[a.school], problem.schools[b.school]
    limit = 1000 * min(a.max_km, b.max_km)
    points = rules.travel_max * max(0, limit - distance(home, away)) // limit
    points += rules.extra_topic * min(2, len(set(a.foci) & set(b.foci)) - 1)
    points += rules.cross_phase * (home.phase != away.phase)
    departments = {a.department, b.department}
    points += rules.cross_department * (len(departments) == 2 and "" not in departments)
    new = [p.years < rules.ect_below for p in (a, b)]
    experienced = [p.years >= rules.experienced_from for p in (a, b)]
    points += rules.mix * ((new[0] and experienced[1]) or (new[1] and experienced[0]))
    points += rules.both_ect * all(new)
    again = (min(one, other), max(one, other)) in problem.before
    return points + rules.repeat_pair * again


def own_points(problem: Problem, person: Person, focus: int) -> int:
    """What the focus is worth to one member, and what is due to them."""
    rules = problem.scoring
    points = rules.rank_points[person.foci.index(focus)]
    small = problem.schools[person.school].pupils <= rules.small_school_pupils
    return points + rules.prior_unmatched * person.prior_unmatched + rules.small_school * small


def group_points(problem: Problem, members: Sequence[int], focus: int) -> Fraction:
    pairs = [pair_points(problem, a, b) for a, b in combinations(members, 2)]
    total = Fraction(len(members) * sum(pairs), len(pairs))
    total += sum(own_points(problem, problem.people[i], focus) for i in members)
    return total + problem.scoring.odd_group * (len(members) != 3)


def best_focus(problem: Problem, members: Sequence[int]) -> int:
    """The shared focus that is worth most to the members."""
    people = [problem.people[i] for i in members]
    shared = set.intersection(*(set(p.foci) for p in people))
    return max(shared, key=lambda t: (sum(own_points(problem, p, t) for p in people), -t))


def judge(problem: Problem, groups: Sequence[Group]) -> Quality:
    points = [group_points(problem, g.members, g.focus) for g in groups]
    each = sorted(
        float(p / len(g.members)) for p, g in zip(points, groups, strict=True) for _ in g.members
    )
    here = {i for g in groups for i in g.members}
    rules = problem.scoring

    def rate(among: Callable[[Person], bool]) -> float | None:
        ids = [i for i, person in enumerate(problem.people) if among(person)]
        return sum(i in here for i in ids) / len(ids) if ids else None

    def is_small(person: Person) -> bool:
        return problem.schools[person.school].pupils <= rules.small_school_pupils

    roles = {role: rate(lambda p, r=role: p.role == r) for role in {p.role for p in problem.people}}  # type: ignore[misc]
    met = sum(problem.people[i].foci[0] == g.focus for g in groups for i in g.members)
    return Quality(
        people=len(problem.people),
        placed=len(here),
        score=round(float(sum(points)), 3),
        groups=dict(sorted(Counter(len(g.members) for g in groups).items())),
        worst=each[0] if each else None,
        fifth_percentile=each[len(each) // 20] if each else None,
        rate_small_schools=rate(is_small),
        rate_other_schools=rate(lambda person: not is_small(person)),
        rate_unmatched_before=rate(lambda person: person.prior_unmatched > 0),
        rate_by_role={role: found for role, found in sorted(roles.items()) if found is not None},
        first_focus=met / len(here) if here else None,
    )


def broken_rules(problem: Problem, groups: Sequence[Group]) -> list[str]:
    """Every hard rule that does not hold, in words; empty for a valid solution."""
    found: list[str] = []
    times = Counter(i for g in groups for i in g.members)
    found += [f"person {i} is in {n} groups" for i, n in times.items() if n > 1]
    odd = sum(len(g.members) != 3 for g in groups)
    if odd > problem.most_odd:
        found.append(f"{odd} groups of two or four, {problem.most_odd} may be")
    for group in groups:
        broken = broken_by(problem, group.members)
        broken += _broken_choice(problem, group)
        found += [f"the group {group.members} {what}" for what in broken]
    return found


def broken_by(problem: Problem, members: Sequence[int]) -> list[str]:
    """The rules on who may be together that these people break."""
    people = [problem.people[i] for i in members]
    at = Counter(p.school for p in people)
    only = [p.school_only for p in people]
    mixed = len(at) > 1 and max(at.values()) <= problem.most_of_one_school
    together = list(zip(members, people, strict=True))
    managed = any(a.manager == j or b.manager == i for (i, a), (j, b) in combinations(together, 2))
    near = all(
        distance(problem.schools[a.school], problem.schools[b.school])
        <= 1000 * min(a.max_km, b.max_km)
        for a, b in combinations(people, 2)
    )
    holds = {
        "is not of two to four": len(set(members)) == len(members) in problem.sizes,
        "mixes people who stay in their school with others": all(only) == any(only),
        "is not within one school": not any(only) or len(at) == 1,
        "has too many from one school": any(only) or mixed,
        "has a manager and somebody they manage": not managed,
        "has two who are kept apart": problem.apart.isdisjoint(combinations(sorted(members), 2)),
        "has too far to go": near,
        "shares no focus": bool(set.intersection(*(set(p.foci) for p in people))),
        "shares no time": bool(frozenset.intersection(*(p.slots for p in people))),
        "was together before": not any(set(t) <= set(members) for t in _triads(members, problem)),
    }
    return [what for what, ok in holds.items() if not ok]


def _triads(members: Sequence[int], problem: Problem) -> list[frozenset[int]]:
    every = (frozenset(three) for three in combinations(members, 3))
    return [three for three in every if three in problem.earlier]


def _broken_choice(problem: Problem, group: Group) -> list[str]:
    people = [problem.people[i] for i in group.members]
    holds = {
        "has a focus that not all share": all(group.focus in p.foci for p in people),
        "has a time that does not suit all": all(group.slot in p.slots for p in people),
    }
    return [what for what, ok in holds.items() if not ok]
