"""How allauth behaves here: nobody signs up, and its mail goes through the outbox."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts.addresses import belongs_to_another
from apps.accounts.emails import SECURITY_EVENTS
from apps.accounts.models import Person
from apps.core import outbox

RESET = "account/email/password_reset_key"
CONFIRM = ("account/email/email_confirmation", "account/email/email_confirmation_signup")


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail; texts and tokens of ``context`` never reach the row."""
        with transaction.atomic():
            if template_prefix == RESET:
                self._queue("accounts.password_reset", context["user"])
            elif template_prefix in CONFIRM:
                address = EmailAddress.objects.get(user=context["user"], email=email)
                self._queue("accounts.confirm_email", context["user"], email, row=address.pk)
            elif (event := template_prefix.rsplit("/", 1)[-1]) in SECURITY_EVENTS:
                person = Person.objects.filter(pk=getattr(self.request.user, "pk", None)).first()
                person = person or Person.objects.filter(email=email).first()
                self._queue("accounts.security", person, email, event=event)

    def _queue(self, template: str, person: Person | None, email: str = "", **keys: Any) -> None:
        outbox.queue(
            template,
            key=f"{template}:{uuid.uuid4()}",
            person=person,
            address=email or (person.email if person else "") or "",
            **keys,
        )

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords are counted by account, however its name is written (allauth counts
        each spelling, so that username and address, or an odd letter, give five tries more)."""
        login = str(credentials.get("email") or credentials.get("username") or "")
        meant = Person.objects.filter(Q(username__iexact=login) | Q(email__iexact=login))
        person = meant.order_by("pk").first() if "\0" not in login else None
        if person is None:
            return str(super()._get_login_attempts_cache_key(request, **credentials))
        return f"person:{person.pk}"

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Refuse an address that has become somebody else's since the letter went out."""
        if belongs_to_another(email_address.email, email_address.user):
            messages.error(
                request, _("This address cannot be used: another account has it already.")
            )
            return False
        return bool(super().confirm_email(request, email_address))
