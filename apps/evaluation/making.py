"""The job that makes a report: gather, draw, set, freeze."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock
from apps.core.charts import DrawingError
from apps.core.jobs import JobError, Progress, job
from apps.core.models import Job
from apps.evaluation import pdf, snapshot
from apps.evaluation.actions import MAKE, freeze
from apps.evaluation.models import Report


def report_url(row: Job) -> str:
    return reverse("evaluation:report", args=[row.result["report"]])


@job(
    MAKE,
    title=gettext_lazy("Report"),
    result_url=report_url,
    result_label=gettext_lazy("Read the report"),
)
def make_report(row: Job, progress: Progress) -> dict[str, Any]:
    """Safe to run again: a report that is frozen already stays as it is."""
    report = Report.objects.with_subjects().get(pk=row.params["report"])
    if not report.is_frozen:
        at = clock.now()
        steps = report.rules.steps + 1  # and the PDF
        try:
            found = snapshot.build(report, at, lambda done: progress(done, steps))
            paper = pdf.make(found, report.rules.paper)
        except DrawingError as error:
            raise JobError(_("The charts could not be drawn. Please try again.")) from error
        progress(steps, steps)
        freeze(report=report, snapshot=found, pdf=paper, at=at)
    return {"report": report.public_id}
