"""Letters about an account. Tokens are made here, when a letter is rendered."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Person
from apps.core.letters import Letter, Line, letter
from apps.core.models import OutboundEmail

SECURITY_EVENTS = {
    "password_changed": gettext_lazy("Your password was changed."),
    "password_reset": gettext_lazy("Your password was changed through a link sent by e-mail."),
    "password_set": gettext_lazy("A password was set."),
    "email_changed": gettext_lazy("Your e-mail address was changed."),
    "email_deleted": gettext_lazy("An e-mail address was removed."),
    "totp_activated": gettext_lazy("Signing in now needs a code from an authenticator app."),
    "totp_deactivated": gettext_lazy("The authenticator app was removed."),
    "recovery_codes_generated": gettext_lazy("New recovery codes were made."),
    "webauthn_added": gettext_lazy("A security key was added."),
    "webauthn_removed": gettext_lazy("A security key was removed."),
}


def greeting(person: Person | None) -> str:
    if person is None:
        return _("Hello,")
    return _("Hello %(name)s,") % {"name": person.given_name}


@letter("accounts.password_reset")
def password_reset(row: OutboundEmail) -> Letter | None:
    person: Person | None = row.person
    if person is None or not person.is_active or not person.email:
        return None
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(person),
            "key": default_token_generator.make_token(person),
        },
    )
    return Letter(
        to=person.email,
        subject=_("Choose a new password"),
        greeting=greeting(person),
        paragraphs=[
            _("Somebody, probably you, asked to choose a new password for your account."),
            _("Your username is %(username)s.") % {"username": person.username},
        ],
        action=Line(_("Choose a new password"), path),
        closing=_(
            "The link works for one day and once. If you did not ask for it, do nothing: "
            "your password stays as it is."
        ),
    )


@letter("accounts.confirm_email")
def confirm_email(row: OutboundEmail) -> Letter | None:
    address = (
        EmailAddress.objects.filter(pk=row.keys["row"], verified=False)
        .select_related("user")
        .first()
    )
    if address is None or not address.user.is_active:
        return None
    return Letter(
        to=address.email,
        subject=_("Confirm your e-mail address"),
        greeting=greeting(address.user),
        paragraphs=[
            _("You asked to use this address for your account. Please confirm that it is yours."),
        ],
        action=Line(
            _("Confirm this address"),
            reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key]),
        ),
        closing=_("The link works for three days. Until then your account keeps its old address."),
    )


@letter("accounts.security")
def security(row: OutboundEmail) -> Letter | None:
    to = row.address or (row.person.email if row.person else "")
    words = SECURITY_EVENTS.get(row.keys.get("event", ""))
    if not to or words is None:
        return None
    return Letter(
        to=to,
        subject=_("A change to how you sign in"),
        greeting=greeting(row.person),
        paragraphs=[str(words)],
        action=Line(_("See your account"), reverse("accounts:profile")),
        closing=_(
            "If this was not you, choose a new password at once and tell the person who "
            "leads CPD at your school."
        ),
    )
