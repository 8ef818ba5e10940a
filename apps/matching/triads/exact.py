"""A small problem as a whole: the most people first, then, with as many, the most points.

Asked one after the other, since a program that wants both at once is far slower. For the points,
only groups that are nearly worth the prices of the linear program are looked at, and more of them
until something is found: what is left out could not be in anything better, once what was found is
no further below the bound than the groups left out are below their prices.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp

from apps.matching.triads.groups import PLACED, THIRDS
from apps.matching.triads.people import Ints
from apps.matching.triads.pool import Chosen, Pool
from apps.matching.triads.relax import Floats

NODES = 400  # of the search tree: counted, not timed, so that results repeat
WIDTHS = (10 * THIRDS, 20 * THIRDS, 40 * THIRDS)
MOST_ROWS = 800  # that are looked at beyond these widths, to prove what was found


def exactly(pool: Pool, most_odd: int) -> Chosen | None:
    """None when nothing was found within the work allowed."""
    size = (pool.members != pool.nobody).sum(axis=1).astype(np.float64)
    uses, room = _rules(pool, most_odd)
    most = _solved(size, uses, room)
    if most.x is None:
        return None
    first = _rows(most)
    as_many = sp.vstack([uses, sp.csr_matrix(-size[None, :])]).tocsc()
    points = pool.value - PLACED * size
    best, is_best = _most_points(points, as_many, np.r_[room, -size[first].sum()], first)
    return Chosen(best.tolist(), most.status == 0 and is_best)


def _most_points(
    points: Floats, uses: sp.csc_matrix, room: Floats, first: Ints
) -> tuple[Ints, bool]:
    """The rows with most points, none worse than ``first``, and whether that is proved."""
    mixed = linprog(-points, uses, room, method="highs")
    if mixed.x is None:
        return first, False
    below = uses.T @ -mixed.ineqlin.marginals - points
    best, has_found = first, False
    for width in WIDTHS:
        rows = np.flatnonzero(below <= width)
        found = _solved(points[rows], uses[:, rows], room)
        if found.x is None:
            continue
        best, has_found = _better(points, best, rows[_rows(found)]), True
        if -mixed.fun - points[best].sum() <= width:
            return best, found.status == 0
    rows = np.flatnonzero(below <= -mixed.fun - points[best].sum() + 1e-6)
    if has_found and len(rows) > MOST_ROWS:
        return best, False
    found = _solved(points[rows], uses[:, rows], room)
    if found.x is not None:
        best = _better(points, best, rows[_rows(found)])
    return best, found.status == 0


def _better(points: Floats, one: Ints, other: Ints) -> Ints:
    return other if points[other].sum() > points[one].sum() else one


def _rules(pool: Pool, most_odd: int) -> tuple[sp.csc_matrix, Floats]:
    """Each person in one group at most, and no more odd groups than allowed."""
    row, column = np.nonzero(pool.members != pool.nobody)
    odd = np.flatnonzero(pool.odd)
    people = pool.members[row, column]
    uses = sp.csc_matrix(
        (
            np.ones(len(row) + len(odd)),
            (np.r_[people, np.full(len(odd), pool.nobody)], np.r_[row, odd]),
        ),
        (pool.nobody + 1, len(pool.members)),
    )
    return uses, np.r_[np.ones(pool.nobody), float(most_odd)]


def _solved(worth: Floats, uses: sp.csc_matrix, room: Floats) -> OptimizeResult:
    return milp(
        -worth,
        constraints=LinearConstraint(uses, -np.inf, room),
        integrality=np.ones(len(worth)),
        bounds=Bounds(0, 1),
        options={"node_limit": NODES, "mip_rel_gap": 0},
    )


def _rows(found: OptimizeResult) -> Ints:
    rows: NDArray[np.int64] = np.flatnonzero(found.x > 0.5)
    return rows
