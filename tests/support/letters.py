"""Sending what the outbox holds, in tests that read mail."""

from __future__ import annotations

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from apps.core.models import OutboundEmail
from apps.core.sending import send_waiting


def send_all() -> list[EmailMultiAlternatives]:
    """Send every due mail, each by itself, whatever day of the week it is; those sent just now."""
    OutboundEmail.objects.filter(state="queued").update(kind="", gathers=False)
    before = len(mail.outbox)
    send_waiting()
    assert not OutboundEmail.objects.filter(state="failed").exists(), list(
        OutboundEmail.objects.filter(state="failed").values_list("template", "last_error")
    )
    return mail.outbox[before:]


def send_one(template: str) -> EmailMultiAlternatives:
    """Send what is due, of which exactly one row has this template; its mail."""
    row = OutboundEmail.objects.get(template=template, state="queued")
    sent = [m for m in send_all() if m.extra_headers["Message-ID"] == row.message_id]
    assert len(sent) == 1, f"{template} was not sent"
    return sent[0]
