"""Several ways of dividing the same staff beside each other, such as by role and by hours.

Sums of one way less sums of another tell of those who are in some groups of the one and not in
some of the other: of the two teachers whose career stage nobody knows, where it is known of no
support staff. So of any two ways no choice of groups may leave fewer than LEAST people, be it
those who take part, those who do not or both, nor without any one school, whose readers know its
own people. What three ways together tell beyond that is not looked for. Plain Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from itertools import combinations
from typing import Any

from apps.audits.suppression import RULE as LEAST

Who = Any
Cells = dict[Any, dict[str, Any]]  # by group; ``{"hidden": True}`` where it is not shown
Sum = tuple[int, Hashable]  # of the first or the second way, a group's
HIDDEN = {"hidden": True}
OTHER = ("other",)  # those that are not shown: the total less the others tells their sum
MOST = 12  # parts of which every choice is tried; more are taken to tell of few


def one_school(who: Who) -> int:
    return 0


def fit(
    ways: Sequence[tuple[Mapping[Who, Hashable], Cells]],
    several: Sequence[Collection[Who]],
    school: Callable[[Who], int] = one_school,
) -> None:
    """Hide cells until no two ways tell of few; the last ways give way, and their smallest groups.

    Each way has the group of everybody and its cells; ``several`` are the people of whom, each for
    themselves, nothing may be told.
    """
    for at, (of, cells) in enumerate(ways):
        sizes = Counter(of.values())
        pairs = [
            (before, [_crossings(groups, of, some, school) for some in several])
            for groups, before in ways[:at]
        ]
        shown = _shown(cells) & sizes.keys()
        while shown and any(_tells(found, (_shown(b), shown)) for b, found in pairs):
            out = min(shown, key=lambda group: (sizes[group], str(group)))
            shown.discard(out)
            cells[out] = HIDDEN


def _shown(cells: Cells) -> set[Any]:
    return {group for group, cell in cells.items() if not cell.get("hidden")}


Crossings = dict[int, Counter[tuple[Any, Any]]]  # by school: people in a group of each way


def _crossings(
    first: Mapping[Who, Any],
    second: Mapping[Who, Any],
    people: Collection[Who],
    school: Callable[[Who], int],
) -> Crossings:
    found: Crossings = {}
    for who in people:
        found.setdefault(school(who), Counter())[first[who], second[who]] += 1
    return found


def _tells(several: Sequence[Crossings], shown: tuple[set[Any], set[Any]]) -> bool:
    for schools in several:
        of_all: Counter[tuple[Sum, Sum]] = Counter()
        each = []
        for crossings in schools.values():
            sums: Counter[tuple[Sum, Sum]] = Counter()
            for (one, other), n in crossings.items():
                ends = (one if one in shown[0] else OTHER, other if other in shown[1] else OTHER)
                sums[(0, ends[0]), (1, ends[1])] += n
            of_all.update(sums)
            each.append(sums)
        if any(_is_cut_by_few(of_all - own) for own in (Counter[tuple[Sum, Sum]](), *each)):
            return True
    return False


def _is_cut_by_few(edges: Counter[tuple[Sum, Sum]]) -> bool:
    """Whether fewer than LEAST people, and somebody, stand between some sums and the others."""
    part: dict[Sum, Sum] = {end: end for ends in edges for end in ends}

    def top(end: Sum) -> Sum:
        while part[end] != end:
            end = part[end]
        return end

    for (one, other), n in edges.items():
        if n >= LEAST:  # no few part these two
            part[top(one)] = top(other)
    loose = [(top(a), top(b), n) for (a, b), n in edges.items() if top(a) != top(b)]
    parts = sorted({end for a, b, _n in loose for end in (a, b)}, key=str)
    if len(parts) > MOST:
        return True
    return any(
        0 < sum(n for a, b, n in loose if (a in some) != (b in some)) < LEAST
        for size in range(1, len(parts))
        for some in map(set, combinations(parts[1:], size))
    )
