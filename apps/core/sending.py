"""Sending what the outbox holds.

A sender claims one row (queued -> sending) and commits, sends it with the Message-ID stored on
the row, and marks it. One that dies in between leaves the row in ``sending``; `rescue` puts it
back after LEASE, so a mail may arrive twice but always under one Message-ID. LEASE is longer
than a task can hold a row (tasks.py).

A mail server that cannot be reached costs no mail an attempt: everything waits. What it answers
about one mail is that mail's own: 4xx is tried again with growing pauses, 5xx has failed.
"""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import structlog
from billiard.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMessage, get_connection
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from apps.core import clock
from apps.core.dispatch import dispatch, is_inline
from apps.core.letters import compose
from apps.core.models import MailState, OutboundEmail

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=30)
SECONDS = 10.0  # a sender's turn, and the time between two sweeps
MOST_SENDERS = 4
A_TURN = 50  # mails for which one more sender is worth it
MOST_ATTEMPTS = 12  # over about a day
LONGEST_PAUSE = 240  # minutes
DATABASE_SECONDS = 15.0


class Outcome(Enum):
    """What one mail says about the next: go on, or leave them to the next sweep."""

    GO_ON = "go on"
    STOP = "stop"


class ServerAwayError(Exception):
    """The mail server cannot be reached or does not let us in."""


class MailBox:
    """One connection for many mails, opened for the first and again after trouble."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._sent = 0

    def send(self, message: EmailMessage) -> None:
        if self._connection is None:
            self._open()
        self._connection.send_messages([message])
        self._sent += 1

    @property
    def was_used(self) -> bool:
        """Whether a mail went through it, so that losing it says nothing about the server."""
        return self._sent > 0

    def close(self) -> None:
        with suppress(OSError):  # every SMTPException is one
            if self._connection is not None:
                self._connection.close()
        self._connection, self._sent = None, 0

    def _open(self) -> None:
        self._connection = get_connection()
        try:
            self._connection.open()
        except OSError as error:
            self.close()
            raise ServerAwayError(_short(error)) from error


def send_due(at: datetime) -> int:
    """Rescue stuck rows and wake as many senders as the due rows are worth."""
    rescue(at)
    due = OutboundEmail.objects.due(at)[: MOST_SENDERS * A_TURN].count()
    from apps.core.tasks import send_emails  # tasks import this module

    senders = 1 if is_inline() else MOST_SENDERS
    for _sender in range(min(senders, -(-due // A_TURN))):
        dispatch(send_emails)
    return due


def rescue(at: datetime) -> int:
    """Put rows of dead senders back, or give up on those that kill every one; their count."""
    stuck = OutboundEmail.objects.stuck(at, LEASE)
    stuck.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=MailState.FAILED, last_error="SenderLost"
    )
    return stuck.update(state=MailState.QUEUED, claimed_at=None)


def send_waiting(seconds: float | None = SECONDS) -> int:
    """Send due mails one by one for ``seconds`` (None: until none is left); how many went."""
    until = time.monotonic() + seconds if seconds is not None else None
    box = MailBox()
    sent = 0
    try:
        while (until is None or time.monotonic() < until) and (row := _claim(clock.now())):
            outcome = _deliver(row, box)
            sent += row.state == MailState.SENT
            if outcome is Outcome.STOP:
                break
    finally:
        box.close()
    return sent


def _claim(at: datetime) -> OutboundEmail | None:
    """Take the row that is due longest; durable, since nothing may be sent before the commit."""
    with transaction.atomic(durable=True):
        due = OutboundEmail.objects.due(at).select_related("person").order_by("due_at", "pk")
        row = due.select_for_update(skip_locked=True, of=("self",)).first()
        if row is None:
            return None
        row.state, row.attempts = MailState.SENDING, row.attempts + 1
        OutboundEmail.objects.filter(pk=row.pk).update(
            state=MailState.SENDING, claimed_at=timezone.now(), attempts=F("attempts") + 1
        )
    return row


def _deliver(row: OutboundEmail, box: MailBox) -> Outcome:
    message = _composed(row)
    if message is None:
        return Outcome.GO_ON
    try:
        box.send(message)
    except ServerAwayError as error:
        _settle(row, MailState.QUEUED, attempts=row.attempts - 1, last_error=str(error))
        return Outcome.STOP
    except Exception as error:
        was_used = box.was_used
        box.close()
        # A server may end a connection after so many mails: the next turn has a new one.
        _put_back(row, error, at_once=was_used and _is_lost(error))
        return Outcome.STOP if _is_lost(error) else Outcome.GO_ON
    _settle(row, MailState.SENT, sent_at=clock.now(), last_error="")
    return Outcome.GO_ON


def _composed(row: OutboundEmail) -> EmailMessage | None:
    """The mail; None when it is settled already: not needed, or impossible to write."""
    try:
        message = compose(row)
        if message is not None:
            message.message()  # a bad header or address shows here, not while sending
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
        raise  # `rescue` puts it back
    except Exception as error:
        log.error("mail_not_written", template=row.template, reason=type(error).__name__)
        _settle(row, MailState.FAILED, last_error=_short(error))
        return None
    if message is None:
        _settle(row, MailState.NOT_NEEDED, last_error="")
    return message


def _put_back(row: OutboundEmail, error: Exception, *, at_once: bool = False) -> None:
    if not _is_transient(error) or row.attempts >= MOST_ATTEMPTS:
        _settle(row, MailState.FAILED, last_error=_short(error))
        return
    pause = timedelta(minutes=0 if at_once else min(2 ** (row.attempts - 1), LONGEST_PAUSE))
    _settle(row, MailState.QUEUED, due_at=clock.now() + pause, last_error=_short(error))


def _settle(row: OutboundEmail, state: MailState, **values: Any) -> None:
    """Write what became of a claimed row, if it is still ours.

    One that went out is marked even if it was rescued meanwhile: it must not go again.
    """
    mine = OutboundEmail.objects.filter(pk=row.pk)
    if state == MailState.SENT:
        mine = mine.exclude(state=MailState.SENT)
    else:
        mine = mine.filter(state=MailState.SENDING, attempts=row.attempts)
    if state == MailState.QUEUED:
        values["claimed_at"] = None
    _patiently(lambda: mine.update(state=state, **values))
    row.state = state


def _patiently(write: Callable[[], int]) -> None:
    """Outlast a database that restarts: a mail that went out but is not marked goes out again."""
    until = time.monotonic() + DATABASE_SECONDS
    while True:
        try:
            write()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > until:
                raise
            connection.close()
            time.sleep(0.2)
        else:
            return


def _is_lost(error: Exception) -> bool:
    """Whether the connection failed, rather than the server answering about the mail."""
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, smtplib.SMTPServerDisconnected)
    return isinstance(error, OSError | SoftTimeLimitExceeded)


def _is_transient(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500
    return _is_lost(error)


def _short(error: Exception) -> str:
    """The kind of error and the server's code: an SMTP server's text may quote the mail."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((code for code, _ in error.recipients.values()), "")
    else:
        code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()
