from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core.permissions import Permission, allowed_if
from apps.schools.enums import Role
from apps.schools.models import Organisation
from apps.schools.scope import scope_of


def can_keep_calendar(person: Person, organisation: Organisation) -> Permission:
    return allowed_if(
        organisation.pk in scope_of(person).organisations(Role.CPD_LEAD, Role.HEAD),
        _("Only the CPD lead and the head of %(school)s keep its term dates.")
        % {"school": organisation.name},
    )
