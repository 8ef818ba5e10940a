"""The groups that a search chooses from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from apps.matching.triads.groups import Groups, Members
from apps.matching.triads.people import Ints
from apps.matching.triads.relax import Floats, Prices


@dataclass
class Pool:
    """Groups that may be chosen: ``members`` filled up with ``nobody``, ``over`` how much more
    than its prices each is worth (less, mostly)."""

    members: Members
    value: Ints
    over: Floats
    odd: NDArray[np.bool_]
    nobody: int
    of: list[Ints] = field(default_factory=list)

    @classmethod
    def of_groups(cls, parts: list[Groups], prices: Prices) -> Pool:
        nobody = len(prices.person)
        members, value = [], []
        for part in parts:
            blank = np.full((len(part.members), 4 - part.size), nobody, dtype=np.int32)
            members.append(np.c_[part.members, blank])
            value.append(part.value.astype(np.int64))
        every, worth = np.concatenate(members), np.concatenate(value)
        price = np.r_[prices.person, 0.0]
        odd = (every[:, 2] == nobody) | (every[:, 3] != nobody)
        over = worth - price[every].sum(axis=1) - prices.odd * odd
        pool = cls(every, worth, over, odd, nobody)
        rows, columns = np.nonzero(every != nobody)
        who = every[rows, columns]
        order = np.lexsort((-over[rows], who))
        edges = np.searchsorted(who[order], np.arange(nobody + 1))
        pool.of = [rows[order[edges[i] : edges[i + 1]]] for i in range(nobody)]
        return pool

    def people(self, row: int) -> Ints:
        who = self.members[row]
        found: Ints = who[who != self.nobody].astype(np.int64)
        return found


@dataclass(frozen=True, slots=True)
class Chosen:
    """Places, among some groups, of those that were chosen; ``proved``: nothing is worth more."""

    rows: list[int]
    proved: bool
