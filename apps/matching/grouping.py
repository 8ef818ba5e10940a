"""A call's wishes and the coordinator's as the input of a solver: plain JSON, kept with the
proposal so that it can be solved again. People are keys there, never names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from apps.activities.matchmaking import Forming, Wisher, Wishers
from apps.matching.ground import miles_of, nowhere, school_rows
from apps.matching.triads.problem import SIZES, Scoring

DEPARTMENTS = 6  # points, as many as different phases have
MOST_CALLS = 100  # what a file may hold


@dataclass(frozen=True)
class Wishes:
    """Groups that stay as they are, pairs who are never in one, and how many points it counts that
    somebody is of a small school, or went without a group before (for each time)."""

    locked: tuple[tuple[int, ...], ...] = ()
    apart: tuple[tuple[int, ...], ...] = ()
    small_school: int = Scoring().small_school
    prior_unmatched: int = Scoring().prior_unmatched

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Wishes:
        return cls(
            _keys(raw.get("locked", ())),
            _keys(raw.get("apart", ())),
            raw.get("small_school", cls.small_school),
            raw.get("prior_unmatched", cls.prior_unmatched),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "locked": [list(keys) for keys in self.locked],
            "apart": [list(keys) for keys in self.apart],
            "small_school": self.small_school,
            "prior_unmatched": self.prior_unmatched,
        }


def _keys(rows: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(sorted({tuple(sorted(int(key) for key in row)) for row in rows}))


def inputs_of(found: Wishers, forming: Forming, wishes: Wishes) -> dict[str, Any]:
    """``problem`` in the form of the files of `match_triads`; lists of keys say whose the
    positions in it are. ``nowhere``: schools whose place is not known, which are taken to lie in
    the middle of the others."""
    schools = {row.key: at for at, row in enumerate(found.schools)}
    at = {row.key: place for place, row in enumerate(found.people)}
    topics = {focus: place for place, focus in enumerate(found.foci)}
    # What they are called is nobody's business once it is kept.
    names = sorted({row.department for row in found.people} - {""})
    departments = {"": ""} | {name: str(number) for number, name in enumerate(names)}
    never = [(row.key, other) for row in found.people for other in row.never]
    apart = {
        (min(at[one], at[other]), max(at[one], at[other]))
        for one, other in [*never, *wishes.apart]
        if one in at and other in at
    }
    sizes = [size for size in SIZES if forming.least <= size <= forming.most]
    return {
        "problem": {
            "problem": "B",
            "topics": max(len(topics), 1),
            "weekly_slots": found.times,
            "max_odd_groups": len(found.people) if len(sizes) > 1 else 0,
            "sizes": sizes,
            "most_of_one_school": forming.most_of_one_school,
            "schools": school_rows(found.schools),
            "people": [_person(row, schools, topics, departments) for row in found.people],
            "earlier_triads": _earlier(found.people),
            "apart": sorted(list(pair) for pair in apart),
            "scoring": {
                "rank_points": list(Scoring().rank_points[: forming.most_foci]),
                "small_school": wishes.small_school,
                "prior_unmatched": wishes.prior_unmatched,
                "cross_department": DEPARTMENTS if forming.mixes_departments else 0,
            },
        },
        "locked": [[at[key] for key in keys] for keys in wishes.locked if set(keys) <= set(at)],
        "people": list(at),
        "foci": list(found.foci),
        "nowhere": nowhere(found.schools),
        "support": [place for place, row in enumerate(found.people) if row.is_support],
        "part_time": [place for place, row in enumerate(found.people) if row.is_part_time],
    }


def _person(
    row: Wisher, schools: dict[int, int], topics: dict[str, int], departments: dict[str, str]
) -> dict[str, Any]:
    return {
        "school": schools[row.school],
        "years": row.years,
        "department": departments[row.department],
        "foci": [topics[focus] for focus in dict.fromkeys(row.foci)],
        "max_km": miles_of(row.most_miles),
        "slots": sorted(row.times),
        "school_only": row.school_only,
        "manager": None,
        "prior_unmatched": min(row.unplaced_before, MOST_CALLS),
    }


def _earlier(people: Sequence[Wisher]) -> list[list[int]]:
    """Threes who were in one group before."""
    groups: dict[int, list[int]] = defaultdict(list)
    for place, row in enumerate(people):
        for group in row.before:
            groups[group].append(place)
    threes = {three for members in groups.values() for three in combinations(members, 3)}
    return sorted(list(three) for three in threes)
