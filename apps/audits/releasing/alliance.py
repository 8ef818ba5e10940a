"""The tables of an alliance's audit: over all schools, and for each school by itself.

Schools are told apart by their own totals, so somebody who has all tables may take from an
alliance's group the same group of every school that shows it, and of the other schools any
multiple of their totals. `least` is how few people that can leave; a table that would leave one
to four is not released. By phase, schools without figures of their own are pooled.

Who reads a school's answers by name knows that school by heart. So all of this must hold once
more without its people, for every such reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from apps.audits.disclosure import Group, chosen
from apps.audits.enums import Grouping
from apps.audits.measuring import Kind, Measured, Sums
from apps.audits.models import Question
from apps.audits.releasing.cells import NOTHING, cell, spread
from apps.audits.releasing.school import ALL
from apps.audits.suppression import RULE, is_small
from apps.schools.enums import Role

TEACHER, SUPPORT = Role.TEACHER.value, Role.SUPPORT.value
# The four kinds of people of a school: who teaches first, who leads second of each pair.
CORNERS = ((TEACHER, False), (TEACHER, True), (SUPPORT, False), (SUPPORT, True))
GROUPS: dict[str, dict[str, tuple[int, ...]]] = {
    Grouping.ROLE: {TEACHER: (0, 1), SUPPORT: (2, 3)},
    Grouping.LEADERS: {"leaders": (1, 3), "staff": (0, 2)},
}
Counts = tuple[int, int, int, int]
Corner = list[Sums]
NOBODY: Counts = (0, 0, 0, 0)
NO_SCHOOL = 0  # answers collected elsewhere may not say whose they are


@dataclass(frozen=True, slots=True)
class Schools:
    """``pooled`` have no figures of their own, ``totals`` none by group; ``named`` may be seen by
    others under their name. ``readers``: the schools whose single answers one person reads."""

    phases: Mapping[int, str]
    pooled: frozenset[int] = frozenset()
    named: frozenset[int] = frozenset()
    totals: frozenset[int] = frozenset()
    readers: frozenset[frozenset[int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is released: by school the groupings it shows; and those over all schools."""

    schools: dict[int, frozenset[str]]
    groupings: frozenset[str]
    phases: frozenset[str]


@lru_cache(maxsize=4096)
def own_groupings(sizes: Counts) -> frozenset[str]:
    """What a school may show of itself; without ALL nothing. Sizes over RULE are all alike."""
    weights = dict(enumerate(sizes))
    total = Group(ALL, ALL, frozenset(weights))
    found = {ALL} if chosen(total, [], [weights]) else set()
    for grouping, groups in GROUPS.items():
        rows = [Group(grouping, key, frozenset(at)) for key, at in groups.items()]
        whole = [r for g in found - {ALL} for r in _rows(g)] + rows
        if found and len(chosen(total, [whole], [weights])) == 1 + len(whole):
            found.add(grouping)
    return frozenset(found)


def _rows(grouping: str) -> list[Group]:
    return [Group(grouping, key, frozenset(at)) for key, at in GROUPS[grouping].items()]


def capped(counts: Iterable[int]) -> Counts:
    """Counts as far as they matter: none, one to four each for itself, or enough."""
    a, b, c, d = (min(n, RULE) for n in counts)
    return a, b, c, d


def least(counts: Counts, own: frozenset[str], role: int, leads: int) -> int:
    """How few people of a school can be left of ``role`` x support staff + ``leads`` x leaders.

    ``own`` are the school's own tables, of which anything may be taken away.
    """
    values = (0, leads, role, role + leads)
    if Grouping.ROLE in own and Grouping.LEADERS in own:
        return 0
    if Grouping.ROLE in own:
        parts: tuple[tuple[int, ...], ...] = ((0, 1), (2, 3))
    elif Grouping.LEADERS in own:
        parts = ((0, 2), (1, 3))
    else:
        parts = ((0, 1, 2, 3),)
    left = 0
    for part in parts:
        by_value: dict[int, int] = {}
        for at in part:
            by_value[values[at]] = by_value.get(values[at], 0) + counts[at]
        left += sum(by_value.values()) - max(by_value.values())
    return left


# All that (role, leads) can be, as far as it decides which of the four values are the same.
DIRECTIONS: dict[frozenset[str], tuple[tuple[int, int], ...]] = {
    frozenset(): (),
    frozenset({Grouping.ROLE.value}): ((1, 0),),
    frozenset({Grouping.LEADERS.value}): ((0, 1),),
    frozenset({Grouping.ROLE.value, Grouping.LEADERS.value}): (
        (1, 0),
        (0, 1),
        (1, 1),
        (1, -1),
        (1, 3),
    ),
}


class Unit(NamedTuple):
    """Schools that are told apart from others only together, and their own tables."""

    sizes: Mapping[int, Counts]
    own: frozenset[str]


def _added(counts: Iterable[Counts]) -> Counts:
    a, b, c, d = (sum(row) for row in zip(NOBODY, *counts, strict=True))
    return a, b, c, d


def _unread(counts: Counts, unit: Unit, known: frozenset[int]) -> Counts:
    read = _added(unit.sizes[school] for school in known & unit.sizes.keys())
    a, b, c, d = (n - less for n, less in zip(counts, read, strict=True))
    return a, b, c, d


def over_all(
    units: Sequence[Unit], wanted: frozenset[str], readers: Iterable[frozenset[int]]
) -> frozenset[str]:
    """Those of ``wanted`` that may be shown over all schools beside what each shows of itself."""
    role, leaders = frozenset({Grouping.ROLE.value}), frozenset({Grouping.LEADERS.value})
    at = {school: n for n, unit in enumerate(units) for school in unit.sizes}
    counts = [_added(unit.sizes.values()) for unit in units]
    unread = [
        {n: _unread(counts[n], units[n], known) for n in {at[s] for s in known if s in at}}
        for known in readers
    ]

    def left(direction: tuple[int, int]) -> Iterator[int]:
        """How few people, for everybody and for each reader."""
        own = [unit.own for unit in units]
        each = [least(n, by, *direction) for n, by in zip(counts, own, strict=True)]
        yield sum(each)
        for without in unread:
            known = (each[n] - least(rest, own[n], *direction) for n, rest in without.items())
            yield sum(each) - sum(known)

    for tried in (role | leaders, role, leaders):
        if tried <= wanted and not any(is_small(n) for d in DIRECTIONS[tried] for n in left(d)):
            return tried
    return frozenset()


def plan(sizes: Mapping[int, Counts], schools: Schools, within: Plan) -> Plan | None:
    """What may be shown of people counted in ``sizes`` by school, and not more than ``within``.

    None when nothing may. Schools too small for their own figures are pooled by phase where
    that makes pools of RULE; a pool that stays too small takes in the smallest other school.
    Pooled schools were promised that nothing of them alone is shown, so no pool is one school.
    """
    if sum(map(sum, sizes.values())) < RULE:
        return None
    own = {
        school: frozenset()
        if school in schools.pooled
        else own_groupings(capped(counts)) & within.schools.get(school, frozenset())
        for school, counts in sizes.items()
    }
    while not _is_enough(pool := {s: sum(sizes[s]) for s in sizes if ALL not in own[s]}, schools):
        others = [school for school in sizes if ALL in own[school] and any(sizes[school])]
        if not others:
            return None
        own[min(others, key=lambda school: (sum(sizes[school]), school))] = frozenset()
    shown = _phases_shown(pool, schools, within.phases)
    units = [Unit({s: sizes[s]}, groups) for s, groups in own.items() if ALL in groups]
    pools: dict[str, dict[int, Counts]] = {}
    for school in pool:
        name = schools.phases.get(school, "")
        pools.setdefault(name if name in shown else "", {})[school] = sizes[school]
    units += [Unit(of, frozenset({ALL})) for of in pools.values()]
    return Plan(own, over_all(units, within.groupings, schools.readers), shown)


def _is_enough(pool: Mapping[int, int], schools: Schools) -> bool:
    """Nobody, or RULE people of two schools; of people of no school there may be one pool.

    For a reader: nobody else, or RULE others, who are not one school that is to be pooled.
    """
    filled = {school: n for school, n in pool.items() if n}
    everybody = sum(filled.values())
    if filled and (everybody < RULE or (len(filled) == 1 and NO_SCHOOL not in pool)):
        return False
    for known in schools.readers:
        read = known & filled.keys()
        if is_small(everybody - sum(filled[school] for school in read)):
            return False
        if read and len(filled) - len(read) == 1:
            (alone,) = filled.keys() - read
            if alone in schools.pooled and alone != NO_SCHOOL:
                return False
    return True


def _phases_shown(
    pool: Mapping[int, int], schools: Schools, wanted: frozenset[str]
) -> frozenset[str]:
    """The phases with nobody or enough in their pools, and enough in the pool of the others."""
    phases = schools.phases

    def of(names: Iterable[str]) -> dict[int, int]:
        kept = frozenset(names)
        return {school: n for school, n in pool.items() if phases.get(school, "") in kept}

    shown = {phase for phase in wanted if _is_enough(of([phase]), schools)}
    everywhere = frozenset(phases.get(school, "") for school in pool)
    while not _is_enough(of(everywhere - shown), schools):
        filled = {phase: sum(of([phase]).values()) for phase in shown if any(of([phase]).values())}
        if not filled:
            break
        shown.remove(min(filled, key=lambda phase: (filled[phase], phase)))
    return frozenset(shown)


def tables(
    questions: Iterable[Question], found: Measured, schools: Schools
) -> dict[tuple[int | None, str], dict[str, Any]]:
    """By school (None: over all) and grouping; see `ReleasedTable`. Empty: of too few."""
    phases = schools.phases
    asked, answered = by_corner(found.asked), by_corner(found.answered)
    counted = by_corner(found.counted)
    everything = frozenset({ALL, *GROUPS})
    most = {s: everything & ({ALL} if s in schools.totals else everything) for s in counted}
    agreed: Plan | None = Plan(most, frozenset(map(str, GROUPS)), frozenset(phases.values()))
    for sizes in (asked, counted):
        if agreed is not None and sizes:
            agreed = plan(sizes, schools, agreed)
    if agreed is None:
        return {}
    made = Making(schools, agreed)
    made.add_people(asked, answered, counted)
    for question in questions:
        sums = sums_by_corner(found.sums.get(question.pk, {}))
        sizes = {school: _counts(corner) for school, corner in sums.items()}
        fits = plan(sizes, schools, agreed)
        made.add_question(question, sums, fits)
        if fits:
            fallen = spread(question, found, readers=schools.readers)
            made.rows[None, Grouping.ALL]["questions"][question.code] |= fallen
    return made.rows


class Making:
    """Fills the tables, a question at a time."""

    def __init__(self, schools: Schools, agreed: Plan) -> None:
        self.agreed, self.schools, self.phases = agreed, schools, schools.phases
        self.rows: dict[tuple[int | None, str], dict[str, Any]] = {}
        self.add(None, Grouping.ALL)
        for grouping in agreed.groupings:
            self.add(None, grouping)
        if len(frozenset(self.phases.values())) > 1 and agreed.phases:
            self.add(None, Grouping.PHASE)
        self.add(None, Grouping.SCHOOL)
        for school, own in agreed.schools.items():
            for grouping in own:
                self.add(school, grouping)

    def add(self, school: int | None, grouping: str) -> None:
        self.rows[school, str(grouping)] = {"groups": [], "questions": {}}

    def keys(self, school: int | None, grouping: str) -> dict[str, tuple[list[int], Any]]:
        """By group of a table, the schools and the corners of them that it is about."""
        schools = [school] if school is not None else list(self.agreed.schools)
        if grouping == Grouping.PHASE:
            return {
                phase: ([s for s in schools if self.phases.get(s) == phase], range(4))
                for phase in sorted(self.agreed.phases)
            }
        if grouping == Grouping.ALL:
            return {ALL: (schools, range(4))}
        return {key: (schools, at) for key, at in GROUPS[grouping].items()}

    def add_people(self, *counts: Mapping[int, Counts]) -> None:
        for (school, grouping), table in self.rows.items():
            if grouping == Grouping.SCHOOL:
                named = (s for s in self.schools.named if ALL in self.agreed.schools.get(s, ()))
                table["groups"] = [{"key": str(s)} for s in sorted(named)]
                continue
            for key, (schools, at) in self.keys(school, grouping).items():
                numbers = [
                    sum(by_school.get(s, NOBODY)[n] for s in schools for n in at)
                    for by_school in counts
                ]
                names = ("asked", "answered", "counted")
                table["groups"].append({"key": key, **dict(zip(names, numbers, strict=True))})

    def add_question(
        self, question: Question, sums: Mapping[int, Corner], fits: Plan | None
    ) -> None:
        for (school, grouping), table in self.rows.items():
            if grouping == Grouping.SCHOOL:
                continue
            cells: dict[str, Any] = {}
            for key, (schools, at) in self.keys(school, grouping).items():
                may = fits is not None and _may(fits, school, grouping, key)
                cells[key] = cell(question, _sum(sums, schools, at)) if may else None
            table["questions"][question.code] = {"cells": cells}
        self._add_others(question, sums, fits)

    def _add_others(
        self, question: Question, sums: Mapping[int, Corner], fits: Plan | None
    ) -> None:
        """All schools that are not shown by name, together; one alone is never left over."""
        named = {s for s in self.schools.named if fits and ALL in fits.schools.get(s, frozenset())}
        filled = {s: sum(_counts(corner)) for s, corner in sums.items()}
        apart = []
        while not _is_enough(
            rest := {s: n for s, n in filled.items() if s not in named}, self.schools
        ):
            others = [s for s in named if filled.get(s)]
            if not others:
                break
            apart.append(min(others, key=lambda s: (filled[s], s)))
            named.remove(apart[-1])
        found = _sum(sums, rest, range(4))
        self.rows[None, Grouping.SCHOOL]["questions"][question.code] = {
            "cells": {
                "others": cell(question, found) if fits and _is_enough(rest, self.schools) else None
            },
            "apart": apart,
        }


def _may(fits: Plan, school: int | None, grouping: str, key: str) -> bool:
    if school is not None:
        return grouping in fits.schools.get(school, frozenset())
    if grouping == Grouping.PHASE:
        return key in fits.phases
    return grouping == Grouping.ALL or grouping in fits.groupings


def _sum(sums: Mapping[int, Corner], schools: Iterable[int], at: Iterable[int]) -> Sums:
    corners, found = list(at), NOTHING
    for school in schools:
        corner = sums.get(school)
        if corner is not None:
            for n in corners:
                found = found.plus(corner[n])
    return found


def _counts(corner: Corner) -> Counts:
    a, b, c, d = (row.n for row in corner)
    return a, b, c, d


def by_corner(counts: Mapping[Kind, int]) -> dict[int, Counts]:
    found = sums_by_corner({kind: Sums(n) for kind, n in counts.items()})
    return {school: _counts(corner) for school, corner in found.items()}


def sums_by_corner(sums: Mapping[Kind, Sums]) -> dict[int, Corner]:
    """By school; people who judge or are judged by nobody count, the others are left out."""
    found: dict[int, Corner] = {}
    for kind, row in sums.items():
        if not kind.kept:
            corner = found.setdefault(kind.school or NO_SCHOOL, [NOTHING] * 4)
            at = CORNERS.index((kind.role if kind.role == SUPPORT else TEACHER, kind.leads))
            corner[at] = corner[at].plus(row)
    return found
