"""What people say to each other: an activity's thread, and comments on shared records."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from apps.activities.engine import notify
from apps.activities.engine.refusals import Stale, refuse_if
from apps.activities.models import Activity, Message, Record
from apps.activities.permissions import can_change_message, can_comment, can_say
from apps.core import audit_trail, clock
from apps.core.permissions import require

if TYPE_CHECKING:
    from apps.accounts.models import Person


@transaction.atomic
def say(
    activity: Activity,
    *,
    by: Person,
    text: str,
    record: Record | None = None,
    client_key: uuid.UUID | None = None,
) -> Message:
    """In the thread, or about ``record``; the same ``client_key`` says it once."""
    require(can_comment(by, record) if record else can_say(by, activity))
    refuse_if(not text.strip(), _("Write something first."))
    key = client_key or uuid.uuid4()
    message, created = Message.objects.get_or_create(
        client_key=key,
        author=by,
        defaults={
            "activity": activity,
            "record": record,
            "audience": record.audience if record else "",
            "text": text,
        },
    )
    if created:
        audit_trail.record("message.said", message, by=by, activity=activity.pk)
        if record:
            notify.commented(record, by=by)
        else:
            notify.said(activity, by=by)
    return message


@transaction.atomic
def change(message: Message, *, by: Person, version: int, text: str) -> Message:
    """Other words; Stale when they were changed in another tab."""
    row = _locked(message)
    require(can_change_message(by, row))
    refuse_if(not text.strip(), _("Write something, or take it back."))
    if row.version != version:
        raise Stale(row)
    row.text, row.version, row.edited_at = text, row.version + 1, clock.now()
    row.save()
    audit_trail.record("message.changed", row, by=by, version=row.version)
    return row


@transaction.atomic
def take_back(message: Message, *, by: Person) -> None:
    """Its words are gone for good; that something was said, and by whom, stays."""
    row = _locked(message)
    if row.deleted_at is None:
        require(can_change_message(by, row))
        row.text, row.deleted_at = "", clock.now()
        row.save()
        audit_trail.record("message.taken_back", row, by=by)


def _locked(message: Message) -> Message:
    rows = Message.objects.select_related("activity", "record", "author")
    return rows.select_for_update(of=("self",)).get(pk=message.pk)
