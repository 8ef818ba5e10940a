"""Whole groups of a school's staff that one press invites."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from apps.accounts.models import Person
from apps.activities.enums import ParticipantState
from apps.activities.kinds import kind_of
from apps.activities.models import Activity
from apps.schools.enums import JobRole, Role
from apps.schools.models import Membership, Organisation
from apps.schools.scope import scope_of

MOST = 300
EVERYBODY = "all"


def takes_groups(activity: Activity) -> bool:
    """Some role has no limit."""
    return any(role.most is None for role in kind_of(activity.kind).roles)


def schools_of(person: Person, activity: Activity) -> QuerySet[Organisation]:
    """Those of the activity whose staff ``person`` may invite as a group: they lead or head them,
    or coordinate the alliance."""
    scope = scope_of(person)
    rows = Organisation.objects.filter(pk__in=[activity.organisation_id, *activity.partner_schools])
    if activity.alliance_id in scope.alliances(Role.COORDINATOR):
        return rows
    return rows.filter(pk__in=scope.organisations(Role.CPD_LEAD, Role.HEAD))


def groups_of(schools: Iterable[Organisation]) -> list[tuple[str, Any]]:
    """Everybody, each job role and each department that somebody there has."""
    rows = Membership.objects.current().staff().filter(organisation__in=list(schools))
    held = set(rows.values_list("job_role", "department").order_by().distinct())
    roles, departments = {role for role, _d in held}, {name for _r, name in held if name}
    return [
        *((role.value, role.label) for role in JobRole if role.value in roles),
        *((f"in:{name}", name) for name in sorted(departments)),
    ]


def members_of(activity: Activity, school: Organisation, group: str) -> QuerySet[Membership]:
    """Those of the group who have not been asked; whoever said no or left is not asked again."""
    asked = activity.participants.filter(state__in=ParticipantState.values)
    rows = Membership.objects.current().staff().filter(organisation=school, person__is_active=True)
    rows = rows.exclude(person_id__in=asked.values("person_id"))
    if group != EVERYBODY:
        name = group.removeprefix("in:")
        rows = rows.filter(Q(department=name) if group.startswith("in:") else Q(job_role=group))
    rows = rows.select_related("person", "organisation")
    return rows.order_by("person_id", "pk").distinct("person_id")
