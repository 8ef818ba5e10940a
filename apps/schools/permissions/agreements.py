"""Who may write, sign and clear."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core.permissions import Denied, Permission, allowed_if
from apps.schools.enums import AgreementState, AllianceMemberState, Role
from apps.schools.models import Agreement, Alliance, AllianceMember, Organisation
from apps.schools.permissions.alliances import can_coordinate
from apps.schools.scope import scope_of


def can_edit(person: Person, agreement: Agreement) -> Permission:
    if agreement.state != AgreementState.DRAFT:
        return Denied(
            _(
                "Version %(number)d has gone out for signature and no longer changes. "
                "Start a new version instead."
            )
            % {"number": agreement.number}
        )
    return can_coordinate(person, agreement.alliance)


def can_clear_obstacles(person: Person, agreement: Agreement) -> Permission:
    if agreement.state not in (AgreementState.DRAFT, AgreementState.OUT):
        return Denied(_("This version has been replaced. Clear the obstacle in the latest one."))
    return can_coordinate(person, agreement.alliance)


def can_sign(person: Person, agreement: Agreement, organisation: Organisation) -> Permission:
    if organisation.pk not in scope_of(person).organisations(Role.HEAD):
        return Denied(
            _("Only the head of %(school)s can sign for it.") % {"school": organisation.name}
        )
    if agreement.state != AgreementState.OUT:
        return Denied(_("This version is not out for signature."))
    return allowed_if(
        AllianceMember.objects.joined()
        .filter(alliance=agreement.alliance_id, organisation=organisation)
        .exists(),
        _("%(school)s has not joined %(alliance)s.")
        % {"school": organisation.name, "alliance": agreement.alliance.name},
    )


def organisations_to_sign(person: Person, agreement: Agreement) -> list[Organisation]:
    """Those that ``person`` heads, that have joined and have not signed this version."""
    if agreement.state != AgreementState.OUT:
        return []
    return list(
        Organisation.objects.filter(
            pk__in=scope_of(person).organisations(Role.HEAD),
            alliance_members__alliance=agreement.alliance_id,
            alliance_members__state=AllianceMemberState.JOINED,
        ).exclude(pk__in=agreement.signatures.values("organisation_id"))
    )


def can_read_agreement(person: Person, alliance: Alliance) -> Permission:
    scope = scope_of(person)
    return allowed_if(
        alliance.pk in scope.alliances(Role.COORDINATOR)
        or alliance.pk in scope.alliances_through(Role.HEAD, Role.CPD_LEAD, Role.GOVERNOR),
        _("The agreement is read by heads, CPD leads, governors and the alliance’s coordinators."),
    )
