"""A file of answers on its way in: kept, mapped, confirmed, written by a job, or let go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Person
from apps.audits.actions.collecting import import_answers
from apps.audits.collecting.mapping import UnusableMap
from apps.audits.models import AnswersFile, Audit, Response
from apps.audits.plan_permissions import can_import_into, can_take_import_back
from apps.core import audit_trail, jobs
from apps.core.jobs import JobError, Progress, job
from apps.core.models import Job
from apps.core.permissions import Refused, require
from apps.core.sweeps import sweep
from apps.core.tabular import UnreadableFile

KIND = "audits.import_answers"
KEPT = timedelta(days=7)


@transaction.atomic
def keep_answers(
    *,
    by: Person,
    audit: Audit,
    upload: Any,
    filename: str,
    rows: int,
    client_key: UUID,
) -> AnswersFile:
    """Keep a file that was read to its end; sent twice, it is kept once."""
    known, created = AnswersFile.objects.get_or_create(
        client_key=client_key,
        defaults={
            "audit": audit,
            "uploaded_by": by,
            "filename": filename[:200],
            "table": File(upload, name="answers"),
            "rows": rows,
        },
    )
    if created:
        audit_trail.record("audits.answers_uploaded", known, by=by, rows=rows)
    return known


@transaction.atomic
def map_answers(*, by: Person, file: AnswersFile, mapping: dict[str, Any]) -> None:
    """Store what the columns and codes mean, while it has not been confirmed."""
    known = AnswersFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if known.job_id is None:
        known.mapping = mapping
        known.save(update_fields=["mapping"])
        audit_trail.record("audits.answers_mapped", known, by=by)


@transaction.atomic
def confirm_answers(*, by: Person, file: AnswersFile) -> Job:
    """Have a worker write the answers. Once only."""
    known = AnswersFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if known.job is None:
        known.job = jobs.start(KIND, by=by, client_key=known.client_key, answers_file=known.pk)
        known.save(update_fields=["job"])
        audit_trail.record("audits.answers_confirmed", known, by=by)
    return known.job


@transaction.atomic
def drop_answers(*, by: Person, file: AnswersFile) -> None:
    """Let a file go that nobody will confirm."""
    audit_trail.record("audits.answers_dropped", file, by=by)
    table = file.table
    transaction.on_commit(lambda: table.delete(save=False))
    file.delete()


@transaction.atomic
def take_import_back(*, by: Person, file: AnswersFile) -> int:
    """Remove what came in with ``file``, and the file; how many people's answers.

    Its audit stays as it is: the questions are fixed, and the right file can come in. Raises
    Refused once the results are released (see `can_take_import_back`).
    """
    audit = Audit.objects.select_for_update(of=("self",)).get(pk=file.audit_id)
    known = AnswersFile.objects.select_for_update(of=("self",)).filter(pk=file.pk).first()
    if known is None:
        raise Refused(_("These answers have been taken back already."))
    known.audit = audit
    require(can_take_import_back(by, known))
    responses = Response.objects.filter(collected__file=known)
    n = responses.count()
    responses.delete()
    audit_trail.record("audits.import_taken_back", audit, by=by, file=known.pk, responses=n)
    known.delete()
    return n


def _result(row: Job) -> str:
    known = AnswersFile.objects.filter(pk=row.params.get("answers_file")).first()
    if known is None:
        return reverse("audits:list")
    return reverse("audits:answers_file", args=[known.public_id])


@job(
    KIND,
    title=gettext_lazy("Answers from a file"),
    result_url=_result,
    result_label=gettext_lazy("See what came in"),
)
def write_answers(row: Job, progress: Progress) -> dict[str, Any]:
    """All rows in one transaction: a second run finds them there and adds none."""
    rows = AnswersFile.objects.select_related("audit")
    known = rows.filter(pk=row.params["answers_file"]).first()
    if known is not None and known.result:
        return _counts(known.result)
    if known is None or not known.table:
        raise JobError(_("The uploaded file is no longer kept. Upload it again."))
    if row.owner is None or not can_import_into(row.owner, known.audit):
        raise JobError(_("The audit takes no answers from you any more. Nothing was written."))
    progress(0, known.rows)
    try:
        with known.table.open("rb") as opened:
            import_answers(
                by=row.owner,
                audit=known.audit,
                source=opened,
                mapping=known.map,
                file=known,
            )
    except (UnreadableFile, UnusableMap, Refused) as error:
        raise JobError(str(error)) from error
    known.table.delete(save=True)
    progress(known.rows, known.rows)
    return _counts(known.result)


def _counts(result: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in result.items() if isinstance(value, int)}


@sweep("audits.tidy_answer_files", every=timedelta(hours=6))
def tidy(at: datetime) -> int:
    """Let go of files that nobody confirmed within a week."""
    old = AnswersFile.objects.filter(created_at__lt=at - KEPT).exclude(table="")
    files = list(old)
    for known in files:
        known.table.delete(save=True)
    return len(files)
