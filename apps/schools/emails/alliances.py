"""Letters about joining an alliance."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.emails import greeting
from apps.accounts.mail_kinds import unsubscribe_path, wants
from apps.core.letters import Letter, Line, letter
from apps.core.models import OutboundEmail
from apps.core.ui.dates import day
from apps.schools import invitations
from apps.schools.enums import OrganisationKind
from apps.schools.models import AllianceMember, Invitation
from apps.schools.scope import scope_of


@letter("schools.school_invitation")
def school_invitation(row: OutboundEmail) -> Letter | None:
    invitation = usable(row)
    if invitation is None or invitation.alliance is None:
        return None
    words = {
        "school": invitation.organisation.name,
        "alliance": invitation.alliance.name,
        "who": invitation.invited_by.name if invitation.invited_by else _("the coordinator"),
    }
    a_school = invitation.organisation.kind == OrganisationKind.SCHOOL
    paragraphs = [
        _("%(who)s invites %(school)s to join %(alliance)s on cpdhub.") % words,
        invitation.alliance.purpose,
        _(
            "In an alliance, schools plan, run and judge the professional development of their "
            "staff together: observing one another, sharing expertise, following up what was "
            "agreed."
        ),
        _("A school joins when its head confirms. It costs nothing and you can leave at any time.")
        if a_school
        else _("You join when you confirm. It costs nothing and you can leave at any time."),
    ]
    return Letter(
        to=invitation.email,
        subject=_("%(alliance)s: please confirm that %(school)s joins") % words,
        greeting=_("Dear head of %(school)s,") % words
        if a_school
        else _("Dear colleagues at %(school)s,") % words,
        paragraphs=[p for p in paragraphs if p],
        action=Line(_("See the invitation"), invitations.path_of(invitation)),
        closing=_(
            "Opening the link changes nothing: you are asked first. It works until %(day)s. "
            "If you are not the right person, pass this letter on to whoever is."
        )
        % {"day": day(invitation.expires_at)},
    )


@letter("schools.joined")
def joined(row: OutboundEmail) -> Letter | None:
    member = (
        AllianceMember.objects.joined()
        .filter(pk=row.keys["member"])
        .select_related("organisation", "alliance", "confirmed_by")
        .first()
    )
    person = row.person
    if member is None or person is None or not person.is_active or not person.email:
        return None
    if member.alliance_id not in scope_of(person).alliances() or not wants(person, "agreements"):
        return None
    words = {
        "school": member.organisation.name,
        "alliance": member.alliance.name,
        "head": member.confirmed_by.name if member.confirmed_by else _("its head"),
    }
    return Letter(
        to=person.email,
        subject=_("%(school)s has joined %(alliance)s") % words,
        greeting=greeting(person),
        paragraphs=[_("%(head)s has confirmed that %(school)s joins %(alliance)s.") % words],
        action=Line(
            _("See who has joined"),
            reverse("schools:alliance", args=[member.alliance.public_id]),
        ),
        unsubscribe_path=unsubscribe_path(person, "agreements"),
    )


@letter("schools.joining_undone")
def joining_undone(row: OutboundEmail) -> Letter | None:
    """To a coordinator. Never opted out of: somebody who was no head had the school's pages."""
    member = (
        AllianceMember.objects.present()
        .filter(pk=row.keys["member"])
        .select_related("organisation", "alliance")
        .first()
    )
    person = row.person
    if member is None or person is None or not person.is_active or not person.email:
        return None
    if member.alliance_id not in scope_of(person).alliances():
        return None
    words = {"school": member.organisation.name, "alliance": member.alliance.name}
    paragraphs = [
        _(
            "The invitation’s link was used by somebody who does not head %(school)s. They have "
            "lost that role, and the school counts as invited again. What they saw in between "
            "were the pages of %(alliance)s that any of its heads sees."
        )
        % words,
        _(
            "Please check the address of its head, then send the invitation again: until you do, "
            "no new letter goes out."
        ),
    ]
    signed = member.alliance.agreements.out().filter(
        signatures__organisation=member.organisation_id, signatures__signed_by=row.keys["impostor"]
    )
    if signed.exists():
        paragraphs.append(
            _(
                "They had signed the partnership agreement for the school. That signature counts "
                "no longer: the school’s head is asked to sign once it has joined."
            )
        )
    return Letter(
        to=person.email,
        subject=_("%(school)s has not joined %(alliance)s after all") % words,
        greeting=greeting(person),
        paragraphs=paragraphs,
        action=Line(_("Check the address"), reverse("schools:member", args=[member.public_id])),
    )


def usable(row: OutboundEmail) -> Invitation | None:
    """The row's invitation, unless it was used, withdrawn or sent elsewhere meanwhile."""
    invitation = (
        Invitation.objects.filter(pk=row.keys["invitation"])
        .select_related("organisation", "alliance", "invited_by", "person")
        .first()
    )
    if invitations.problem_of(invitation) or invitation is None:
        return None
    return invitation if invitation.nonce.startswith(row.keys["nonce"]) else None
