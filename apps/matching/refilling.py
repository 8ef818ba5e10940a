"""Whom to ask next where a group has lost somebody: solved around those who stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from apps.matching.group_proposing import group_row
from apps.matching.triads.around import joined, left_for, solve_around
from apps.matching.triads.problem import Group, Problem, read
from apps.matching.triads.quality import group_points
from apps.matching.work import Work

SHOWN = 5
MOST_TRIED = 6  # of the best fitting, with which the others are put into groups again
MOST_PEOPLE = 24  # for whom that is done while somebody waits for the page: a second or two
SEED = 1


def refill(inputs: Mapping[str, Any], staying: Sequence[int], missing: int, focus: str) -> Any:
    """``offers``, the best first: ``keys`` of whom to ask, the ``group`` there would be (as in a
    result), and how many of the ``others`` who wait could still be in a group (None where too many
    wait to work it out). ``left``: for how many who wait each rule holds, one after the other."""
    problem = read(inputs["problem"])
    stay = [inputs["people"].index(key) for key in staying]
    shared = set.intersection(*(set(problem.people[at].foci) for at in stay))
    about = next((topic for topic in shared if inputs["foci"][topic] == focus), None)
    groups = joined(problem, stay, len(stay) + missing, about)[:MOST_TRIED]
    offers = [_offer(inputs, problem, stay, group) for group in groups]
    # Python's sort is stable: those that leave as many others a group stay in order of points.
    offers.sort(key=lambda offer: -(offer["others"] or 0))
    return {"offers": offers[:SHOWN], "left": left_for(problem, stay, about)}


def _offer(
    inputs: Mapping[str, Any], problem: Problem, stay: Sequence[int], group: Group
) -> dict[str, Any]:
    new = [at for at in group.members if at not in stay]
    others = None
    if len(problem.people) <= MOST_PEOPLE:
        around = solve_around(problem, [group], Work(SEED))
        others = sum(len(made.members) for made in around.groups) - len(group.members)
    return {
        "keys": [int(inputs["people"][at]) for at in new],
        "group": group_row(inputs, problem, group),
        "points": float(group_points(problem, group.members, group.focus)),
        "others": others,
    }
