"""Which sums by activity, kind and school may stand in one report together. Plain Python.

A sum tells of the people behind it, and whoever has several adds and subtracts them. What is
released are sums over lines (activities, or the rest of a kind) and over schools, and their total.
Any combination of them gives each crossing of a line and a school the weight of the line less that
of the school. To tell of fewer than LEAST people it must weigh nothing on every crossing with LEAST
people or more: there the weights of line and school are the same. So if each crossing that anybody
stands behind joins a line and a school which such large crossings connect, no combination but
nothing is left. The same must hold without any one school, whose own people know what it adds.

Lines and schools that are not shown count as one: the total less what is shown tells their sum.
In place of schools may stand whatever else the same sum is divided by, such as what money is for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from apps.audits.suppression import RULE as LEAST

Line = Hashable
People = frozenset[int]
Behind = Mapping[tuple[Line, Line, Any], People]  # (activity, kind, school's key) -> people


@dataclass
class Shown:
    """What may be shown; ``by_school`` is empty where nothing is told by school."""

    activities: set[Line] = field(default_factory=set)
    kinds: set[Line] = field(default_factory=set)
    schools: set[Any] = field(default_factory=set)


OTHER = ("other",)
Crossing = tuple[Hashable, Hashable]


def together(
    behind: Behind,
    activities: Iterable[Line],
    *,
    by_school: bool = False,
    fixed: bool = False,
    readers: bool = True,
    never: tuple[Collection[Any], Collection[Any]] = ((), ()),
) -> Shown:
    """As much as can be shown at once of ``activities``, all kinds and, ``by_school``, all schools.

    The smallest give way first: activities, then kinds and schools. ``fixed``: the schools' sums
    are shown already. ``readers``: each school knows its own part. ``never``: kinds and schools
    not to be shown anyhow. Empty where nothing can be.
    """
    asked = set(activities)
    shown = Shown(
        {activity for activity, _kind, _school in behind if activity in asked},
        {kind for _activity, kind, _school in behind} - set(never[0]),
        {school for _a, _k, school in behind} - set(never[1]) if by_school else set(),
    )
    known: list[Any] = [None]
    known += sorted({school for _a, _k, school in behind}) if readers else []
    while (found := _open(behind, shown, known)) is not None:
        if not _hide(behind, shown, found, fixed):
            return Shown()
    return shown


def _open(behind: Behind, shown: Shown, known: list[Any]) -> Crossing | None:
    """A crossing that somebody can work out; None where there is none."""
    crossings = _crossings(behind, shown)
    whole = {place: len(frozenset().union(*parts.values())) for place, parts in crossings.items()}
    of: dict[Any, list[Crossing]] = defaultdict(list)
    for place, parts in crossings.items():
        for school in parts:
            of[school].append(place)
    for reader in known:
        sizes = whole | {place: _without(crossings[place], reader) for place in of.get(reader, [])}
        found = _apart(sizes)
        if found is not None:
            known.remove(reader)
            known.insert(0, reader)  # who finds something probably finds more
            return found
    return None


def _without(parts: Mapping[Any, People], reader: Any) -> int:
    return len(frozenset().union(*(p for school, p in parts.items() if school != reader)))


def _crossings(behind: Behind, shown: Shown) -> dict[Crossing, dict[Any, People]]:
    """(line, school or OTHER) -> the people of each school in it."""
    found: dict[Crossing, dict[Any, People]] = defaultdict(dict)
    for (activity, kind, school), people in behind.items():
        if people:
            place = (_line(shown, activity, kind), school if school in shown.schools else OTHER)
            found[place][school] = found[place].get(school, frozenset()) | people
    return found


def _line(shown: Shown, activity: Line, kind: Line) -> Hashable:
    if activity in shown.activities:
        return ("activity", activity)
    return ("kind", kind) if kind in shown.kinds else OTHER


def _apart(sizes: Mapping[Crossing, int]) -> Crossing | None:
    """The smallest crossing whose line and school no large crossings connect."""
    up: dict[Hashable, Hashable] = {}

    def top(node: Hashable) -> Hashable:
        found = node
        while found in up:
            found = up[found]
        if found != node:
            up[node] = found
        return found

    for (line, school), n in sizes.items():
        if n >= LEAST:
            one, other = top(("line", line)), top(("school", school))
            if one != other:
                up[one] = other
    loose = [
        (n, place)
        for place, n in sizes.items()
        if n and top(("line", place[0])) != top(("school", place[1]))
    ]
    return min(loose, key=lambda pair: (pair[0], str(pair[1])))[1] if loose else None


def _hide(behind: Behind, shown: Shown, place: Crossing, fixed: bool) -> bool:
    """Show one thing less, the smallest that bears on ``place``; False where nothing is left."""
    line, school = place
    sizes = _sizes(behind)
    if isinstance(line, tuple) and line[0] == "activity":
        shown.activities.discard(line[1])
        return True
    if not fixed and school in shown.schools and _is_less(sizes, ("school", school), line, shown):
        shown.schools.discard(school)
        return True
    here = {a for a, kind, _s in behind if a in shown.activities and ("kind", kind) == line}
    if here:
        shown.activities.discard(_least(here, sizes, "activity"))
    elif isinstance(line, tuple) and line[0] == "kind":
        shown.kinds.discard(line[1])
    elif shown.kinds:
        shown.kinds.discard(_least(shown.kinds, sizes, "kind"))
    elif shown.activities:
        shown.activities.discard(_least(shown.activities, sizes, "activity"))
    elif shown.schools and not fixed:
        shown.schools.discard(_least(shown.schools, sizes, "school"))
    else:
        return False
    return True


def _is_less(sizes: Mapping[Hashable, int], school: Hashable, line: Hashable, shown: Shown) -> bool:
    """Whether hiding the school costs less than hiding the line."""
    return line == OTHER or sizes[school] <= sizes.get(line, 0)


def _sizes(behind: Behind) -> dict[Hashable, int]:
    people: dict[Hashable, set[int]] = defaultdict(set)
    for (activity, kind, school), here in behind.items():
        for node in (("activity", activity), ("kind", kind), ("school", school)):
            people[node] |= here
    return {node: len(found) for node, found in people.items()}


def _least(names: Iterable[Line], sizes: Mapping[Hashable, int], what: str) -> Line:
    return min(names, key=lambda name: (sizes[what, name], str(name)))


Key = tuple[int, int]  # (school, person)
Cells = Mapping[tuple[Hashable, Hashable], frozenset[Key]]


def margins(behind: Cells, *, fixed: bool = False) -> tuple[set[Hashable], set[Hashable]]:
    """Of a sum divided in two ways at once, each of a few values: which values of each way may
    stand beside the total. Every school knows its own part. The smallest give way first; those of
    the second way do not where they are ``fixed``: shown already.

    As above, but exactly: a combination of sums weighs nothing on a crossing whose two sums weigh
    the same. So it tells of few only where few people stand behind all crossings between some of
    the sums and the others.
    """
    shown = ({first for first, _second in behind}, {second for _first, second in behind})
    sizes = {
        (way, value): len({key for at, keys in behind.items() if at[way] == value for key in keys})
        for way in (0, 1)
        for value in shown[way]
    }
    readers = [None, *sorted({school for keys in behind.values() for school, _person in keys})]
    while any(_is_open(behind, shown, reader) for reader in readers):
        left = [(0, value) for value in shown[0]]
        left += [] if fixed else [(1, value) for value in shown[1]]
        if not left:
            return set(), set()
        way, value = min(left, key=lambda place: (sizes[place], str(place)))
        shown[way].discard(value)
    return shown


def _is_open(behind: Cells, shown: tuple[set[Hashable], set[Hashable]], reader: int | None) -> bool:
    """Whether somebody of the school ``reader`` can work out what few others did."""
    people: dict[Crossing, set[int]] = defaultdict(set)
    for at, keys in behind.items():
        here = {person for school, person in keys if school != reader}
        if here:
            ends = [(way, at[way] if at[way] in shown[way] else OTHER) for way in (0, 1)]
            people[ends[0], ends[1]] |= here
    sums = sorted({end for ends in people for end in ends}, key=str)[1:]
    some = (set(part) for n in range(1, len(sums) + 1) for part in combinations(sums, n))
    return any(0 < len(_between(people, part)) < LEAST for part in some)


def _between(people: Mapping[Crossing, set[int]], some: set[Hashable]) -> set[int]:
    """Those behind crossings of one sum of ``some`` and another that is not; LEAST are enough."""
    found: set[int] = set()
    for (one, other), here in people.items():
        if (one in some) != (other in some):
            found |= here
            if len(found) >= LEAST:
                break
    return found
