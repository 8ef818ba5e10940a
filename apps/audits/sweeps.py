"""Periodic work of audits."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from apps.audits.actions import close_audit
from apps.audits.models import Audit
from apps.core.sweeps import sweep


@sweep("audits.close_past", every=timedelta(minutes=15))
def close_past(at: datetime) -> int:
    """Close every open audit whose last day is over; the count of them."""
    past = list(Audit.objects.past_closing(timezone.localdate(at)))
    for audit in past:
        close_audit(by=None, audit=audit)
    return len(past)
