"""What the results page shows, put into the words and shades of its template."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.enums import Grouping, QuestionKind
from apps.audits.models import Audit, Need
from apps.audits.reading import counts_of
from apps.audits.results import parts
from apps.audits.results.charts import change_words, choice_name, gap_words, kept_charts
from apps.audits.results.schools import compared
from apps.audits.results.sources import Source, group_label
from apps.audits.results.trend import trend
from apps.audits.wording import FORMULA, GROUPS
from apps.core.charts import shown

NEED_LEVELS = (3, 5, 7, 9)  # mean needs from which a cell is one shade darker
SCALE_LEVELS = (0.2, 0.4, 0.6, 0.8)  # the same of a scale, in parts of its steps
GAPS, LINES = 8, 12
MOST_SCHOOLS = 25


def rates(source: Source) -> list[dict[str, Any]]:
    """Counts under ten people, a percentage from ten on; in steps of five but for who reads the
    single answers."""
    rows = []
    found = source.summary["rates"]
    for row in found[:1] + sorted(found[1:], key=lambda row: row["group"], reverse=True):
        counts = counts_of(row, exact=source.exact)
        rows.append({"label": GROUPS.get(row["group"], row["group"]), "counts": counts})
    return rows


def needs(source: Source) -> dict[str, Any]:
    taken = {}
    if source.audit.organisation_id:
        found = Need.objects.filter(audit=source.audit, person__isnull=True)
        taken = {need.topic_id: need for need in found}
    rows = [row | {"taken": taken.get(row["topic"])} for row in parts.ranked(source)]
    return {
        "formula": FORMULA,
        "rated": any(not row["as_asked"] for row in rows),
        "as_asked": any(row["as_asked"] for row in rows),
        "ranked": rows,
        "unranked": parts.unranked(source),
        "asks_topics": bool(source.of_kind(QuestionKind.GRID)),
        "suppressed": not source.exact,
        "balance": source.summary.get("balance"),
    }


def groups(source: Source, wanted: str, address: str) -> dict[str, Any]:
    """One grouping: a heat map of the topics, another of the scales, and tabs to the others."""
    offered = source.groupings
    if not offered:
        return {}
    by = next((g for g in offered if g == wanted), offered[0])
    columns = parts.columns(source, by)
    found = _heat(source, by, parts.in_order(source))
    return {
        "by": by,
        "by_columns": [label for _key, label in columns],
        "by_tabs": [
            {"label": g.label, "url": f"{address}by={g}#groups", "current": g == by}
            for g in offered
        ],
        "by_finding": _finding(source, by, columns),
        "by_needs": found,
        "by_no_shades": not any(cell["level"] for row in found for cell in row["cells"]),
        "by_scales": _heat(source, by, source.of_kind(QuestionKind.SCALE)),
        "by_csv": reverse("audits:export", args=[source.audit.public_id]) + f"?by={by}",
    }


def _finding(source: Source, by: str, columns: list[tuple[str, str]]) -> str:
    """What each of the first groups needs most."""
    found = []
    for key, label in columns[:3]:
        cells = [
            (cell[parts.CONFIDENCE] is not None, cell[parts.MEAN], parts.label_of(question))
            for question in parts.in_order(source)
            if (cell := source.cell(by, question.code, key)) and cell[parts.N]
        ]
        if cells:
            found.append(f"{label}: {max(cells)[2]}")
    return "; ".join(found)


def _heat(source: Source, by: str, questions: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "label": parts.label_of(question),
            "cells": [_heat_cell(question, cell) for cell in cells],
        }
        for question, cells in parts.across(source, by, questions)
    ]


def _heat_cell(question: Any, cell: list[Any] | None) -> dict[str, Any]:
    if cell is None:
        return {"text": _("not shown"), "level": None}
    n, mean = cell[parts.N], cell[parts.MEAN]
    if not n:
        return {"text": "–", "level": None}
    level: int | None
    if question.kind == QuestionKind.GRID and cell[parts.CONFIDENCE] is None:
        level = None  # as it was asked elsewhere, on a scale of its own
    elif question.kind == QuestionKind.GRID:
        level = 1 + sum(mean >= limit for limit in NEED_LEVELS)
    else:
        level = 1 + sum(mean / question.steps >= limit for limit in SCALE_LEVELS)
    return {"text": f"{mean:.1f} (n {n})", "level": level}


def leaders(source: Source) -> dict[str, Any]:
    found = parts.gaps(source)
    return {
        "gaps": found[:GAPS],
        "gap_words": gap_words(found[0]) if found else "",
        "more_gaps": max(0, len(found) - GAPS),
    }


def others(source: Source) -> dict[str, Any]:
    """The questions that are no grid."""
    return {
        "scales": parts.scales(source),
        "choices": parts.choices(source),
        "rankings": parts.rankings(source),
    }


def schools(source: Source, topic: str, most: int | None = MOST_SCHOOLS) -> dict[str, Any]:
    """Schools side by side at one topic, by default the one with the biggest need; the first
    ``most`` of them."""
    grids = parts.in_order(source)
    elsewhere = {row["topic"] for row in parts.ranked(source) if row["as_asked"]}
    question = next((q for q in grids if q.code == topic), grids[0] if grids else None)
    found = compared(source, question) if question else None
    if found is None or question is None:
        return {}
    return {
        "compared": found,
        "compared_rows": found.rows[:most],
        "compared_more": len(found.rows) - len(found.rows[:most]),
        "compared_question": question,
        "compared_as_asked": question.topic_id in elsewhere,
        "compared_topics": [(q.code, parts.label_of(q)) for q in grids],
        "by_phase": _phases(source, question.code),
    }


def _phases(source: Source, code: str) -> list[tuple[str, list[Any]]]:
    groups = source.tables.get(Grouping.PHASE, {"groups": []})["groups"]
    cells = [(row["key"], source.cell(Grouping.PHASE, code, row["key"])) for row in groups]
    return [(group_label(Grouping.PHASE, key), cell) for key, cell in cells if cell and cell[0]]


def over_time(audit: Audit, person: Person) -> dict[str, Any]:
    found = trend(audit, person)
    if found is None:
        return {}
    return {
        "trend_days": found.days,
        "trend_lines": found.lines[:LINES],
        "trend_more": max(0, len(found.lines) - LINES),
        "trend_words": change_words(found.most_moved),
    }


def charts(audit: Audit) -> dict[str, Any]:
    """The drawings by name, each with its file."""
    address = reverse("audits:export", args=[audit.public_id])
    return {row.name: shown(row.data, address) for row in kept_charts(audit)}


def with_charts(choices: list[dict[str, Any]], drawn: dict[str, Any]) -> list[dict[str, Any]]:
    return [row | {"chart": drawn.get(choice_name(row["question"]))} for row in choices]
