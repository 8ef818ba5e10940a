"""Groups keep every rule, and in small worlds nothing better exists."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest

from apps.matching.malformed import Malformed
from apps.matching.triads import solve as solving
from apps.matching.triads.problem import Group, Problem, read
from apps.matching.triads.quality import (
    best_focus,
    broken_by,
    broken_rules,
    group_points,
    pair_points,
)
from apps.matching.triads.solve import solve
from apps.matching.work import Work
from tests.matching import worlds

Worth = tuple[int, Fraction]


def best(problem: Problem) -> Worth:
    """Most people, then most points, by trying every set of groups."""
    every = [
        (set(members), group_points(problem, members, best_focus(problem, members)))
        for size in (2, 3, 4)
        for members in combinations(range(len(problem.people)), size)
        if not broken_by(problem, members)
    ]

    def ways(first: int, taken: set[int], odd: int) -> Iterator[Worth]:
        yield 0, Fraction(0)
        for at in range(first, len(every)):
            members, points = every[at]
            is_odd = len(members) != 3
            if not taken & members and odd + is_odd <= problem.most_odd:
                for placed, more in ways(at + 1, taken | members, odd + is_odd):
                    yield placed + len(members), points + more

    return max(ways(0, set(), 0))


def worth(problem: Problem, groups: list[Group]) -> Worth:
    points = sum((group_points(problem, g.members, g.focus) for g in groups), Fraction(0))
    return sum(len(g.members) for g in groups), points


@pytest.mark.parametrize("seed", range(12))
def test_nothing_better_exists_in_a_small_world(seed: int) -> None:
    problem = read(worlds.triads(seed))
    result = solve(problem)
    assert broken_rules(problem, result.groups) == []
    assert result.proved
    placed, score = worth(problem, result.groups)
    assert (placed, score) == best(problem)
    assert placed <= result.bound_placed
    assert score <= result.bound_score + 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_all_may_have_to_be_of_different_schools(seed: int) -> None:
    """But for those who stay in their own; still nothing better exists."""
    raw = worlds.triads(seed, people=8)
    problem = read({**raw, "most_of_one_school": 1})
    result = solve(problem)
    placed, score = worth(problem, result.groups)
    assert (placed, score) == best(problem)
    assert placed <= result.bound_placed
    assert score <= result.bound_score + 1e-6
    for group in result.groups:
        people = [problem.people[i] for i in group.members]
        assert people[0].school_only or len({p.school for p in people}) == len(people)


@pytest.fixture
def as_if_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "SMALL", 0)
    monkeypatch.setattr(solving, "TOGETHER", 0)
    monkeypatch.setattr(solving, "MOST_TURNS", 2)


@pytest.mark.usefixtures("as_if_large")
@pytest.mark.parametrize("seed", range(2))
def test_every_rule_holds_where_it_searches(seed: int) -> None:
    raw = worlds.triads(seed, people=24)
    problem = read(raw)
    result = solve(problem)
    assert broken_rules(problem, result.groups) == []
    placed, score = worth(problem, result.groups)
    assert 0 < placed <= result.bound_placed
    assert score <= result.bound_score
    if seed == 0:
        assert solve(read(copy.deepcopy(raw))) == result


def test_departments_count_where_they_are_known_and_the_file_says_so() -> None:
    raw = worlds.triads(1)
    for row, department in zip(raw["people"], ("art", "science", "", "art"), strict=False):
        row["department"] = department
    with_, without = read(raw), read({**raw, "scoring": {}})
    more = {
        other: pair_points(with_, 0, other) - pair_points(without, 0, other) for other in (1, 2, 3)
    }
    assert more == {1: 5, 2: 0, 3: 0}


def test_out_of_time_it_still_keeps_every_rule(as_if_large: None) -> None:
    problem = read(worlds.triads(2, people=24))
    work = Work(seconds=0.0)
    assert broken_rules(problem, solve(problem, work).groups) == []
    assert work.stopped


def test_nobody_who_may_be_together_is_no_error() -> None:
    raw = worlds.triads(1)
    for row in raw["people"]:
        row["slots"] = []
    assert solve(read(raw)).groups == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: raw.pop("weekly_slots"), "the file, weekly_slots"),
        (lambda raw: raw["people"][2].update(school=9), "people[2], school"),
        (lambda raw: raw["people"][1].update(foci=[]), "people[1], foci"),
        (lambda raw: raw["people"][1].update(slots=[99]), "people[1], slots"),
        (lambda raw: raw["people"][0].update(years="many"), "people[0], years"),
        (lambda raw: raw["people"][3].update(manager=70), "people[3], manager"),
        (lambda raw: raw["people"][2].update(department=7), "people[2], department"),
        (lambda raw: raw["scoring"].update(cross_department=1e9), "scoring, cross_department"),
        (lambda raw: raw["people"][3].pop("school_only"), "people[3], school_only"),
        (lambda raw: raw.update(earlier_triads=[[0, 1, 1]]), "earlier_triads[0]"),
        (lambda raw: raw.update(max_odd_groups=-1), "the file, max_odd_groups"),
        (lambda raw: raw.update(apart=[[2, 2]]), "apart[0]"),
        (lambda raw: raw.update(sizes=[2]), "the file, sizes"),
        (lambda raw: raw.update(most_of_one_school=3), "the file, most_of_one_school"),
    ],
)
def test_a_malformed_problem_names_the_field_and_the_person(change: Any, said: str) -> None:
    raw = worlds.triads(1)
    change(raw)
    with pytest.raises(Malformed, match=said.replace("[", r"\[").replace("]", r"\]")):
        read(raw)
