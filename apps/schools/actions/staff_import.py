"""Importing a staff list: kept, looked at, confirmed, written by a job."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from apps.core import audit_trail, jobs
from apps.core.models import Job
from apps.schools.enums import ImportKind
from apps.schools.models import FileImport, Organisation, StaffMapping
from apps.schools.staff.columns import normal
from apps.schools.staff.files import Kept

if TYPE_CHECKING:
    from apps.accounts.models import Person


def keep_upload(
    *, by: Person, organisation: Organisation, kept: Kept, filename: str, client_key: UUID
) -> FileImport:
    """Keep a list that was read; sent twice, it is kept once."""
    with transaction.atomic():
        known, created = FileImport.objects.get_or_create(
            client_key=client_key,
            defaults={
                "kind": ImportKind.STAFF,
                "organisation": organisation,
                "uploaded_by": by,
                "filename": filename[:200],
                "table": kept.content,
                "rows": kept.rows,
            },
        )
        if created:
            audit_trail.record("staff.list_uploaded", known, by=by, rows=kept.rows)
        return known


def choose_columns(
    *,
    by: Person,
    file_import: FileImport,
    headers: list[str],
    mapping: dict[int, str],
    default_role: str,
) -> None:
    """Store what the columns mean, and remember it for the school's next list."""
    with transaction.atomic():
        file_import.columns = {str(place): name for place, name in mapping.items()}
        file_import.choices = {**file_import.choices, "default_role": default_role}
        file_import.save(update_fields=["columns", "choices"])
        remembered = {
            normal(header): mapping.get(place, "") for place, header in enumerate(headers)
        }
        _remember(file_import, columns=remembered, default_role=default_role)
        audit_trail.record("staff.columns_chosen", file_import, by=by)


def choose_schools(*, by: Person, file_import: FileImport, codes: list[str]) -> None:
    """Store, and remember, which codes in the list mean this school."""
    with transaction.atomic():
        file_import.choices = {**file_import.choices, "schools": codes}
        file_import.save(update_fields=["choices"])
        _remember(file_import, schools=codes)
        audit_trail.record("staff.schools_chosen", file_import, by=by)


def confirm(*, by: Person, file_import: FileImport, leavers: list[str], left_on: date) -> Job:
    """Have a worker write the list; ``leavers`` are public ids of memberships. Once only."""
    with transaction.atomic():
        found = FileImport.objects.select_for_update().get(pk=file_import.pk)
        if found.job is None:
            found.choices = {
                **found.choices,
                "leavers": leavers,
                "left_on": left_on.isoformat(),
            }
            found.job = jobs.start(
                "schools.import_staff", by=by, client_key=found.client_key, file_import=found.pk
            )
            found.save(update_fields=["choices", "job"])
            audit_trail.record("staff.list_confirmed", found, by=by, leavers=len(leavers))
        return found.job


def drop(*, by: Person, file_import: FileImport) -> None:
    """Let an upload go that nobody will confirm."""
    with transaction.atomic():
        audit_trail.record("staff.list_dropped", file_import, by=by)
        table = file_import.table
        transaction.on_commit(lambda: table.delete(save=False))
        file_import.delete()


def finish(*, by: Person | None, file_import: FileImport, result: dict[str, Any]) -> None:
    """Note what the job wrote, and let the list go."""
    with transaction.atomic():
        file_import.result = result
        file_import.save(update_fields=["result"])
        numbers = {name: value for name, value in result.items() if isinstance(value, int)}
        audit_trail.record("staff.list_imported", file_import, by=by, **numbers)
    file_import.table.delete(save=True)


def _remember(file_import: FileImport, **values: Any) -> None:
    mapping, _created = StaffMapping.objects.get_or_create(organisation=file_import.school)
    columns = {**mapping.columns.get("columns", {}), **values.pop("columns", {})}
    mapping.columns = {**mapping.columns, "columns": columns, **values}
    mapping.save(update_fields=["columns"])
