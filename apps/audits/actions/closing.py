"""What follows the closing of an audit: at once, or by a worker where it takes longer."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Person
from apps.audits.actions.anonymous import settle, take_apart
from apps.audits.actions.asking import tell_of_closing
from apps.audits.enums import AuditState
from apps.audits.models import Audit
from apps.audits.releasing import Prepared, prepare, write
from apps.audits.results.charts import draw_once
from apps.core import audit_trail, jobs
from apps.core.charts import DrawingError
from apps.core.jobs import JobError, Progress, job
from apps.core.models import Job

RELEASE, DRAW = "audits.release", "audits.draw"
LARGE = 2000  # people asked, from which on nobody is kept waiting


def finish(*, by: Person | None, audit: Audit, made: Prepared | None = None) -> None:
    """Release the results of ``audit``, locked and closed by now, and take an anonymous apart."""
    if made is None:
        settle(audit=audit)
        made = prepare(audit)
    audit.results = write(audit, made)
    take_apart(audit=audit)
    audit.save(update_fields=["results"])
    audit_trail.record("audits.close", audit, by=by, answered=audit.results["shared"]["answered"])
    tell_of_closing(audit)
    jobs.start(DRAW, by=audit.created_by, audit=audit.pk)


def is_large(audit: Audit) -> bool:
    return audit.participations.count() > LARGE


def finish_later(*, by: Person | None, audit: Audit) -> Job:
    return jobs.start(RELEASE, by=by or audit.created_by, audit=audit.pk)


def _url(row: Job) -> str:
    audit = Audit.objects.only("public_id").get(pk=row.params["audit"])
    return reverse("audits:detail", args=[audit.public_id])


@job(RELEASE, title=_("Results of a needs audit"), result_url=_url, result_label=_("Read them"))
def release_results(row: Job, progress: Progress) -> dict[str, Any]:
    """Safe to run again: what is released stays as it is."""
    audit = Audit.objects.get(pk=row.params["audit"])
    if not audit.results:
        settle(audit=audit)
        made = prepare(audit, progress)  # outside of a transaction, so that progress is seen
        with transaction.atomic():
            audit = Audit.objects.select_for_update().get(pk=audit.pk)
            if audit.state == AuditState.CLOSED and not audit.results:
                finish(by=row.owner, audit=audit, made=made)
    return {"audit": audit.public_id}


@job(DRAW, title=_("Charts of a needs audit"), result_url=_url, result_label=_("See them"))
def draw_charts(row: Job, progress: Progress) -> dict[str, Any]:
    """Safe to run again: what is drawn stays as it is. Without its charts the page has tables."""
    audit = Audit.objects.get(pk=row.params["audit"])
    try:
        drawn = draw_once(audit)
    except DrawingError as error:
        raise JobError(gettext("The charts could not be drawn. Please try again.")) from error
    progress(1, 1)
    return {"audit": audit.public_id, "charts": drawn}
