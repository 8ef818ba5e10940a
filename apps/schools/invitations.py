"""Invitations: a link, signed when its letter is rendered, that lets somebody in once.

The link carries the invitation's public id and a code that only we can make from it and its
nonce: seven groups of four, so that it can be typed from paper. A new nonce makes older links
useless. Nothing changes when a link is opened, only when its form is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.accounts.models import Person
from apps.core import audit_trail, clock, ids, outbox
from apps.schools.enums import InvitationKind, Role
from apps.schools.models import AllianceMember, Invitation, Membership, Organisation
from apps.schools.models.alliances import nonce

SALT = "schools.invitation"
LIFE = timedelta(days=30)
CODE = 16  # characters, about 76 bits


class Problem(StrEnum):
    """Why a link does not work; each has words of its own on the page."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    USED = "used"
    CLOSED = "closed"


def make_token(invitation: Invitation) -> str:
    whole = invitation.public_id + _code(invitation)
    return "-".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def path_of(invitation: Invitation) -> str:
    return reverse("schools:invitation", args=[make_token(invitation)])


def read_token(token: str) -> Invitation | None:
    """The invitation that ``token`` names, usable or not; None when forged or outdated."""
    whole = token.replace("-", "").lower()
    found = (
        Invitation.objects.filter(public_id=whole[: ids.LENGTH].replace("\0", ""))
        .select_related("organisation__successor", "alliance", "person", "invited_by")
        .first()
    )
    if found is None or not constant_time_compare(whole[ids.LENGTH :], _code(found)):
        return None
    return found


def problem_of(invitation: Invitation | None) -> Problem | None:
    """What stands in the way of using it now; None when nothing does."""
    if invitation is None:
        return Problem.UNKNOWN
    if invitation.used_at:
        return Problem.USED
    if invitation.withdrawn_at or _went_elsewhere(invitation):
        return Problem.WITHDRAWN
    if invitation.expires_at <= clock.now():
        return Problem.EXPIRED
    if invitation.kind == InvitationKind.SCHOOL and not invitation.organisation.can_join:
        return Problem.CLOSED
    return None


def _went_elsewhere(invitation: Invitation) -> bool:
    """Sent to another address than the person has now, where somebody else may read it."""
    person = invitation.person
    if person is None or person.email == invitation.email:
        return False
    return person.email is not None or claim_of(invitation) is None


def claim_of(invitation: Invitation) -> Membership | None:
    """The post that a stand-in holds until the owner of the invitation's address accepts it."""
    rows = Membership.objects.current().select_related("person", "organisation")
    return rows.filter(
        person=invitation.person_id,
        organisation=invitation.organisation_id,
        claimed_email=invitation.email or None,
    ).first()


def account_claimed(invitation: Invitation) -> Person | None:
    """The account that the invitation's address belongs to, when a stand-in was invited."""
    if claim_of(invitation) is None:
        return None
    return Person.objects.filter(email__iexact=invitation.email).first()


def live_invitation(member: AllianceMember, *, on_paper: bool = False) -> Invitation | None:
    """The open one that goes by mail, or on paper: each has a link of its own.

    The coordinator sees the link on paper, so it proves nobody's address.
    """
    rows = open_invitations(member)
    rows = rows.filter(email="") if on_paper else rows.exclude(email="")
    return rows.order_by("-created_at").first()


def open_invitations(member: AllianceMember) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        kind=InvitationKind.SCHOOL,
        alliance=member.alliance_id,
        organisation=member.organisation_id,
        used_at=None,
        withdrawn_at=None,
    )


def paper_invitation(*, by: Person, member: AllianceMember) -> Invitation:
    """The one whose link is printed, good for LIFE from now. Call it inside a transaction."""
    invitation = live_invitation(member, on_paper=True) or Invitation(
        kind=InvitationKind.SCHOOL,
        organisation_id=member.organisation_id,
        alliance_id=member.alliance_id,
        invited_by=by,
    )
    invitation.expires_at = clock.now() + LIFE
    invitation.save()
    return invitation


def invite_school(*, by: Person, member: AllianceMember) -> Invitation:
    """Make or renew the school's invitation and queue its letter where there is an address.

    One letter a day and address. Call it inside a transaction, with ``member`` locked.
    """
    invitation = live_invitation(member)
    if invitation is None and not member.head_email:
        invitation = live_invitation(member, on_paper=True)
    if invitation is None:
        invitation = Invitation(
            kind=InvitationKind.SCHOOL,
            organisation_id=member.organisation_id,
            alliance_id=member.alliance_id,
        )
    elif invitation.email != member.head_email:
        invitation.nonce = nonce()  # the link in the old address's mailbox dies
    invitation.email = member.head_email
    invitation.invited_by = by
    invitation.expires_at = clock.now() + LIFE
    invitation.save()
    if invitation.email:
        _queue(invitation, "schools.school_invitation", address=invitation.email)
    return invitation


@transaction.atomic
def invite_person(*, by: Person, membership: Membership) -> Invitation | None:
    """Invite somebody on a staff list to choose a password; None when they have no address.

    Pressed twice in a day, it sends one letter.
    """
    person = Person.objects.select_for_update().get(pk=membership.person_id)
    address = person.email or membership.claimed_email
    if not address or not person.is_active or membership.organisation_id is None:
        return None
    invitation = (
        Invitation.objects.filter(
            kind=InvitationKind.PERSON, person=person, organisation=membership.organisation_id
        )
        .filter(used_at=None, withdrawn_at=None)
        .first()
    ) or Invitation(
        kind=InvitationKind.PERSON, person=person, organisation_id=membership.organisation_id
    )
    if invitation.pk and invitation.email != address:
        invitation.nonce = nonce()
    invitation.email = address
    invitation.invited_by = by
    invitation.expires_at = clock.now() + LIFE
    invitation.save()
    _queue(invitation, "schools.person_invitation", person=person, address=address)
    audit_trail.record(
        "schools.person_invited", invitation, by=by, organisation=membership.organisation_id
    )
    return invitation


def withdraw(*, by: Person, member: AllianceMember) -> None:
    """Make the school's open links useless. Call it inside a transaction."""
    open_invitations(member).update(withdrawn_at=clock.now())
    audit_trail.record("schools.invitation_withdrawn", member, by=by)


def heads_of(organisation: Organisation) -> list[Person]:
    return list(
        Person.objects.active()
        .filter(
            memberships__in=Membership.objects.current().filter(
                organisation=organisation, role=Role.HEAD
            )
        )
        .distinct()
    )


def note_known_heads(members: Sequence[AllianceMember]) -> None:
    """Give each member ``to_known_head``: its letter goes to the address of its head's account,
    which is not the coordinator's to see."""
    heads = Membership.objects.current().filter(
        organisation__in=[member.organisation_id for member in members], role=Role.HEAD
    )
    known = set(heads.values_list("organisation_id", "person__email"))
    for member in members:
        here = (member.organisation_id, member.head_email)
        member.to_known_head = here in known  # type: ignore[attr-defined]


def has_people(organisation: Organisation) -> bool:
    return Membership.objects.current().filter(organisation=organisation).exists()


def _code(invitation: Invitation) -> str:
    mac = salted_hmac(
        SALT, f"{invitation.public_id}.{invitation.nonce}", algorithm="sha256"
    ).digest()
    number, letters = int.from_bytes(mac, "big"), []
    for _place in range(CODE):
        number, digit = divmod(number, len(ids.ALPHABET))
        letters.append(ids.ALPHABET[digit])
    return "".join(letters)


def _queue(invitation: Invitation, template: str, **to: object) -> None:
    outbox.queue(
        template,
        key=f"{template}:{invitation.pk}:{invitation.nonce[:8]}:{clock.today()}",
        invitation=invitation.pk,
        nonce=invitation.nonce[:8],
        **to,  # type: ignore[arg-type]
    )
