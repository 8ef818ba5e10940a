"""Which sums about overlapping groups may be released together. Plain Python, for attackers too.

A sum over a group tells of its members, and whoever has several sums may add and subtract them,
weighted as they like. What they can reach is the span of the groups' indicators. A family of
groups is safe when every member of that span other than zero is about at least RULE people.

People who are in the same groups of a family cannot be told apart by it; they make a part. If
something in the span were about fewer than RULE people, it would be zero on every part of RULE
or more. So it is enough that nothing but zero is zero on all of those: that the indicators have
the same rank on the large parts as on all. One rank instead of a search, on the safe side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from apps.audits.suppression import RULE

# A rank modulo a prime is never too large; this one is larger than any determinant of ours.
PRIME = 2**127 - 1


@dataclass(frozen=True, slots=True)
class Group:
    """The people called ``key`` by ``grouping``: which kinds of people they are."""

    grouping: str
    key: str
    kinds: frozenset[Any]


Weights = Mapping[Any, int]


Part = tuple[bool, ...]  # in which of the groups somebody is


def is_safe(groups: Sequence[Group], weights: Weights) -> bool:
    """Whether sums over ``groups`` may be released together; ``weights`` are people by kind."""
    return are_all_safe(groups, [weights])


def are_all_safe(groups: Sequence[Group], several: Iterable[Weights]) -> bool:
    """`is_safe` for each of ``several`` weights; what is the same for all is worked out once."""
    known: dict[Any, int] = {}
    places: dict[Part, int] = {}
    for weights in several:
        parts: dict[int, int] = {}
        for kind, n in weights.items():
            if n:
                if kind not in known:
                    part = tuple(kind in group.kinds for group in groups)
                    known[kind] = places.setdefault(part, len(places))
                parts[known[kind]] = parts.get(known[kind], 0) + n
        large = {place for place, n in parts.items() if n >= RULE}
        if len(large) < len(parts):
            vectors = list(places)
            if _rank(frozenset(vectors[n] for n in large)) < _rank(
                frozenset(vectors[n] for n in parts)
            ):
                return False
    return True


@lru_cache(maxsize=4096)
def _rank(vectors: frozenset[tuple[bool, ...]]) -> int:
    rows: list[tuple[int, list[int]]] = []
    for vector in sorted(vectors):
        left = [int(value) for value in vector]
        for at, row in rows:
            if left[at]:
                times = left[at]
                left = [(a - times * b) % PRIME for a, b in zip(left, row, strict=True)]
        first = next((at for at, value in enumerate(left) if value), None)
        if first is not None:
            inverse = pow(left[first], -1, PRIME)
            rows.append((first, [value * inverse % PRIME for value in left]))
    return len(rows)


def chosen(
    total: Group, groupings: Iterable[Sequence[Group]], checks: Sequence[Weights]
) -> list[Group]:
    """What to release: the total, then every grouping as far as all before it leaves room.

    A grouping whose groups cannot all be shown is shown in part, in the order given; who is not
    in a group shown is in the total alone. Nothing at all when the total is of too few.
    """

    def fits(groups: Sequence[Group]) -> bool:
        return all(is_safe(groups, weights) for weights in checks)

    shown = [total]
    if not fits(shown):
        return []
    for groups in groupings:
        if fits([*shown, *groups]):
            shown += groups
            continue
        for group in groups:
            if fits([*shown, group]):
                shown.append(group)
    return shown
