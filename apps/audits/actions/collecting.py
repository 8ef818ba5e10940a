"""Bringing in answers that were given elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from django.db import transaction

from apps.accounts.models import Person
from apps.audits.actions.running import begin
from apps.audits.collecting.importing import Progress, Summary, run
from apps.audits.collecting.mapping import understood
from apps.audits.enums import AuditState
from apps.audits.models import AnswersFile, Audit
from apps.audits.plan_permissions import may_take_answers
from apps.core import audit_trail
from apps.core.permissions import require
from apps.core.tabular import MEGABYTE, open_table

LARGEST = 200 * MEGABYTE


@transaction.atomic
def import_answers(
    *,
    by: Person | None,
    audit: Audit,
    source: Path | IO[bytes],
    mapping: dict[str, Any],
    file: AnswersFile | None = None,
    filename: str = "",
    progress: Progress | None = None,
) -> Summary:
    """Write a file's answers into ``audit``; rows that are here already are passed over.

    All or nothing: raises UnreadableFile, UnusableMap or Refused (see `may_take_answers`). A
    draft's questions freeze with the first answers: it opens without asking anybody. What is kept
    about rows that stay out names row and column, never what somebody answered.
    """
    audit = Audit.objects.select_for_update(of=("self",)).get(pk=audit.pk)
    require(may_take_answers(audit))
    with open_table(source, largest=LARGEST) as table:
        mapped = understood(mapping, audit, table.headers)
        into = file or AnswersFile.objects.create(
            audit=audit, uploaded_by=by, filename=filename[:200], mapping=mapping
        )
        summary = run(table, mapped, audit, into=into, progress=progress)
    if summary.imported and audit.state == AuditState.DRAFT:
        begin(by=by, audit=audit)
    counts = {name: value for name, value in summary.as_json().items() if name != "errors"}
    into.rows = summary.rows
    into.result = {
        **counts,
        "errors": summary.kept[:200],
        "wrong": len(summary.errors),
        "as_asked": mapped.gives_needs,
    }
    into.save(update_fields=["rows", "result"])
    audit_trail.record("audits.import_answers", audit, by=by, file=into.pk, **counts)
    return summary
