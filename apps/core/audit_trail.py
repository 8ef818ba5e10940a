"""The audit trail: one row for each thing done, in the transaction that does it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Model

from apps.core.models import AuditEvent


def record(action: str, subject: Model, *, by: Any, **data: Any) -> AuditEvent:
    """Write one audit row inside the running transaction.

    ``by`` is a Person, or None for the system. ``data`` holds keys, states and counts only.
    Raises RuntimeError outside a transaction: a row and its trail stand or fall together.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("audit_trail.record needs a transaction")
    row = _event(action, subject, by, data)
    row.save(force_insert=True)
    return row


def record_many(action: str, subjects: Iterable[tuple[Model, dict[str, Any]]], *, by: Any) -> None:
    """`record` of each subject with its ``data``, in one statement."""
    if not connection.in_atomic_block:
        raise RuntimeError("audit_trail.record_many needs a transaction")
    AuditEvent.objects.bulk_create(_event(action, one, by, data) for one, data in subjects)


def _event(action: str, subject: Model, by: Any, data: dict[str, Any]) -> AuditEvent:
    return AuditEvent(
        action=action,
        actor=by,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        data=data,
    )
