"""Long jobs: a row with progress, claimed by one worker, safe to run again.

A handler is registered so::

    @job("schools.import_staff", title=_("Staff list"), result_url=lambda job: ...)
    def import_staff(job: Job, progress: Progress) -> dict: ...

It calls ``progress(done, total)`` at least once a minute: silence of LEASE means that its worker
is gone, and another begins anew, so what a handler writes must not be written twice. It raises
`JobError` for what the owner can mend; its words are shown to them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.database import is_away
from apps.core.dispatch import dispatch, dispatch_on_commit
from apps.core.models import STOPPED, Job, JobState

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 3
AT_ONCE = 100  # jobs handed over by one sweep

Progress = Callable[[int, int], None]
Handler = Callable[[Job, Progress], dict[str, Any]]


class JobError(Exception):
    """What went wrong, in words for the owner, with how to mend it."""


class SupersededError(Exception):
    """Another worker has begun this job anew: this one must stop."""


@dataclass(frozen=True, slots=True)
class Kind:
    """``title`` names the job to its owner; ``result_url`` says where its result is seen;
    ``may_stop``: half of it done harms nothing, so its owner may stop it."""

    handler: Handler
    title: Any = ""
    result_url: Callable[[Job], str] | None = None
    result_label: Any = ""
    may_stop: bool = False


_registry: dict[str, Kind] = {}


def job(
    kind: str,
    *,
    title: Any = "",
    result_url: Callable[[Job], str] | None = None,
    result_label: Any = "",
    may_stop: bool = False,
) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        if kind in _registry:
            raise ValueError(f"two jobs are called {kind}")
        _registry[kind] = Kind(handler, title, result_url, result_label, may_stop)
        return handler

    return register


def kind_of(row: Job) -> Kind:
    """KeyError for a job of a kind that is no more."""
    return _registry[row.kind]


def start(
    kind: str, *, by: Any, client_key: UUID | None = None, upload: Any = None, **params: Any
) -> Job:
    """Create the job in the running transaction and hand it to a worker after commit."""
    values = {"kind": kind, "owner": by, "params": params, "heartbeat_at": clock.now()}
    if upload is not None:
        values["upload"] = upload
    if client_key is None:
        row, created = Job.objects.create(**values), True
    else:
        row, created = Job.objects.get_or_create(client_key=client_key, defaults=values)
    if created:
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
        result = _registry[row.kind].handler(row, _progress_of(row))
    except SupersededError:
        log.warning("job_superseded", job=row.public_id, kind=row.kind)
    except JobError as error:
        _finish(row, state=JobState.FAILED, error=str(error)[:300])
    except Exception as error:
        if is_away(error):
            raise  # silence hands the job to another worker
        log.exception("job_failed", job=row.public_id, kind=row.kind, reason=type(error).__name__)
        _finish(
            row,
            state=JobState.FAILED,
            error=_("Something went wrong on our side, and we have noted it. Please try again."),
        )
    else:
        _finish(row, state=JobState.DONE, result=result, done=F("total"))
    return True


def resume(at: datetime) -> int:
    """Hand over jobs that no worker is at; those that died too often fail."""
    with transaction.atomic():
        rows = Job.objects.abandoned(at, LEASE).order_by("pk")
        pks = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:AT_ONCE])
        mine = Job.objects.filter(pk__in=pks)
        mine.filter(attempts__gte=MOST_ATTEMPTS).update(
            state=JobState.FAILED,
            finished_at=at,
            error=_("This job was stopped several times. Please try again."),
        )
        mine.exclude(state=JobState.FAILED).update(state=JobState.WAITING, heartbeat_at=at)
    for pk in pks:
        dispatch(_run_task(), pk)
    return len(pks)


def retry(row: Job) -> bool:
    """Let a failed job run again."""
    again = Job.objects.filter(pk=row.pk, state=JobState.FAILED).update(
        state=JobState.WAITING,
        attempts=0,
        error="",
        result={},
        finished_at=None,
        done=0,
        heartbeat_at=clock.now(),
    )
    if again:
        dispatch_on_commit(_run_task(), row.pk)
    return bool(again)


def stop(row: Job) -> bool:
    """End a job that is not over yet: its worker notices when it next tells how far it is."""
    if not kind_of(row).may_stop:
        return False
    going = Job.objects.filter(pk=row.pk, state__in=(JobState.WAITING, JobState.RUNNING))
    return bool(
        going.update(
            state=JobState.FAILED,
            error=_("You stopped it."),
            result={STOPPED: True},
            finished_at=clock.now(),
        )
    )


def _progress_of(row: Job) -> Progress:
    def progress(done: int, total: int) -> None:
        mine = _mine(row).update(done=min(done, total), total=total, heartbeat_at=clock.now())
        if not mine:
            raise SupersededError

    return progress


def _finish(row: Job, **values: Any) -> None:
    _mine(row).update(finished_at=clock.now(), **values)


def _mine(row: Job) -> Any:
    return Job.objects.filter(pk=row.pk, state=JobState.RUNNING, attempts=row.attempts)


def _run_task() -> Any:
    from apps.core.tasks import run_job  # tasks import this module

    return run_job
