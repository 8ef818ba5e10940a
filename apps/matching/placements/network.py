"""The problem without the timetable: a network in which most people, then most points, flow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.matching.placements.candidates import Ints, Pairs, priority
from apps.matching.placements.problem import Problem

PLACED = 100_000  # outweighs every number of points


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The pair of each placed applicant (an index into the pairs), or -1; total points of all."""

    pair: Ints
    placed: int
    fit: int


def seats_within_share(problem: Problem) -> tuple[Ints, Ints]:
    """By school: all seats of its hosts, and how many of them cost no spread penalty."""
    seats = np.zeros(len(problem.schools), dtype=np.int64)
    for host in problem.hosts:
        seats[host.school] += host.capacity
    share = np.ceil(problem.scoring.spread_share * seats).astype(np.int64)
    return seats, share


def most_released(problem: Problem, pairs: Pairs) -> Ints:
    """By school: a bound on how many can be placed, from the days that each needs at least."""
    needs: list[list[int]] = [[] for _ in problem.schools]
    for i in np.flatnonzero(np.diff(pairs.start)):
        applicant = problem.applicants[i]
        needs[applicant.school].append((applicant.half_days + 1) // 2)
    days = (problem.slots + 1) // 2
    found = []
    for school, wanted in zip(problem.schools, needs, strict=True):
        room, count = school.release_cap * days, 0
        for need in sorted(wanted):
            room -= need
            if room < 0:
                break
            count += 1
        found.append(count)
    return np.array(found, dtype=np.int64)


def relax(problem: Problem, pairs: Pairs, allowed: NDArray[np.bool_] | None = None) -> Relaxed:
    """Most people placed, then most points, with everything but the timetable.

    ``allowed``: the pairs that may be used (all, unless given).
    """
    from ortools.graph.python import min_cost_flow

    people, hosts, schools = len(problem.applicants), len(problem.hosts), len(problem.schools)
    first_host, first_home = people, people + hosts
    first_away, source = first_home + schools, first_home + 2 * schools
    sink = source + 1
    home = np.array([a.school for a in problem.applicants], dtype=np.int64)
    away = np.array([h.school for h in problem.hosts], dtype=np.int64)
    capacity = np.array([h.capacity for h in problem.hosts], dtype=np.int64)
    seats, share = seats_within_share(problem)
    released = most_released(problem, pairs)
    gain = pairs.points + priority(problem)[pairs.applicant]
    all_schools, penalty = np.arange(schools), problem.scoring.spread_penalty

    flow = min_cost_flow.SimpleMinCostFlow()

    def arcs(tails: Ints, heads: Ints, room: Ints, cost: Ints) -> Ints:
        made: Ints = flow.add_arcs_with_capacity_and_unit_cost(
            tails.astype(np.int32), heads.astype(np.int32), room, cost
        )
        return made

    def same(value: int, like: Ints) -> Ints:
        return np.full(len(like), value, dtype=np.int64)

    used = np.arange(len(gain)) if allowed is None else np.flatnonzero(allowed)
    gain = gain[used]
    chosen = arcs(pairs.applicant[used], first_host + pairs.host[used], same(1, gain), -gain)
    arcs(same(source, all_schools), first_home + all_schools, released, same(0, all_schools))
    arcs(first_home + home, np.arange(people), same(1, home), same(0, home))
    arcs(first_host + np.arange(hosts), first_away + away, capacity, same(0, away))
    arcs(first_away + all_schools, same(sink, all_schools), share, same(0, all_schools))
    arcs(first_away + all_schools, same(sink, all_schools), seats - share, same(penalty, seats))
    flow.set_node_supply(source, people)
    flow.set_node_supply(sink, -people)
    status = flow.solve_max_flow_with_min_cost()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the network was not solved: {status}")
    used = used[np.flatnonzero(flow.flows(chosen))]
    pair = np.full(people, -1, dtype=np.int64)
    pair[pairs.applicant[used]] = used
    return Relaxed(pair, int(flow.maximum_flow()), -int(flow.optimal_cost()))


def seat_prices(problem: Problem, pairs: Pairs, now: Relaxed, allowed: NDArray[np.bool_]) -> Ints:
    """By host: the points that the rest loses when one more seat there is taken (shortest ways
    through what the flow left over); PLACED and more when somebody would lose their place."""
    gain = pairs.points + priority(problem)[pairs.applicant]
    placed = np.flatnonzero(now.pair >= 0)
    used = now.pair[placed]
    away = np.array([h.school for h in problem.hosts], dtype=np.int64)
    capacity = np.array([h.capacity for h in problem.hosts], dtype=np.int64)
    load = np.bincount(pairs.host[used], minlength=len(capacity))
    at_school = np.bincount(away, weights=load, minlength=len(problem.schools)).astype(np.int64)
    seats, share = seats_within_share(problem)
    far = np.int64(4 * PLACED)
    direct = np.where(at_school < share, 0, np.where(at_school < seats, penalty_of(problem), far))
    free = load < capacity
    open_ = allowed.copy()
    open_[used] = False
    tail, head = pairs.applicant[open_], pairs.host[open_]
    cost = -gain[open_]
    host = np.full(len(capacity), far)
    while True:
        school = direct.copy()
        busy = load > 0
        np.minimum.at(school, away[busy], host[busy])
        person = np.full(len(problem.applicants), PLACED, dtype=np.int64)
        np.minimum.at(person, tail, cost + host[head])
        better = np.where(free, school[away], far)
        np.minimum.at(better, pairs.host[used], gain[used] + person[placed])
        better = np.minimum(better, host)
        if (better == host).all():
            return host
        host = better


def penalty_of(problem: Problem) -> int:
    return problem.scoring.spread_penalty
