"""The address at which a person's own calendar programs read their dates."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction

from apps.activities.models import CalendarFeed
from apps.core import audit_trail

if TYPE_CHECKING:
    from apps.accounts.models import Person

LENGTH = 43  # of a token: 256 random bits, which nobody guesses however long they try


@transaction.atomic
def renew(*, by: Person) -> str:
    """A new secret for ``by``'s address, told this once; the old address is no more."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.filter(person=by).delete()
    feed = CalendarFeed.objects.create(person=by, digest=digest(token))
    audit_trail.record("calendar_feed.made", feed, by=by)
    return token


@transaction.atomic
def end(*, by: Person) -> None:
    feed = CalendarFeed.objects.filter(person=by).first()
    if feed is not None:
        audit_trail.record("calendar_feed.ended", feed, by=by)
        feed.delete()


def person_of(token: str) -> Person | None:
    """Looked up by its digest: how long that takes says nothing about any secret."""
    rows = CalendarFeed.objects.select_related("person").filter(digest=digest(token))
    feed = rows.filter(person__is_active=True).first()
    return feed.person if feed else None


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
