"""Periodic work: functions of the moment, safe to run twice, run by beat or ``run_due``.

Registered so::

    @sweep("followups.remind", every=timedelta(minutes=5))
    def remind(at: datetime) -> int: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from billiard.exceptions import SoftTimeLimitExceeded

from apps.core.database import is_away

log = structlog.get_logger(__name__)
Run = Callable[[datetime], int]
T = TypeVar("T")


class SweepsFailedError(Exception):
    """Some sweeps failed; the others have run. ``done`` holds what those did, by name."""

    def __init__(self, failed: list[str], done: dict[str, int]) -> None:
        super().__init__(", ".join(failed))
        self.done = done


@dataclass(frozen=True, slots=True)
class Sweep:
    name: str
    every: timedelta
    run: Run
    last: bool = False


_registry: dict[str, Sweep] = {}


def sweep(name: str, *, every: timedelta, last: bool = False) -> Callable[[Run], Run]:
    """Register a sweep; ``last`` puts it after the others in `run_all` (mail goes last)."""

    def register(run: Run) -> Run:
        if name in _registry:
            raise ValueError(f"two sweeps are called {name}")
        _registry[name] = Sweep(name, every, run, last)
        return run

    return register


def each(things: Iterable[T], do: Callable[[T], object]) -> int:
    """Do it with one thing after the other; for how many it gave something true.

    One that fails keeps none of the others waiting, now or in later runs; the first failure is
    raised at the end. A database that is away, or no time left, ends all of it.
    """
    done, first = 0, None
    for thing in things:
        try:
            done += bool(do(thing))
        except Exception as error:
            if is_away(error) or isinstance(error, SoftTimeLimitExceeded):
                raise
            log.exception("sweep_stumbled", reason=type(error).__name__)
            first = first or error
    if first is not None:
        raise first
    return done


def registered() -> list[Sweep]:
    return sorted(_registry.values(), key=lambda s: (s.last, s.name))


def run_one(name: str, at: datetime) -> int:
    return _registry[name].run(at)


def run_all(at: datetime) -> dict[str, int]:
    """Run every sweep once, as if at ``at``; what each did, by name.

    One that fails does not keep the others from running; SweepsFailedError names it at the end.
    """
    done: dict[str, int] = {}
    failed: list[str] = []
    for each in registered():
        try:
            done[each.name] = each.run(at)
        except Exception as error:
            log.exception("sweep_failed", sweep=each.name, reason=type(error).__name__)
            failed.append(each.name)
    if failed:
        raise SweepsFailedError(failed, done)
    return done
