"""What people say of working together: the released results of the alliance's own audit.

It is an audit like any other, so its own rules say who reads what; nothing of it is kept here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from apps.accounts.models import Person
from apps.audits.enums import AuditState
from apps.audits.models import Audit
from apps.audits.permissions import can_read_results
from apps.audits.templates_data import TEMPLATES
from apps.schools.models import Alliance

TEMPLATE = "partnership"


@dataclass(frozen=True, slots=True)
class Line:
    """``mean`` of ``n`` answers in ``steps``; None where too few answered. ``change`` since the
    audit before, where both asked the same words."""

    text: str
    steps: int
    n: int | None
    mean: float | None
    change: float | None


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Pulse:
    """``audit`` is the newest that has been released and ``person`` may read, ``before`` the one
    before it; ``refusal`` says why there is none though one was released; ``asking`` is one that
    is being prepared or answered now."""

    audit: Audit | None = None
    before: date | None = None
    parts: list[Part] = field(default_factory=list)
    refusal: str = ""
    asking: Audit | None = None


def read(person: Person, alliance: Alliance, until: datetime | None = None) -> Pulse:
    """As it was known ``until`` a moment; None: as things are now."""
    rows = Audit.objects.filter(alliance=alliance, template=TEMPLATE).order_by("-opens_on", "-pk")
    asking = None if until else rows.exclude(state=AuditState.CLOSED).first()
    released = rows.closed().exclude(results={}).order_by("-closed_at")
    if until:
        released = released.filter(closed_at__lte=until)
    newest = released[:2]
    found = list(newest)
    if not found:
        return Pulse(asking=asking)
    allowed = can_read_results(person, found[0])
    if not allowed:
        return Pulse(refusal=allowed.reason, asking=asking)  # type: ignore[union-attr]
    earlier = found[1] if len(found) > 1 and can_read_results(person, found[1]) else None
    return Pulse(found[0], earlier.opens_on if earlier else None, _parts(found[0], earlier),
                 asking=asking)  # fmt: skip


def _parts(audit: Audit, earlier: Audit | None) -> list[Part]:
    scales = {row["code"]: row for row in _scales(audit)}
    then = {row["bank"]: row["mean"] for row in _scales(earlier) if row["bank"]}
    parts = []
    for section in TEMPLATES[TEMPLATE].sections:
        rows = [scales.pop(asked.code) for asked in section.asked if asked.code in scales]
        if rows:
            parts.append(Part(str(section.title), [_line(row, then) for row in rows]))
    return parts


def _scales(audit: Audit | None) -> list[dict[str, Any]]:
    return audit.results["shared"].get("scales", []) if audit else []


def _line(row: dict[str, Any], then: dict[int, float | None]) -> Line:
    before = then.get(row["bank"]) if row["bank"] else None
    change = None if before is None or row["mean"] is None else round(row["mean"] - before, 2)
    return Line(row["text"], row["steps"], row["n"], row["mean"], change)
