"""Small random worlds to place people in."""

from __future__ import annotations

import random
from typing import Any


def placements(seed: int, people: int = 5, hosts: int = 4, days: int = 3) -> dict[str, Any]:
    rng = random.Random(seed)
    slots = 2 * days
    schools = [
        {
            "id": at,
            "phase": rng.choice("PSX"),
            "pupils": rng.choice((90, 200, 400, 1200)),
            "e": rng.randrange(9000),
            "n": rng.randrange(9000),
            "release_cap": rng.choice((1, 1, 2)),
        }
        for at in range(4)
    ]

    def free() -> list[int]:
        return [slot for slot in range(slots) if rng.random() < 0.7]

    return {
        "problem": "A",
        "topics": 4,
        "slots": slots,
        "schools": schools,
        "applicants": [
            {
                "id": at,
                "school": rng.randrange(4),
                "foci": rng.sample(range(4), rng.randint(1, 3)),
                "need_half_days": rng.randint(1, 3),
                "max_km": rng.choice((4, 8, 12)),
                "avail": free(),
                "cross_phase": rng.random() < 0.3,
                "prior_unmatched": rng.choice((0, 0, 1)),
            }
            for at in range(people)
        ],
        "hosts": [
            {
                "id": at,
                "school": rng.randrange(4),
                "offers": [[t, rng.randint(1, 3)] for t in rng.sample(range(4), rng.randint(1, 3))],
                "capacity": rng.choice((1, 1, 2)),
                "avail": free(),
            }
            for at in range(hosts)
        ],
        "blocked": [[rng.randrange(people), rng.randrange(hosts)]],
        "scoring": {},
    }


def triads(seed: int, people: int = 7, slots: int = 5) -> dict[str, Any]:
    rng = random.Random(seed)
    rows: list[dict[str, Any]] = [
        {
            "id": at,
            "school": rng.randrange(4),
            "role": rng.choice(("teacher", "middle")),
            "years": rng.choice((0, 3, 9)),
            "foci": rng.sample(range(3), rng.randint(1, 3)),
            "max_km": rng.choice((5, 9, 14)),
            "slots": sorted(rng.sample(range(slots), rng.randint(1, slots))),
            "school_only": False,
            "manager": None,
            "department": ("", "art", "science")[at % 3],
        }
        for at in range(people)
    ]
    for row in rows:
        row["school_only"] = row["school"] == 3
        others = [o["id"] for o in rows if o["school"] == row["school"] and o is not row]
        if others and row["role"] == "teacher" and rng.random() < 0.5:
            row["manager"] = rng.choice(others)
    return {
        "problem": "B",
        "topics": 3,
        "weekly_slots": slots,
        "max_odd_groups": rng.choice((0, 1, 2)),
        "schools": [
            {
                "id": at,
                "phase": rng.choice("PS"),
                "pupils": rng.choice((90, 400)),
                "e": rng.randrange(9000),
                "n": rng.randrange(9000),
            }
            for at in range(4)
        ],
        "people": rows,
        "earlier_triads": [rng.sample(range(people), 3)],
        "scoring": {"cross_department": 5},
    }
