"""From the kept inputs of a proposal to its result: what is solved, why, how good and how fair.

The same inputs and seed give the same result, as JSON; people and places are keys in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from apps.matching.placements import explain
from apps.matching.placements.around import Pair, around, settled, solve_around
from apps.matching.placements.problem import Placement, Problem, read
from apps.matching.placements.quality import is_small, judge
from apps.matching.placements.solve import Result
from apps.matching.work import Work

# People times those of them for whom a change is looked for: each takes up to twenty solutions.
MOST_LOOKING = 15_000
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class _Solved:
    inputs: Mapping[str, Any]
    problem: Problem
    locked: list[Pair]
    result: Result
    seed: int

    def seeker(self, at: int) -> int:
        return int(self.inputs["seekers"][at])

    def place(self, at: int) -> int:
        return int(self.inputs["places"][at])

    @property
    def placed(self) -> set[int]:
        return {p.applicant for p in self.result.placements}


def problem_of(inputs: Mapping[str, Any]) -> tuple[Problem, list[Pair]]:
    """The problem of kept inputs, and the pairs of it that are to stay."""
    problem = read(inputs["problem"])
    extra = inputs.get("extra") or [0] * len(problem.applicants)
    people = zip(problem.applicants, extra, strict=True)
    problem = replace(
        problem, applicants=tuple(replace(person, extra=points) for person, points in people)
    )
    return problem, settled(problem, [(pair[0], pair[1]) for pair in inputs["locked"]])


def propose(
    inputs: Mapping[str, Any], seed: int, tell: Tell = lambda _done, _total: None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The result and its quality. ``tell`` hears how far it is."""
    problem, locked = problem_of(inputs)
    total = 1 + len(problem.applicants)
    tell(0, total)
    # Each step that it tells of also says that it is alive, and hears whether it is stopped.
    work = Work(seed, report=lambda _said: tell(0, total))
    result = solve_around(problem, locked, work)
    solved = _Solved(inputs, problem, locked, result, seed)
    total = 1 + len(problem.applicants) - len(result.placements)
    tell(1, total)
    left_out = [at for at in range(len(problem.applicants)) if at not in solved.placed]
    left_out.sort(key=lambda at: (-problem.applicants[at].prior_unmatched, at))
    looked = MOST_LOOKING // max(len(problem.applicants), 1)
    unplaced = []
    for number, at in enumerate(left_out):
        unplaced.append(_without_place(solved, at, look=number < looked))
        tell(2 + number, total)
    matches = [_match(solved, placement) for placement in result.placements]
    return {"matches": matches, "unplaced": unplaced}, _quality(solved)


def _match(solved: _Solved, placement: Placement) -> dict[str, Any]:
    problem, found = solved.problem, explain.why(solved.problem, placement)
    person, host = problem.applicants[placement.applicant], problem.hosts[placement.host]
    nowhere = {person.school, host.school} & set(solved.inputs["nowhere"])
    return {
        "seeker": solved.seeker(placement.applicant),
        "place": solved.place(placement.host),
        "locked": (placement.applicant, placement.host) in solved.locked,
        "foci": [[rank, solved.inputs["foci"][person.foci[rank - 1]]] for rank, _ in found.met],
        "miles": None if nowhere else round(found.metres / 1000, 1),
        "common": found.half_days_in_common,
        "half_days": found.half_days,
        "wanted_other_phase": person.cross_phase,
        "other_phase": found.other_phase,
        "best": solved.place(found.best_host),
        "given_up": found.given_up,
    }


def _without_place(solved: _Solved, at: int, *, look: bool) -> dict[str, Any]:
    change = None
    if look:
        rest, placed = around(solved.problem, solved.locked), solved.result.placements
        change = explain.cheapest_change(rest, placed, at, seed=solved.seed)
    return {
        "seeker": solved.seeker(at),
        "stood": _what_stood(solved, at),
        "looked": look,
        "change": change and {"what": change.what, "amount": _amount(solved, change)},
    }


def _amount(solved: _Solved, change: explain.Change) -> int | str:
    if change.what in ("focus", "host"):
        return str(solved.inputs["foci"][change.amount])
    return solved.place(change.amount) if change.what == "place" else change.amount


def _what_stood(solved: _Solved, at: int) -> str:
    """The first rule after which nothing is left, as if no pair were blocked: else ``taken`` by
    others, ``release`` where a place is free and their school has too many out, or, where all
    that would suit is blocked, ``nothing``, which says no more."""
    problem = solved.problem
    left = explain.left_after(replace(problem, blocked=frozenset()), at)
    none = next((rule for rule in explain.RULES if not left[rule]), None)
    hosts = explain.possible(problem, at)
    if none or not hosts:
        return none or "nothing"
    used = Counter(p.host for p in solved.result.placements)
    is_free = any(used[host] < problem.hosts[host].capacity for host in hosts)
    return "release" if is_free else "taken"


def _quality(solved: _Solved) -> dict[str, Any]:
    """Figures of all together; ``groups``: placed of asked."""
    problem, result = solved.problem, solved.result
    found = judge(problem, result.placements)
    people = range(len(problem.applicants))
    first = sum(
        problem.applicants[p.applicant].foci[0] in problem.hosts[p.host].offers
        for p in result.placements
    )
    groups = {
        "small_schools": [at for at in people if is_small(problem, problem.applicants[at])],
        "support_staff": solved.inputs["support"],
        "part_timers": solved.inputs["part_time"],
        "unplaced_before": [at for at in people if problem.applicants[at].prior_unmatched],
    }
    return {
        "asked": len(problem.applicants),
        "places": sum(host.capacity for host in problem.hosts),
        "placed": found.placed,
        "most_placed": result.bound_placed,
        "fit": found.fit,
        "best_fit": result.bound_fit,
        "first_focus": first,
        "groups": {
            name: [len(solved.placed.intersection(ids)), len(ids)] for name, ids in groups.items()
        },
    }
