"""What the schools' staff say they need, pooled so that no school's answers stand alone."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from apps.audits.alliances import FEWEST_SCHOOLS
from apps.audits.enums import AuditState, QuestionKind
from apps.audits.models import Answer, Audit, Participation
from apps.evaluation.snapshot.frame import Frame
from apps.evaluation.snapshot.people import shown_row
from apps.evaluation.suppression import LEAST, NOBODY, Cell, hidden_totals, with_totals

BIGGEST = 5


def facts(frame: Frame) -> dict[str, Any]:
    audits = asked(frame)
    return {
        "audits": audits.count(),
        "people": people(frame, audits),
        "biggest": biggest(frame, audits),
    }


def people(frame: Frame, audits: QuerySet[Audit]) -> dict[str, Any]:
    """How many answered of those asked, unless it tells any one school, which knows that of its
    own people, of few of the others."""
    rows = Participation.objects.filter(
        audit__in=audits.values("pk"), organisation_id__in=frame.school_ids
    )
    counts = rows.order_by().values("organisation_id")
    cells = [
        [Cell(row["answered"], row["asked"])]
        for row in counts.annotate(asked=Count("pk"), answered=Count("answered_at"))
    ]
    table = with_totals(cells or [[NOBODY]])
    return shown_row(table[-1], hidden_totals(table))[-1]


def asked(frame: Frame) -> QuerySet[Audit]:
    """Audits of the alliance or its schools that were open on any day of the period."""
    return Audit.objects.filter(
        Q(alliance=frame.alliance) | Q(organisation_id__in=frame.school_ids),
        opened_at__date__lte=frame.end,
        closes_on__gte=frame.start,
    ).exclude(state=AuditState.DRAFT)


def biggest(frame: Frame, audits: QuerySet[Audit]) -> list[dict[str, Any]]:
    """Mean need, (5 - confidence) x priority, by topic, from closed audits.

    A topic needs FEWEST_SCHOOLS schools of which LEAST people each answered; a school with fewer
    is left out of it. Of two schools each could work out the other's.
    """
    rows = (
        Answer.objects.filter(
            response__audit__in=audits.filter(state=AuditState.CLOSED).values("pk"),
            response__submitted_at__isnull=False,
            response__organisation_id__in=frame.school_ids,
            question__kind=QuestionKind.GRID,
            not_my_role=False,
            confidence__isnull=False,
            priority__isnull=False,
        )
        .values("question__topic__name", "response__organisation_id")
        .annotate(
            people=Count("response__person_id", distinct=True),
            answers=Count("pk"),
            total=Sum((5 - F("confidence")) * F("priority")),
        )
        .filter(people__gte=LEAST)
        .order_by("question__topic__name")
    )
    topics: dict[str, list[Any]] = {}
    for row in rows:
        topics.setdefault(row["question__topic__name"], []).append(row)
    pooled = [
        _pooled(name, found) for name, found in topics.items() if len(found) >= FEWEST_SCHOOLS
    ]
    pooled.sort(key=lambda topic: (-topic["need"], topic["topic"]))
    return pooled[:BIGGEST]


def _pooled(name: str, rows: list[Any]) -> dict[str, Any]:
    answers = sum(row["answers"] for row in rows)
    return {
        "topic": name,
        "need": round(sum(row["total"] for row in rows) / answers, 1),
        "people": sum(row["people"] for row in rows),
        "schools": len(rows),
    }
