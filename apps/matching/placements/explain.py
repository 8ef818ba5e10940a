"""Why a placement and why none: by the rules one at a time, and by solving again.

Facts only; a page puts them into words. A blocked pair is a secret: hosts blocked for somebody are
never counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from apps.matching.placements.candidates import feasible
from apps.matching.placements.network import relax
from apps.matching.placements.problem import Applicant, Host, Placement, Problem, distance
from apps.matching.placements.quality import pair_points
from apps.matching.placements.solve import solve
from apps.matching.work import Work

KILOMETRES = (5, 10, 20)  # further that are tried
RULES = ("other_school", "distance", "focus", "time")


@dataclass(frozen=True, slots=True)
class Why:
    """``met``: rank (from 1) and strength of each focus the host offers; ``given_up``: points
    between this host and the best possible one, which ``best_host`` is."""

    met: tuple[tuple[int, int], ...]
    metres: int
    most_metres: int
    half_days_in_common: int
    half_days: int
    other_phase: bool
    best_host: int
    given_up: int


def why(problem: Problem, placement: Placement) -> Why:
    person, host = problem.applicants[placement.applicant], problem.hosts[placement.host]
    home, away = problem.schools[person.school], problem.schools[host.school]
    ranks = enumerate(person.foci, start=1)
    here = pair_points(problem, person, host)
    points = {
        at: pair_points(problem, person, problem.hosts[at])
        for at in possible(problem, placement.applicant)
    }
    best = max(points, key=lambda at: (points[at], -at), default=placement.host)
    return Why(
        met=tuple((rank, host.offers[t]) for rank, t in ranks if t in host.offers),
        metres=distance(home, away),
        most_metres=1000 * person.max_km,
        half_days_in_common=len(person.free & host.free),
        half_days=person.half_days,
        other_phase=home.phase != away.phase,
        best_host=best,
        given_up=max(0, points.get(best, here) - here),
    )


def possible(problem: Problem, applicant: int) -> list[int]:
    """Hosts that no rule on the two alone keeps apart."""
    person = problem.applicants[applicant]
    return [
        at
        for at, host in enumerate(problem.hosts)
        if problem.allows(applicant, at) and first_broken(problem, person, host) is None
    ]


def first_broken(problem: Problem, person: Applicant, host: Host) -> str | None:
    home, away = problem.schools[person.school], problem.schools[host.school]
    holds = (
        person.school != host.school,
        distance(home, away) <= 1000 * person.max_km,
        bool(set(person.foci) & set(host.offers)),
        len(person.free & host.free) >= person.half_days,
    )
    return next((rule for rule, ok in zip(RULES, holds, strict=True) if not ok), None)


def left_after(problem: Problem, applicant: int) -> dict[str, int]:
    """How many hosts are left for somebody after each rule, one after the other."""
    person = problem.applicants[applicant]
    broken = [
        first_broken(problem, person, host)
        for at, host in enumerate(problem.hosts)
        if problem.allows(applicant, at)
    ]
    return {
        rule: sum(b is None or RULES.index(b) > place for b in broken)
        for place, rule in enumerate(RULES)
    }


@dataclass(frozen=True, slots=True)
class Change:
    """What would place somebody: so many kilometres further, half-days fewer or free half-days
    more, a further focus (``amount`` is its topic), so many more of their school out on one day,
    one more place with a host (whose it is), or another host near enough for a focus (its
    topic)."""

    what: str  # kilometres, fewer_half_days, free_half_days, focus, release, place, host
    amount: int


def cheapest_change(
    problem: Problem, placements: Sequence[Placement], applicant: int, *, seed: int = 1
) -> Change | None:
    """The first single change, the least first, with which a new solution places this person and
    nobody fewer; None when none of those tried does."""
    for change, tried in _changes(problem, applicant):
        # The bound is cheap, and most changes make room for nobody.
        if relax(tried, feasible(tried)).placed <= len(placements):
            continue
        found = solve(tried, Work(seed)).placements
        if len(found) > len(placements) and any(p.applicant == applicant for p in found):
            return change
    return None


def _changes(problem: Problem, applicant: int) -> Iterator[tuple[Change, Problem]]:
    for change, person in _own_changes(problem, applicant):
        yield change, _with(problem, applicant, person)
    person = problem.applicants[applicant]
    yield Change("release", 1), _with_one_more_out(problem, person.school)
    hosts = sorted(
        possible(problem, applicant),
        key=lambda at: (-pair_points(problem, person, problem.hosts[at]), at),
    )
    for at in hosts[:1]:
        more = replace(problem.hosts[at], capacity=problem.hosts[at].capacity + 1)
        yield (
            Change("place", at),
            replace(problem, hosts=(*problem.hosts[:at], more, *problem.hosts[at + 1 :])),
        )

    near = _nearest(problem, person)
    if near is not None:
        another = Host(near, {person.foci[0]: 3}, 1, person.free)
        yield Change("host", person.foci[0]), replace(problem, hosts=(*problem.hosts, another))


def _with_one_more_out(problem: Problem, school: int) -> Problem:
    schools = list(problem.schools)
    schools[school] = replace(schools[school], release_cap=schools[school].release_cap + 1)
    return replace(problem, schools=tuple(schools))


def _nearest(problem: Problem, person: Applicant) -> int | None:
    """The nearest other school, if somebody there could host them."""
    home = problem.schools[person.school]
    found = [
        (distance(home, school), at)
        for at, school in enumerate(problem.schools)
        if at != person.school and distance(home, school) <= 1000 * person.max_km
    ]
    return min(found)[1] if found else None


def _own_changes(problem: Problem, applicant: int) -> Iterator[tuple[Change, Applicant]]:
    person = problem.applicants[applicant]
    for more in (1, 2):
        # The half-days at which most hosts within reach are free.
        shut = sorted(
            set(range(problem.slots)) - person.free,
            key=lambda slot: (-sum(slot in host.free for host in problem.hosts), slot),
        )
        if len(shut) >= more:
            yield (
                Change("free_half_days", more),
                replace(person, free=person.free | set(shut[:more])),
            )
    for fewer in range(1, min(3, person.half_days)):
        yield Change("fewer_half_days", fewer), replace(person, half_days=person.half_days - fewer)
    for km in KILOMETRES:
        yield Change("kilometres", km), replace(person, max_km=person.max_km + km)
    if len(person.foci) < len(problem.scoring.rank_weights):
        for topic in range(problem.topics):
            if topic not in person.foci:
                yield Change("focus", topic), replace(person, foci=(*person.foci, topic))


def _with(problem: Problem, applicant: int, person: Applicant) -> Problem:
    people = list(problem.applicants)
    people[applicant] = person
    return replace(problem, applicants=tuple(people))
