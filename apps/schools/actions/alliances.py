"""Making an alliance, inviting, chasing, joining and leaving."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core import audit_trail, clock, outbox
from apps.core.permissions import Refused
from apps.schools import invitations
from apps.schools.enums import (
    AgreementState,
    AllianceMemberState,
    OrganisationKind,
    Role,
)
from apps.schools.models import Agreement, Alliance, AllianceMember, Membership, Organisation
from apps.schools.permissions.alliances import closed_reason


class Added(StrEnum):
    ADDED = "added"
    ALREADY = "already"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one URN; ``organisation`` is None when the register does not know it."""

    urn: str
    result: Added
    organisation: Organisation | None = None


@transaction.atomic
def make_alliance(
    *, by: Person, name: str, purpose: str = "", client_key: UUID | None = None
) -> Alliance:
    """Create the alliance with ``by`` as its coordinator; the same key makes it once."""
    values = {"name": name, "purpose": purpose, "is_demo": by.is_demo}
    if client_key is None:
        alliance, created = Alliance.objects.create(**values), True
    else:
        alliance, created = Alliance.objects.get_or_create(client_key=client_key, defaults=values)
    if created:
        Membership.objects.create(person=by, alliance=alliance, role=Role.COORDINATOR)
        audit_trail.record("schools.alliance_made", alliance, by=by)
    return alliance


@transaction.atomic
def rename_alliance(*, by: Person, alliance: Alliance, name: str, purpose: str) -> None:
    Alliance.objects.filter(pk=alliance.pk).update(name=name, purpose=purpose)
    audit_trail.record("schools.alliance_renamed", alliance, by=by)


@transaction.atomic
def add_urns(*, by: Person, alliance: Alliance, urns: list[str]) -> list[Outcome]:
    """Invite the schools of these URNs; one outcome for each, in their order."""
    found = {
        row.urn: row
        for row in Organisation.objects.filter(urn__in=urns).select_related("successor")
    }
    outcomes = []
    for urn in urns:
        organisation = found.get(urn)
        if organisation is None:
            outcomes.append(Outcome(urn, Added.UNKNOWN))
        else:
            result = add_organisation(by=by, alliance=alliance, organisation=organisation)
            outcomes.append(Outcome(urn, result, organisation))
    return outcomes


@transaction.atomic
def add_organisation(*, by: Person, alliance: Alliance, organisation: Organisation) -> Added:
    """Invite one organisation; its letter goes out as soon as its head's address is known."""
    if not organisation.can_join:
        return Added.CLOSED
    Alliance.objects.select_for_update().get(pk=alliance.pk)
    member = AllianceMember.objects.filter(alliance=alliance, organisation=organisation).first()
    if member and member.state != AllianceMemberState.LEFT:
        return Added.ALREADY
    member = member or AllianceMember(alliance=alliance, organisation=organisation)
    member.state = AllianceMemberState.INVITED
    member.invited_at = clock.now()
    member.chased_at = member.left_at = member.joined_at = None
    member.head_email = member.head_email or _address_of_head(organisation)
    member.save()
    invitations.invite_school(by=by, member=member)
    audit_trail.record(
        "schools.invited", member, by=by, alliance=alliance.pk, organisation=organisation.pk
    )
    return Added.ADDED


@transaction.atomic
def add_partner(
    *, by: Person, alliance: Alliance, kind: str, name: str, town: str = "", postcode: str = ""
) -> tuple[Organisation, Added]:
    """Invite a partner, which needs no URN; one of the same kind and name is used again."""
    if kind == OrganisationKind.SCHOOL:
        raise ValueError("a school comes from the register")
    Alliance.objects.select_for_update().get(pk=alliance.pk)
    partner = Organisation.objects.filter(kind=kind, name__iexact=name, urn=None).first()
    if partner is None:
        partner = Organisation.objects.create(
            kind=kind, name=name, town=town, postcode=postcode, is_demo=alliance.is_demo
        )
        audit_trail.record("schools.partner_made", partner, by=by)
    return partner, add_organisation(by=by, alliance=alliance, organisation=partner)


@transaction.atomic
def set_head_email(*, by: Person, member: AllianceMember, email: str) -> bool:
    """Change where the invitation goes and send it there; False when nothing changed."""
    email = email.strip().lower()
    member = AllianceMember.objects.select_for_update().get(pk=member.pk)
    if member.head_email == email:
        return False
    member.head_email = email
    member.save(update_fields=["head_email"])
    audit_trail.record("schools.head_email_set", member, by=by)
    if member.state == AllianceMemberState.INVITED:
        invitations.invite_school(by=by, member=member)
    return bool(email)


@transaction.atomic
def chase(*, by: Person, member: AllianceMember) -> bool:
    """Write again: to join, or to sign. False when they have answered, were written to today,
    or have no address."""
    member = (
        AllianceMember.objects.select_for_update(of=("self",))
        .select_related("organisation", "alliance")
        .get(pk=member.pk)
    )
    if not AllianceMember.objects.unanswered().filter(pk=member.pk).exists():
        return False
    if member.asked_on == clock.today():
        return False
    sent = (
        _chase_to_join(by, member)
        if member.state == AllianceMemberState.INVITED
        else _chase_to_sign(member)
    )
    if sent:
        member.chased_at = clock.now()
        member.save(update_fields=["chased_at"])
        audit_trail.record("schools.chased", member, by=by, state=member.state)
    return sent


def chase_all(*, by: Person, alliance: Alliance) -> tuple[int, int]:
    """Chase everybody who has not answered; how many letters went, and how many could not go
    for want of an address."""
    waiting = list(alliance.members.unanswered().select_related("organisation"))
    sent = sum(chase(by=by, member=member) for member in waiting)
    silent = [m for m in waiting if m.state == AllianceMemberState.INVITED and not m.head_email]
    return sent, len(silent)


@transaction.atomic
def join(*, by: Person, member: AllianceMember) -> bool:
    """The head confirms. False when the school is in already. Refused when it has closed or
    was withdrawn meanwhile."""
    member = AllianceMember.objects.select_for_update().get(pk=member.pk)
    organisation = Organisation.objects.select_related("successor").get(pk=member.organisation_id)
    if not organisation.can_join:
        raise Refused(closed_reason(organisation))
    if member.state == AllianceMemberState.JOINED:
        return False
    if member.state == AllianceMemberState.LEFT:
        raise Refused(_("The invitation has been withdrawn. Ask the coordinator for a new one."))
    member.state = AllianceMemberState.JOINED
    member.joined_at = clock.now()
    member.confirmed_by = by
    member.head_email = member.head_email or by.email or ""
    member.save()
    audit_trail.record(
        "schools.joined", member, by=by, alliance=member.alliance_id, organisation=organisation.pk
    )
    _tell_coordinators(member)
    _ask_to_sign(member, heads=[by])
    return True


def invite_again(*, by: Person, member: AllianceMember) -> None:
    """Take back that a school has joined, and tell the coordinators. Call it inside a
    transaction, with ``member`` locked.

    No letter goes to the school: the coordinators first see to it that it goes to its head.
    """
    impostor = member.confirmed_by
    member.state = AllianceMemberState.INVITED
    member.invited_at = clock.now()
    member.joined_at = member.chased_at = member.confirmed_by = None
    if impostor is not None and member.head_email == impostor.email:
        member.head_email = ""
    member.save()
    audit_trail.record("schools.joining_undone", member, by=by, alliance=member.alliance_id)
    for person in coordinators_of(member.alliance):
        outbox.queue(
            "schools.joining_undone",
            key=f"schools.joining_undone:{member.pk}:{member.invited_at:%Y%m%d%H%M%S}:{person.pk}",
            person=person,
            member=member.pk,
            impostor=impostor.pk if impostor else None,
        )


@transaction.atomic
def leave(*, by: Person, member: AllianceMember) -> bool:
    """The school leaves, today; False when it is not in."""
    changed = AllianceMember.objects.filter(pk=member.pk, state=AllianceMemberState.JOINED).update(
        state=AllianceMemberState.LEFT, left_at=clock.now()
    )
    if changed:
        audit_trail.record("schools.left", member, by=by, organisation=member.organisation_id)
    return bool(changed)


@transaction.atomic
def withdraw_invitation(*, by: Person, member: AllianceMember) -> bool:
    """Take the invitation back; False when the school has joined or left."""
    changed = AllianceMember.objects.filter(pk=member.pk, state=AllianceMemberState.INVITED).update(
        state=AllianceMemberState.LEFT, left_at=clock.now()
    )
    if changed:
        invitations.withdraw(by=by, member=member)
    return bool(changed)


@transaction.atomic
def print_letter(*, by: Person, member: AllianceMember) -> str:
    """The path for a letter on paper; the trail says who made it."""
    member = AllianceMember.objects.select_for_update().get(pk=member.pk)
    if member.state != AllianceMemberState.INVITED:
        raise Refused(_("Only a school that has not answered needs a letter."))
    invitation = invitations.paper_invitation(by=by, member=member)
    audit_trail.record("schools.letter_printed", member, by=by)
    return invitations.path_of(invitation)


@transaction.atomic
def add_coordinator(*, by: Person, alliance: Alliance, person: Person) -> bool:
    """False when ``person`` coordinates already."""
    Alliance.objects.select_for_update().get(pk=alliance.pk)
    current = Membership.objects.current().filter(alliance=alliance, role=Role.COORDINATOR)
    if current.filter(person=person).exists():
        return False
    row, created = Membership.objects.get_or_create(
        person=person, alliance=alliance, role=Role.COORDINATOR, ends_on=None
    )
    audit_trail.record("schools.coordinator_added", row, by=by, person=person.pk)
    return created


@transaction.atomic
def end_coordinator(*, by: Person, membership: Membership) -> None:
    """End somebody's coordination as of yesterday. Refused for the last one."""
    Alliance.objects.select_for_update().get(memberships=membership)
    current = Membership.objects.current().filter(
        alliance=membership.alliance_id, role=Role.COORDINATOR
    )
    if current.exclude(pk=membership.pk).count() == 0:
        raise Refused(_("An alliance keeps at least one coordinator. Add another one first."))
    membership.end_at_once()
    audit_trail.record("schools.coordinator_ended", membership, by=by, person=membership.person_id)


def coordinators_of(alliance: Alliance) -> list[Person]:
    return list(
        Person.objects.active()
        .filter(
            memberships__in=Membership.objects.current().filter(
                alliance=alliance, role=Role.COORDINATOR
            )
        )
        .distinct()
    )


def queue_signing_letter(
    *, agreement: Agreement, organisation: Organisation, head: Person, day: str = ""
) -> None:
    """Ask one head to sign one version; ``day`` makes another letter of a reminder."""
    outbox.queue(
        "schools.agreement_out",
        key=f"schools.agreement_out:{agreement.pk}:{organisation.pk}:{head.pk}:{day}",
        person=head,
        agreement=agreement.pk,
        organisation=organisation.pk,
        reminder=bool(day),
    )


def _chase_to_join(by: Person, member: AllianceMember) -> bool:
    if not member.head_email:
        return False
    invitations.invite_school(by=by, member=member)
    return True


def _chase_to_sign(member: AllianceMember) -> bool:
    heads = invitations.heads_of(member.organisation)
    agreement = member.alliance.agreements.get(state=AgreementState.OUT)
    for head in heads:
        queue_signing_letter(
            agreement=agreement,
            organisation=member.organisation,
            head=head,
            day=str(clock.today()),
        )
    return any(head.email for head in heads)


def _ask_to_sign(member: AllianceMember, heads: list[Person]) -> None:
    """A school that joins while a version is out is asked to sign it."""
    agreement = Agreement.objects.out().filter(alliance=member.alliance_id).first()
    for head in heads if agreement else []:
        queue_signing_letter(agreement=agreement, organisation=member.organisation, head=head)  # type: ignore[arg-type]


def _tell_coordinators(member: AllianceMember) -> None:
    for person in coordinators_of(member.alliance):
        outbox.queue(
            "schools.joined",
            key=f"schools.joined:{member.pk}:{member.joined_at:%Y%m%d%H%M%S}:{person.pk}",
            person=person,
            member=member.pk,
        )


def _address_of_head(organisation: Organisation) -> str:
    return next((head.email for head in invitations.heads_of(organisation) if head.email), "")
