"""The jobs that write what somebody uploaded and confirmed, and the sweep that tidies up."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from apps.core.jobs import JobError, Progress, job
from apps.core.models import Job
from apps.core.sweeps import sweep
from apps.core.tabular import UnreadableFile
from apps.schools.actions import register, staff_import
from apps.schools.models import FileImport, Membership
from apps.schools.permissions.staff import can_keep_staff
from apps.schools.register import importing
from apps.schools.staff import files
from apps.schools.staff.applying import Writer
from apps.schools.staff.planning import Choices, Plan, plan

KEPT = timedelta(days=7)
MOST_SHOWN = 200


def _file_import(row: Job) -> FileImport:
    found = FileImport.objects.select_related("organisation").filter(pk=row.params["file_import"])
    known = found.first()
    if known is None or not (known.table or known.result):
        raise JobError(_("The uploaded file is no longer kept. Upload it again."))
    return known


@contextmanager
def _on_disk(known: FileImport) -> Iterator[Path]:
    """The kept file as a path, wherever the storage has it."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as copy, known.table.open("rb") as source:
        for chunk in source.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


@job("schools.look_at_register")
def look_at_register(row: Job, progress: Progress) -> dict[str, Any]:
    known = _file_import(row)
    try:
        with _on_disk(known) as path:
            summary = importing.run([path], write=False, progress=progress)
    except UnreadableFile as error:
        raise JobError(str(error)) from error
    known.preview = {
        **register.counts(summary),
        "samples": summary.samples,
        "errors": summary.errors[:MOST_SHOWN],
    }
    known.save(update_fields=["preview"])
    return register.counts(summary)


@job("schools.import_register")
def import_register(row: Job, progress: Progress) -> dict[str, Any]:
    known = _file_import(row)
    if known.result:
        return dict(known.result)
    try:
        with _on_disk(known) as path:
            summary = importing.run([path], write=True, progress=progress)
    except UnreadableFile as error:
        raise JobError(str(error)) from error
    result = {**register.counts(summary), "errors": summary.errors}
    register.finish(by=row.owner, kept=known, result=result)
    return register.counts(summary)


def staff_plan(known: FileImport) -> Plan:
    """What a kept staff list would change now."""
    _headers, rows = files.read(known)
    return plan(known.school, rows, choices_of(known))


def choices_of(known: FileImport) -> Choices:
    return Choices(
        {int(place): name for place, name in known.columns.items() if name},
        frozenset(known.choices.get("schools", ())),
        known.choices.get("default_role", ""),
    )


@job("schools.import_staff")
def import_staff(row: Job, progress: Progress) -> dict[str, Any]:
    known = _file_import(row)
    if known.result:
        return {name: known.result[name] for name in ("joined", "changed", "left", "rejected")}
    if row.owner is None or not can_keep_staff(row.owner, known.school):
        raise JobError(_("You no longer keep this school’s staff list, so nothing was written."))
    found = staff_plan(known)
    wanted = set(known.choices.get("leavers", ()))
    leavers: list[Membership] = [m for m in found.leavers if m.public_id in wanted]
    writer = Writer(known.school, found, by=row.owner, progress=progress)
    try:
        writer.write(leavers, date.fromisoformat(known.choices["left_on"]))
    except IntegrityError as error:
        raise JobError(
            _("Somebody else changed the staff list at the same time. Press “Try again”.")
        ) from error
    counts = {
        "joined": len(found.joiners),
        "changed": len(found.changes),
        "left": len(leavers),
        "same": len(found.same),
        "rejected": len(found.rejects),
        "noted": len(found.notes),
    }
    noted = set(found.notes)
    errors = [
        {"row": note.row, "person": note.person, "text": note.text, "taken": note in noted}
        for note in found.to_mend
    ]
    staff_import.finish(by=row.owner, file_import=known, result={**counts, "errors": errors})
    return counts


@sweep("schools.tidy_imports", every=timedelta(hours=6))
def tidy(at: datetime) -> int:
    """Let go of uploads that nobody confirmed within a week, and of names in old error lists."""
    old = FileImport.objects.filter(created_at__lt=at - KEPT)
    gone = 0
    for known in old.exclude(table=""):
        known.table.delete(save=True)
        gone += 1
    for known in old.filter(result__has_key="errors"):
        known.result.pop("errors")
        known.preview = {}
        known.save(update_fields=["result", "preview"])
        gone += 1
    return gone
