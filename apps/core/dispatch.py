"""Handing work to Celery: after commit, best effort; the sweeps rescue what is lost.

The broker only says "now", so a request never waits for it: after a failure this process leaves
it alone for REST seconds. Inside `inline()` the same work runs at once in this process
(``manage.py run_due``).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
REST = 10.0
BROKER, INLINE, MUTED = "broker", "inline", "muted"
_mode: ContextVar[str] = ContextVar("dispatch", default=BROKER)
_resting = {"until": 0.0}


@contextmanager
def _as(mode: str) -> Iterator[None]:
    token = _mode.set(mode)
    try:
        yield
    finally:
        _mode.reset(token)


def inline() -> AbstractContextManager[None]:
    """Run what is dispatched at once, in this process."""
    return _as(INLINE)


def muted() -> AbstractContextManager[None]:
    """Dispatch nothing: the rows wait for the sweeps, or for whoever tells an old story."""
    return _as(MUTED)


def is_inline() -> bool:
    return _mode.get() == INLINE


def dispatch(task: Any, *args: Any) -> None:
    """Enqueue ``task`` now; a dead broker is logged, never raised."""
    if is_inline():
        task(*args)
        return
    if _mode.get() == MUTED:
        return
    if time.monotonic() < _resting["until"]:
        return
    try:
        task.apply_async(args, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        _resting["until"] = time.monotonic() + REST
        log.warning("enqueue_failed", task=task.name, reason=type(error).__name__)


def dispatch_on_commit(task: Any, *args: Any) -> None:
    transaction.on_commit(lambda: dispatch(task, *args))
