"""Who may make and run an alliance, join it and leave it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core.permissions import ALLOWED, Denied, Permission, allowed_if
from apps.schools.enums import AllianceMemberState, Role
from apps.schools.models import Alliance, AllianceMember, Organisation
from apps.schools.scope import scope_of


def can_make_alliance(person: Person) -> Permission:
    return allowed_if(
        person.is_staff or scope_of(person).has(Role.CPD_LEAD, Role.HEAD, Role.COORDINATOR),
        _(
            "Alliances are made by CPD leads, heads and coordinators. "
            "Ask the CPD lead of your school."
        ),
    )


def can_coordinate(person: Person, alliance: Alliance) -> Permission:
    return allowed_if(
        alliance.pk in scope_of(person).alliances(Role.COORDINATOR),
        _("Only a coordinator of %(alliance)s can do this.") % {"alliance": alliance.name},
    )


def partnerships_read_by(person: Person) -> frozenset[int]:
    """Ids of the alliances of which ``person`` learns how working together goes."""
    scope = scope_of(person)
    return scope.alliances(Role.COORDINATOR) | scope.alliances_through(Role.CPD_LEAD, Role.HEAD)


def can_read_partnership(person: Person, alliance: Alliance) -> Permission:
    return allowed_if(
        alliance.pk in partnerships_read_by(person),
        _(
            "How the partnership works is read by the coordinators of the alliance and by the CPD "
            "leads and heads of its schools."
        ),
    )


def can_join_for(person: Person, organisation: Organisation) -> Permission:
    if not organisation.can_join:
        return Denied(closed_reason(organisation))
    return allowed_if(
        organisation.pk in scope_of(person).organisations(Role.HEAD),
        _("Only the head of %(school)s can confirm that it joins.") % {"school": organisation.name},
    )


def can_leave(person: Person, member: AllianceMember) -> Permission:
    scope = scope_of(person)
    if member.state != AllianceMemberState.JOINED:
        return Denied(
            _("%(school)s is not in this alliance now.") % {"school": member.organisation.name}
        )
    return allowed_if(
        member.alliance_id in scope.alliances(Role.COORDINATOR)
        or member.organisation_id in scope.organisations(Role.HEAD),
        _("Only the head of %(school)s or a coordinator of the alliance can do this.")
        % {"school": member.organisation.name},
    )


def can_see_people(person: Person, organisation: Organisation) -> bool:
    """Names of the CPD lead and head: for their own school and the alliances that they share."""
    scope = scope_of(person)
    if organisation.pk in scope.organisations():
        return True
    return (
        AllianceMember.objects.filter(
            organisation=organisation, alliance_id__in=scope.visible_alliances
        )
        .joined()
        .exists()
    )


def can_be_coordinator(person: Person, alliance: Alliance) -> Permission:
    """Somebody who works in one of the alliance's schools, or coordinates already."""
    works_there = (
        person.memberships.current()
        .filter(
            organisation__alliance_members__alliance=alliance,
            organisation__alliance_members__state=AllianceMemberState.JOINED,
        )
        .exists()
    )
    return (
        ALLOWED
        if works_there
        else Denied(
            _("Nobody with this e-mail address works in a school that has joined the alliance.")
        )
    )


def closed_reason(organisation: Organisation) -> str:
    words = {"school": organisation.name}
    if organisation.successor:
        words["successor"] = organisation.successor.name
        return _("%(school)s has closed; its successor is %(successor)s.") % words
    return _("%(school)s is not open, so it cannot join.") % words
