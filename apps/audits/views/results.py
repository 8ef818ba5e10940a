"""What an audit tells its CPD leads, and its head once it has closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.audits.enums import AuditState, TopicArea
from apps.audits.figures import submitted
from apps.audits.models import Answer, Audit, Need, Response
from apps.audits.permissions import (
    can_close,
    can_read_answers,
    can_read_results,
    can_run,
    can_take_on,
)
from apps.audits.readers import kept_from_readers
from apps.audits.reading import Counts, answered_counts, comments, helpers, rated, results_for
from apps.audits.sections import sections_for
from apps.audits.suppression import RULE
from apps.audits.views.pages import Request, audit_of
from apps.audits.wording import FORMULA, GROUPS, WHO_SEES
from apps.core import audit_trail, clock
from apps.core.exports import csv_response
from apps.core.permissions import require

WARN_BEFORE = timedelta(days=3)
LEVELS = (3, 5, 7, 9)  # mean needs from which a cell is one shade darker


@require_GET
def detail(request: Request, pid: str) -> HttpResponse:
    audit = audit_of(request, pid)
    person: Any = request.user
    if audit.state == AuditState.DRAFT:
        return redirect("audits:check", pid)
    if not can_run(person, audit) and not can_read_results(person, audit):
        if audit.participations.filter(person=person).exists():
            return redirect("audits:answer", pid)
        require(can_read_results(person, audit))
    found = results_for(person, audit)
    context = _frame(person, audit, found) | _figures(person, audit, found)
    return render(request, "audits/detail.html", context)


def _frame(person: Any, audit: Audit, found: dict[str, Any] | None) -> dict[str, Any]:
    counts = answered_counts([audit])[audit.pk]
    reads_rows = bool(can_read_answers(person, audit))
    return {
        "audit": audit,
        "found": found,
        "counts": counts,
        "may_count": counts.may_be_shown or reads_rows,
        "rates": [_rate(row) for row in found["rates"]] if found else [],
        "rule": RULE,
        "warns": audit.state == AuditState.CLOSED or audit.closes_on - clock.today() <= WARN_BEFORE,
        "runs": bool(can_run(person, audit)),
        "may_close": bool(can_close(person, audit)),
        "takes_on": bool(can_take_on(person, audit)),
        "reads_rows": reads_rows,
        "who_sees": WHO_SEES[audit.mode],
        "waits": person if audit.participations.filter(person=person).exists() else None,
    }


def _rate(row: dict[str, Any]) -> dict[str, Any]:
    """Counts under ten people, a percentage from ten on."""
    counts = Counts(row["answered"], row["asked"])
    percent = round(100 * counts.answered / counts.asked) if counts.asked >= 10 else None
    return row | {
        "label": GROUPS.get(row["group"], row["group"]),
        "percent": percent,
        "is_low": counts.is_low,
    }


def _figures(person: Any, audit: Audit, found: dict[str, Any] | None) -> dict[str, Any]:
    if not found:
        return {}
    taken = {n.topic_id: n for n in Need.objects.filter(audit=audit, person__isnull=True)}
    ranked = [row for row in found["topics"] if row["all"] and row["all"]["n"]]
    ranked.sort(key=_is_few)
    leads = bool(can_run(person, audit))
    return {
        "formula": FORMULA,
        "ranked": [
            row
            | {
                "area": TopicArea(row["area"]).label,
                "taken": taken.get(row["topic"]),
                "few": _is_few(row),
            }
            for row in ranked
        ],
        "unranked": [row["name"] for row in found["topics"] if row not in ranked],
        "heat": _heat(found, ranked),
        "helpers": helpers(audit) if can_read_answers(person, audit) else [],
        "comments": comments(audit, person) if leads else [],
        "reads_comments": leads,
        "suppressed": bool(found["rule"]),
    }


def _is_few(row: dict[str, Any]) -> bool:
    """Few people say little about a school: such topics follow the others."""
    return bool(row["all"]["n"] < RULE)


def _heat(found: dict[str, Any], ranked: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Topics by group of staff, where more than one group answered."""
    groups = sorted({g for row in found["topics"] for g in row["groups"]})
    if len(groups) < 2:
        return None
    rows = [
        {
            "label": row["name"],
            "cells": [_heat_cell(row["groups"].get(group)) for group in groups],
        }
        for row in ranked
    ]
    return {"columns": [GROUPS.get(g, g) for g in groups], "rows": rows}


def _heat_cell(cell: dict[str, Any] | None) -> dict[str, Any]:
    if cell is None:
        return {"text": _("fewer than 5"), "level": None}
    if not cell["n"]:
        return {"text": "–", "level": None}
    level = 1 + sum(cell["need"] >= limit for limit in LEVELS)
    return {"text": f"{cell['need']:.1f} (n {cell['n']})", "level": level}


@require_GET
def export(request: Request, pid: str) -> HttpResponse:
    """The ranking as CSV. A file is passed on, so it is always under the rule of five."""
    audit = audit_of(request, pid)
    require(can_read_results(request.user, audit))
    shared = audit.results.get("shared")
    if shared is None:
        raise Http404
    groups = sorted({g for row in shared["topics"] for g in row["groups"]})
    header = [_("Topic"), _("Area"), _("Answers"), _("Mean need"), _("Mean confidence")]
    header += [_("Mean priority")]
    for group in groups:
        words = GROUPS.get(group, group)
        header += [_("%s: answers") % words, _("%s: mean need") % words]
    rows = [_csv_row(row, groups) for row in shared["topics"]]
    return csv_response(f"needs-{audit.public_id}", header, rows)


def _csv_row(row: dict[str, Any], groups: list[str]) -> list[Any]:
    cells = [_csv_cell(row["all"], "n", "need", "confidence", "priority")]
    cells += [_csv_cell(row["groups"].get(group), "n", "need") for group in groups]
    flat = [value for cell in cells for value in cell]
    return [row["name"], str(TopicArea(row["area"]).label), *flat]


def _csv_cell(cell: dict[str, Any] | None, *names: str) -> list[Any]:
    if cell is None:
        return [_("fewer than 5")] * len(names)
    return [cell[name] for name in names]


@require_GET
def answers(request: Request, pid: str) -> HttpResponse:
    """Who answered a named audit, with their three biggest needs."""
    audit = audit_of(request, pid)
    require(can_read_answers(request.user, audit))
    kept = kept_from_readers(audit)
    rows = (
        submitted(audit)
        .exclude(person_id__in=kept)
        .select_related("person")
        .prefetch_related(
            Prefetch(
                "answers",
                rated(
                    Answer.objects.filter(question__audit=audit).select_related("question__topic")
                ).order_by("-need", "question__position")[:3],
                to_attr="rated",
            )
        )
        .order_by("person__family_name", "person__given_name", "pk")
    )
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {"audit": audit, "page_obj": page, "kept": submitted(audit).filter(person__in=kept)}
    return render(request, "audits/answers.html", context)


@require_GET
@transaction.atomic
def answers_of(request: Request, pid: str, person: str) -> HttpResponse:
    """One person's answers, for the CPD lead of a named audit; that they were read is recorded."""
    audit = audit_of(request, pid)
    require(can_read_answers(request.user, audit))
    readable = submitted(audit).exclude(person_id__in=kept_from_readers(audit))
    response = readable.select_related("person").filter(person__public_id=person).first()
    if response is None:
        raise Http404
    audit_trail.record("audits.read_answers", response, by=request.user)
    context = {"audit": audit, "response": response, "sections": _given(audit, response)}
    return render(request, "audits/answers_of.html", context)


def _given(audit: Audit, response: Response) -> list[tuple[str, list[tuple[Any, Any]]]]:
    saved: dict[int, Any] = {answer.question_id: answer for answer in response.answers.all()}
    topics = {}
    questions = audit.asked_questions
    for question in questions:
        if question.topic:
            topics[question.topic.slug] = question.topic.name
    found = []
    for section in sections_for(questions, response.role):
        rows = [(question, saved.get(question.pk)) for question in section.questions]
        for _question, answer in rows:
            if answer:
                answer.said = ", ".join(topics.get(c, c) for c in answer.chosen)
        found.append((section.title, rows))
    return found
