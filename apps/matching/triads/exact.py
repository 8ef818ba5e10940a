"""A small problem as a whole: the most people first, then, with as many, the most points.

Asked one after the other, since a program that wants both at once is far slower to prove.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from apps.matching.triads.groups import PLACED
from apps.matching.triads.people import Ints
from apps.matching.triads.pool import Pool
from apps.matching.triads.program import Chosen
from apps.matching.triads.relax import Floats

NODES_PEOPLE = 400  # of the search tree: counted, not timed, so that results repeat
NODES_POINTS = 20


def exactly(pool: Pool, most_odd: int) -> Chosen | None:
    """None when nothing was found within the work allowed."""
    size = (pool.members != pool.nobody).sum(axis=1).astype(np.float64)
    rules = _rules(pool, most_odd)
    most = _solved(size, [rules], NODES_PEOPLE)
    if most.x is None:
        return None
    first = _rows(most)
    as_many = LinearConstraint(sp.csr_matrix(size[None, :]), size[first].sum(), np.inf)
    points = _solved(pool.value - PLACED * size, [rules, as_many], NODES_POINTS)
    found = [first] if points.x is None else [first, _rows(points)]
    best = max(found, key=lambda rows: int(pool.value[rows].sum()))
    return Chosen(best.tolist(), most.status == points.status == 0)


def _rules(pool: Pool, most_odd: int) -> LinearConstraint:
    """Each person in one group at most, and no more odd groups than allowed."""
    row, column = np.nonzero(pool.members != pool.nobody)
    odd = np.flatnonzero(pool.odd)
    people = pool.members[row, column]
    uses = sp.csr_matrix(
        (
            np.ones(len(row) + len(odd)),
            (np.r_[people, np.full(len(odd), pool.nobody)], np.r_[row, odd]),
        ),
        (pool.nobody + 1, len(pool.members)),
    )
    return LinearConstraint(uses, -np.inf, np.r_[np.ones(pool.nobody), most_odd])


def _solved(worth: Floats, rules: list[LinearConstraint], nodes: int) -> OptimizeResult:
    return milp(
        -worth,
        constraints=rules,
        integrality=np.ones(len(worth)),
        bounds=Bounds(0, 1),
        options={"node_limit": nodes, "mip_rel_gap": 0},
    )


def _rows(found: OptimizeResult) -> Ints:
    rows: NDArray[np.int64] = np.flatnonzero(found.x > 0.5)
    return rows
