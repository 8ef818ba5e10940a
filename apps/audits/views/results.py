"""Who answered a named audit, and what: for its CPD leads."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.audits.enums import QuestionKind
from apps.audits.figures import submitted
from apps.audits.forms.ways import PLACES
from apps.audits.models import Answer, Audit, Question, Response
from apps.audits.permissions import can_read_answers_of, can_read_some_answers
from apps.audits.readers import kept_across, kept_from_readers
from apps.audits.reading import rated
from apps.audits.sections import sections_for
from apps.audits.views.pages import Request, audit_of
from apps.core import audit_trail
from apps.core.permissions import require
from apps.schools.enums import Role
from apps.schools.scope import scope_of


@require_GET
def answers(request: Request, pid: str) -> HttpResponse:
    """Who answered a named audit, with their three biggest needs."""
    audit = audit_of(request, pid)
    require(can_read_some_answers(request.user, audit))
    mine, kept = _of_mine(request.user, audit)
    rows = (
        mine.exclude(person_id__in=kept)
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
    context = {"audit": audit, "page_obj": page, "kept": mine.filter(person__in=kept)}
    return render(request, "audits/answers.html", context)


@require_GET
@transaction.atomic
def answers_of(request: Request, pid: str, person: str) -> HttpResponse:
    """One person's answers, for the CPD lead of a named audit; that they were read is recorded."""
    audit = audit_of(request, pid)
    require(can_read_some_answers(request.user, audit))
    mine, kept = _of_mine(request.user, audit)
    response = (
        mine.exclude(person_id__in=kept)
        .select_related("person")
        .filter(person__public_id=person)
        .first()
    )
    if response is None:
        raise Http404
    audit_trail.record("audits.read_answers", response, by=request.user)
    context = {"audit": audit, "response": response, "sections": _given(audit, response)}
    return render(request, "audits/answers_of.html", context)


def _of_mine(person: Any, audit: Audit) -> tuple[QuerySet[Response], frozenset[int]]:
    """Sent answers of the schools where ``person`` reads single ones, and whose nobody reads."""
    rows = submitted(audit).filter(person__isnull=False)  # a file's rows have none
    if audit.organisation_id is not None:
        return rows, kept_from_readers(audit)
    led = scope_of(person).organisations(Role.CPD_LEAD)
    schools = [pk for pk in led if can_read_answers_of(person, audit, pk)]
    return rows.filter(organisation_id__in=schools), kept_across(audit)


def _given(audit: Audit, response: Response) -> list[tuple[str, list[tuple[Any, Any]]]]:
    saved: dict[int, Any] = {answer.question_id: answer for answer in response.answers.all()}
    topics = {}
    questions = audit.asked_questions
    for question in questions:
        if question.topic:
            topics[question.topic.slug] = question.topic.name
    found = []
    for section in sections_for(questions, response.role, job_role=response.job_role):
        rows = [(question, saved.get(question.pk)) for question in section.questions]
        for question, answer in rows:
            if answer:
                answer.said = _said(question, answer, topics)
        found.append((section.title, rows))
    return found


def _said(question: Question, answer: Answer, topics: dict[str, str]) -> str:
    """A step of a scale, or what was chosen, in words; empty for texts and grids."""
    if answer.number is not None:
        return _("%(step)d of %(steps)d") % {"step": answer.number, "steps": question.steps or 0}
    chosen = [topics.get(choice, choice) for choice in answer.chosen]
    if question.kind == QuestionKind.RANKING:
        chosen = [f"{place}: {choice}" for place, choice in zip(PLACES, chosen, strict=False)]
    return ", ".join(chosen)
