from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.core.permissions import Permission, allowed_if

if TYPE_CHECKING:
    from apps.accounts.models import Person


def can_undo_headships(person: Person) -> Permission:
    return allowed_if(
        person.is_staff,
        _("Only operators of the platform see who became a head by an invitation’s link."),
    )


def can_import_register(person: Person) -> Permission:
    return allowed_if(
        person.is_staff, _("Only operators of the platform import the register of schools.")
    )
