"""From the kept inputs of a proposal of groups to its result: who is together, why, how good and
how fair.

The same inputs and seed give the same result, as JSON; people are keys in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.matching.triads import explain
from apps.matching.triads.around import settled, solve_around, without
from apps.matching.triads.groups import Catalogue
from apps.matching.triads.problem import Group, Problem, read
from apps.matching.triads.quality import judge
from apps.matching.triads.solve import Result
from apps.matching.work import Work

# People times those of them for whom a change is looked for: each takes up to a dozen solutions.
MOST_LOOKING = 600
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class _Solved:
    inputs: Mapping[str, Any]
    problem: Problem
    locked: list[Group]
    result: Result
    seed: int

    @property
    def placed(self) -> set[int]:
        return {i for group in self.result.groups for i in group.members}


def _keys(inputs: Mapping[str, Any], positions: Sequence[int]) -> list[int]:
    return [int(inputs["people"][at]) for at in positions]


def propose(
    inputs: Mapping[str, Any], seed: int, tell: Tell = lambda _done, _total: None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The result and its quality. ``tell`` hears how far it is."""
    problem = read(inputs["problem"])
    people = len(problem.people)
    locked = settled(problem, inputs["locked"])
    tell(0, 1 + people)
    # Each step that it tells of also says that it is alive, and hears whether it is stopped.
    work = Work(seed, report=lambda _said: tell(0, 1 + people))
    solved = _Solved(inputs, problem, locked, solve_around(problem, locked, work), seed)
    left_out = [at for at in range(people) if at not in solved.placed]
    left_out.sort(key=lambda at: (-problem.people[at].prior_unmatched, at))
    tell(1, 1 + len(left_out))
    catalogue = Catalogue.of(problem)
    looked = MOST_LOOKING // max(people, 1)
    unplaced = []
    for number, at in enumerate(left_out):
        unplaced.append(_without_group(solved, catalogue, at, look=number < looked))
        tell(2 + number, 1 + len(left_out))
    groups = [
        group_row(inputs, problem, group, catalogue, locked=group in locked)
        for group in solved.result.groups
    ]
    return {"groups": groups, "unplaced": unplaced}, _quality(solved)


def group_row(
    inputs: Mapping[str, Any],
    problem: Problem,
    group: Group,
    catalogue: Catalogue | None = None,
    *,
    locked: bool = False,
) -> dict[str, Any]:
    """A group with why it is one; what was given up only with a ``catalogue``."""
    found = explain.why(problem, group, catalogue)
    members = sorted(group.members)
    nowhere = {problem.people[i].school for i in members}.intersection(inputs["nowhere"])
    gave_up = [] if found.gave_up is None else [found.gave_up]
    return {
        "people": _keys(inputs, members),
        "locked": locked,
        "focus": inputs["foci"][group.focus],
        "time": group.slot,
        "ranks": list(found.ranks),
        "miles": None if nowhere and found.schools > 1 else round(found.metres / 1000, 1),
        "times": found.slots,
        "schools": found.schools,
        "phases": found.phases,
        "departments": found.departments,
        "mixed": found.mixed,
        "again": found.again,
        "gave_up": next(iter(_keys(inputs, gave_up)), None),
        "better": _keys(inputs, found.better),
        "points": round(found.points, 1),
    }


def _without_group(solved: _Solved, catalogue: Catalogue, at: int, *, look: bool) -> dict[str, Any]:
    change = None
    if look:
        others = [group for group in solved.result.groups if group not in solved.locked]
        rest = without(solved.problem, solved.locked)
        change = explain.cheapest_change(rest, others, at, seed=solved.seed)
    left = explain.left_after(solved.problem, at)
    none = next((rule for rule in explain.RULES if not left[rule]), None)
    return {
        "person": int(solved.inputs["people"][at]),
        "left": left,
        "stood": none or ("taken" if explain.reached(catalogue, at) else "group"),
        "looked": look,
        "change": change and {"what": change.what, "amount": _amount(solved, change)},
    }


def _amount(solved: _Solved, change: explain.Change) -> int | str:
    is_focus = change.what == "focus"
    return str(solved.inputs["foci"][change.amount]) if is_focus else change.amount


def _quality(solved: _Solved) -> dict[str, Any]:
    """Figures of all together; ``groups``: placed of asked."""
    problem, result = solved.problem, solved.result
    found = judge(problem, result.groups)
    people = range(len(problem.people))
    small = problem.scoring.small_school_pupils
    groups = {
        "small_schools": [
            at for at in people if problem.schools[problem.people[at].school].pupils <= small
        ],
        "support_staff": solved.inputs["support"],
        "part_timers": solved.inputs["part_time"],
        "unplaced_before": [at for at in people if problem.people[at].prior_unmatched],
    }
    return {
        "asked": found.people,
        "placed": found.placed,
        "most_placed": found.placed if result.proved else result.bound_placed,
        "made": len(result.groups),
        "fit": round(found.score),
        "best_fit": round(found.score) if result.proved else round(result.bound_score),
        "first_focus": round((found.first_focus or 0) * found.placed),
        "groups": {
            name: [len(solved.placed.intersection(ids)), len(ids)] for name, ids in groups.items()
        },
    }
