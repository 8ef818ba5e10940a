"""Why a placement, why none, and why not there."""

from __future__ import annotations

from typing import Any

from apps.matching.placements import explain
from apps.matching.placements.explain import Change, WhyNot
from apps.matching.placements.problem import Placement, Problem, read
from apps.matching.placements.solve import solve


def world(**also: Any) -> dict[str, Any]:
    """Two people of one school and a host 3 km away with one place; another is 7 km away."""
    place = {"phase": "P", "pupils": 400, "n": 0, "release_cap": 2}
    person = {"school": 0, "foci": [0, 1], "need_half_days": 2, "cross_phase": False}
    return {
        "topics": 3,
        "slots": 6,
        "schools": [{**place, "e": 0}, {**place, "e": 3000}, {**place, "e": 7000}],
        "applicants": [
            {**person, "max_km": 5, "avail": [0, 1, 2], "prior_unmatched": 0},
            {**person, "max_km": 5, "avail": [0, 1], "prior_unmatched": 1},
        ],
        "hosts": [
            {"school": 1, "offers": [[0, 3]], "capacity": 1, "avail": [0, 1, 2]},
            {"school": 2, "offers": [[1, 2]], "capacity": 1, "avail": [0, 1, 2]},
        ],
        "blocked": [],
        **also,
    }


def solved(raw: dict[str, Any]) -> tuple[Problem, list[Placement]]:
    problem = read(raw)
    return problem, solve(problem).placements


def test_a_placement_says_which_focus_how_far_and_how_much_time() -> None:
    problem, placements = solved(world())
    (placement,) = placements
    assert placement.applicant == 1
    found = explain.why(problem, placement)
    assert found.met == ((1, 3),)
    assert (found.metres, found.most_metres) == (3000, 5000)
    assert (found.half_days_in_common, found.half_days) == (2, 2)
    assert found.given_up == 0


def test_somebody_left_out_hears_what_would_place_them() -> None:
    problem, placements = solved(world())
    assert explain.left_after(problem, 0) == {
        "other_school": 2,
        "distance": 1,
        "focus": 1,
        "time": 1,
    }
    assert explain.cheapest_change(problem, placements, 0) == Change("kilometres", 5)


def test_one_more_free_half_day_is_cheaper_than_a_longer_way() -> None:
    raw = world()
    raw["hosts"][0].update(capacity=2)
    raw["applicants"][0].update(avail=[0])
    problem, placements = solved(raw)
    assert explain.cheapest_change(problem, placements, 0) == Change("free_half_days", 1)


def test_another_host_near_enough_is_the_last_resort() -> None:
    raw = world()
    raw["applicants"][0].update(foci=[2], max_km=3)
    problem, placements = solved(raw)
    assert explain.cheapest_change(problem, placements, 0) == Change("host", 2)
    raw["applicants"][0].update(avail=[])
    problem, placements = solved(raw)
    assert explain.cheapest_change(problem, placements, 0) is None


def test_why_not_there_names_the_rule_or_who_would_lose() -> None:
    problem, placements = solved(world())
    assert explain.why_not(problem, placements, 0, 1) == WhyNot("distance")
    found = explain.why_not(problem, placements, 0, 0)
    assert found.broken is None
    assert found.lose == (1,)
    assert found.fit_falls > 0


def test_a_blocked_pair_is_never_explained() -> None:
    blocked, placements = solved(world(blocked=[[0, 0]]))
    assert explain.left_after(blocked, 0)["distance"] == 0
    open_, same = solved(world())
    assert placements == same
    assert explain.why_not(blocked, placements, 0, 0) == explain.why_not(open_, same, 0, 0)
