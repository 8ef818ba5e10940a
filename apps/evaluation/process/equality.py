"""Who can take part: leaders and phases, beside the tables by school, role and hours.

A phase is the sum of its schools, so it is shown only where it and the table by school together
leave nobody to work out (`apps.audits.disclosure`), be it those who take part or those who do not,
nor anybody of another school to those who know their own school's people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.db.models import Q

from apps.audits.disclosure import Group, are_all_safe
from apps.evaluation import several_ways
from apps.evaluation.snapshot.frame import Frame
from apps.evaluation.snapshot.people import (
    GROUPS,
    HOURS,
    Key,
    Staff,
    hours_in,
    roles_of,
    school_of,
    told_apart,
)
from apps.evaluation.suppression import Cell
from apps.schools.enums import JobRole, Phase, Role
from apps.schools.models import Membership

Facts = dict[str, Any]
HIDDEN: Facts = {"hidden": True}


class Kind(NamedTuple):
    """People who stand in the same cell of the table by school."""

    school: int
    role: str


class Counts(NamedTuple):
    taking: Counter[Kind]
    everybody: Counter[Kind]

    def group(self, name: str, wanted: Callable[[Kind], bool]) -> Group:
        return Group(name, name, frozenset(filter(wanted, self.everybody)))

    def leave_nobody(self, groups: Sequence[Group]) -> bool:
        others = self.everybody - self.taking
        schools = {kind.school for kind in self.everybody}
        return are_all_safe(
            groups,
            (
                {kind: n for kind, n in people.items() if kind.school != known}
                for people in (self.taking, others, self.everybody)
                for known in (None, *schools)
            ),
        )

    def cell(self, group: Group) -> Facts:
        count = sum(self.taking[kind] for kind in group.kinds)
        return {"count": count, "of": sum(self.everybody[kind] for kind in group.kinds)}


def leaders(frame: Frame, staff: Staff, active: set[Key]) -> Facts:
    """How many heads and senior leaders, in office at any time of the half-term, take part."""
    rows = Membership.objects.filter(
        Q(role=Role.HEAD) | Q(job_role=JobRole.SENIOR_LEADER),
        Q(ends_on__isnull=True) | Q(ends_on__gte=frame.start),
        organisation_id__in=frame.school_ids,
        starts_on__lte=frame.end,
    )
    leading = set(rows.values_list("organisation_id", "person_id"))
    rest = staff.keys() - leading
    # All staff less the leaders tells of the rest.
    if any(_tells_of_few(group, active) for group in (leading, rest)):
        return HIDDEN
    return {"count": len(leading & active), "of": len(leading)}


def _tells_of_few(group: set[Key], active: set[Key]) -> bool:
    """To anybody, or to a school that knows its own people in it."""
    of_all, taking = Counter(key[0] for key in group), Counter(key[0] for key in group & active)
    whole = Cell(taking.total(), of_all.total())
    others = (whole - Cell(taking[school], n) for school, n in of_all.items())
    return whole.is_small or any(cell.is_small for cell in others)


def counted(staff: Staff, active: set[Key]) -> Counts:
    counts = Counts(Counter(), Counter())
    for key, (role, _fte) in staff.items():
        counts.everybody[Kind(key[0], role)] += 1
        counts.taking[Kind(key[0], role)] += key in active
    return counts


def told_by_school(frame: Frame, counts: Counts, table: Facts) -> list[Group]:
    """The groups whose cells the table by school shows."""
    rows = zip([*frame.school_ids, None], [*table["rows"], {"cells": table["total"]}], strict=True)
    return [
        counts.group(f"{school}/{role}", _wanted(school, role))
        for school, row in rows
        for role, cell in zip([*GROUPS, None], row["cells"], strict=True)
        if not cell.get("hidden")
    ]


def by_schools(counts: Counts, told: list[Group], of: dict[int, str]) -> dict[str, Facts]:
    """A cell for each group of schools that has staff, as far as it and all in ``told`` leave
    nobody to work out; those shown are added to ``told``."""
    found: dict[str, Facts] = {}
    for name in sorted({of[kind.school] for kind in counts.everybody}):
        schools = {pk for pk, one in of.items() if one == name}
        group = counts.group(name, _of_schools(schools))
        if counts.leave_nobody([*told, group]):
            told.append(group)
            found[name] = counts.cell(group)
        else:
            found[name] = HIDDEN
    return found


def by_phase(
    frame: Frame, staff: Staff, active: set[Key], told: list[Group], tables: tuple[Facts, Facts]
) -> dict[str, Facts]:
    """A cell for each phase that has staff, beside the ``tables`` by school and by hours; alike in
    reviews and reports, which may be of the same days. See `by_schools` for ``told``."""
    phases = {row.organisation_id: row.organisation.phase for row in frame.members}
    found = by_schools(counted(staff, active), told, phases)
    by_school, by_hours = tables
    several_ways.fit(
        [
            (roles_of(staff), dict(zip(GROUPS, by_school["total"], strict=False))),
            (hours_in(staff), dict(zip(HOURS, by_hours["cells"], strict=False))),
            ({key: phases[key[0]] for key in staff}, found),
        ],
        told_apart(staff, active),
        school_of,
    )
    return {phase: found[phase] for phase in (*Phase.values, "") if phase in found}


def _wanted(school: int | None, role: str | None) -> Callable[[Kind], bool]:
    """None stands for all of them."""
    return lambda kind: school in (None, kind.school) and role in (None, kind.role)


def _of_schools(schools: set[int]) -> Callable[[Kind], bool]:
    return lambda kind: kind.school in schools
