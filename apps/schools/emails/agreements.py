"""Letters about the partnership agreement."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.emails import greeting
from apps.accounts.mail_kinds import unsubscribe_path, wants
from apps.core.letters import Letter, Line, letter
from apps.core.models import OutboundEmail
from apps.schools.agreements import everybody_has_signed
from apps.schools.enums import AgreementState
from apps.schools.models import Agreement, Organisation
from apps.schools.permissions.agreements import can_sign
from apps.schools.scope import scope_of


@letter("schools.agreement_out")
def agreement_out(row: OutboundEmail) -> Letter | None:
    """To a head whose signature is wanted; not once it is there."""
    person = row.person
    agreement = _agreement(row)
    party = Organisation.objects.filter(pk=row.keys["organisation"]).first()
    if agreement is None or party is None or person is None or not person.email:
        return None
    signed = agreement.signatures.filter(organisation=party).exists()
    if signed or not can_sign(person, agreement, party) or not wants(person, "agreements"):
        return None
    words = {
        "alliance": agreement.alliance.name,
        "school": party.name,
        "number": agreement.number,
    }
    first = (
        _(
            "Version %(number)d of the partnership agreement of %(alliance)s still waits for "
            "%(school)s."
        )
        if row.keys.get("reminder")
        else _("Version %(number)d of the partnership agreement of %(alliance)s is ready to sign.")
    )
    return Letter(
        to=person.email,
        subject=_("Please sign for %(school)s: %(alliance)s") % words,
        greeting=greeting(person),
        paragraphs=[
            first % words,
            _(
                "Please read it and, if you agree, sign for %(school)s. Activities across "
                "schools can start when every school has signed."
            )
            % words,
        ],
        action=Line(
            _("Read and sign"),
            reverse("schools:agreement_sign", args=[agreement.public_id, party.ref]),
        ),
        closing=_("Opening the link signs nothing: you type your name first."),
        unsubscribe_path=unsubscribe_path(person, "agreements"),
    )


@letter("schools.agreement_signed")
def agreement_signed(row: OutboundEmail) -> Letter | None:
    """To a coordinator when the last party has signed."""
    person = row.person
    agreement = _agreement(row)
    if agreement is None or person is None or not person.email or not person.is_active:
        return None
    if agreement.alliance_id not in scope_of(person).alliances():
        return None
    if not everybody_has_signed(agreement) or not wants(person, "agreements"):
        return None
    words = {"alliance": agreement.alliance.name, "number": agreement.number}
    waiting = agreement.obstacles.filter(must_clear=True, cleared_at=None).count()
    return Letter(
        to=person.email,
        subject=_("Everybody has signed: %(alliance)s") % words,
        greeting=greeting(person),
        paragraphs=[
            _("Every party has signed version %(number)d of the agreement of %(alliance)s.")
            % words,
            ngettext(
                "%(n)d obstacle must still be cleared before schools can work together.",
                "%(n)d obstacles must still be cleared before schools can work together.",
                waiting,
            )
            % {"n": waiting}
            if waiting
            else _("Activities across the schools can start."),
        ],
        action=Line(
            _("See the agreement"),
            reverse("schools:agreement", args=[agreement.alliance.public_id]),
        ),
        unsubscribe_path=unsubscribe_path(person, "agreements"),
    )


def _agreement(row: OutboundEmail) -> Agreement | None:
    return (
        Agreement.objects.filter(pk=row.keys["agreement"], state=AgreementState.OUT)
        .select_related("alliance")
        .first()
    )
