"""Periodic work of audits."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from apps.audits.actions import close_audit, open_planned, remind
from apps.audits.actions.anonymous import mix
from apps.audits.actions.asking import ask_no_more
from apps.audits.actions.chasing import is_due
from apps.audits.enums import AuditMode
from apps.audits.models import Audit
from apps.core.permissions import Refused
from apps.core.sweeps import each, sweep


@sweep("audits.open_planned", every=timedelta(minutes=15))
def open_due(at: datetime) -> int:
    """Open every planned draft whose day has come; the count of them."""
    day = timezone.localdate(at)
    due = list(Audit.objects.due_to_open(day).select_related("planned_by"))
    return each(due, lambda audit: open_planned(audit, day))


@sweep("audits.close_past", every=timedelta(minutes=15))
def close_past(at: datetime) -> int:
    """Close every open audit whose last day is over; the count of them."""
    past = list(Audit.objects.past_closing(timezone.localdate(at)))
    return each(past, lambda audit: close_audit(by=None, audit=audit))


@sweep("audits.remind", every=timedelta(minutes=15))
def remind_due(at: datetime) -> int:
    """Remind those who have not answered, on the days of the policy; the count of rounds."""
    day = timezone.localdate(at)
    rounds = 0
    asking = Audit.objects.open().that_ask().filter(closes_on__gte=day)
    for audit in asking.prefetch_related("reminders"):
        if not is_due(audit, audit.reminders.all(), day):
            continue
        try:
            remind(by=None, audit=audit)
        except Refused:
            continue  # closed or reminded meanwhile
        rounds += 1
    return rounds


@sweep("audits.ask_no_more", every=timedelta(hours=24))
def forget_leavers(at: datetime) -> int:
    """Take off the lists of open audits who left before answering; how many people."""
    return sum(ask_no_more(audit) for audit in Audit.objects.open())


@sweep("audits.mix", every=timedelta(hours=1))
def mix_anonymous(at: datetime) -> int:
    """Mix the anonymous answers that wait, five or more of an audit together; how many."""
    audits = Audit.objects.open().filter(mode=AuditMode.ANONYMOUS)
    return sum(mix(audit=audit) for audit in audits)
