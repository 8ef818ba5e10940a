"""What is to be solved, and what a solution is.

Slots are those of a week. Distances are whole metres, rounded down.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from apps.matching.malformed import flag, need, pairs, rows, text, whole, wholes

SIZES = (2, 3, 4)  # that a group may have; three is usual


@dataclass(frozen=True, slots=True)
class Scoring:
    """Points of a group. ``prior_unmatched`` is for each time that a member was left out before,
    ``small_school`` for each member whose school has ``small_school_pupils`` or fewer,
    ``cross_department`` for each two of departments that are known and differ."""

    rank_points: tuple[int, ...] = (30, 21, 12)
    extra_topic: int = 3
    cross_phase: int = 6
    mix: int = 9
    both_ect: int = -6
    ect_below: int = 2
    experienced_from: int = 5
    travel_max: int = 9
    repeat_pair: int = -30
    odd_group: int = -30
    prior_unmatched: int = 15
    small_school: int = 0
    small_school_pupils: int = 210
    cross_department: int = 0


@dataclass(frozen=True, slots=True)
class School:
    phase: str
    pupils: int
    east: int
    north: int


@dataclass(frozen=True, slots=True)
class Person:
    school: int
    role: str
    years: int
    foci: tuple[int, ...]  # ranked topics
    max_km: int
    slots: frozenset[int]
    school_only: bool = False
    manager: int | None = None
    prior_unmatched: int = 0
    department: str = ""  # empty where it is not known


@dataclass(frozen=True, slots=True)
class Problem:
    topics: int
    slots: int
    most_odd: int  # groups of two or four
    schools: tuple[School, ...]
    people: tuple[Person, ...]
    earlier: frozenset[frozenset[int]]  # triads of before
    before: frozenset[tuple[int, int]]  # the pairs in them, the lower id first
    scoring: Scoring
    apart: frozenset[tuple[int, int]] = frozenset()  # never in one group, the lower id first
    sizes: frozenset[int] = frozenset(SIZES)
    most_of_one_school: int = 2  # in a group of several schools


@dataclass(frozen=True, slots=True)
class Group:
    members: tuple[int, ...]
    focus: int
    slot: int


def distance(one: School, other: School) -> int:
    return math.isqrt((one.east - other.east) ** 2 + (one.north - other.north) ** 2)


def read(raw: object) -> Problem:
    """A problem from its JSON form; Malformed when something is missing or out of range."""
    need(isinstance(raw, dict), "the file", "expected a JSON object")
    assert isinstance(raw, dict)
    need(raw.get("problem", "B") == "B", "problem", f"expected B, got {raw.get('problem')!r}")
    topics = whole(raw, "topics", "the file", 1, 10_000)
    slots = whole(raw, "weekly_slots", "the file", 1, 2000)
    schools = rows(raw, "schools", _school)
    scoring = _scoring(raw.get("scoring", {}))

    def person(row: Mapping[str, Any], where: str) -> Person:
        foci = wholes(row, "foci", where, topics - 1)
        need(bool(foci), f"{where}, foci", "at least one is needed")
        enough = len(foci) <= len(scoring.rank_points)
        need(enough, f"{where}, foci", "more foci than rank points")
        manager = row.get("manager")
        return Person(
            school=whole(row, "school", where, 0, len(schools) - 1),
            role=str(row.get("role", "")),
            years=whole(row, "years", where, 0, 100),
            foci=foci,
            max_km=whole(row, "max_km", where, 1, 10_000),
            slots=frozenset(wholes(row, "slots", where, slots - 1)),
            school_only=flag(row, "school_only", where),
            manager=None if manager is None else whole(row, "manager", where),
            prior_unmatched=whole({"prior_unmatched": 0, **row}, "prior_unmatched", where, 0, 100),
            department=text(row, "department", where),
        )

    people = rows(raw, "people", person)
    for place, found in enumerate(people):
        known = found.manager is None or found.manager < len(people)
        need(known, f"people[{place}], manager", f"nobody has the id {found.manager}")
    earlier = pairs(raw.get("earlier_triads", []), "earlier_triads", [len(people) - 1] * 3)
    for place, triad in enumerate(earlier):
        need(len(set(triad)) == 3, f"earlier_triads[{place}]", "somebody stands twice")
    return Problem(
        topics,
        slots,
        whole(raw, "max_odd_groups", "the file"),
        schools,
        people,
        frozenset(frozenset(triad) for triad in earlier),
        frozenset((a, b) for triad in earlier for a, b in combinations(sorted(triad), 2)),
        scoring,
        _apart(raw, len(people)),
        _sizes(raw),
        whole({"most_of_one_school": 2, **raw}, "most_of_one_school", "the file", 1, 2),
    )


def _apart(raw: Mapping[str, Any], people: int) -> frozenset[tuple[int, int]]:
    """The file may leave them out."""
    found = pairs(raw.get("apart", []), "apart", [people - 1] * 2)
    for place, (one, other) in enumerate(found):
        need(one != other, f"apart[{place}]", "somebody stands twice")
    return frozenset((min(pair), max(pair)) for pair in found)


def _sizes(raw: Mapping[str, Any]) -> frozenset[int]:
    """The file may leave them out."""
    found = frozenset(wholes({"sizes": list(SIZES), **raw}, "sizes", "the file", max(SIZES)))
    need(3 in found <= set(SIZES), "the file, sizes", "expected 3 and some of 2 and 4")
    return found


def _school(row: Mapping[str, Any], where: str) -> School:
    return School(
        phase=str(row.get("phase", "")),
        pupils=whole(row, "pupils", where),
        east=whole(row, "e", where, -(10**8), 10**8),
        north=whole(row, "n", where, -(10**8), 10**8),
    )


def _scoring(raw: object) -> Scoring:
    need(isinstance(raw, dict), "scoring", "expected an object")
    assert isinstance(raw, dict)
    known = {name: raw[name] for name in Scoring.__dataclass_fields__ if name in raw}
    for name in known:
        if name == "rank_points":
            known[name] = wholes(raw, name, "scoring", 1000, distinct=False)
        else:
            known[name] = whole(raw, name, "scoring", -1000, 1_000)
    return Scoring(**known)


def write(groups: Sequence[Group]) -> dict[str, Any]:
    return {
        "groups": [{"members": list(g.members), "focus": g.focus, "slot": g.slot} for g in groups]
    }
