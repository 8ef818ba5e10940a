"""Writes: schedules set, ended, and run when they are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from apps.accounts.models import Person
from apps.core import audit_trail, clock
from apps.core.permissions import require
from apps.evaluation import apart
from apps.evaluation.actions import begin_report
from apps.evaluation.enums import Frequency
from apps.evaluation.models import Report, ReportSchedule
from apps.evaluation.periods import SHORTEST, due_dates
from apps.evaluation.posting.permissions import can_end_on, can_schedule
from apps.evaluation.reports.base import About, ReportKind


@transaction.atomic
def set_schedule(
    *,
    by: Person,
    kind: ReportKind,
    about: About,
    frequency: str,
    next_on: date,
    roles: Sequence[str],
    preview_days: int = 0,
) -> ReportSchedule:
    """Begin or change the schedule; ``by`` is its owner from now on. Raises Refused."""
    require(can_schedule(by, kind, about))
    _lock(about)
    running = ReportSchedule.objects.running().of(kind, about).first()
    require(can_end_on(kind, about, next_on, frequency, running))
    values = {
        "frequency": frequency,
        "next_on": next_on,
        "roles": [role for role in roles if role in kind.recipients],
        "preview_days": preview_days,
        "created_by": by,
    }
    row, created = ReportSchedule.objects.running().update_or_create(
        kind=kind.slug, subject_id=about.pk, defaults=values
    )
    action = "schedule.begun" if created else "schedule.changed"
    audit_trail.record(action, row, by=by, frequency=frequency, roles=row.roles)
    return row


@transaction.atomic
def end_schedule(*, by: Person, kind: ReportKind, about: About) -> None:
    """Make and mail no more by itself. Nothing happens where nothing is scheduled."""
    require(can_schedule(by, kind, about))
    for row in ReportSchedule.objects.running().of(kind, about).select_for_update():
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        audit_trail.record("schedule.ended", row, by=by)


@transaction.atomic
def run_schedule(*, by: Person | None, pk: int, today: date) -> Report | None:
    """Begin the report that is due, if nobody else has; one covers everything that was missed.

    Where too few days have passed since the last report, the next one will cover them; a single
    one waits until there are enough. What has a last day is scheduled until a report covers it.
    """
    found = ReportSchedule.objects.filter(pk=pk).first()
    if found is None:
        return None
    about = found.subject
    _lock(about)  # as whoever asks for a report, so that no two overlap
    rows = ReportSchedule.objects.due(today).select_for_update(skip_locked=True, of=("self",))
    row = rows.select_related("created_by").filter(pk=pk).first()
    if row is None:
        return None
    due, row.next_on = due_dates(row.next_on, row.frequency, today)
    start = apart.next_start(row.rules, about, due, row.frequency, row)
    may_end = can_end_on(row.rules, about, due, row.frequency, row)
    last = row.rules.last_day(about)
    if row.frequency == Frequency.ONCE:
        row.next_on = due if may_end else start + SHORTEST - timedelta(days=1)
    is_last = row.frequency == Frequency.ONCE or (last is not None and due >= last)
    is_covered = last is not None and start > last  # by a report that somebody made by hand
    if is_covered or (is_last and may_end):
        row.ended_at = clock.now()
        audit_trail.record("schedule.ended", row, by=by)
    row.save(update_fields=["next_on", "ended_at"])
    if not may_end:
        return None
    return begin_report(
        by=by or row.created_by,
        kind=row.kind,
        period_start=start,
        period_end=due,
        schedule=row,
        **{row.rules.subject.field: about},
    )


def _lock(about: About) -> None:
    type(about)._default_manager.select_for_update(of=("self",)).get(pk=about.pk)
