"""The outbox: a mail is a row first, written with its cause, and sent once.

A worker claims a row with one filtered UPDATE, sends with the Message-ID stored on the row
and marks it sent. A worker that dies in between leaves the row in ``sending``; `rescue` puts it
back after LEASE, so the same mail may arrive twice but always under one Message-ID.
"""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db.models import Count, F, Min

from apps.core import clock
from apps.core.dispatch import dispatch, dispatch_on_commit
from apps.core.letters import compose
from apps.core.models import MailState, OutboundEmail

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 12
TRANSIENT = (
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPConnectError,
    ConnectionError,
    TimeoutError,
    SoftTimeLimitExceeded,
)


def queue(
    template: str,
    *,
    key: str,
    person: Any = None,
    address: str = "",
    due_at: datetime | None = None,
    **keys: Any,
) -> OutboundEmail:
    """Queue one e-mail in the running transaction; the same ``key`` queues it once.

    ``keys`` are primary keys and dates for the letter function, JSON-serialisable.
    """
    due_at = due_at or clock.now()
    row, created = OutboundEmail.objects.get_or_create(
        key=key,
        defaults={
            "template": template,
            "keys": keys,
            "person": person,
            "address": address,
            "due_at": due_at,
            "message_id": make_msgid(domain=urlsplit(settings.BASE_URL).hostname),
        },
    )
    if created and due_at <= clock.now():
        dispatch_on_commit(_send_task(), row.pk)
    return row


def deliver(pk: int, at: datetime) -> bool:
    """Claim and send one row; False when somebody else has it or it is not due."""
    claimed = OutboundEmail.objects.filter(pk=pk).due(at).update(
        state=MailState.SENDING, claimed_at=at, attempts=F("attempts") + 1
    )
    if not claimed:
        return False
    row = OutboundEmail.objects.select_related("person").get(pk=pk)
    try:
        state = _send(row)
    except Exception as error:
        _put_back(row, error, at)
        return False
    _settle(row, state=state, sent_at=clock.now(), last_error="")
    return True


def rescue(at: datetime) -> int:
    """Put rows of dead workers back in the queue; the count of them."""
    return OutboundEmail.objects.stuck(at, LEASE).update(state=MailState.QUEUED, claimed_at=None)


def send_due(at: datetime) -> int:
    """Rescue stuck rows, then hand every due row to a worker; the count handed over."""
    rescue(at)
    due = list(OutboundEmail.objects.due(at).order_by("due_at").values_list("pk", flat=True))
    for pk in due:
        dispatch(_send_task(), pk)
    return len(due)


def retry(pk: int) -> bool:
    """Queue a failed mail again (an operator's button)."""
    return bool(
        OutboundEmail.objects.filter(pk=pk, state=MailState.FAILED).update(
            state=MailState.QUEUED, due_at=clock.now(), attempts=0, claimed_at=None
        )
    )


def summary(at: datetime) -> dict[str, int | None]:
    """Counts by state and the age in seconds of the oldest due row (None when none is due)."""
    counts = dict(OutboundEmail.objects.values_list("state").annotate(n=Count("pk")).order_by())
    oldest = OutboundEmail.objects.due(at).aggregate(oldest=Min("due_at"))["oldest"]
    states = (MailState.QUEUED, MailState.SENDING, MailState.SENT, MailState.FAILED)
    return {str(state.value): counts.get(state.value, 0) for state in states} | {
        "oldest_due_seconds": int((at - oldest).total_seconds()) if oldest else None
    }


def _send(row: OutboundEmail) -> MailState:
    message = compose(row)
    if message is None:
        return MailState.NOT_NEEDED
    message.send()
    return MailState.SENT


def _put_back(row: OutboundEmail, error: Exception, at: datetime) -> None:
    if _is_transient(error) and row.attempts < MOST_ATTEMPTS:
        wait = timedelta(minutes=min(2**row.attempts, 240))
        _settle(
            row, state=MailState.QUEUED, claimed_at=None, due_at=at + wait, last_error=_short(error)
        )
    else:
        _settle(row, state=MailState.FAILED, last_error=_short(error))


def _settle(row: OutboundEmail, **values: Any) -> None:
    OutboundEmail.objects.filter(pk=row.pk, state=MailState.SENDING).update(**values)


def _is_transient(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500
    return isinstance(error, TRANSIENT)


def _short(error: Exception) -> str:
    """The kind of error and the server's code: an SMTP server's text may quote the mail."""
    code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()


def _send_task() -> Any:
    from apps.core.tasks import send_email  # tasks import this module

    return send_email
