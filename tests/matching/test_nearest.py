"""The nearest schools are the nearest: compared with looking at every pair."""

from __future__ import annotations

import math
import random

import pytest

from apps.matching.malformed import Malformed
from apps.matching.similar.nearest import read, solve, standardised


def world(seed: int, schools: int, k: int) -> dict[str, object]:
    rng = random.Random(seed)
    return {
        "problem": "C",
        "k": k,
        "schools": [
            {
                "id": at,
                "phase": rng.choice("PS"),
                # Few different values, so that schools lie on one another.
                "vars": [rng.randrange(4), (rng.random() < 0.5 and 1.0) or 0.0, 7],
            }
            for at in range(schools)
        ],
    }


@pytest.mark.parametrize("seed", range(6))
def test_no_school_left_out_lies_nearer(seed: int) -> None:
    problem = read(world(seed, 60, 5))
    found = solve(problem)
    for phase in ("P", "S"):
        ids = [i for i, school in enumerate(problem.schools) if school.phase == phase]
        scaled = standardised([problem.schools[i].values for i in ids])
        for place, me in enumerate(ids):
            every = sorted(
                math.dist(scaled[place], scaled[other])
                for other in range(len(ids))
                if other != place
            )
            chosen = [math.dist(scaled[place], scaled[ids.index(i)]) for i in found[me]]
            assert me not in found[me]
            assert len(set(found[me])) == 5
            assert chosen == pytest.approx(every[:5])


def test_a_phase_with_few_schools_gives_what_there_is() -> None:
    raw = {"k": 9, "schools": [{"phase": "P", "vars": [1]}, {"phase": "P", "vars": [2]}]}
    assert solve(read(raw)) == {0: [1], 1: [0]}
    assert solve(read({"k": 9, "schools": [{"phase": "P", "vars": [1]}]})) == {0: []}


@pytest.mark.parametrize("value", [float("nan"), 10**400, [1, 2]])
def test_values_have_to_be_finite_numbers_as_many_as_the_others_have(value: object) -> None:
    schools = [{"phase": "P", "vars": [1]}, {"phase": "P", "vars": [value]}]
    if isinstance(value, list):
        schools[1]["vars"] = value
    with pytest.raises(Malformed, match=r"schools\[1\], vars"):
        read({"k": 1, "schools": schools})
