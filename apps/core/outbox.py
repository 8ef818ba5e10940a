"""The outbox: a mail is a row first, written with its cause, and sent once (see sending.py)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from apps.core import clock, letters
from apps.core.dispatch import dispatch
from apps.core.ids import message_id
from apps.core.models import MailState, OutboundEmail

A_MOMENT = timedelta(minutes=1)
SHOWN = (MailState.QUEUED, MailState.SENDING, MailState.SENT, MailState.FAILED)


@dataclass(frozen=True, slots=True)
class Draft:
    """One mail to queue: who gets it, when, and keys and dates for its letter (JSON)."""

    template: str
    key: str
    due_at: datetime
    person_id: int | None = None
    address: str = ""
    keys: dict[str, Any] = field(default_factory=dict)
    gathers: bool = False  # of a morning that has passed: else it goes by its date


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
    draft = Draft(template, key, due_at or clock.now(), person and person.pk, address, keys)
    fresh = _row(draft)
    values = {name: getattr(fresh, name) for name in _COLUMNS}
    row, created = OutboundEmail.objects.get_or_create(key=key, defaults=values)
    if created:
        _wake(draft.due_at)
    return row


def queue_many(drafts: Iterable[Draft]) -> None:
    """Queue many in one statement; keys that are queued already stay as they are."""
    rows = sorted((_row(draft) for draft in drafts), key=lambda row: row.key)
    if rows:
        OutboundEmail.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
        _wake(min(row.due_at for row in rows))


def retry(pk: int) -> bool:
    """Queue a failed mail again (an operator's button)."""
    return bool(_requeue(OutboundEmail.objects.filter(pk=pk)))


def retry_all() -> int:
    return _requeue(OutboundEmail.objects.all())


def summary(at: datetime) -> dict[str, int | None]:
    """Counts by state and the age in seconds of the oldest due row (None when none is due)."""
    oldest = OutboundEmail.objects.oldest(at)
    return counts() | {"oldest_due_seconds": int((at - oldest).total_seconds()) if oldest else None}


def counts() -> dict[str, int]:
    """How many mails there are by state."""
    found = dict(OutboundEmail.objects.values_list("state").annotate(n=Count("pk")).order_by())
    return {state.value: found.get(state.value, 0) for state in SHOWN}


_COLUMNS = (
    "template",
    "keys",
    "person_id",
    "address",
    "due_at",
    "message_id",
    "kind",
    "gathers",
)


def _row(draft: Draft) -> OutboundEmail:
    """What waits for a later moment goes out with all else that then waits for the same person."""
    kind = letters.kind_of(draft.template) if draft.person_id else ""
    return OutboundEmail(
        key=draft.key,
        template=draft.template,
        keys=draft.keys,
        person_id=draft.person_id,
        address=draft.address,
        due_at=draft.due_at,
        kind=kind,
        gathers=bool(kind) and (draft.gathers or draft.due_at > clock.now() + A_MOMENT),
        message_id=message_id(),
    )


def _requeue(rows: Any) -> int:
    failed = rows.filter(state=MailState.FAILED)
    # Those that failed together have one Message-ID, and may now go separately.
    for row in failed.filter(gathers=True):
        rows.filter(pk=row.pk).update(message_id=message_id())
    count: int = failed.update(
        state=MailState.QUEUED, due_at=clock.now(), attempts=0, claimed_at=None
    )
    if count:
        _wake(clock.now())
    return count


def _wake(due_at: datetime) -> None:
    """Tell a worker after commit, once a transaction, that something is due."""
    if due_at <= clock.now() and not any(
        waiting[1] is _send_now for waiting in connection.run_on_commit
    ):
        transaction.on_commit(_send_now)


def _send_now() -> None:
    from apps.core.tasks import send_emails  # tasks import this module

    dispatch(send_emails)
