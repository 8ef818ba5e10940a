"""A whole solution from the mixture: take what it has nearly whole, mix again what is left."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import linprog

from apps.matching.triads.people import Ints
from apps.matching.triads.pool import Pool
from apps.matching.triads.relax import Floats
from apps.matching.work import Work

NEARLY = 0.9  # a share of a group that is taken as the whole
LEAST = 0.12  # part of the mixture that is taken at least, each time


def dive(pool: Pool, often: Floats, most_odd: int, work: Work) -> Ints:
    """Rows of the pool that go together; ``often``: how much of each row the mixture has."""
    alive = np.ones(len(often), dtype=bool)
    free = np.ones(pool.nobody + 1, dtype=bool)
    chosen: list[int] = []
    odd = most_odd
    while True:
        whole = max(1, int(LEAST * often[alive].sum()))
        order = np.flatnonzero(alive & (often > 1e-6))
        order = order[np.lexsort((-pool.over[order], -often[order]))]
        for nth, row in enumerate(order.tolist()):
            if often[row] < NEARLY and nth >= whole:
                break
            who = pool.people(row)
            if free[who].all() and (not pool.odd[row] or odd > 0):
                chosen.append(row)
                free[who] = False
                odd -= bool(pool.odd[row])
        alive &= free[pool.members].all(axis=1) & ((odd > 0) | ~pool.odd)
        if not alive.any():
            return np.array(chosen, dtype=np.int64)
        rows = np.flatnonzero(alive)
        work.say(f"dive: {len(chosen)} groups taken, {len(rows)} possible")
        often = np.zeros(len(often))
        often[rows] = _mixture(pool, rows, odd)


def _mixture(pool: Pool, rows: Ints, most_odd: int) -> NDArray[np.float64]:
    row, place = np.nonzero(pool.members[rows] != pool.nobody)
    who = pool.members[rows][row, place]
    people, place = np.unique(who, return_inverse=True)
    odd = np.flatnonzero(pool.odd[rows])
    uses = sp.csc_matrix(
        (
            np.ones(len(row) + len(odd)),
            (np.r_[place, np.full(len(odd), len(people))], np.r_[row, odd]),
        ),
        (len(people) + 1, len(rows)),
    )
    room = np.r_[np.ones(len(people)), most_odd]
    found = linprog(-pool.value[rows], uses, room, method="highs-ipm")
    if found.x is None:
        raise RuntimeError(f"the mixture was not found: {found.message}")
    often: NDArray[np.float64] = found.x
    return often
