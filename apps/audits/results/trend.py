"""The same question in earlier audits of the same school or alliance: released figures only.

An alliance's audits have each their own schools, which read the results of those they took part
in. So what is shown of earlier ones depends on who looks, and no chart of it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from apps.audits.figures import is_as_asked
from apps.audits.models import Audit
from apps.audits.permissions import with_readable_results

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.audits.models.audits import AuditQuerySet

EARLIER = 3  # audits


@dataclass(frozen=True, slots=True)
class Then:
    """What an audit said; None where it did not ask, or may not show it."""

    n: int | None = None
    mean: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One question over the audits, the oldest first; this audit's last."""

    label: str
    is_need: bool
    points: list[Then]

    @property
    def change(self) -> float | None:
        """Since the audit before this in which it was asked."""
        known = [point.mean for point in self.points if point.mean is not None]
        return round(known[-1] - known[-2], 2) if len(known) > 1 else None


@dataclass(frozen=True, slots=True)
class Trend:
    days: list[date]
    lines: list[Line]

    @property
    def most_moved(self) -> Line:
        """The line with the greatest change since the audit before."""
        return max(self.lines, key=lambda line: abs(line.change or 0))


def trend(audit: Audit, person: Person) -> Trend | None:
    """None where nothing of ``audit`` was asked before that ``person`` may read. One query.

    A topic is compared by its ratings (needs as they were asked elsewhere are on other scales), a
    scale when both took it from the bank.
    """
    return _compared(audit, with_readable_results(Audit.objects.closed(), person))


def trend_of_school(audit: Audit) -> Trend | None:
    """The same for all who read a school's results, to be kept; None for an alliance's audit."""
    return _compared(audit, Audit.objects.closed()) if audit.organisation_id else None


def _compared(audit: Audit, readable: AuditQuerySet) -> Trend | None:
    if not audit.results or audit.closed_at is None:
        return None
    earlier = list(
        readable.filter(
            organisation=audit.organisation_id,
            alliance=audit.alliance_id,
            closed_at__lt=audit.closed_at,
        )
        .exclude(results={})
        .exclude(pk=audit.pk)
        .order_by("-closed_at")
        .only("opens_on", "results")[:EARLIER]
    )
    if not earlier:
        return None
    shared = [row.results["shared"] for row in reversed(earlier)] + [audit.results["shared"]]
    lines = [*_topics(shared), *_scales(shared)]
    days = [row.opens_on for row in reversed(earlier)] + [audit.opens_on]
    return _asked(days, lines) if lines else None


def _asked(days: list[date], lines: list[Line]) -> Trend:
    """Without audits that asked none of it."""
    kept = [n for n in range(len(days)) if any(line.points[n].mean is not None for line in lines)]
    return Trend(
        [days[n] for n in kept],
        [Line(line.label, line.is_need, [line.points[n] for n in kept]) for line in lines],
    )


def _topics(shared: list[dict[str, Any]]) -> list[Line]:
    by_audit = [
        {row["topic"]: row for row in found["topics"] if not is_as_asked(row["all"])}
        for found in shared
    ]
    lines = []
    for topic, row in by_audit[-1].items():
        cells = [found.get(topic, {"all": None})["all"] or {} for found in by_audit]
        points = [Then(cell.get("n"), cell.get("need")) for cell in cells]
        lines.append(Line(row["name"], True, points))
    return _comparable(lines)


def _scales(shared: list[dict[str, Any]]) -> list[Line]:
    by_audit = [
        {row["bank"]: row for row in found.get("scales", []) if row["bank"]} for found in shared
    ]
    lines = []
    for bank, row in by_audit[-1].items():
        found = [audit.get(bank, {}) for audit in by_audit]
        points = [Then(then.get("n"), then.get("mean")) for then in found]
        lines.append(Line(row["text"], False, points))
    return _comparable(lines)


def _comparable(lines: list[Line]) -> list[Line]:
    """With this audit's figure and an earlier one."""
    return [
        line
        for line in lines
        if line.points[-1].mean is not None and any(p.mean is not None for p in line.points[:-1])
    ]
