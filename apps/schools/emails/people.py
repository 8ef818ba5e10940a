"""The letter that lets somebody on a staff list in."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.emails import greeting
from apps.accounts.models import Person
from apps.core.letters import Letter, Line, letter
from apps.core.models import OutboundEmail
from apps.core.ui.dates import day
from apps.schools import invitations
from apps.schools.emails.alliances import usable
from apps.schools.models import Invitation


@letter("schools.person_invitation")
def person_invitation(row: OutboundEmail) -> Letter | None:
    invitation = usable(row)
    if invitation is None or invitation.person is None or not invitation.person.is_active:
        return None
    person = invitation.person
    words = {
        "school": invitation.organisation.name,
        "who": invitation.invited_by.name if invitation.invited_by else _("Your school"),
        "username": person.username,
        "day": day(invitation.expires_at),
    }
    account = invitations.account_claimed(invitation)
    if account is not None:
        return _claim(invitation, account, words)
    known = person.has_usable_password()
    return Letter(
        to=invitation.email,
        subject=_("%(school)s invites you to cpdhub") % words,
        greeting=greeting(person),
        paragraphs=[
            _(
                "%(who)s invites you to cpdhub, where %(school)s plans and follows up the "
                "professional development of its staff."
            )
            % words,
            _("You have an account already: sign in with it as before.")
            if known
            else _(
                "Choose a password, and you are in. Your username is %(username)s; you can "
                "also sign in with this e-mail address."
            )
            % words,
        ],
        action=Line(_("Sign in"), reverse("account_login"))
        if known
        else Line(_("Choose a password"), invitations.path_of(invitation)),
        closing="" if known else _("The link works once, until %(day)s.") % words,
    )


def _claim(invitation: Invitation, account: Person, words: dict[str, str]) -> Letter | None:
    """To the owner of an account that another school has put on its list."""
    if not account.is_active or account.is_staff:
        return None
    return Letter(
        to=invitation.email,
        subject=_("Do you work at %(school)s?") % words,
        greeting=greeting(account),
        paragraphs=[
            _("%(who)s has put you on the staff list of %(school)s on cpdhub.") % words,
            _(
                "You have an account with this address. Say whether you work there: the school "
                "learns that you use cpdhub, and your name, only if you say yes."
            ),
        ],
        action=Line(_("Say yes or no"), invitations.path_of(invitation)),
        closing=_("The link works once, until %(day)s.") % words,
    )
