"""The rule of five, for a total and the groups that make it up.

A figure is of at least RULE people, and so is every difference between the total and the groups
shown beside it. Groups that overlap: see `disclosure`. Plain Python, so that a test can attack it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

RULE = 5
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Cell:
    """Sums over ``n`` people; means have two decimals, and None stands for no people.

    Without ratings (the need itself was asked, elsewhere) their sums are 0 and they have no means.
    """

    n: int = 0
    need: int = 0
    confidence: int = 0
    priority: int = 0

    def __add__(self, other: Cell) -> Cell:
        return Cell(
            self.n + other.n,
            self.need + other.need,
            self.confidence + other.confidence,
            self.priority + other.priority,
        )

    @property
    def mean_need(self) -> Decimal | None:
        return mean(self.need, self.n)

    @property
    def mean_confidence(self) -> Decimal | None:
        return mean(self.confidence, self.n) if self.confidence else None

    @property
    def mean_priority(self) -> Decimal | None:
        return mean(self.priority, self.n) if self.priority else None


def mean(total: int, n: int) -> Decimal | None:
    return (Decimal(total) / n).quantize(CENT, ROUND_HALF_UP) if n else None


def is_small(n: int) -> bool:
    return 0 < n < RULE


def left_out(counts: Mapping[str, int], already: frozenset[str] = frozenset()) -> frozenset[str]:
    """The groups to leave out beside a shown total, ``already`` among them.

    Small groups are left out, and then the next smallest, until those left out are together
    no small group (the total less the groups shown would tell of it) or none is left to add.
    """
    hidden = set(already) | {group for group, n in counts.items() if is_small(n)}
    while is_small(sum(counts[group] for group in hidden)):
        rest = [group for group, n in counts.items() if n and group not in hidden]
        if not rest:
            break
        hidden.add(min(rest, key=lambda group: (counts[group], group)))
    return frozenset(hidden)
