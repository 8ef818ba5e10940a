"""Who of a school's staff takes part and who does not: by job role, hours and department."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q

from apps.activities.models import Participant
from apps.evaluation import suppression
from apps.evaluation.snapshot.frame import SchoolFrame
from apps.evaluation.snapshot.people import (
    GROUPS,
    HOURS,
    count,
    hours_of,
    shown_row,
    standing,
)
from apps.schools.enums import JobRole
from apps.schools.models import Membership

UNSAID = ""  # a job role or department that the staff list does not give
JOB_ROLES = (*JobRole.values, UNSAID)

Standing = dict[str, str]  # group, job_role, department, hours, career_stage, phase
Shown = dict[str, Any]

HIDDEN = {"hidden": True}
NOTHING = {
    "all": HIDDEN,
    "groups": {group.value: HIDDEN for group in GROUPS},
    "job_roles": [],
    "hours": dict.fromkeys(HOURS, HIDDEN),
    "departments": [],
}


def staff(frame: SchoolFrame) -> dict[int, Standing]:
    """Everybody on the staff list at any time of the period; a teacher who is also support staff
    counts as a teacher."""
    rows = (
        Membership.objects.staff()
        .at(frame.school)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=frame.start), starts_on__lte=frame.end)
        .order_by("role", "pk")  # "teacher" sorts after "support"
    )
    return {
        person: {
            "group": role,
            "job_role": job_role if job_role in JOB_ROLES else UNSAID,
            "department": department.strip(),
            "hours": hours_of(fte),
            "career_stage": career_stage,
            "phase": phase,
        }
        for person, role, job_role, department, fte, career_stage, phase in rows.values_list(
            "person_id", "role", "job_role", "department", F("fte"), "career_stage", "phase"
        )
    }


def taking_part(frame: SchoolFrame) -> set[int]:
    rows = Participant.objects.taking_part().filter(organisation=frame.school)
    return set(
        rows.filter(activity__in=frame.under_way().values("pk")).values_list("person_id", flat=True)
    )


def facts(frame: SchoolFrame) -> dict[str, Any]:
    return told(staff(frame), taking_part(frame))


def told(people: dict[int, Standing], active: set[int]) -> dict[str, Any]:
    """``all`` and by group; nothing else where even the total would point at somebody."""
    groups, job_roles, everybody = _by_job_role(people, active)
    hours = line(people, active, "hours", HOURS)
    known = {standing["department"] for standing in people.values()} - {UNSAID}
    names = [*sorted(known), UNSAID]
    departments = line(people, active, "department", names) if known else []
    if any(cells and cells[-1].get("hidden") for cells in ([everybody], hours, departments)):
        return NOTHING
    return {
        "all": everybody,
        "groups": groups,
        "job_roles": job_roles,
        "hours": dict(zip(HOURS, hours, strict=False)),
        "departments": named(names, departments),
    }


def _by_job_role(
    people: dict[int, Standing], active: set[int]
) -> tuple[dict[str, Shown], list[Shown], Shown]:
    """Teachers and support staff, the job roles of each, and all of them.

    Job roles add up to their group and the groups to all, so they are protected as one table, in
    which every job role of a group has a column of its own.
    """
    pairs = [(group.value, role) for group in GROUPS for role in JOB_ROLES]
    placed = (
        (row["group"], (row["group"], row["job_role"]), standing(person, active))
        for person, row in people.items()
    )
    table = suppression.with_totals(count(placed, rows=GROUPS, columns=pairs))
    mask = suppression.hidden(table)
    rows = [shown_row(row, hides) for row, hides in zip(table, mask, strict=True)]
    groups = {group.value: row[-1] for group, row in zip(GROUPS, rows, strict=False)}
    job_roles = [
        {"group": group, "name": role, "cell": cell}
        for (group, role), cell in zip(pairs, rows[-1], strict=False)
        if cell.get("hidden") or cell["of"]
    ]
    return groups, job_roles, rows[-1][-1]


def line(
    people: dict[int, Standing], active: set[int], by: str, values: Sequence[str]
) -> list[Shown]:
    """A cell for each of ``values`` and one for all, protected as one sum."""
    placed = ((UNSAID, row[by], standing(person, active)) for person, row in people.items())
    table = suppression.with_totals(count(placed, rows=[UNSAID], columns=values))[:1]
    return shown_row(table[0], suppression.hidden(table)[0])


def named(names: Sequence[str], cells: Sequence[Shown]) -> list[Shown]:
    """Those that anybody has; the cell for all is left out."""
    return [
        {"name": name, "cell": cell}
        for name, cell in zip(names, cells, strict=False)
        if cell.get("hidden") or cell["of"]
    ]
