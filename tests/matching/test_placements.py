"""Placements keep every rule, and on small worlds nothing better exists."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

import pytest

from apps.matching.malformed import Malformed
from apps.matching.placements.problem import Placement, Problem, read
from apps.matching.placements.quality import broken_rules, judge, total_fit
from apps.matching.placements.solve import solve
from apps.matching.work import Work
from tests.matching import worlds


def everything(problem: Problem) -> Iterator[list[Placement]]:
    """Every set of placements there is, valid or not."""

    def ways(i: int) -> list[Placement | None]:
        found: list[Placement | None] = [None]
        applicant = problem.applicants[i]
        for j, host in enumerate(problem.hosts):
            common = sorted(applicant.free & host.free)
            for slots in combinations(common, applicant.half_days):
                placement = Placement(i, j, slots)
                if not broken_rules(problem, [placement]):
                    found.append(placement)
        return found

    for chosen in product(*(ways(i) for i in range(len(problem.applicants)))):
        yield [placement for placement in chosen if placement]


def best(problem: Problem) -> tuple[int, int]:
    return max(
        (len(found), total_fit(problem, found))
        for found in everything(problem)
        if not broken_rules(problem, found)
    )


@pytest.mark.parametrize("seed", range(15))
def test_nothing_better_exists_in_a_small_world(seed: int) -> None:
    problem = read(worlds.placements(seed, people=4, hosts=3, days=2))
    result = solve(problem)
    assert broken_rules(problem, result.placements) == []
    placed, fit = best(problem)
    assert len(result.placements) == placed
    assert total_fit(problem, result.placements) == fit


@pytest.mark.parametrize("seed", range(2))
def test_every_rule_holds_in_a_larger_world(seed: int) -> None:
    problem = read(worlds.placements(seed, people=40, hosts=15, days=5))
    result = solve(problem)
    assert broken_rules(problem, result.placements) == []
    assert len(result.placements) <= result.bound_placed
    assert len(result.placements) > 0


def test_the_same_problem_gives_the_same_placements() -> None:
    raw = worlds.placements(3, people=40, hosts=15, days=5)
    first, second = solve(read(raw)), solve(read(copy.deepcopy(raw)))
    assert first == second


def test_out_of_time_it_still_keeps_every_rule() -> None:
    problem = read(worlds.placements(2, people=40, hosts=15, days=3))
    work = Work(seconds=0.0)
    result = solve(problem, work)
    assert broken_rules(problem, result.placements) == []


def test_quality_says_nothing_of_groups_that_are_empty() -> None:
    raw = worlds.placements(1)
    for school in raw["schools"]:
        school["pupils"] = 900
    problem = read(raw)
    quality = judge(problem, solve(problem).placements)
    assert quality.rate_small_schools is None
    assert quality.rate_other_schools is not None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: raw.pop("topics"), "the file, topics"),
        (lambda raw: raw["applicants"][2].update(school=9), "applicants[2], school"),
        (lambda raw: raw["applicants"][1].update(foci=[]), "applicants[1], foci"),
        (lambda raw: raw["applicants"][1].update(avail=[99]), "applicants[1], avail"),
        (lambda raw: raw["applicants"][0].update(max_km="far"), "applicants[0], max_km"),
        (lambda raw: raw["hosts"][3].update(offers=[[0, 7]]), "hosts[3], offers"),
        (lambda raw: raw["hosts"][0].update(id=4), "hosts[0], id"),
        (lambda raw: raw["schools"][1].pop("release_cap"), "schools[1], release_cap"),
        (lambda raw: raw.update(blocked=[[0, 0], [0]]), "blocked[1]"),
        (lambda raw: raw.update(scoring={"rank_weights": [0, 0, 0]}), "scoring, rank_weights"),
        (lambda raw: raw.update(scoring={"spread_share": math.nan}), "scoring, spread_share"),
        (lambda raw: raw.update(scoring={"focus_max": 10**400}), "scoring, focus_max"),
    ],
)
def test_a_malformed_problem_names_the_field_and_the_person(change: Any, said: str) -> None:
    raw = worlds.placements(1)
    change(raw)
    with pytest.raises(Malformed, match=said.replace("[", r"\[").replace("]", r"\]")):
        read(raw)
