from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core.permissions import Permission, allowed_if
from apps.schools.enums import Role
from apps.schools.models import Organisation
from apps.schools.scope import scope_of


def can_compare(person: Person, school: Organisation) -> Permission:
    scope = scope_of(person)
    return allowed_if(
        person.is_staff
        or school.pk in scope.organisations(Role.CPD_LEAD, Role.HEAD)
        or scope.has(Role.COORDINATOR),
        _("The school’s CPD lead and head, and alliance coordinators, see schools like it."),
    )
