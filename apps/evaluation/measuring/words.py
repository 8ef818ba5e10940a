"""The sentence that a criterion's measurements prove, and no more than that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.core.ui.amounts import plain
from apps.core.ui.dates import day
from apps.evaluation.scoring import Number, Part, Status, progress


def finding(part: Part, measured: Sequence[Any]) -> str:
    """From where to where, and how far that is; ``measured`` are those that count, newest first.

    Empty while nothing has been measured.
    """
    criterion, latest = part.criterion, part.measurement
    if criterion is None or latest is None:
        return ""
    now = _point(latest.value, latest.measured_on, latest.n)
    if part.baseline is None:
        return _("%(now)s. Without a baseline it does not show whether anything moved.") % {
            "now": now
        }
    words = _("From %(start)s to %(now)s: %(verdict)s.") % {
        "start": _point(criterion.baseline, criterion.baseline_on, criterion.baseline_n),
        "now": now,
        "verdict": _verdict(part),
    }
    nearer = _nearer(part, measured[1:])
    if nearer is None:
        return words
    return _("%(words)s It had been nearer: %(then)s.") % {
        "words": words,
        "then": _point(nearer.value, nearer.measured_on, nearer.n),
    }


def _verdict(part: Part) -> str:
    unit = part.criterion.unit if part.criterion else ""
    target = {"target": f"{short(part.target)} {unit}".rstrip()}
    if part.status == Status.MET:
        return _("the target of %(target)s is reached") % target
    if part.status == Status.PARTLY_MET:
        return _("%(percent)d%% of the way to the target of %(target)s") % {
            **target, "percent": part.percent,
        }  # fmt: skip
    if part.value == part.baseline:
        return _("no nearer to the target of %(target)s") % target
    return _("further from the target of %(target)s than at the start") % target


def _nearer(part: Part, earlier: Sequence[Any]) -> Any:
    """The best earlier measurement, where it lay nearer to the target than the newest."""
    found = [
        (way, row)
        for row in earlier
        if (way := progress(part.baseline, row.value, part.target)) is not None
    ]
    best = max(found, key=lambda one: one[0], default=None)
    return best[1] if best and part.progress is not None and best[0] > part.progress else None


def _point(value: Number | None, when: date | None, n: int | None) -> str:
    """Such as "9 (Thu 3 Sep 2026, n = 28)"."""
    notes = [day(when) if when else "", _("n = %(n)d") % {"n": n} if n else ""]
    said = ", ".join(note for note in notes if note)
    return f"{short(value)} ({said})" if said else short(value)


def short(number: Number | None) -> str:
    """Without the zeros that the database adds."""
    return plain(number or 0)
