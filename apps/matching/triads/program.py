"""The best choice among some groups, each person in one at most, as a constraint program."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from apps.matching.triads.pool import Chosen


def choose(
    members: NDArray[np.int32],
    value: NDArray[np.int64],
    odd: NDArray[np.bool_],
    most_odd: int,
    *,
    now: Sequence[int],
    nobody: int,
    seed: int,
    work: float,
) -> Chosen | None:
    """``members``: a row a group, filled up with ``nobody``; ``now``: the rows to begin from;
    ``work``: deterministic seconds. None when nothing was found."""
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in range(len(value))]
    of: dict[int, list[cp_model.IntVar]] = {}
    for row, who in enumerate(members.tolist()):
        for person in who:
            if person != nobody:
                of.setdefault(person, []).append(taken[row])
    for groups in of.values():
        if len(groups) > 1:
            model.add_at_most_one(groups)
    odds = [taken[row] for row in np.flatnonzero(odd)]
    if len(odds) > most_odd:
        model.add(cp_model.LinearExpr.sum(odds) <= most_odd)
    model.maximize(cp_model.LinearExpr.weighted_sum(taken, value.tolist()))
    begin = set(now)
    for row, variable in enumerate(taken):
        model.add_hint(variable, row in begin)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = work
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    rows = [row for row, variable in enumerate(taken) if solver.boolean_value(variable)]
    return Chosen(rows, status == cp_model.OPTIMAL)
