"""Why a group, and why none: by the rules one at a time, and by solving again."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.matching.triads import explain
from apps.matching.triads.around import settled, solve_around
from apps.matching.triads.explain import Change
from apps.matching.triads.groups import Catalogue
from apps.matching.triads.problem import Problem, read
from apps.matching.triads.quality import best_focus, broken_by, broken_rules, group_points
from apps.matching.triads.solve import solve
from apps.matching.work import Work
from tests.matching import worlds
from tests.matching.test_triads import best


def world(**also: Any) -> dict[str, Any]:
    """Three who suit each other, and a fourth who is free at another time."""
    person = {"years": 4, "foci": [0], "max_km": 9, "slots": [0, 1], "school_only": False}
    place = {"phase": "P", "pupils": 400, "n": 0}
    return {
        "topics": 3,
        "weekly_slots": 5,
        "max_odd_groups": 0,
        "schools": [{**place, "e": 0}, {**place, "e": 3000, "phase": "S"}],
        "people": [
            {**person, "school": 0, "foci": [1, 0], "years": 0, "department": "art"},
            {**person, "school": 0},
            {**person, "school": 1, "years": 9},
            {**person, "school": 1, "slots": [3]},
        ],
        **also,
    }


def test_a_group_says_whose_wish_it_is_how_far_and_when() -> None:
    problem = read(world())
    (group,) = solve(problem).groups
    found = explain.why(problem, group, Catalogue.of(problem))
    assert found.ranks == (2, 1, 1)
    assert (found.metres, found.slots) == (3000, 2)
    assert (found.schools, found.phases, found.mixed) == (2, 2, True)
    assert found.departments == 1  # of two nobody knows it
    assert (found.gave_up, found.better) == (None, ())


def test_what_was_given_up_is_the_best_group_of_a_member() -> None:
    raw = world(max_odd_groups=2, scoring={"odd_group": 0})
    problem = read(raw)
    (group,) = solve(problem).groups
    found = explain.why(problem, group, Catalogue.of(problem))
    here = group_points(problem, group.members, group.focus) / 3
    most = max(
        group_points(problem, pair, best_focus(problem, pair)) / 2 - here
        for pair in combinations(group.members, 2)
        if not broken_by(problem, pair)
    )
    assert most > 0
    assert found.points == pytest.approx(float(most))
    assert len(found.better) == 2


def test_somebody_left_out_hears_what_would_do() -> None:
    raw = world()
    raw["people"] += [dict(raw["people"][1], slots=[0]), dict(raw["people"][2], slots=[0])]
    problem = read(raw)
    groups = solve(problem).groups
    assert len(groups) == 1
    assert explain.left_after(problem, 3) == {"school": 5, "distance": 5, "focus": 5, "time": 0}
    assert explain.cheapest_change(problem, groups, 3) == Change("slots", 1)


@pytest.mark.parametrize(
    ("person", "change"),
    [
        ({"max_km": 2}, Change("kilometres", 5)),
        ({"foci": [2]}, Change("focus", 0)),
        ({"school_only": True}, Change("other_schools", 0)),
    ],
    ids=["distance", "focus", "school"],
)
def test_the_cheapest_change_is_what_was_missing(person: dict[str, Any], change: Change) -> None:
    raw = world()
    raw["people"] = raw["people"][:3]
    raw["people"][2].update(person)
    problem = read(raw)
    groups = solve(problem).groups
    assert groups == []
    assert explain.cheapest_change(problem, groups, 2) == change


def test_who_is_kept_apart_is_never_explained() -> None:
    raw = world(apart=[[0, 1]], sizes=[3])
    problem = read(raw)
    assert solve(problem).groups == []
    assert explain.left_after(problem, 0)["time"] == 1  # as if only the third were there
    assert explain.cheapest_change(problem, [], 0) == Change("joiners", 1)  # with the third


def test_who_is_one_too_many_needs_others_to_join() -> None:
    raw = world(sizes=[3])
    raw["people"][3]["slots"] = [0]
    problem = read(raw)
    groups = solve(problem).groups
    (left,) = set(range(4)) - set(groups[0].members)
    assert explain.cheapest_change(problem, groups, left) == Change("joiners", 2)


@given(seed=st.integers(0, 10_000), data=st.data())
@settings(deadline=None, max_examples=12)
def test_rules_hold_around_what_is_settled(seed: int, data: st.DataObject) -> None:
    raw = worlds.triads(seed, people=7)
    pairs = list(combinations(range(7), 2))
    raw["apart"] = [list(pair) for pair in data.draw(st.lists(st.sampled_from(pairs), max_size=3))]
    raw["sizes"] = data.draw(st.sampled_from([[3], [3, 4], [2, 3], [2, 3, 4]]))
    problem = read(raw)
    groups = solve(problem).groups
    assert (sum(len(g.members) for g in groups), _points(problem, groups)) == best(problem)
    keep = settled(problem, [g.members for g in groups[:1]])
    assert keep == groups[:1]
    again = solve_around(problem, keep, Work(1))
    assert broken_rules(problem, again.groups) == []
    assert set(keep) <= set(again.groups)
    assert sum(len(g.members) for g in again.groups) <= again.bound_placed


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=8)
def test_the_change_is_the_first_that_makes_room(seed: int) -> None:
    raw = worlds.triads(seed, people=6)
    problem = read({**raw, "sizes": [3]})
    groups = solve(problem).groups
    placed = sum(len(g.members) for g in groups)
    for at in sorted(set(range(6)) - {i for g in groups for i in g.members})[:2]:
        change = explain.cheapest_change(problem, groups, at)
        # More places than before can only be in a new group, which has them in it.
        room = [c for c, tried in explain.changes(problem, at) if best(tried)[0] > placed]
        assert change == room[0] if room else change is None or change.what == "joiners"


def _points(problem: Problem, groups: list[Any]) -> Fraction:
    return sum((group_points(problem, g.members, g.focus) for g in groups), Fraction(0))
