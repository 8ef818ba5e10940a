"""What beat runs for reports."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from apps.core.sweeps import each, sweep
from apps.evaluation.models import Report, ReportSchedule
from apps.evaluation.owed import ask_for_measurements, settle_measured
from apps.evaluation.posting.actions import run_schedule
from apps.evaluation.posting.sending import send_looked_at

AT_ONCE = 200


@sweep("evaluation.run_schedules", every=timedelta(minutes=5))
def run_schedules(at: datetime) -> int:
    """Begin every report that is due, or was missed; a second run finds nothing to do."""
    today = timezone.localdate(at)
    due = ReportSchedule.objects.due(today).order_by("next_on", "pk")
    pks = due.values_list("pk", flat=True)[:AT_ONCE]
    return each(list(pks), lambda pk: run_schedule(by=None, pk=pk, today=today))


@sweep("evaluation.send_previewed", every=timedelta(minutes=5))
def send_previewed(at: datetime) -> int:
    """Let every report go out whose preview is over; a second run finds nothing to do."""
    over = Report.objects.looked_at(at).order_by("goes_at", "pk")
    pks = list(over.values_list("pk", flat=True)[:AT_ONCE])
    return each(pks, lambda pk: send_looked_at(pk, at))


@sweep("evaluation.measurements_due", every=timedelta(hours=1))
def measurements_due(at: datetime) -> int:
    """Ask for what falls due soon, and close what was entered."""
    return ask_for_measurements(timezone.localdate(at)) + settle_measured()
