"""What is to be solved, and what a solution is.

Slots are half-days: slot ``s`` lies on day ``s // 2``. Distances are whole metres, rounded down.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.matching.malformed import flag, need, number, pairs, rows, whole, wholes


@dataclass(frozen=True, slots=True)
class Scoring:
    """Points of a placement. ``spread_penalty`` for each placement at a host school beyond
    ``spread_share`` of its seats, rounded up."""

    rank_weights: tuple[int, ...] = (6, 3, 2)
    focus_max: int = 60
    travel_max: int = 20
    cross_phase: int = 10
    poor_below: int = 20
    poor_penalty: int = 20
    prior_unmatched: int = 15
    small_school: int = 8
    small_school_pupils: int = 210
    spread_share: float = 0.5
    spread_penalty: int = 6


@dataclass(frozen=True, slots=True)
class School:
    phase: str
    pupils: int
    east: int
    north: int
    release_cap: int  # different people of the school out on one day


@dataclass(frozen=True, slots=True)
class Applicant:
    """``extra``: points of placing this person at all, beside those of the scoring."""

    school: int
    foci: tuple[int, ...]  # ranked topics
    half_days: int
    max_km: int
    free: frozenset[int]
    cross_phase: bool = False
    prior_unmatched: int = 0
    extra: int = 0


@dataclass(frozen=True, slots=True)
class Host:
    school: int
    offers: Mapping[int, int]  # topic to strength 1-3
    capacity: int
    free: frozenset[int]


@dataclass(frozen=True, slots=True)
class Problem:
    """``only``: applicants who have a host of their own, who takes nobody else."""

    topics: int
    slots: int
    schools: tuple[School, ...]
    applicants: tuple[Applicant, ...]
    hosts: tuple[Host, ...]
    blocked: frozenset[tuple[int, int]]  # applicant, host
    scoring: Scoring
    only: Mapping[int, int] = field(default_factory=dict)

    def allows(self, applicant: int, host: int) -> bool:
        """Whether the pair is neither blocked nor against what is kept for others."""
        if applicant in self.only:
            return self.only[applicant] == host
        return (applicant, host) not in self.blocked and host not in self.only.values()


@dataclass(frozen=True, slots=True)
class Placement:
    applicant: int
    host: int
    slots: tuple[int, ...]


def distance(one: School, other: School) -> int:
    return math.isqrt((one.east - other.east) ** 2 + (one.north - other.north) ** 2)


def read(raw: object) -> Problem:
    """A problem from its JSON form; Malformed when something is missing or out of range."""
    need(isinstance(raw, dict), "the file", "expected a JSON object")
    assert isinstance(raw, dict)
    need(raw.get("problem", "A") == "A", "problem", f"expected A, got {raw.get('problem')!r}")
    topics = whole(raw, "topics", "the file", 1)
    slots = whole(raw, "slots", "the file", 1, 2000)
    schools = rows(raw, "schools", _school)
    last_school, last_slot, last_topic = len(schools) - 1, slots - 1, topics - 1

    def applicant(row: Mapping[str, Any], where: str) -> Applicant:
        foci = wholes(row, "foci", where, last_topic)
        need(bool(foci), f"{where}, foci", "at least one is needed")
        return Applicant(
            school=whole(row, "school", where, 0, last_school),
            foci=foci,
            half_days=whole(row, "need_half_days", where, 1, slots),
            max_km=whole(row, "max_km", where, 1, 10_000),
            free=frozenset(wholes(row, "avail", where, last_slot)),
            cross_phase=flag(row, "cross_phase", where),
            prior_unmatched=whole(row, "prior_unmatched", where, 0, 100),
        )

    def host(row: Mapping[str, Any], where: str) -> Host:
        offers = [
            (p[0], p[1]) for p in pairs(row.get("offers"), f"{where}, offers", (last_topic, 3))
        ]
        return Host(
            school=whole(row, "school", where, 0, last_school),
            offers=dict(offers),
            capacity=whole(row, "capacity", where, 0, 10_000),
            free=frozenset(wholes(row, "avail", where, last_slot)),
        )

    applicants = rows(raw, "applicants", applicant)
    hosts = rows(raw, "hosts", host)
    scoring = _scoring(raw.get("scoring", {}))
    for place, person in enumerate(applicants):
        fits = len(person.foci) <= len(scoring.rank_weights)
        need(fits, f"applicants[{place}], foci", "more foci than rank weights")
    blocked = pairs(raw.get("blocked", []), "blocked", (len(applicants) - 1, len(hosts) - 1))
    return Problem(
        topics,
        slots,
        schools,
        applicants,
        hosts,
        frozenset((pair[0], pair[1]) for pair in blocked),
        scoring,
    )


def _school(row: Mapping[str, Any], where: str) -> School:
    return School(
        phase=str(row.get("phase", "")),
        pupils=whole(row, "pupils", where),
        east=whole(row, "e", where, -(10**8), 10**8),
        north=whole(row, "n", where, -(10**8), 10**8),
        release_cap=whole(row, "release_cap", where, 0, 1000),
    )


def _scoring(raw: object) -> Scoring:
    need(isinstance(raw, dict), "scoring", "expected an object")
    assert isinstance(raw, dict)
    known: dict[str, Any] = {}
    for name in [name for name in Scoring.__dataclass_fields__ if name in raw]:
        if name == "rank_weights":
            known[name] = wholes(raw, name, "scoring", 1000, distinct=False)
            first = known[name][:1] > (0,)
            need(first, f"scoring, {name}", "the first choice has to weigh something")
        elif name == "spread_share":
            known[name] = number(raw, name, "scoring", 0, 1)
        else:
            known[name] = whole(raw, name, "scoring", 0, 100_000)
    return Scoring(**known)


def write(placements: list[Placement]) -> dict[str, Any]:
    return {
        "placements": [
            {"applicant": p.applicant, "host": p.host, "slots": list(p.slots)} for p in placements
        ]
    }
