"""Solving neighbourhoods of a solution again and again: some people, with all others as they are.

Where most is lost against the prices, most is to be won, so there it looks first.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.matching.triads.people import Ints
from apps.matching.triads.pool import Chosen, Pool
from apps.matching.triads.program import choose
from apps.matching.triads.relax import Floats, Prices
from apps.matching.work import Work

AT_ONCE = 2  # neighbourhoods solved side by side; no person is in two of them
TIRED = 0.7  # of the hope for people around whom nothing better was found
MOST_TOGETHER = 4000  # groups that are chosen from for all people at once: bounds the memory
WITHIN = 6  # steps from the person a neighbourhood begins with


@dataclass
class Search:
    """``at``: the row in the pool of each person's group, or -1."""

    pool: Pool
    prices: Prices
    most_odd: int
    work: Work
    size: int = 80  # people in a neighbourhood
    effort: float = 0.15  # deterministic seconds for one

    def __post_init__(self) -> None:
        self.at = np.full(self.pool.nobody + 1, -1, dtype=np.int64)
        self.random = np.random.default_rng(self.work.seed)
        self.hope = np.ones(self.pool.nobody)

    @property
    def rows(self) -> Ints:
        return np.unique(self.at[self.at >= 0])

    @property
    def value(self) -> int:
        return int(self.pool.value[self.rows].sum())

    @property
    def placed(self) -> int:
        return int((self.at >= 0).sum())

    def begin(self, order: Ints) -> None:
        """Take groups in this order, as far as they go together."""
        odd = 0
        for row in order.tolist():
            who = self.pool.people(row)
            if (self.at[who] >= 0).any() or (self.pool.odd[row] and odd == self.most_odd):
                continue
            odd += bool(self.pool.odd[row])
            self.at[who] = row

    def loss(self) -> Floats:
        """What each person costs against the prices."""
        price = self.prices.person
        at = self.at[:-1]
        size = (self.pool.members[at] != self.pool.nobody).sum(axis=1)
        return np.where(at >= 0, np.maximum(0.0, -self.pool.over[at]) / size, price)

    def everybody(self, effort: float) -> None:
        """All people as one neighbourhood, among the most promising groups."""
        area = np.arange(self.pool.nobody)
        self.effort = effort
        promising = np.argsort(-self.pool.over, kind="stable")[:MOST_TOGETHER]
        rows = np.union1d(promising, self.rows)
        self._apply(area, self._chosen(rows, self.rows, self.most_odd))
        self.work.say(f"all together: {self.placed} placed")

    def run(self, turns: int, size: int, effort: float) -> None:
        """Solve ``turns`` times some neighbourhoods of about ``size`` people."""
        self.size, self.effort = size, effort
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for turn in range(turns):
                if self.work.is_over:
                    break
                areas = self._areas()
                free = self.most_odd - int(self.pool.odd[self.rows].sum())
                shares = [free // len(areas)] * len(areas)
                for area, found in zip(
                    areas, threads.map(self._solved, areas, shares), strict=True
                ):
                    self._apply(area, found)
                if turn % 20 == 19:
                    self.work.say(f"turn {turn + 1}: {self.placed} placed")

    def _areas(self) -> list[Ints]:
        taken = np.zeros(self.pool.nobody + 1, dtype=bool)
        loss = self.loss() * self.hope
        found = []
        for _ in range(AT_ONCE):
            open_ = np.where(taken[:-1], 0.0, loss)
            if not open_.any():
                break
            first = int(self.random.choice(len(open_), p=open_ / open_.sum()))
            area = self._around(first, taken)
            taken[area] = True
            found.append(area)
        return found or [self._around(0, taken)]

    def _around(self, first: int, taken: NDArray[np.bool_]) -> Ints:
        """People near in the matter: in the groups of those already there, the best first."""
        inside = dict.fromkeys([first])
        queue = [first]
        seen = {first}
        while queue and len(inside) < self.size:
            person = queue.pop(0)
            if person not in inside:
                continue
            rows = self.pool.of[person][:40]
            self.random.shuffle(rows := rows.copy())
            for row in rows[:WITHIN].tolist():
                for other in self.pool.people(row).tolist():
                    if other in seen or taken[other]:
                        continue
                    seen.add(other)
                    group = self.pool.people(self.at[other]) if self.at[other] >= 0 else [other]
                    if not taken[group].any():
                        for mate in group:
                            seen.add(int(mate))
                            inside[int(mate)] = None
                            queue.append(int(mate))
        for person in list(inside):
            if self.at[person] >= 0:
                inside.update(dict.fromkeys(self.pool.people(self.at[person]).tolist()))
        return np.array(sorted(inside), dtype=np.int64)

    def _solved(self, area: Ints, odd: int) -> tuple[Ints, Chosen] | None:
        inside = np.zeros(self.pool.nobody + 1, dtype=bool)
        inside[area] = inside[-1] = True
        rows = np.unique(np.concatenate([self.pool.of[i] for i in area]))
        rows = rows[inside[self.pool.members[rows]].all(axis=1)]
        now = np.unique(self.at[area][self.at[area] >= 0])
        return self._chosen(rows, now, odd + int(self.pool.odd[now].sum()))

    def _chosen(self, rows: Ints, now: Ints, odd: int) -> tuple[Ints, Chosen] | None:
        found = choose(
            self.pool.members[rows],
            self.pool.value[rows],
            self.pool.odd[rows],
            odd,
            now=np.searchsorted(rows, now).tolist(),
            nobody=self.pool.nobody,
            seed=self.work.seed,
            work=self.effort,
        )
        return None if found is None else (rows, found)

    def _apply(self, area: Ints, found: tuple[Ints, Chosen] | None) -> None:
        self.hope[area] *= TIRED
        if found is None:
            return
        rows, chosen = found
        now = np.unique(self.at[area][self.at[area] >= 0])
        better = rows[chosen.rows]
        if self.pool.value[better].sum() > self.pool.value[now].sum():
            self.hope[area] = 1
            self.at[area] = -1
            for row in better.tolist():
                self.at[self.pool.people(row)] = row
