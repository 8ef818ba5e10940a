"""The figures of one audit, summed by the database, and the form in which they are released.

In a named audit, answers of people whom a CPD lead of the school manages or appraises are read
by nobody. They count only together with at least RULE of their kind in the same cell, and only
from closing on; else the lead, who may read all the others, could subtract.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from apps.audits.enums import QuestionKind
from apps.audits.models import Answer, Audit, Question, Response
from apps.audits.readers import kept_from_readers
from apps.audits.suppression import RULE, Cell
from apps.schools.enums import STAFF_ROLES

Groups = dict[str, Cell]
# Both ratings, or the need itself where it was asked elsewhere; half an answer is none.
COUNTED = Q(confidence__isnull=False, priority__isnull=False) | Q(number__isnull=False)
GROUPS: tuple[str, ...] = tuple(str(role.value) for role in STAFF_ROLES)


@dataclass(frozen=True, slots=True)
class Figures:
    """Exact figures, by group of staff; never shown as they are but to those who read rows."""

    asked: dict[str, int]
    answered: dict[str, int]
    sizes: dict[str, int]  # of the people whose answers are counted here
    topics: dict[int, Groups]
    choices: dict[int, dict[str, int]] = field(default_factory=dict)
    kept_out: int = 0


def submitted(audit: Audit) -> QuerySet[Response]:
    return audit.responses.filter(submitted_at__isnull=False)


def measured(audit: Audit, *, closing: bool) -> Figures:
    """Sum the submitted answers of ``audit`` in six queries."""
    kept = kept_from_readers(audit)
    asked, answered = _asked(audit)
    sizes = _sizes(audit, kept, closing)
    return Figures(
        asked=asked,
        answered=answered,
        sizes=sizes,
        topics=_topics(audit, kept, closing),
        choices=_choices(audit, kept),
        kept_out=sum(answered.values()) - sum(sizes.values()),
    )


def _asked(audit: Audit) -> tuple[dict[str, int], dict[str, int]]:
    rows = audit.participations.values_list("role").annotate(
        asked=Count("pk"), answered=Count("answered_at")
    )
    found = {role: (asked, answered) for role, asked, answered in rows.order_by()}
    return {g: a for g, (a, _) in found.items()}, {g: b for g, (_, b) in found.items()}


def _is_kept(kept: frozenset[int], path: str) -> Any:
    return Case(
        When(Q(**{f"{path}__in": kept}), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def _sizes(audit: Audit, kept: frozenset[int], closing: bool) -> dict[str, int]:
    rows = submitted(audit).values_list("role", _is_kept(kept, "person_id"))
    sizes = dict.fromkeys(GROUPS, 0)
    for role, is_kept, n in rows.annotate(n=Count("pk")).order_by():
        if not is_kept or (closing and n >= RULE):
            sizes[role] = sizes.get(role, 0) + n
    return {group: n for group, n in sizes.items() if n}


def _topics(audit: Audit, kept: frozenset[int], closing: bool) -> dict[int, Groups]:
    need = Coalesce((5 - F("confidence")) * F("priority"), F("number"), output_field=IntegerField())
    rows = (
        Answer.objects.filter(
            COUNTED,
            response__audit=audit,
            response__submitted_at__isnull=False,
            question__kind=QuestionKind.GRID,
            not_my_role=False,
        )
        .values_list("question__topic_id", "response__role", _is_kept(kept, "response__person_id"))
        .annotate(
            n=Count("pk"),
            a=Sum(need),
            b=Coalesce(Sum("confidence"), 0),
            c=Coalesce(Sum("priority"), 0),
        )
        .order_by()
    )
    topics: dict[int, Groups] = {q.topic_id: {} for q in audit.asked_questions if q.topic_id}
    for topic, role, is_kept, n, *sums in rows:
        if not is_kept or (closing and n >= RULE):
            cell = topics[topic].get(role, Cell())
            topics[topic][role] = cell + Cell(n, *sums)
    return topics


def _choices(audit: Audit, kept: frozenset[int]) -> dict[int, dict[str, int]]:
    """How often each option was chosen, leaving out those whose answers nobody reads."""
    rows = (
        Answer.objects.filter(
            response__audit=audit,
            response__submitted_at__isnull=False,
            question__kind=QuestionKind.CHOICE,
        )
        .exclude(response__person_id__in=kept)
        .annotate(option=Func("chosen", function="unnest"))
        .values_list("question_id", "option")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for question, option, n in rows:
        found[question][option] = n
    return dict(found)


def presented(audit: Audit, figures: Figures) -> dict[str, Any]:
    """``figures`` as JSON, exact: for those who read single answers."""
    questions = audit.asked_questions
    return {
        "rule": 0,
        "rates": _rates(figures),
        "answered": sum(figures.sizes.values()),
        "kept_out": figures.kept_out,
        "topics": _ranked(questions, figures),
        "choices": _options(questions, figures),
    }


def _rates(figures: Figures) -> list[dict[str, Any]]:
    rows = [("all", sum(figures.asked.values()), sum(figures.answered.values()))]
    rows += [(g, figures.asked[g], figures.answered[g]) for g in GROUPS if g in figures.asked]
    return [
        {"group": group, "asked": asked, "answered": answered} for group, asked, answered in rows
    ]


def _ranked(questions: list[Question], figures: Figures) -> list[dict[str, Any]]:
    rows = []
    for question in questions:
        topic = question.topic
        if topic is None:
            continue
        cells = {g: figures.topics.get(topic.pk, {}).get(g, Cell()) for g in figures.sizes}
        rows.append(
            {
                "topic": topic.pk,
                "slug": topic.slug,
                "name": topic.name,
                "area": topic.area,
                "all": _json(sum(cells.values(), Cell())),
                "groups": {group: _json(cell) for group, cell in cells.items()},
            }
        )
    return sorted(rows, key=rank)


def rank(row: dict[str, Any]) -> tuple[Any, ...]:
    """The greatest mean need first, then more answers; what is not shown last.

    Needs as they were asked elsewhere rank among themselves, after those on our scale.
    """
    cell = row["all"]
    if not cell or not cell["n"]:
        return (2, 0, 0, row["name"])
    return (int(is_as_asked(cell)), -cell["need"], -cell["n"], row["name"])


def is_as_asked(cell: Mapping[str, Any] | None) -> bool:
    """Whether it is of needs that were asked elsewhere, on a scale of their own.

    No ratings are behind them, so they are not from 1 to 16 and compare with no others.
    """
    return bool(cell and cell["n"] and cell["confidence"] is None)


def _json(cell: Cell) -> dict[str, Any]:
    return {
        "n": cell.n,
        "need": _number(cell.mean_need),
        "confidence": _number(cell.mean_confidence),
        "priority": _number(cell.mean_priority),
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _options(questions: list[Question], figures: Figures) -> list[dict[str, Any]]:
    """Options are counted over everybody, never by group."""
    rows = []
    for question in questions:
        if question.kind != QuestionKind.CHOICE:
            continue
        counts = figures.choices.get(question.pk, {})
        options = sorted(question.choices, key=lambda label: -counts.get(label, 0))
        shown = [{"label": label, "n": counts.get(label, 0)} for label in options]
        rows.append({"code": question.code, "text": question.text, "options": shown})
    return rows
