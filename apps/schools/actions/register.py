"""Writing the register of schools."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from apps.core import audit_trail, jobs
from apps.core.models import Job
from apps.schools.enums import ImportKind
from apps.schools.models import FileImport
from apps.schools.register import importing
from apps.schools.register.keeping import Kept

if TYPE_CHECKING:
    from apps.accounts.models import Person


def import_files(
    paths: Sequence[Path], *, by: Person | None, progress: Callable[[int, int], None] | None = None
) -> importing.Summary:
    """Import files of the register now; the trail keeps the counts.

    Raises UnreadableFile, with nothing written, when one of them cannot be used.
    """
    summary = importing.run(paths, write=True, progress=progress)
    with transaction.atomic():
        kept = FileImport.objects.create(
            kind=ImportKind.REGISTER,
            uploaded_by=by,
            filename=", ".join(path.name for path in paths)[:200],
            result=counts(summary),
        )
        audit_trail.record("register.imported", kept, by=by, **counts(summary))
    return summary


def counts(summary: importing.Summary) -> dict[str, int]:
    found = summary.as_json()
    return {name: found[name] for name in ("created", "updated", "unchanged", "rejected")}


def keep_upload(*, by: Person, kept: Kept, filename: str, client_key: UUID) -> FileImport:
    """Keep a file and have a worker compare it with the register; sent twice, kept once."""
    with transaction.atomic():
        known, created = FileImport.objects.get_or_create(
            client_key=client_key,
            defaults={
                "kind": ImportKind.REGISTER,
                "uploaded_by": by,
                "filename": filename[:200],
                "table": kept.file,
                "rows": kept.rows,
            },
        )
        if created:
            known.preview_job = jobs.start("schools.look_at_register", by=by, file_import=known.pk)
            known.save(update_fields=["preview_job"])
            audit_trail.record("register.uploaded", known, by=by, rows=kept.rows)
        return known


def confirm(*, by: Person, kept: FileImport) -> Job:
    """Have a worker write a file that was looked at; confirmed twice, it is written once."""
    with transaction.atomic():
        kept = FileImport.objects.select_for_update().get(pk=kept.pk)
        if kept.job is None:
            kept.job = jobs.start(
                "schools.import_register",
                by=by,
                client_key=kept.client_key,
                file_import=kept.pk,
            )
            kept.save(update_fields=["job"])
            audit_trail.record("register.confirmed", kept, by=by)
        return kept.job


def finish(*, by: Person | None, kept: FileImport, result: dict[str, Any]) -> None:
    """Note what the job wrote and let the file go."""
    with transaction.atomic():
        kept.result = result
        kept.save(update_fields=["result"])
        numbers = {name: value for name, value in result.items() if isinstance(value, int)}
        audit_trail.record("register.imported", kept, by=by, **numbers)
    kept.table.delete(save=True)
