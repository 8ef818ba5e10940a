"""The k nearest schools of the same phase, on values brought to one scale within the phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from reprlib import repr as shown
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from apps.matching.malformed import need, rows, whole

Floats = NDArray[np.float64]
MOST = 1e100  # a square of it can still be summed


@dataclass(frozen=True, slots=True)
class School:
    phase: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    schools: tuple[School, ...]
    k: int


def read(raw: object) -> Problem:
    """A problem from its JSON form; Malformed when something is missing or out of range."""
    need(isinstance(raw, dict), "the file", "expected a JSON object")
    assert isinstance(raw, dict)
    need(raw.get("problem", "C") == "C", "problem", f"expected C, got {raw.get('problem')!r}")
    schools = rows(raw, "schools", _school)
    for place, school in enumerate(schools):
        wanted, got = len(schools[0].values), len(school.values)
        problem = f"expected {wanted} numbers as in schools[0], got {got}"
        need(got == wanted, f"schools[{place}], vars", problem)
    return Problem(schools, whole(raw, "k", "the file", 1))


def _school(row: Mapping[str, Any], where: str) -> School:
    values = row.get("vars")
    need(isinstance(values, list) and bool(values), f"{where}, vars", "expected numbers")
    for value in values or []:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        ok = is_number and abs(value) <= MOST  # which neither NaN nor infinity is
        need(ok, f"{where}, vars", f"expected finite numbers, got {shown(value)}")
    need(isinstance(row.get("phase"), str), f"{where}, phase", "expected a text")
    return School(row["phase"], tuple(float(value) for value in values or []))


def solve(problem: Problem) -> dict[int, list[int]]:
    """Ids of the ``k`` nearest of each school (fewer where its phase has fewer), nearest first."""
    found: dict[int, list[int]] = {}
    for phase in sorted({school.phase for school in problem.schools}):
        ids = [i for i, school in enumerate(problem.schools) if school.phase == phase]
        scaled = standardised([problem.schools[i].values for i in ids])
        for place, near in enumerate(nearest(scaled, problem.k)):
            found[ids[place]] = [ids[other] for other in near]
    return dict(sorted(found.items()))


def standardised(values: Sequence[Sequence[float]]) -> Floats:
    """Each column with mean 0 and population deviation 1; one that never differs counts nothing."""
    table = np.array(values, dtype=float)
    spread = table.std(axis=0)
    scaled: Floats = (table - table.mean(axis=0)) / np.where(spread == 0, 1.0, spread)
    return scaled


def nearest(points: Floats, k: int) -> list[list[int]]:
    """For each row of ``points`` the places of the ``k`` nearest other rows, nearest first."""
    count = len(points)
    if count < 2:
        return [[] for _ in range(count)]
    wanted = min(k, count - 1)
    _, places = cKDTree(points).query(points, k=wanted + 1)
    others = places != np.arange(count)[:, None]
    # Where many rows lie on one another, oneself may not be among the nearest: the last one goes.
    others[others.all(axis=1), -1] = False
    found: list[list[int]] = places[others].reshape(count, wanted).tolist()
    return found
