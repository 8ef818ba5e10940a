"""Long jobs: a row with progress, claimed by one worker, safe to run again.

    @job("schools.import_staff")
    def import_staff(job: Job, progress: Progress) -> dict: ...

A handler raises `JobError` for what the owner can mend; its words are shown to them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db.models import F
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.dispatch import dispatch, dispatch_on_commit
from apps.core.models import Job, JobState

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 3

Progress = Callable[[int, int], None]
Handler = Callable[[Job, Progress], dict[str, Any]]
_registry: dict[str, Handler] = {}


class JobError(Exception):
    """What went wrong, in words for the owner, with how to mend it."""


def job(kind: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        _registry[kind] = handler
        return handler

    return register


def start(
    kind: str, *, by: Any, client_key: UUID | None = None, upload: Any = None, **params: Any
) -> Job:
    """Create the job in the running transaction and hand it to a worker after commit."""
    values = {"kind": kind, "owner": by, "params": params}
    if upload is not None:
        values["upload"] = upload
    if client_key is None:
        row = Job.objects.create(**values)
    else:
        row, _created = Job.objects.get_or_create(client_key=client_key, defaults=values)
    dispatch_on_commit(_run_task(), row.pk)
    return row


def run(pk: int, at: datetime) -> bool:
    """Claim and run one job; False when it is not waiting."""
    claimed = Job.objects.filter(pk=pk, state=JobState.WAITING).update(
        state=JobState.RUNNING, heartbeat_at=at, attempts=F("attempts") + 1
    )
    if not claimed:
        return False
    row = Job.objects.select_related("owner").get(pk=pk)
    try:
        result = _registry[row.kind](row, _progress_of(row))
    except JobError as error:
        _finish(row, state=JobState.FAILED, error=str(error)[:300])
    except Exception as error:
        log.error("job_failed", job=row.public_id, kind=row.kind, reason=type(error).__name__)
        _finish(
            row,
            state=JobState.FAILED,
            error=_("Something went wrong on our side. Nothing was changed; please try again."),
        )
    else:
        _finish(row, state=JobState.DONE, result=result, done=F("total"))
    return True


def resume(at: datetime) -> int:
    """Hand over jobs that no worker is at; those that died too often fail."""
    abandoned = Job.objects.abandoned(at, LEASE)
    abandoned.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=JobState.FAILED,
        finished_at=at,
        error=_("This job was stopped several times. Please try again."),
    )
    pks = list(Job.objects.abandoned(at, LEASE).values_list("pk", flat=True))
    Job.objects.filter(pk__in=pks).update(state=JobState.WAITING)
    for pk in pks:
        dispatch(_run_task(), pk)
    return len(pks)


def retry(row: Job) -> bool:
    """Let a failed job run again."""
    again = Job.objects.filter(pk=row.pk, state=JobState.FAILED).update(
        state=JobState.WAITING, attempts=0, error="", finished_at=None, done=0
    )
    if again:
        dispatch_on_commit(_run_task(), row.pk)
    return bool(again)


def _progress_of(row: Job) -> Progress:
    def progress(done: int, total: int) -> None:
        Job.objects.filter(pk=row.pk).update(
            done=min(done, total), total=total, heartbeat_at=clock.now()
        )

    return progress


def _finish(row: Job, **values: Any) -> None:
    Job.objects.filter(pk=row.pk, state=JobState.RUNNING).update(
        finished_at=clock.now(), **values
    )


def _run_task() -> Any:
    from apps.core.tasks import run_job  # tasks import this module

    return run_job
