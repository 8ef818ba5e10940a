"""The people as arrays, and every pair of them that no rule keeps apart, with its points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from apps.matching.triads.problem import Problem

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Table:
    """``worth[i, t]``: points of person ``i`` for focus ``t``, or -1. ``extra``: those of being
    placed at all. ``department``: numbered, 0 where it is not known."""

    school: Ints
    place: Ints
    phase: Ints
    limit: Ints
    only: Flags
    manager: Ints
    department: Ints
    new: Flags
    experienced: Flags
    slots: Words
    topics: Words
    worth: NDArray[np.int16]
    extra: Ints

    @classmethod
    def of(cls, problem: Problem) -> Table:
        people, schools, rules = problem.people, problem.schools, problem.scoring
        phases = sorted({s.phase for s in schools})
        names = sorted({"", *(p.department for p in people)})
        departments = {name: number for number, name in enumerate(names)}
        worth = np.full((len(people), problem.topics), -1, dtype=np.int16)
        for i, person in enumerate(people):
            for rank, topic in enumerate(person.foci):
                worth[i, topic] = rules.rank_points[rank]
        school = np.array([p.school for p in people], dtype=np.int64)
        place = np.array([(s.east, s.north) for s in schools], dtype=np.int64).reshape(-1, 2)
        phase = np.array([phases.index(s.phase) for s in schools], dtype=np.int64)
        small = np.array([s.pupils <= rules.small_school_pupils for s in schools], dtype=np.int64)
        before = np.array([p.prior_unmatched for p in people], dtype=np.int64)
        years = np.array([p.years for p in people], dtype=np.int64)
        managers = [-1 if p.manager is None else p.manager for p in people]
        return cls(
            school=school,
            place=place[school],
            phase=phase[school],
            limit=np.array([p.max_km * 1000 for p in people], dtype=np.int64),
            only=np.array([p.school_only for p in people], dtype=bool),
            manager=np.array(managers, dtype=np.int64),
            department=np.array([departments[p.department] for p in people], dtype=np.int64),
            new=years < rules.ect_below,
            experienced=years >= rules.experienced_from,
            slots=_words([p.slots for p in people], problem.slots),
            topics=_words([p.foci for p in people], problem.topics),
            worth=worth,
            extra=rules.prior_unmatched * before + rules.small_school * small[school],
        )


def _words(sets: list[frozenset[int]] | list[tuple[int, ...]], size: int) -> Words:
    """Sets of whole numbers as bits of 64-bit words."""
    words = np.zeros((len(sets), (size + 63) // 64), dtype=np.uint64)
    for row, numbers in enumerate(sets):
        for number in numbers:
            words[row, number // 64] |= np.uint64(1 << (number % 64))
    return words


@dataclass(frozen=True, slots=True)
class Pairs:
    """People who may be in one group, ``one < other``, sorted by ``key`` (one * people + other).
    ``alone``: whether the two may be a group by themselves."""

    one: Ints
    other: Ints
    key: Ints
    points: Ints
    alone: Flags

    def find(self, one: Ints, other: Ints, people: int) -> Ints:
        """The place of each pair, or -1 where there is none."""
        if not len(self.key):
            return np.full(len(one), -1, dtype=np.int64)
        wanted = one * people + other
        place = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
        return np.where(self.key[place] == wanted, place, -1)


def feasible(problem: Problem, table: Table) -> Pairs:
    """Near enough, a shared topic and time, schools that go together, and nothing that keeps
    the two apart."""
    people = len(problem.people)
    one, other = _near_with_a_topic(table, people)
    between = table.place[one] - table.place[other]
    metres = root((between * between).sum(axis=1))
    limit = np.minimum(table.limit[one], table.limit[other])
    same = table.school[one] == table.school[other]
    ok = metres <= limit
    ok &= (table.slots[one] & table.slots[other]).any(axis=1)
    ok &= (table.manager[one] != other) & (table.manager[other] != one)
    ok &= (table.only[one] == table.only[other]) & (same | ~table.only[one])
    ok &= table.only[one] | ~same | (problem.most_of_one_school > 1)
    apart = np.array([a * people + b for a, b in problem.apart], dtype=np.int64)
    ok &= ~np.isin(one * people + other, apart)
    one, other, metres, limit, same = one[ok], other[ok], metres[ok], limit[ok], same[ok]
    key = one * people + other
    rules = problem.scoring
    shared = np.bitwise_count(table.topics[one] & table.topics[other]).sum(axis=1).astype(np.int64)
    mixed = table.new[one] & table.experienced[other] | table.new[other] & table.experienced[one]
    departments = table.department[one], table.department[other]
    before = np.array([a * people + b for a, b in problem.before], dtype=np.int64)
    points = (
        rules.travel_max * (limit - metres) // limit
        + rules.extra_topic * np.minimum(2, shared - 1)
        + rules.cross_phase * (table.phase[one] != table.phase[other])
        + rules.cross_department * _differ(*departments)
        + rules.mix * mixed
        + rules.both_ect * (table.new[one] & table.new[other])
        + rules.repeat_pair * np.isin(key, before)
    )
    return Pairs(one, other, key, points, table.only[one] | ~same)


def _differ(one: Ints, other: Ints) -> Flags:
    """Whether both departments are known, and are two."""
    differ: Flags = (one != other) & (np.minimum(one, other) > 0)
    return differ


def _near_with_a_topic(table: Table, people: int) -> tuple[Ints, Ints]:
    """Pairs with a topic in common, near enough for the first, each once, in order."""
    keys = [np.empty(0, dtype=np.int64)]
    for topic in range(table.worth.shape[1]):
        who = np.flatnonzero(table.worth[:, topic] >= 0)
        if len(who) < 2:
            continue
        where = table.place[who].astype(float)
        near = cKDTree(where).query_ball_point(where, table.limit[who] + 1.0)
        counts = np.array([len(found) for found in near])
        flat = np.fromiter((x for found in near for x in found), np.int64, counts.sum())
        one, other = np.repeat(who, counts), who[flat]
        keys.append((one * people + other)[one < other])
    key = np.unique(np.concatenate(keys))
    return key // max(people, 1), key % max(people, 1)


def root(squares: Ints) -> Ints:
    """Whole square roots, exact."""
    found: Ints = np.sqrt(squares.astype(float)).astype(np.int64)
    found -= found * found > squares
    found += (found + 1) * (found + 1) <= squares
    return found
