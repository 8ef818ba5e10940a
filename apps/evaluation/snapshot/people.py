"""Who takes part: people of the joined schools' staff lists, by school, role and hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet

from apps.activities.models import Activity, Participant
from apps.evaluation import several_ways, suppression
from apps.evaluation.snapshot.frame import Frame
from apps.evaluation.suppression import Cell
from apps.schools.enums import Role
from apps.schools.models import Membership

Facts = dict[str, Any]
Key = tuple[int, int]  # (organisation, person)
Staff = dict[Key, tuple[str, Decimal | None]]  # role group and FTE

GROUPS = (Role.TEACHER, Role.SUPPORT)
FULL, PART, UNKNOWN = "full_time", "part_time", "not_known"
HOURS = (FULL, PART, UNKNOWN)
NOBODY = [{"count": 0, "of": 0}] * (len(HOURS) + 1)
# One of the staff: taking part, only in what a larger report counts, or in nothing.
TAKING, BESIDE, OUT = Cell(1, 1), Cell(0, 1, 1), Cell(0, 1)


def staff(frame: Frame) -> Staff:
    """Everybody on the staff lists at any time of the period; a teacher who is also support
    staff of the same school counts as a teacher."""
    rows = (
        Membership.objects.staff()
        .filter(organisation_id__in=frame.school_ids, starts_on__lte=frame.end)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=frame.start))
        .order_by("role", "pk")
    )
    found: Staff = {}
    for organisation, person, role, fte in rows.values_list(
        "organisation_id", "person_id", "role", F("fte")
    ):
        found[organisation, person] = (role, fte)  # "teacher" sorts after "support"
    return found


def taking_part(frame: Frame) -> set[Key]:
    return _in(frame.under_way())


def _in(activities: QuerySet[Activity]) -> set[Key]:
    rows = Participant.objects.taking_part().filter(activity__in=activities.values("pk"))
    return set(rows.values_list("organisation_id", "person_id"))


def facts(frame: Frame) -> dict[str, Any]:
    people, active = staff(frame), taking_part(frame)
    beside = _in(frame.under_way_beside()) - active
    schools = by_school(frame, people, active, beside)
    return {
        "by_school": schools,
        "by_hours": by_hours(people, active, schools["total"], beside),
    }


def standing(who: Hashable, active: Collection[Any], beside: Collection[Any] = ()) -> Cell:
    return TAKING if who in active else BESIDE if who in beside else OUT


def by_school(
    frame: Frame, people: Staff, active: set[Key], beside: Collection[Key] = ()
) -> dict[str, Any]:
    """A row a school and a last row of totals; columns are GROUPS and both together.

    ``beside`` take part only in what a report of something larger counts too."""
    placed = ((key[0], role, standing(key, active, beside)) for key, (role, _fte) in people.items())
    cells = count(placed, rows=frame.school_ids, columns=GROUPS)
    table = suppression.with_totals(cells)
    mask = suppression.hidden(table, by_school=True)
    rows = [shown_row(cells, hides) for cells, hides in zip(table, mask, strict=True)]
    return {
        "columns": [*GROUPS, "all"],
        "rows": [
            {"id": pk, "school": name, "cells": row}
            for (pk, name), row in zip(frame.schools, rows[:-1], strict=True)
        ],
        "total": rows[-1],
    }


def by_hours(
    people: Staff, active: set[Key], by_role: Sequence[Facts], beside: Collection[Key] = ()
) -> dict[str, Any]:
    """Full-time, part-time and unknown, and all of them, beside the totals ``by_role``."""
    placed = (
        (key[0], hours_of(fte), standing(key, active, beside))
        for key, (_role, fte) in people.items()
    )
    schools = sorted({school for school, _person in people})
    table = suppression.with_totals(count(placed, rows=schools, columns=HOURS))
    cells = shown_row(table[-1], suppression.hidden_totals(table)) if schools else NOBODY
    hours = dict(zip(HOURS, cells, strict=False))
    several_ways.fit(
        [
            (roles_of(people), dict(zip(GROUPS, by_role, strict=False))),
            (hours_in(people), hours),
        ],
        told_apart(people, active, beside),
        school_of,
    )
    return {"columns": [*HOURS, "all"], "cells": [*hours.values(), cells[-1]]}


def roles_of(people: Staff) -> dict[Key, str]:
    return {key: role for key, (role, _fte) in people.items()}


def hours_in(people: Staff) -> dict[Key, str]:
    return {key: hours_of(fte) for key, (_role, fte) in people.items()}


def school_of(key: Key) -> int:
    return key[0]


def told_apart(
    people: Collection[Any], active: Collection[Any], beside: Collection[Any] = ()
) -> list[set[Any]]:
    """Those of whom, each for themselves, no report may tell few."""
    here = set(people)
    return [here & set(active), here - set(active), here, here & set(beside)]


def hours_of(fte: Decimal | None) -> str:
    if fte is None:
        return UNKNOWN
    return FULL if fte >= 1 else PART


def count(
    placed: Iterable[tuple[Hashable, Hashable, Cell]],
    *,
    rows: Sequence[Hashable],
    columns: Sequence[Hashable],
) -> list[list[Cell]]:
    """How many people stand in each row and column, and how (`standing`)."""
    counts: Counter[tuple[Hashable, Hashable, Cell]] = Counter(placed)

    def cell(row: Hashable, column: Hashable) -> Cell:
        taking, beside, out = (counts[row, column, each] for each in (TAKING, BESIDE, OUT))
        return Cell(taking, taking + beside + out, beside)

    return [[cell(row, column) for column in columns] for row in rows]


def shown_row(cells: Iterable[Cell], hides: Iterable[bool]) -> list[dict[str, Any]]:
    return [_shown(cell, hide) for cell, hide in zip(cells, hides, strict=True)]


def _shown(cell: Cell, hide: bool) -> dict[str, Any]:
    if hide:
        return {"hidden": True}
    return {"count": cell.count, "of": cell.group}
