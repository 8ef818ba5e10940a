"""Writes: measurements and their corrections; reports asked for, frozen, corrected."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction

from apps.accounts.models import Person
from apps.activities.models import Criterion
from apps.audits.models import Audit
from apps.core import audit_trail, clock, jobs
from apps.core.client_keys import made_before
from apps.core.permissions import require
from apps.evaluation import reports
from apps.evaluation.enums import ReportState
from apps.evaluation.locking import locked
from apps.evaluation.models import SUBJECTS, Measurement, Report
from apps.evaluation.permissions import (
    can_correct,
    can_correct_report,
    can_cover,
    can_delete,
    can_enter,
    can_make,
    can_measure,
    can_retry,
)
from apps.evaluation.posting import sending
from apps.evaluation.reports.base import About

MAKE = "evaluation.make_report"


@transaction.atomic
def measure(
    *,
    by: Person,
    criterion: Criterion,
    client_key: UUID,
    value: Decimal,
    measured_on: date,
    n: int | None = None,
    audit: Audit | None = None,
    corrects: Measurement | None = None,
    **evidence: str,
) -> Measurement:
    """Store one value; the same ``client_key`` stores it once. Raises Refused.

    With ``corrects`` the older value stays and no longer counts. ``evidence`` is any of note,
    link and link_label; ``audit`` the one whose released figure it is.
    """
    # One at a time for a criterion, so that nothing is corrected twice.
    criterion = locked(criterion)
    stored = made_before(Measurement, client_key, entered_by=by, criterion=criterion)
    if stored is not None:
        return stored
    if corrects is not None:
        corrects = Measurement.objects.get(pk=corrects.pk, criterion=criterion)
        require(can_correct(by, corrects))
    require(can_measure(by, criterion.activity) if audit else can_enter(by, criterion))  # type: ignore[arg-type]
    row = Measurement.objects.create(
        criterion=criterion,
        client_key=client_key,
        value=value,
        n=n,
        measured_on=measured_on,
        audit=audit,
        entered_by=by,
        corrects=corrects,
        created_at=clock.now(),
        **evidence,
    )
    action = "measurement.corrected" if corrects else "measurement.entered"
    audit_trail.record(action, row, by=by, criterion=criterion.pk)
    return row


@transaction.atomic
def ask_for_report(
    *,
    by: Person,
    kind: str,
    about: About,
    start: date,
    end: date,
    client_key: UUID,
    asked: dict[str, Any] | None = None,
) -> Report:
    """Have a report of these days made. One that is being made, or ready, is made once.

    What was wrong in it is corrected, with the reason for all its readers (`correct_report`).
    ``asked`` is what the kind's own form asks for: other answers make another report.
    """
    rules = reports.kind_of(kind)
    require(can_make(by, rules, about))
    subject: dict[str, Any] = {rules.subject.field: about}
    type(about)._default_manager.select_for_update().get(pk=about.pk)
    asked = asked or {}
    same = Report.objects.filter(
        **subject, kind=kind, period_start=start, period_end=end, asked=asked
    )
    stored = (
        made_before(Report, client_key, kind=kind, **subject)
        or same.being_made().first()
        or (None if rules.is_own else same.filter(state=ReportState.READY).first())
    )
    if stored is not None:
        return stored
    if not rules.is_own:
        require(can_cover(about, start, end))
    return begin_report(
        by=by,
        kind=kind,
        period_start=start,
        period_end=end,
        client_key=client_key,
        asked=asked,
        **subject,
    )


@transaction.atomic
def correct_report(*, by: Person, report: Report, why: str, client_key: UUID) -> Report:
    """Make the report of the same days again; the old one stays until the new one goes out. One
    that is being previewed is held back."""
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    stored = made_before(Report, client_key, corrects=report)
    if stored is not None:
        return stored
    require(can_correct_report(by, report))
    if report.state == ReportState.PREVIEW:
        sending.hold_back(report, by=by)
    return begin_report(
        by=by,
        kind=report.kind,
        period_start=report.period_start,
        period_end=report.period_end,
        asked=report.asked,
        schedule=report.schedule,
        corrects=report,
        correction=why,
        client_key=client_key,
        **{name: getattr(report, name) for name in SUBJECTS},
    )


@transaction.atomic
def delete_report(*, by: Person, report: Report) -> None:
    """Of their own: the row and the file, for good. A second time there is nothing to do."""
    row = Report.objects.select_for_update(of=("self",)).filter(pk=report.pk).first()
    if row is None:
        return
    require(can_delete(by, row))
    audit_trail.record("report.deleted", row, by=by)
    storage, name, job = row.pdf.storage, str(row.pdf.name), row.job
    row.delete()
    if job is not None:
        job.delete()
    transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def retry_report(*, by: Person, report: Report) -> None:
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    require(can_retry(by, report))
    jobs.retry(report.job)  # type: ignore[arg-type]
    audit_trail.record("report.retried", report, by=by)


def begin_report(*, by: Person | None, **values: Any) -> Report:
    """Within a transaction that locks what it is about."""
    report = Report.objects.create(requested_by=by, created_at=clock.now(), **values)
    report.job = jobs.start(MAKE, by=by, report=report.pk)
    report.save(update_fields=["job"])
    audit_trail.record("report.asked_for", report, by=by)
    return report


@transaction.atomic
def freeze(*, report: Report, snapshot: dict[str, Any], pdf: bytes, at: datetime) -> bool:
    """Store the finished report, once and for good, and let it go out or be previewed, in the
    same transaction. False when a second run of the same job comes too late."""
    row = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if row.is_frozen:
        return False
    row.pdf.save("report.pdf", ContentFile(pdf), save=False)
    row.snapshot, row.frozen_at = snapshot, at
    sending.begin(row, at)
    audit_trail.record("report.frozen", row, by=row.requested_by, corrects=row.corrects_id)
    return True
