"""Small groups of a school's staff stay hidden from somebody who adds and subtracts."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.evaluation.snapshot.people import GROUPS, HOURS
from apps.evaluation.snapshot.school_people import told
from apps.evaluation.suppression import Cell
from tests.evaluation.test_suppression import determined

ROLES = {"teacher": ("teacher", "senior_leader", ""), "support": ("technician", "site", "")}
standings = st.sampled_from(GROUPS).flatmap(
    lambda group: st.fixed_dictionaries(
        {
            "group": st.just(group.value),
            "job_role": st.sampled_from(ROLES[group]),
            "department": st.sampled_from(("Lower school", "Upper school", "")),
            "hours": st.sampled_from(HOURS),
        }
    )
)
staffs = st.lists(st.tuples(standings, st.integers(1, 12), st.integers(0, 12)), max_size=14)


def people_of(staff) -> tuple[dict[int, Any], set[int]]:
    people: dict[int, Any] = {}
    active: set[int] = set()
    for standing, many, taking in staff:
        for place in range(many):
            active |= {len(people)} if place < taking else set()
            people[len(people)] = standing
    return people, active


def published(found: dict[str, Any]) -> dict[Any, dict[str, Any]]:
    """Every cell of the report, by what it is of."""
    cells = {("all",): found["all"]}
    cells |= {("group", name): cell for name, cell in found["groups"].items()}
    cells |= {("hours", name): cell for name, cell in found["hours"].items()}
    cells |= {("department", row["name"]): row["cell"] for row in found["departments"]}
    return cells | {
        ("job_role", row["group"], row["name"]): row["cell"] for row in found["job_roles"]
    }


def truth(people, active) -> dict[Any, Cell]:
    of: Counter[Any] = Counter()
    count: Counter[Any] = Counter()
    for person, s in people.items():
        names = [("all",), ("group", s["group"]), ("hours", s["hours"])]
        names += [("department", s["department"]), ("job_role", s["group"], s["job_role"])]
        for name in names:
            of[name] += 1
            count[name] += person in active
    return {name: Cell(count[name], of[name]) for name in of}


def sums(names) -> list[list[Any]]:
    """What adds up to the last of each: groups, hours and departments to all, job roles to
    their group."""
    by = {kind: [name for name in names if name[0] == kind] for kind in ("group", "hours")}
    by["department"] = [name for name in names if name[0] == "department"]
    lines = [[*parts, ("all",)] for parts in by.values() if parts]
    for group in GROUPS:
        roles = [name for name in names if name[:2] == ("job_role", group.value)]
        lines += [[*roles, ("group", group.value)]] if roles else []
    return lines


@given(staffs)
@settings(max_examples=200, deadline=None)
def test_no_small_group_is_shown_or_worked_out(staff) -> None:
    people, active = people_of(staff)
    cells, known = published(told(people, active)), truth(people, active)

    hidden = [name for name, cell in cells.items() if cell.get("hidden")]
    for name, cell in cells.items():
        if name not in hidden and name in known:
            assert cell == {"count": known[name].count, "of": known[name].group}
            assert not known[name].is_small, name
    equations = [
        [Fraction(-(name == line[-1]) or (name in line)) for name in hidden] for line in sums(cells)
    ]
    given_away = [hidden[place] for place in determined(equations, len(hidden))]
    assert [name for name in given_away if name in known and known[name].is_small] == []
