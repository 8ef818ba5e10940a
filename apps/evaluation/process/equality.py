"""Who can take part: leaders and phases, beside the tables by school, role and hours.

A phase is the sum of its schools, so it is shown only where it and the table by school together
leave nobody to work out (`apps.audits.disclosure`), be it those who take part or those who do not,
nor anybody of another school to those who know their own school's people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Q

from apps.audits.disclosure import Group, are_all_safe
from apps.evaluation.snapshot.frame import Frame
from apps.evaluation.snapshot.people import GROUPS, Key, Staff
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


def by_phase(frame: Frame, staff: Staff, active: set[Key], by_school: Facts) -> list[Facts]:
    """A cell for each phase that has staff, beside the table ``by_school`` with what it hides."""
    counts = Counts(Counter(), Counter())
    for key, (role, _fte) in staff.items():
        counts.everybody[Kind(key[0], role)] += 1
        counts.taking[Kind(key[0], role)] += key in active
    phases = {row.organisation_id: row.organisation.phase for row in frame.members}
    there = {phases[kind.school] for kind in counts.everybody}
    told = list(_shown(frame, counts, by_school))
    found = []
    for phase in (phase for phase in Phase.values if phase in there):
        group = _of_phase(counts, phases, phase)
        if counts.leave_nobody([*told, group]):
            told.append(group)
            found.append({"phase": phase, **counts.cell(group)})
        else:
            found.append({"phase": phase, **HIDDEN})
    return found


def _of_phase(counts: Counts, phases: dict[int, str], phase: str) -> Group:
    return counts.group(phase, lambda kind: phases[kind.school] == phase)


def _shown(frame: Frame, counts: Counts, table: Facts) -> Iterable[Group]:
    """The cells of the table that are not hidden."""
    for school, row in zip(
        [*frame.school_ids, None], [*table["rows"], {"cells": table["total"]}], strict=True
    ):
        for role, cell in zip([*GROUPS, None], row["cells"], strict=True):
            if not cell.get("hidden"):
                yield _group(counts, school, role)


def _group(counts: Counts, school: int | None, role: str | None) -> Group:
    """None stands for all of them."""
    name, roles = f"{school}/{role}", GROUPS if role is None else (role,)
    if school is None:
        return counts.group(name, lambda kind: kind.role in roles)
    kinds = (Kind(school, each) for each in roles)
    return Group(name, name, frozenset(kind for kind in kinds if kind in counts.everybody))
