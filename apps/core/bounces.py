"""Addresses from which mail comes back: refused at once, or reported later by the other server.

A report (RFC 3464) names the address it is about. Nothing of what it quotes is kept.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F

from apps.core import audit_trail, clock

FAILED = "failed"


def is_refusal(error: Exception) -> bool:
    """Whether the server says that it will never take mail for the address."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        500 <= code < 600 for code, _ in error.recipients.values()
    )


def note(person_id: int | None, address: str) -> bool:
    """Flag the person's address, if it is still theirs; False when it was flagged before."""
    rows = get_user_model()._default_manager.filter(pk=person_id, email__iexact=address)
    return _flag(rows)


def note_address(address: str) -> bool:
    """The same for whoever has the address."""
    return _flag(get_user_model()._default_manager.filter(email__iexact=address))


@transaction.atomic
def _flag(rows: Any) -> bool:
    person = rows.exclude(bounced_email=F("email")).first()
    if person is None:
        return False
    rows.filter(pk=person.pk).update(mail_bounced_at=clock.now(), bounced_email=person.email)
    audit_trail.record("core.mail_bounced", person, by=None)
    return True


def reported(data: bytes) -> list[str]:
    """The addresses that a report says to have failed for good; none when it is no such report."""
    message = message_from_bytes(data, policy=policy.default)
    return [address for block in _blocks(message) if (address := _failed_for_good(block))]


def _blocks(message: Message) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            payload = part.get_payload()
            yield from (block for block in payload if isinstance(block, Message))


def _failed_for_good(block: Message) -> str:
    recipient = str(block["Original-Recipient"] or block["Final-Recipient"] or "")
    status = str(block["Status"] or "").strip()
    if str(block["Action"] or "").strip().lower() != FAILED or not status.startswith("5"):
        return ""
    return recipient.partition(";")[2].strip().strip("<>").lower()
