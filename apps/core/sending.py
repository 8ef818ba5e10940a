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
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from apps.core import bounces, clock, letters
from apps.core.database import is_away
from apps.core.dispatch import dispatch, is_inline
from apps.core.ids import message_id
from apps.core.letters import Letter
from apps.core.models import MailState, OutboundEmail

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=30)
SECONDS = 10.0  # a sender's turn, and the time between two sweeps
MOST_SENDERS = 4
A_TURN = 50  # mails for which one more sender is worth it
MOST_ATTEMPTS = 12  # over about a day
LONGEST_PAUSE = 240  # minutes
MOST_GATHERED = 60  # letters in one mail
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
        while (until is None or time.monotonic() < until) and (rows := _claim(clock.now())):
            outcome = _deliver(rows, box)
            sent += any(row.state == MailState.SENT for row in rows)
            if outcome is Outcome.STOP:
                break
    finally:
        box.close()
    return sent


def _claim(at: datetime) -> list[OutboundEmail]:
    """Take the row that is due longest, with those that go out in one mail with it; durable, since
    nothing may be sent before the commit.

    Which go together is settled once, by giving them one Message-ID: what is sent again under it
    must not have grown, since the receiving server may drop it.
    """
    with transaction.atomic(durable=True):
        due = OutboundEmail.objects.due(at).select_related("person").order_by("due_at", "pk")
        locked = due.select_for_update(skip_locked=True, of=("self",))
        first = locked.leading(at).first()
        if first is None:
            return []
        rows = [first]
        if first.gathers:
            others = locked.filter(gathers=True, person=first.person_id).exclude(pk=first.pk)
            same = Q(attempts=0) if first.attempts == 0 else Q(message_id=first.message_id)
            rows += list(others.filter(same)[:MOST_GATHERED])
        for row in rows:
            row.state, row.attempts = MailState.SENDING, row.attempts + 1
            row.message_id = first.message_id
        OutboundEmail.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=MailState.SENDING,
            claimed_at=timezone.now(),
            attempts=F("attempts") + 1,
            message_id=first.message_id,
        )
    return rows


def _deliver(rows: list[OutboundEmail], box: MailBox) -> Outcome:
    written = [(row, letter) for row in rows if (letter := _written(row)) is not None]
    rows = [row for row, _letter in written]
    message = _enveloped(written) if written else None
    if message is None:
        return Outcome.GO_ON
    try:
        box.send(message)
    except ServerAwayError as error:
        for row in rows:
            _settle(row, MailState.QUEUED, attempts=row.attempts - 1, last_error=str(error))
        return Outcome.STOP
    except Exception as error:
        was_used = box.was_used
        box.close()
        if len(rows) > 1 and not _is_transient(error) and not bounces.is_refusal(error):
            _separate(rows)
            return Outcome.GO_ON
        now = clock.now()  # one moment for all: they go together again
        for row in rows:
            # A server may end a connection after so many mails: the next turn has a new one.
            _put_back(row, error, now, at_once=was_used and _is_lost(error))
        if bounces.is_refusal(error):
            bounces.note(rows[0].person_id, message.to[0])
        return Outcome.STOP if _is_lost(error) else Outcome.GO_ON
    for row in rows:
        _settle(row, MailState.SENT, sent_at=clock.now(), last_error="")
    return Outcome.GO_ON


def _written(row: OutboundEmail) -> Letter | None:
    """Its letter; None when it is settled already: not wanted or not now, not needed, or
    impossible to write."""
    at = clock.now()
    try:
        # One that was tried before may have arrived: it goes on under the same Message-ID.
        when = letters.moment_for(row, at) if row.attempts == 1 else at
        letter = letters.write(row) if when == at else None
    except SoftTimeLimitExceeded:
        raise  # `rescue` puts it back
    except Exception as error:
        if is_away(error):
            raise
        log.error("mail_not_written", template=row.template, reason=type(error).__name__)
        _settle(row, MailState.FAILED, last_error=_short(error))
        return None
    if when is not None and when > at:
        later = {"due_at": when, "gathers": True, "attempts": 0, "message_id": message_id()}
        _settle(row, MailState.QUEUED, **later)
    elif letter is None:
        _settle(row, MailState.NOT_NEEDED, last_error="")
    return letter


def _enveloped(written: list[tuple[OutboundEmail, Letter]]) -> EmailMessage | None:
    """One mail of all of them. When that cannot be written each goes by itself, and a single one
    has failed."""
    try:
        message = letters.envelope(written)
        message.message()  # a bad header or address shows here, not while sending
        return message
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:
        if is_away(error):
            raise
        row = written[0][0]
        log.error("mail_not_written", template=row.template, reason=type(error).__name__)
        if len(written) == 1:
            _settle(row, MailState.FAILED, last_error=_short(error))
            return None
        _separate([row for row, _letter in written])
        return None


def _separate(rows: list[OutboundEmail]) -> None:
    """Of a mail that nobody has got, and that will never go as it is, let each letter go by
    itself: one alone may be at fault. They count as tried, so that they wait for no morning."""
    for row in rows:
        _settle(row, MailState.QUEUED, gathers=False, message_id=message_id(), attempts=1)


def _put_back(
    row: OutboundEmail, error: Exception, now: datetime, *, at_once: bool = False
) -> None:
    if not _is_transient(error) or row.attempts >= MOST_ATTEMPTS:
        _settle(row, MailState.FAILED, last_error=_short(error))
        return
    pause = timedelta(minutes=0 if at_once else min(2 ** (row.attempts - 1), LONGEST_PAUSE))
    _settle(row, MailState.QUEUED, due_at=now + pause, last_error=_short(error))


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
        except (DatabaseError, InterfaceError) as error:
            if not is_away(error) or connection.in_atomic_block or time.monotonic() > until:
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
