from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core.permissions import Permission, allowed_if
from apps.schools.enums import DelegateKind, Role
from apps.schools.models import Organisation
from apps.schools.scope import scope_of


def can_see_release(person: Person, organisation: Organisation) -> Permission:
    """Rates, budget, allowance and delegates, and what release the whole school takes."""
    return allowed_if(
        _leads(person, organisation),
        _("Only the CPD lead and the head of %(school)s see its release time as a whole.")
        % {"school": organisation.name},
    )


def can_keep_rates(person: Person, organisation: Organisation) -> Permission:
    return allowed_if(
        _leads(person, organisation),
        _("Only the CPD lead and the head of %(school)s keep its supply rates.")
        % {"school": organisation.name},
    )


def can_keep_budget(person: Person, organisation: Organisation) -> Permission:
    return allowed_if(
        _leads(person, organisation),
        _("Only the CPD lead and the head of %(school)s set time aside for CPD.")
        % {"school": organisation.name},
    )


def can_set_allowance(person: Person, organisation: Organisation) -> Permission:
    return allowed_if(
        _heads(person, organisation),
        _("Only the head of %(school)s allows release that nobody has to approve one by one.")
        % {"school": organisation.name},
    )


def can_appoint(person: Person, organisation: Organisation, kind: DelegateKind) -> Permission:
    """The head hands on approving; cover managers are named by the CPD lead too."""
    if kind == DelegateKind.COVER:
        return allowed_if(
            _leads(person, organisation),
            _("Only the CPD lead and the head of %(school)s say who arranges cover.")
            % {"school": organisation.name},
        )
    return allowed_if(
        _heads(person, organisation),
        _("Only the head of %(school)s hands on the approval of release.")
        % {"school": organisation.name},
    )


def _leads(person: Person, organisation: Organisation) -> bool:
    return organisation.pk in scope_of(person).organisations(Role.CPD_LEAD, Role.HEAD)


def _heads(person: Person, organisation: Organisation) -> bool:
    return organisation.pk in scope_of(person).organisations(Role.HEAD)
