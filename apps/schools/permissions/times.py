"""Whose times somebody may see: their own, and those of the schools whose CPD they lead, which
they head, or for which they arrange cover. Everybody else learns "free" or "not free"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.core.permissions import Permission, allowed_if
from apps.schools.delegates import delegated_to
from apps.schools.enums import Role
from apps.schools.models import Organisation
from apps.schools.permissions.staff import KEEPERS
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


def schools_seen(person: Person) -> frozenset[int]:
    """Ids of the schools whose people's times ``person`` may see."""
    return scope_of(person).organisations(*KEEPERS) | delegated_to(person).covering


def may_see_times(viewer: Person, person_id: int, organisation_id: int) -> bool:
    """Asks for delegates only where it comes to that."""
    scope = scope_of(viewer)
    if viewer.pk == person_id or organisation_id in scope.organisations(*KEEPERS):
        return True
    return organisation_id in scope.organisations() and organisation_id in schools_seen(viewer)


def can_keep_timetables(person: Person, organisation: Organisation) -> Permission:
    """Set the cycle, upload and change timetables and paid hours."""
    return allowed_if(
        organisation.pk in scope_of(person).organisations(*KEEPERS),
        _("Only the CPD lead and the head of %(school)s keep its timetables.")
        % {"school": organisation.name},
    )


def can_see_timetables(person: Person, organisation: Organisation) -> Permission:
    keeps = scope_of(person).organisations(*KEEPERS)
    return allowed_if(
        organisation.pk in keeps or organisation.pk in schools_seen(person),
        _(
            "Only the CPD lead, the head and whoever arranges cover at %(school)s see its "
            "timetables."
        )
        % {"school": organisation.name},
    )


def has_own_times(person: Person) -> Permission:
    return allowed_if(
        scope_of(person).organisations(Role.TEACHER, Role.SUPPORT, *KEEPERS),
        _("Only the staff of a school have times here."),
    )
