from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.core.permissions import Denied, Permission, allowed_if
from apps.schools.enums import STAFF_ROLES, Role
from apps.schools.models import Membership, Organisation
from apps.schools.scope import scope_of
from apps.schools.staff.planning import belongs_elsewhere

if TYPE_CHECKING:
    from apps.accounts.models import Person

KEEPERS = (Role.CPD_LEAD, Role.HEAD)


def can_keep_staff(person: Person, organisation: Organisation) -> Permission:
    """See and change the staff list."""
    return allowed_if(
        organisation.pk in scope_of(person).organisations(*KEEPERS),
        _("The staff list is kept by the school’s own CPD lead and head."),
    )


def can_accept_terms(person: Person, organisation: Organisation) -> Permission:
    return allowed_if(
        organisation.pk in scope_of(person).organisations(*KEEPERS),
        _("The processing terms are accepted by the school’s own head or CPD lead."),
    )


def can_edit_identity(person: Person, membership: Membership) -> Permission:
    """Change somebody's name: only of an account that is this school's alone."""
    organisation = membership.organisation
    if organisation is None or membership.role not in STAFF_ROLES:
        return Denied(_("This is not a row of a staff list."))
    allowed = can_keep_staff(person, organisation)
    if not allowed:
        return allowed
    return allowed_if(
        not belongs_elsewhere(organisation, [membership.person_id]),
        _("This person also works elsewhere or holds another role: they change it themselves."),
    )


def can_edit_email(membership: Membership, identity: Permission) -> Permission:
    """With the address comes the password, and with that what is private.

    ``identity`` is what `can_edit_identity` says of the same two.
    """
    if not identity:
        return identity
    return allowed_if(
        membership.person.last_login is None,
        _("The account is in use: its owner changes the e-mail address."),
    )


def can_print_code(person: Person, membership: Membership) -> Permission:
    """A code is a password: only for those whom no mail can reach."""
    allowed = can_edit_identity(person, membership)
    if not allowed:
        return allowed
    return allowed_if(
        not membership.address and membership.person.is_active,
        _("Codes are for people without an e-mail address. Send an invitation instead."),
    )
