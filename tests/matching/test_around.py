"""Solving around pairs that are settled."""

from __future__ import annotations

import pytest

from apps.matching.placements.around import settled, solve_around
from apps.matching.placements.explain import possible
from apps.matching.placements.problem import Problem, read
from apps.matching.placements.quality import broken_rules, total_fit
from apps.matching.placements.solve import solve
from apps.matching.work import Work
from tests.matching import worlds
from tests.matching.test_placements import everything


def world(seed: int) -> Problem:
    raw = worlds.placements(seed, people=8, hosts=6)
    for school in raw["schools"]:
        school["release_cap"] = 10 if seed % 2 else 2
    return read(raw)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_settled_stays_and_every_rule_holds(seed: int) -> None:
    problem = world(seed)
    pairs = [(i, j) for i in range(8) for j in possible(problem, i)][:: seed % 3 + 2][:3]
    locked = settled(problem, pairs)
    result = solve_around(problem, locked, Work())
    found = {(p.applicant, p.host) for p in result.placements}
    if seed % 2:
        assert set(locked) <= found
    assert broken_rules(problem, result.placements) == []
    assert len(result.placements) <= result.bound_placed
    if len(result.placements) == result.bound_placed:
        assert total_fit(problem, result.placements) <= result.bound_fit


@pytest.mark.parametrize("seed", range(4))
def test_settling_what_was_found_anyway_changes_nothing_in_value(seed: int) -> None:
    problem = world(seed)
    free = solve(problem)
    locked = settled(problem, [(p.applicant, p.host) for p in free.placements[:2]])
    around = solve_around(problem, locked, Work())
    assert len(around.placements) == len(free.placements)
    assert total_fit(problem, around.placements) == total_fit(problem, free.placements)


def test_what_a_rule_forbids_is_not_settled() -> None:
    problem = world(1)
    apart = next((i, j) for i in range(8) for j in range(6) if j not in possible(problem, i))
    (pair,) = [(i, j) for i in range(8) for j in possible(problem, i)][:1]
    found = settled(problem, [apart, pair, pair])
    assert found == [pair]


@pytest.mark.parametrize("seed", [0, 1, 2, 4, 5, 6, 7])
def test_nothing_better_exists_around_a_pair_that_stays(seed: int) -> None:
    problem = read(worlds.placements(seed, people=4, hosts=3, days=2))
    pairs = [(i, j) for i in range(4) for j in possible(problem, i)]
    pair = pairs[seed % len(pairs)]
    found = solve_around(problem, settled(problem, [pair]), Work()).placements
    best = max(
        (len(tried), total_fit(problem, tried))
        for tried in everything(problem)
        if pair in {(p.applicant, p.host) for p in tried} and not broken_rules(problem, tried)
    )
    assert pair in {(p.applicant, p.host) for p in found}
    assert (len(found), total_fit(problem, found)) == best
