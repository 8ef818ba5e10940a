"""Solving around pairs that are to stay, and what it would cost to put somebody somewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from apps.matching.placements.explain import first_broken, possible
from apps.matching.placements.problem import Placement, Problem
from apps.matching.placements.quality import total_fit
from apps.matching.placements.solve import Result, solve
from apps.matching.work import Work

Pair = tuple[int, int]  # applicant and host


def settled(problem: Problem, pairs: Iterable[Pair]) -> list[Pair]:
    """Those of ``pairs`` that no rule forbids: one for each applicant, as many as there is room."""
    taken: Counter[int] = Counter()
    found: dict[int, int] = {}
    for applicant, host in sorted(pairs):
        room = taken[host] < problem.hosts[host].capacity
        if applicant not in found and room and host in possible(problem, applicant):
            taken[host] += 1
            found[applicant] = host
    return list(found.items())


def around(problem: Problem, locked: Sequence[Pair]) -> Problem:
    """Each of ``locked`` (see `settled`) has one of the places of their host to themselves: a host
    behind the others, in their order."""
    taken = Counter(host for _, host in locked)
    hosts = [
        replace(host, capacity=host.capacity - taken[at]) for at, host in enumerate(problem.hosts)
    ]
    own = [replace(problem.hosts[host], capacity=1) for _, host in locked]
    only = {applicant: len(hosts) + at for at, (applicant, _) in enumerate(locked)}
    return replace(problem, hosts=(*hosts, *own), only=only)


def solve_around(problem: Problem, locked: Sequence[Pair], work: Work) -> Result:
    """Everybody else placed as well as they can be, with the half-days of all found together."""
    found = solve(around(problem, locked), work)
    own = dict(enumerate((host for _, host in locked), start=len(problem.hosts)))
    placements = [replace(p, host=own.get(p.host, p.host)) for p in found.placements]
    return replace(found, placements=placements)


@dataclass(frozen=True, slots=True)
class WhyNot:
    """``broken``: the first rule that stands against the pair; ``nothing`` where it is blocked,
    which says no more. Else what solving again with it gives: who would lose and who get a place,
    who else would be placed elsewhere, how many in all, and by how much the fit of all falls."""

    broken: str | None
    lose: tuple[int, ...] = ()
    gain: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()
    placed: int = 0
    fit: int = 0
    fit_falls: int = 0


def why_not(
    problem: Problem,
    placements: Sequence[Placement],
    pair: Pair,
    *,
    locked: Sequence[Pair] = (),
    work: Work | None = None,
) -> WhyNot:
    """What stands against ``pair``, or what it would cost beside ``locked`` (see `settled`).

    Where ``work`` was stopped, the cost is not to be relied on.
    """
    applicant, host = pair
    others = [row for row in locked if row[0] != applicant]
    broken = first_broken(problem, problem.applicants[applicant], problem.hosts[host])
    if broken is None and not problem.allows(applicant, host):
        broken = "nothing"
    if broken is None and problem.hosts[host].capacity == 0:
        broken = "capacity"
    if broken is None and sum(at == host for _, at in others) >= problem.hosts[host].capacity:
        broken = "kept"
    if broken is not None:
        return WhyNot(broken)
    forced = solve_around(problem, sorted([*others, pair]), work or Work()).placements
    now = {p.applicant: p.host for p in placements}
    then = {p.applicant: p.host for p in forced}
    if applicant not in then:
        return WhyNot("release")
    return WhyNot(
        None,
        lose=tuple(sorted(now.keys() - then.keys())),
        gain=tuple(sorted(then.keys() - now.keys())),
        moved=tuple(sorted(i for i in now.keys() & then.keys() - {applicant} if now[i] != then[i])),
        placed=len(forced),
        fit=total_fit(problem, forced),
        fit_falls=max(0, total_fit(problem, placements) - total_fit(problem, forced)),
    )
