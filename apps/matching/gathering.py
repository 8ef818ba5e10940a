"""A round's gathering and the coordinator's wishes as the input of a solver: plain JSON, kept with
the proposal so that it can be solved again. People and places are keys there, never names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.activities.matchmaking import Gathering, Pair, Place, Seeker
from apps.matching.ground import miles_of, nowhere, school_rows
from apps.matching.placements.problem import Scoring

MOST_FOCI = len(Scoring().rank_weights)
STRONG = 3  # an offer says what there is to see, not how good it is
MOST_OUT, MOST_ROUNDS = 1000, 100  # what a file may hold


@dataclass(frozen=True)
class Wishes:
    """Pairs that stay together, pairs that never are, and how many points it counts that somebody
    is of a small school, went without a place in an earlier round (for each), is of the support
    staff or works part-time."""

    locked: tuple[Pair, ...] = ()
    forbidden: tuple[Pair, ...] = ()
    small_school: int = Scoring().small_school
    prior_unmatched: int = Scoring().prior_unmatched
    support_staff: int = 0
    part_timers: int = 0

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Wishes:
        return cls(
            _pairs(raw.get("locked", ())),
            _pairs(raw.get("forbidden", ())),
            raw.get("small_school", cls.small_school),
            raw.get("prior_unmatched", cls.prior_unmatched),
            raw.get("support_staff", cls.support_staff),
            raw.get("part_timers", cls.part_timers),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "locked": [list(pair) for pair in self.locked],
            "forbidden": [list(pair) for pair in self.forbidden],
            "small_school": self.small_school,
            "prior_unmatched": self.prior_unmatched,
            "support_staff": self.support_staff,
            "part_timers": self.part_timers,
        }


def _pairs(rows: Sequence[Sequence[int]]) -> tuple[Pair, ...]:
    return tuple(sorted({(int(one), int(other)) for one, other in rows}))


def inputs_of(found: Gathering, wishes: Wishes) -> dict[str, Any]:
    """``problem`` in the form of the files of `match_placements`; lists of keys say whose the
    positions in it are. ``nowhere``: schools whose place is not known, which are taken to lie in
    the middle of the others."""
    schools = {row.key: at for at, row in enumerate(found.schools)}
    seekers = {row.key: at for at, row in enumerate(found.seekers)}
    places = {row.key: at for at, row in enumerate(found.places)}
    topics = {focus: at for at, focus in enumerate(found.foci)}

    def positions(pairs: Sequence[Pair]) -> list[list[int]]:
        return [[seekers[s], places[p]] for s, p in pairs if s in seekers and p in places]

    never = [(row.key, place) for row in found.seekers for place in sorted(row.never)]
    out = Counter(row.school for row in found.seekers)
    slots = max([1, found.half_days, *(row.half_days for row in found.seekers)])
    return {
        "problem": {
            "problem": "A",
            "topics": len(topics),
            "slots": slots,
            "schools": _schools(found, out),
            "applicants": [_applicant(row, schools, topics) for row in found.seekers],
            "hosts": [_host(row, schools, topics) for row in found.places],
            "blocked": sorted(positions([*never, *wishes.forbidden])),
            "scoring": {
                "small_school": wishes.small_school,
                "prior_unmatched": wishes.prior_unmatched,
            },
        },
        "locked": positions(wishes.locked),
        "extra": [
            wishes.support_staff * row.is_support + wishes.part_timers * row.is_part_time
            for row in found.seekers
        ],
        "seekers": list(seekers),
        "places": list(places),
        "foci": list(found.foci),
        "nowhere": nowhere(found.schools),
        "support": [at for at, row in enumerate(found.seekers) if row.is_support],
        "part_time": [at for at, row in enumerate(found.seekers) if row.is_part_time],
    }


def _schools(found: Gathering, out: Mapping[int, int]) -> list[dict[str, Any]]:
    """A school that has not said how many it can spare on one day can spare all who asked."""
    caps = [out[row.key] if row.most_out is None else row.most_out for row in found.schools]
    rows = zip(school_rows(found.schools), caps, strict=True)
    return [{**row, "release_cap": min(cap, MOST_OUT)} for row, cap in rows]


def _applicant(row: Seeker, schools: dict[int, int], topics: dict[str, int]) -> dict[str, Any]:
    return {
        "school": schools[row.school],
        "foci": [topics[focus] for focus in dict.fromkeys(row.foci)][:MOST_FOCI],
        "need_half_days": row.half_days,
        "max_km": miles_of(row.most_miles),
        "avail": sorted(row.free),
        "cross_phase": row.other_phase,
        "prior_unmatched": min(row.unplaced_before, MOST_ROUNDS),
    }


def _host(row: Place, schools: dict[int, int], topics: dict[str, int]) -> dict[str, Any]:
    return {
        "school": schools[row.school],
        "offers": [[topics[focus], STRONG] for focus in sorted(row.foci)],
        "capacity": row.capacity,
        "avail": sorted(row.free),
    }
