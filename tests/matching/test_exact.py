"""The core that chooses groups, on the axial 3-index assignment problem: one of each of three
kinds in every group, any cost for each three."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from apps.matching.triads.exact import exactly
from apps.matching.triads.groups import THIRDS, Groups
from apps.matching.triads.pool import Pool
from apps.matching.triads.program import choose
from apps.matching.triads.relax import Prices

SIDE = 5
MOST = 100


@pytest.mark.parametrize("seed", range(4))
def test_the_cheapest_assignment_of_three_kinds_is_found_and_proved(seed: int) -> None:
    """Whole costs from 0 to 100, all as likely, as Balas and Saltzman (1991) draw them."""
    cost = np.random.default_rng(seed).integers(0, MOST + 1, (SIDE, SIDE, SIDE))
    places = range(SIDE)
    least = min(
        sum(int(cost[i, js[i], ks[i]]) for i in places)
        for js in permutations(places)
        for ks in permutations(places)
    )
    i, j, k = (axis.ravel() for axis in np.indices(cost.shape))
    members = np.c_[i, SIDE + j, 2 * SIDE + k].astype(np.int32)
    groups = Groups(members, (THIRDS * (MOST - cost.ravel())).astype(np.int32))
    pool = Pool.of_groups([groups], Prices(np.zeros(3 * SIDE), 0.0))
    by_two_questions = exactly(pool, most_odd=0)
    at_once = choose(
        pool.members, pool.value, pool.odd, 0, now=[], nobody=pool.nobody, seed=1, work=5.0
    )
    for found in (by_two_questions, at_once):
        assert found is not None
        assert found.proved
        assert len(found.rows) == SIDE
        assert sum(int(cost.ravel()[row]) for row in found.rows) == least
