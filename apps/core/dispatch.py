"""Handing work to Celery: after commit, best effort; the sweeps rescue what is lost.

Inside `inline()` the same work runs at once in this process (``manage.py run_due``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)
_inline: ContextVar[bool] = ContextVar("inline", default=False)


@contextmanager
def inline() -> Iterator[None]:
    token = _inline.set(True)
    try:
        yield
    finally:
        _inline.reset(token)


def dispatch(task: Any, *args: Any) -> None:
    """Enqueue ``task`` now; a dead broker is logged, never raised."""
    if _inline.get():
        task(*args)
        return
    try:
        task.apply_async(args, retry=False)
    except OperationalError as error:
        log.warning("enqueue_failed", task=task.name, reason=type(error).__name__)


def dispatch_on_commit(task: Any, *args: Any) -> None:
    transaction.on_commit(lambda: dispatch(task, *args))
