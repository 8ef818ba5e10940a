from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.forming.models import GroupCall
from apps.core.permissions import Permission, allowed_if
from apps.schools.enums import STAFF_ROLES, Role
from apps.schools.scope import scope_of

WORKS_THERE = (*STAFF_ROLES, Role.CPD_LEAD, Role.HEAD)


def can_open_call(person: Person) -> Permission:
    return allowed_if(
        scope_of(person).alliances(Role.COORDINATOR), _("Only an alliance’s coordinator does this.")
    )


def can_run_call(person: Person, call: GroupCall) -> Permission:
    return allowed_if(
        call.alliance_id in scope_of(person).alliances(Role.COORDINATOR),
        _("Only the alliance’s coordinator does this."),
    )


def can_wish(person: Person, call: GroupCall) -> Permission:
    return allowed_if(
        call.alliance_id in scope_of(person).alliances_through(*WORKS_THERE),
        _("Staff of the alliance’s schools say that they would like a group."),
    )
