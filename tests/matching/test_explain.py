"""Why a placement, why none, and why not there."""

from __future__ import annotations

from typing import Any

from apps.matching.placements import explain
from apps.matching.placements.around import WhyNot, around, solve_around, why_not
from apps.matching.placements.explain import Change
from apps.matching.placements.problem import Placement, Problem, read
from apps.matching.placements.quality import total_fit
from apps.matching.placements.solve import solve
from apps.matching.work import Work


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
    assert why_not(problem, placements, (0, 1)) == WhyNot("distance")
    found = why_not(problem, placements, (0, 0))
    assert found.broken is None
    assert (found.lose, found.gain, found.placed) == ((1,), (0,), 1)
    assert found.fit_falls == total_fit(problem, placements) - found.fit > 0
    assert why_not(problem, placements, (0, 0), locked=[(1, 0)]) == WhyNot("kept")


def test_a_blocked_pair_is_never_explained() -> None:
    blocked, placements = solved(world(blocked=[[0, 0]]))
    assert explain.left_after(blocked, 0)["distance"] == 0
    assert why_not(blocked, placements, (0, 0)) == WhyNot("nothing")
    further = read(world(blocked=[[0, 1]]))
    assert why_not(further, placements, (0, 1)) == WhyNot("distance")


def test_what_is_kept_for_others_counts_for_nobody_else() -> None:
    problem, _ = solved(world())
    kept = around(problem, [(1, 0)])
    assert (explain.possible(kept, 0), explain.possible(kept, 1)) == ([0], [2])
    assert [host.capacity for host in kept.hosts] == [0, 1, 1]


def test_days_out_are_counted_for_all_together() -> None:
    """The first day is the only one for both: who is to stay goes, the other waits."""
    raw = world()
    raw["schools"][0]["release_cap"] = 1
    raw["hosts"][0].update(capacity=2)
    raw["applicants"][0].update(avail=[0, 1])
    problem, placements = solved(raw)
    assert [p.applicant for p in placements] == [1]
    (stays,) = solve_around(problem, [(0, 0)], Work()).placements
    assert (stays.applicant, stays.host) == (0, 0)
    assert why_not(problem, placements, (0, 0)).lose == (1,)
    assert why_not(problem, placements, (0, 0), locked=[(1, 0)]) == WhyNot("release")
