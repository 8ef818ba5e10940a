"""A school whose timetable does not fit what the network chose: other hosts for its people.

What is chosen here is fixed, and the network is solved again around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from apps.matching.placements.candidates import Ints, Pairs
from apps.matching.placements.network import PLACED
from apps.matching.placements.problem import Problem
from apps.matching.placements.program import Chosen, Program

MOST_HOSTS = 12  # looked at for each person
KEPT = 1  # points for staying where the network put somebody
WORK = 2.0  # deterministic seconds


def rearrange(
    problem: Problem,
    pairs: Pairs,
    people: Sequence[int],
    now: Mapping[int, int],
    room: Ints,
    price: Ints,
    *,
    seed: int,
) -> Chosen:
    """Hosts and half-days of as many of ``people``, all of one school, as a timetable allows.

    ``now``: the pair that each has; ``room``: seats by host that may be used at most; ``price``:
    points that taking a seat there costs others.
    """
    program = Program(problem, pairs)
    for person in people:
        tried = _worth_trying(pairs, person, now.get(person, -1), room, price)
        stays = {now[person]: KEPT} if person in now else {}
        gain = {
            pair: int(pairs.points[pair] - price[pairs.host[pair]]) + stays.get(pair, 0)
            for pair in tried
        }
        program.add(person, tried, gain)
    program.limit_release()
    program.limit_seats(room)
    return program.solve(now, seed, WORK) or {}


def _worth_trying(pairs: Pairs, person: int, now: int, room: Ints, price: Ints) -> list[int]:
    found = np.arange(pairs.start[person], pairs.start[person + 1])
    found = found[room[pairs.host[found]] > 0]
    cost = price[pairs.host[found]] - pairs.points[found]
    cost[found == now] = -PLACED
    return [int(pair) for pair in found[np.argsort(cost, kind="stable")][:MOST_HOSTS]]
