"""Who of a school's staff takes part and who does not: by job role, hours and department."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db.models import F, Q

from apps.activities.models import Participant
from apps.evaluation import several_ways, suppression
from apps.evaluation.snapshot.frame import SchoolFrame
from apps.evaluation.snapshot.people import (
    GROUPS,
    HOURS,
    count,
    hours_of,
    shown_row,
    standing,
    told_apart,
)
from apps.schools.enums import JobRole
from apps.schools.models import Membership

UNSAID = ""  # a job role or department that the staff list does not give
JOB_ROLES = (*JobRole.values, UNSAID)

Standing = dict[str, str]  # group, job_role, department, hours, career_stage, phase
Shown = dict[str, Any]

HIDDEN = {"hidden": True}
NO_MORE: Mapping[str, Sequence[str]] = MappingProxyType({})
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


def told(
    people: dict[int, Standing], active: set[int], more: Mapping[str, Sequence[str]] = NO_MORE
) -> dict[str, Any]:
    """``all`` and by group, and in the ways that are in ``more`` with their values; nothing else
    where even the total would point at somebody. What is in ``more`` changes nothing before it."""
    groups, job_roles, everybody = _by_job_role(people, active)
    known = {row["department"] for row in people.values()} - {UNSAID}
    departments = {"department": [*sorted(known), UNSAID]} if known else {}
    ways = {"hours": HOURS, **departments, **more}
    lines = {way: line(people, active, way, values) for way, values in ways.items()}
    if any(cells[-1].get("hidden") for cells in ([everybody], *lines.values())):
        return NOTHING | {way: {} for way in more}
    shown = {way: dict(zip(values, lines[way], strict=False)) for way, values in ways.items()}
    several_ways.fit(
        [
            ({who: row["group"] for who, row in people.items()}, groups),
            ({who: (row["group"], row["job_role"]) for who, row in people.items()}, job_roles),
            *(({who: row[way] for who, row in people.items()}, shown[way]) for way in ways),
        ],
        told_apart(people, active),
    )
    return {
        "all": everybody,
        "groups": groups,
        "job_roles": [
            {"group": group, "name": role, "cell": cell}
            for (group, role), cell in job_roles.items()
            if cell.get("hidden") or cell["of"]
        ],
        "departments": [
            {"name": name, "cell": cell}
            for name, cell in shown.get("department", {}).items()
            if cell.get("hidden") or cell["of"]
        ],
        **{way: shown[way] for way in ("hours", *more)},
    }


def _by_job_role(
    people: dict[int, Standing], active: set[int]
) -> tuple[dict[str, Shown], dict[tuple[str, str], Shown], Shown]:
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
    return groups, dict(zip(pairs, rows[-1], strict=False)), rows[-1][-1]


def line(
    people: dict[int, Standing], active: set[int], by: str, values: Sequence[str]
) -> list[Shown]:
    """A cell for each of ``values`` and one for all, protected as one sum."""
    placed = ((UNSAID, row[by], standing(person, active)) for person, row in people.items())
    table = suppression.with_totals(count(placed, rows=[UNSAID], columns=values))[:1]
    return shown_row(table[0], suppression.hidden(table)[0])
