"""Schools and distances as the files of the solvers have them.

People say in miles how far they would travel: a kilometre of the solvers' is a mile here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apps.activities.matchmaking import School
from apps.activities.slots.travel import METRES_A_MILE

NOT_SMALL = 10**6
MOST_MILES = 10_000  # what a file may hold


def school_rows(schools: Sequence[School]) -> list[dict[str, Any]]:
    """Those whose place is not known (see `nowhere`) are taken to lie in the middle of the
    others."""
    middle = _middle(schools)
    rows = []
    for row in schools:
        east, north = (round(1000 * metres / METRES_A_MILE) for metres in row.point or middle)
        pupils = NOT_SMALL if row.pupils is None else row.pupils
        rows.append({"phase": row.phase, "pupils": pupils, "e": east, "n": north})
    return rows


def nowhere(schools: Sequence[School]) -> list[int]:
    """Positions of the schools whose place is not known."""
    return [at for at, row in enumerate(schools) if row.point is None]


def miles_of(most: int) -> int:
    return min(max(most, 1), MOST_MILES)


def _middle(schools: Sequence[School]) -> tuple[int, int]:
    points = [row.point for row in schools if row.point is not None] or [(0, 0)]
    return sum(x for x, _ in points) // len(points), sum(y for _, y in points) // len(points)
