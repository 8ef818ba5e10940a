"""Periodic work: functions of the moment, safe to run twice, run by beat or ``run_due``.

    @sweep("followups.remind", every=timedelta(minutes=5))
    def remind(at: datetime) -> int: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

Run = Callable[[datetime], int]


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
        _registry[name] = Sweep(name, every, run, last)
        return run

    return register


def registered() -> list[Sweep]:
    return sorted(_registry.values(), key=lambda s: (s.last, s.name))


def run_one(name: str, at: datetime) -> int:
    return _registry[name].run(at)


def run_all(at: datetime) -> dict[str, int]:
    """Run every sweep once, as if at ``at``; what each did, by name."""
    return {s.name: s.run(at) for s in registered()}
