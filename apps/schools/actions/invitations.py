"""What happens when the form behind an invitation's link is sent."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.accounts.addresses import ask_to_confirm, keep_address
from apps.accounts.models import Person
from apps.core import audit_trail, clock
from apps.core.permissions import Refused, require
from apps.schools import invitations
from apps.schools.actions.alliances import invite_again, join
from apps.schools.enums import InvitationKind, Role
from apps.schools.models import (
    AllianceMember,
    Invitation,
    Membership,
    Organisation,
    Signature,
)
from apps.schools.permissions.register import can_undo_headships
from apps.schools.staff.adopting import adopt


class LinkProblem(Exception):
    """The link stopped working between opening the page and sending its form."""

    def __init__(self, problem: invitations.Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@transaction.atomic
def accept_as_new_head(
    *, invitation: Invitation, given_name: str, family_name: str, email: str, password: str
) -> Person:
    """The head of a school that nobody represents here yet makes an account and joins.

    Another address than the one that the link was sent to is theirs once they have confirmed it.
    Raises LinkProblem, or Refused when the school has people here already (then its head signs
    in) or when the address belongs to an account.
    """
    invitation = _claim(invitation)
    organisation = invitation.organisation
    require_unrepresented(organisation)
    person = _person_for(invitation, email)
    person.given_name, person.family_name = given_name, family_name
    person.set_password(password)
    person.save()
    audit_trail.record("accounts.made_by_invitation", person, by=person, invitation=invitation.pk)
    if person.email:
        keep_address(person)
    else:
        ask_to_confirm(person, email)
    _become_head_and_join(person, invitation)
    return person


@transaction.atomic
def accept_as_signed_in(*, by: Person, invitation: Invitation) -> None:
    """Somebody with an account confirms: the school's head here, or the first one."""
    invitation = _claim(invitation)
    organisation = invitation.organisation
    if by.pk not in {head.pk for head in invitations.heads_of(organisation)}:
        require_unrepresented(organisation)
    _become_head_and_join(by, invitation)


@transaction.atomic
def accept_person(*, invitation: Invitation, password: str) -> Person:
    """Somebody on a staff list chooses a password. Raises LinkProblem."""
    invitation = _claim(invitation)
    person: Person = Person.objects.select_for_update().get(pk=invitation.person_id)
    if person.email is None and invitations.claim_of(invitation):
        person = _give_free_address(person, invitation)
    if not person.is_active or person.has_usable_password():
        raise LinkProblem(invitations.Problem.USED)
    person.set_password(password)
    person.save(update_fields=["password"])
    if person.email == invitation.email:
        keep_address(person)
    _use(invitation)
    audit_trail.record("schools.person_accepted", invitation, by=person)
    return person


@transaction.atomic
def accept_claim(*, invitation: Invitation, account: Person, password: str = "") -> None:
    """The owner of the address takes the post; ``account`` has signed in, or proves by the link
    that it is theirs and chooses its first ``password``. Raises LinkProblem.
    """
    invitation, membership = _claimed(invitation)
    account = Person.objects.select_for_update().get(pk=account.pk)
    if not _owns(account, invitation) or bool(password) is account.has_usable_password():
        raise LinkProblem(invitations.Problem.WITHDRAWN)
    if password:
        account.set_password(password)
        account.save(update_fields=["password"])
        keep_address(account)
    adopt(membership, account)
    _use(invitation)
    audit_trail.record("staff.accepted", membership, by=account)


@transaction.atomic
def decline_claim(*, by: Person, invitation: Invitation) -> None:
    """They do not work there: the post ends at once. Raises LinkProblem."""
    invitation, membership = _claimed(invitation)
    if not _owns(by, invitation):
        raise LinkProblem(invitations.Problem.WITHDRAWN)
    membership.end_at_once()
    invitation.withdrawn_at = clock.now()
    invitation.save(update_fields=["withdrawn_at"])
    audit_trail.record("staff.declined", membership, by=by)


def _claimed(invitation: Invitation) -> tuple[Invitation, Membership]:
    invitation = _claim(invitation)
    membership = invitations.claim_of(invitation)
    if membership is None:
        raise LinkProblem(invitations.Problem.WITHDRAWN)
    return invitation, membership


def _owns(account: Person, invitation: Invitation) -> bool:
    """Operators hold no post at a school."""
    address = (account.email or "").lower()
    usable = account.is_active and not account.is_staff
    return usable and bool(address) and address == invitation.email.lower()


@transaction.atomic
def undo_headship(*, by: Person, invitation: Invitation) -> bool:
    """Somebody took a school by a link that was not theirs: they head it no longer, and it is
    invited again wherever they had confirmed. False when that has been done.

    What they signed for it is withdrawn, so that it does not count should the school join again;
    coordinators are told.
    """
    require(can_undo_headships(by))
    Organisation.objects.select_for_update().get(pk=invitation.organisation_id)
    row = invitation.headship
    if row is None or not Membership.objects.current().filter(pk=row.pk).exists():
        return False
    row.end_at_once()
    audit_trail.record("schools.headship_undone", row, by=by, invitation=invitation.pk)
    _withdraw_signatures(row, by=by)
    joined = AllianceMember.objects.joined().select_for_update(of=("self",))
    for member in joined.filter(organisation=row.organisation_id, confirmed_by=row.person_id):
        invite_again(by=by, member=member)
    return True


def _withdraw_signatures(headship: Membership, *, by: Person) -> None:
    rows = Signature.objects.filter(
        organisation=headship.organisation_id, signed_by=headship.person_id
    )
    for signature in rows.select_for_update().order_by("pk"):
        signature.withdrawn_at = clock.now()
        signature.save(update_fields=["withdrawn_at"])
        audit_trail.record(
            "agreement.signature_withdrawn",
            signature,
            by=by,
            agreement=signature.agreement_id,
            organisation=signature.organisation_id,
        )


def require_unrepresented(organisation: Organisation) -> None:
    """A school with people here is joined by its own head, or anybody with a link could
    make themselves its head and read its staff list."""
    if invitations.heads_of(organisation):
        raise Refused(
            _("%(school)s has a head here already. Sign in as its head to confirm.")
            % {"school": organisation.name}
        )
    if invitations.has_people(organisation):
        raise Refused(
            _(
                "%(school)s has staff here but no head yet. Its CPD lead, or an operator, "
                "must enter its head first."
            )
            % {"school": organisation.name}
        )


def _claim(invitation: Invitation) -> Invitation:
    # Two alliances may invite one school: only one of two links makes its first head.
    Organisation.objects.select_for_update().get(pk=invitation.organisation_id)
    locked = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation__successor", "alliance")
        .get(pk=invitation.pk)
    )
    current = locked if locked.nonce == invitation.nonce else None
    problem = invitations.problem_of(current)
    if problem:
        raise LinkProblem(problem)
    return locked


def _give_free_address(person: Person, invitation: Invitation) -> Person:
    """Nobody has the address any more: the stand-in is the person."""
    if Person.objects.filter(email__iexact=invitation.email).exists():
        raise LinkProblem(invitations.Problem.WITHDRAWN)
    person.email = invitation.email
    person.save(update_fields=["email"])
    Membership.objects.filter(person=person).update(claimed_email="")
    return person


def _become_head_and_join(person: Person, invitation: Invitation) -> None:
    member = AllianceMember.objects.filter(
        alliance=invitation.alliance_id, organisation=invitation.organisation_id
    ).first()
    if member is None or invitation.kind != InvitationKind.SCHOOL:
        raise LinkProblem(invitations.Problem.WITHDRAWN)
    held = Membership.objects.current().filter(
        person=person, organisation=invitation.organisation_id, role=Role.HEAD
    )
    if not held.exists():
        row = Membership.objects.create(
            person=person, organisation_id=invitation.organisation_id, role=Role.HEAD
        )
        audit_trail.record("schools.head_recorded", row, by=person)
        invitation.headship = row
    join(by=person, member=member)
    _use(invitation)
    invitations.open_invitations(member).update(used_at=clock.now())


def _use(invitation: Invitation) -> None:
    invitation.used_at = clock.now()
    invitation.save(update_fields=["used_at", "headship"])


def _person_for(invitation: Invitation, email: str) -> Person:
    """A new person, or the one on a staff list who never signed in, when the link proves it."""
    known: Person | None = Person.objects.select_for_update().filter(email=email).first()
    if known is None and EmailAddress.objects.filter(email=email, verified=True).exists():
        raise Refused(taken())
    if known is None:
        proved = email if email == invitation.email else None
        return Person(username=_free_username(email), email=proved)
    if known.has_usable_password() or not known.is_active or email != invitation.email:
        raise Refused(taken())
    return known


def taken() -> str:
    return _("There is an account with this e-mail address. Sign in with it to confirm.")


def _free_username(email: str) -> str:
    """The local part of the address, with a number when it is taken."""
    base = slugify(email.partition("@")[0])[:50] or "head"
    taken_names = {
        name.lower()
        for name in Person.objects.filter(username__istartswith=base).values_list(
            "username", flat=True
        )
    }
    numbered = (f"{base}{n}" for n in range(2, len(taken_names) + 3))
    return base if base not in taken_names else next(n for n in numbered if n not in taken_names)
