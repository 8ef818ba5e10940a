"""How good and how fair a set of placements is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.matching.placements.problem import Applicant, Host, Placement, Problem, distance


@dataclass(frozen=True, slots=True)
class Quality:
    """Rates are of those who applied; None where nobody of that group did."""

    applicants: int
    placed: int
    fit: int
    worst: int | None
    fifth_percentile: int | None
    rate_small_schools: float | None
    rate_other_schools: float | None
    rate_unmatched_before: float | None
    first_focus: float | None


def focus_points(problem: Problem, applicant: Applicant, host: Host) -> int:
    weights = problem.scoring.rank_weights[: len(applicant.foci)]
    got = sum(w * host.offers.get(t, 0) for w, t in zip(weights, applicant.foci, strict=True))
    return problem.scoring.focus_max * got // (3 * sum(weights))


def pair_points(problem: Problem, applicant: Applicant, host: Host) -> int:
    """Fit of one person at one host, before priority and spread."""
    rules, home, away = (
        problem.scoring,
        problem.schools[applicant.school],
        problem.schools[host.school],
    )
    limit = applicant.max_km * 1000
    focus = focus_points(problem, applicant, host)
    points = focus + rules.travel_max * (limit - distance(home, away)) // limit
    if applicant.cross_phase and home.phase != away.phase:
        points += rules.cross_phase
    return points - (rules.poor_penalty if focus < rules.poor_below else 0)


def is_small(problem: Problem, applicant: Applicant) -> bool:
    return problem.schools[applicant.school].pupils <= problem.scoring.small_school_pupils


def total_fit(problem: Problem, placements: Sequence[Placement]) -> int:
    """Points of all pairs and of priority, less those for hosts beyond their share."""
    rules, total = problem.scoring, 0
    load: Counter[int] = Counter()
    seats: Counter[int] = Counter()
    for host in problem.hosts:
        seats[host.school] += host.capacity
    for placement in placements:
        applicant = problem.applicants[placement.applicant]
        host = problem.hosts[placement.host]
        load[host.school] += 1
        total += pair_points(problem, applicant, host)
        total += rules.prior_unmatched * applicant.prior_unmatched
        total += rules.small_school if is_small(problem, applicant) else 0
        total += applicant.extra
    beyond = (
        max(0, count - math.ceil(rules.spread_share * seats[school]))
        for school, count in load.items()
    )
    return total - rules.spread_penalty * sum(beyond)


def judge(problem: Problem, placements: Sequence[Placement]) -> Quality:
    here = {p.applicant: problem.hosts[p.host] for p in placements}
    points = sorted(pair_points(problem, problem.applicants[i], h) for i, h in here.items())

    def rate(among: Callable[[Applicant], bool]) -> float | None:
        ids = [i for i, a in enumerate(problem.applicants) if among(a)]
        return sum(i in here for i in ids) / len(ids) if ids else None

    met = sum(problem.applicants[i].foci[0] in h.offers for i, h in here.items())
    return Quality(
        applicants=len(problem.applicants),
        placed=len(placements),
        fit=total_fit(problem, placements),
        worst=points[0] if points else None,
        fifth_percentile=points[len(points) // 20] if points else None,
        rate_small_schools=rate(lambda a: is_small(problem, a)),
        rate_other_schools=rate(lambda a: not is_small(problem, a)),
        rate_unmatched_before=rate(lambda a: a.prior_unmatched > 0),
        first_focus=met / len(here) if here else None,
    )


def broken_rules(problem: Problem, placements: Sequence[Placement]) -> list[str]:
    """Every hard rule that does not hold, in words; empty for a valid solution."""
    found: list[str] = []
    people = Counter(p.applicant for p in placements)
    found += [f"applicant {i} is placed twice" for i, n in people.items() if n > 1]
    load = Counter(p.host for p in placements)
    found += [
        f"host {j} has more people than places"
        for j, n in load.items()
        if n > problem.hosts[j].capacity
    ]
    out: Counter[tuple[int, int]] = Counter()
    for placement in placements:
        found += _broken_by(problem, placement)
        school = problem.applicants[placement.applicant].school
        out.update({(school, slot // 2) for slot in placement.slots})
    found += [
        f"school {school} releases too many on day {day}"
        for (school, day), n in out.items()
        if n > problem.schools[school].release_cap
    ]
    return found


def _broken_by(problem: Problem, placement: Placement) -> list[str]:
    applicant = problem.applicants[placement.applicant]
    host = problem.hosts[placement.host]
    home, away = problem.schools[applicant.school], problem.schools[host.school]
    slots = set(placement.slots)
    holds = {
        "in their own school": applicant.school != host.school,
        "with a blocked host": (placement.applicant, placement.host) not in problem.blocked,
        "too far away": distance(home, away) <= applicant.max_km * 1000,
        "without a shared focus": bool(set(applicant.foci) & set(host.offers)),
        "for the wrong number of half-days": len(slots)
        == len(placement.slots)
        == applicant.half_days,
        "at a time not free for both": slots <= applicant.free & host.free,
    }
    return [f"applicant {placement.applicant} is {what}" for what, ok in holds.items() if not ok]
