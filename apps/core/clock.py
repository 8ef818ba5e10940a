"""What time it is: the wall clock, or the moment that ``run_due --at`` plays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    token = _moment.set(at)
    try:
        yield
    finally:
        _moment.reset(token)


def now() -> datetime:
    return _moment.get() or timezone.now()


def today() -> date:
    """The date in Europe/London."""
    return timezone.localdate(now())
