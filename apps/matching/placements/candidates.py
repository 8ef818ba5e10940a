"""Every pair of applicant and host that no rule on the two alone forbids, with its points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from apps.matching.placements.problem import Applicant, Host, Problem, Scoring

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
LOCKED = 5_000_000  # points of a pair that is to stay: outweighs placing any number of others
CHUNK = 400_000  # pairs looked at together: bounds the memory


@dataclass(frozen=True, slots=True)
class Pairs:
    """Sorted by applicant, then host. ``points`` are those of the pair, before priority and
    spread; ``start[i]:start[i + 1]`` are the pairs of applicant ``i``."""

    applicant: Ints
    host: Ints
    points: Ints
    start: Ints

    def of(self, applicant: int) -> range:
        return range(int(self.start[applicant]), int(self.start[applicant + 1]))


def feasible(problem: Problem) -> Pairs:
    """Another school, near enough, a shared topic, not blocked, enough half-days in common."""
    applicant, host = _near_with_a_topic(problem)
    keep = ~_blocked(problem, applicant, host) & _kept(problem, applicant, host)
    applicant, host = applicant[keep], host[keep]
    table = _Table.of(problem)
    parts = [
        _judge(problem.scoring, table, applicant[at : at + CHUNK], host[at : at + CHUNK])
        for at in range(0, max(len(applicant), 1), CHUNK)
    ]
    ok = np.concatenate([part[0] for part in parts])
    points = np.concatenate([part[1] for part in parts])
    applicant, host, points = applicant[ok], host[ok], points[ok]
    points = points + LOCKED * np.isin(applicant, list(problem.only))
    start = np.searchsorted(applicant, np.arange(len(problem.applicants) + 1))
    return Pairs(applicant, host, points, start.astype(np.int64))


def priority(problem: Problem) -> Ints:
    """Points of placing an applicant at all."""
    rules, schools = problem.scoring, problem.schools
    return np.array(
        [
            rules.prior_unmatched * a.prior_unmatched
            + rules.small_school * (schools[a.school].pupils <= rules.small_school_pupils)
            + a.extra
            for a in problem.applicants
        ],
        dtype=np.int64,
    ).reshape(-1)


def _near_with_a_topic(problem: Problem) -> tuple[Ints, Ints]:
    """Pairs with a topic in common whose schools lie near enough, each once, in order."""
    places = np.array([(s.east, s.north) for s in problem.schools], dtype=float).reshape(-1, 2)
    seekers: list[list[int]] = [[] for _ in range(problem.topics)]
    givers: list[list[int]] = [[] for _ in range(problem.topics)]
    for at, applicant in enumerate(problem.applicants):
        for topic in applicant.foci:
            seekers[topic].append(at)
    for at, host in enumerate(problem.hosts):
        for topic in host.offers:
            givers[topic].append(at)
    homes = np.array([a.school for a in problem.applicants], dtype=np.int64)
    aways = np.array([h.school for h in problem.hosts], dtype=np.int64)
    limits = np.array([a.max_km * 1000 + 1.0 for a in problem.applicants])
    keys = [np.empty(0, dtype=np.int64)]
    for seeking, giving in zip(seekers, givers, strict=True):
        if seeking and giving:
            i, j = np.array(seeking), np.array(giving)
            tree = cKDTree(places[aways[j]])
            near = tree.query_ball_point(places[homes[i]], limits[i])
            counts = np.array([len(found) for found in near])
            flat = np.fromiter((x for found in near for x in found), np.int64, counts.sum())
            keys.append(np.repeat(i, counts) * len(problem.hosts) + j[flat])
    key = np.unique(np.concatenate(keys))
    width = max(len(problem.hosts), 1)
    return key // width, key % width


def _blocked(problem: Problem, applicant: Ints, host: Ints) -> NDArray[np.bool_]:
    width = max(len(problem.hosts), 1)
    forbidden = np.array([i * width + j for i, j in problem.blocked], dtype=np.int64)
    return np.isin(applicant * width + host, forbidden)


def _kept(problem: Problem, applicant: Ints, host: Ints) -> NDArray[np.bool_]:
    """Where nobody takes, or has, another host than their own (see `Problem.only`)."""
    mine = np.full(len(problem.applicants), -1, dtype=np.int64)
    theirs = np.full(len(problem.hosts), -1, dtype=np.int64)
    for person, there in problem.only.items():
        mine[person], theirs[there] = there, person
    found: NDArray[np.bool_] = (mine[applicant] < 0) & (theirs[host] < 0)
    found |= mine[applicant] == host
    return found


def _judge(rules: Scoring, table: _Table, i: Ints, j: Ints) -> tuple[NDArray[np.bool_], Ints]:
    """Which of the pairs are feasible, and the points of all of them."""
    home, away = table.home[i], table.away[j]
    apart = table.place[home] - table.place[away]
    metres = _root((apart * apart).sum(axis=1))
    limit = table.limit[i]
    common = np.bitwise_count(table.wanted_free[i] & table.host_free[j]).sum(axis=1)
    ok = (home != away) & (metres <= limit) & (common >= table.half_days[i])
    got = (table.weight[i] * table.strength[j]).sum(axis=1)
    focus = rules.focus_max * got // (3 * table.weight_total[i])
    crossing = table.cross[i] & (table.phase[home] != table.phase[away])
    points = (
        focus
        + rules.travel_max * (limit - metres) // limit
        + rules.cross_phase * crossing
        - rules.poor_penalty * (focus < rules.poor_below)
    )
    return ok, points.astype(np.int64)


def _root(squares: Ints) -> Ints:
    """Whole square roots, exact."""
    root: Ints = np.sqrt(squares.astype(float)).astype(np.int64)
    root -= root * root > squares
    root += (root + 1) * (root + 1) <= squares
    return root


@dataclass(frozen=True, slots=True)
class _Table:
    """The problem as arrays, made once."""

    home: Ints
    away: Ints
    place: Ints
    phase: Ints
    limit: Ints
    half_days: Ints
    cross: NDArray[np.bool_]
    weight: NDArray[np.int16]
    weight_total: Ints
    strength: NDArray[np.int16]
    wanted_free: Words
    host_free: Words

    @classmethod
    def of(cls, problem: Problem) -> _Table:
        people, hosts, weights = problem.applicants, problem.hosts, problem.scoring.rank_weights
        phases = sorted({s.phase for s in problem.schools})
        weight = np.zeros((len(people), problem.topics), dtype=np.int16)
        for i, person in enumerate(people):
            for rank, topic in enumerate(person.foci):
                weight[i, topic] = weights[rank]
        strength = np.zeros((len(hosts), problem.topics), dtype=np.int16)
        for j, host in enumerate(hosts):
            for topic, value in host.offers.items():
                strength[j, topic] = value
        return cls(
            home=np.array([a.school for a in people], dtype=np.int64),
            away=np.array([h.school for h in hosts], dtype=np.int64),
            place=np.array([(s.east, s.north) for s in problem.schools], dtype=np.int64),
            phase=np.array([phases.index(s.phase) for s in problem.schools], dtype=np.int64),
            limit=np.array([a.max_km * 1000 for a in people], dtype=np.int64),
            half_days=np.array([a.half_days for a in people], dtype=np.int64),
            cross=np.array([a.cross_phase for a in people], dtype=bool),
            weight=weight,
            weight_total=weight.sum(axis=1, dtype=np.int64),
            strength=strength,
            wanted_free=_words(people, problem.slots),
            host_free=_words(hosts, problem.slots),
        )


def _words(people: Sequence[Applicant | Host], slots: int) -> Words:
    """The free slots of each as bits of 64-bit words."""
    width = (slots + 63) // 64
    words = np.zeros((len(people), width), dtype=np.uint64)
    for row, person in enumerate(people):
        for slot in person.free:
            words[row, slot // 64] |= np.uint64(1 << (slot % 64))
    return words
