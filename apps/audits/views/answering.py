"""Somebody answers an audit: what it is, one section a page, check, send, what it says of me."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.audits import actions
from apps.audits.enums import AuditState
from apps.audits.forms import OfferForm, SectionForm
from apps.audits.models import Answer, Audit, Goal, Offer, Participation, Topic
from apps.audits.permissions import can_answer
from apps.audits.readers import kept_from_readers
from apps.audits.reading import minutes, my_needs
from apps.audits.sections import Section, missing_in, sections_for, topics_in
from apps.audits.views.pages import Request, posted
from apps.audits.wording import FORMULA, PURPOSES, SCALES, WHO_SEES
from apps.core.permissions import Refused, get_visible, require


def _part(request: Request, pid: str) -> Participation:
    """The person's own part in the audit, in one query; 404 when not visible, 403 not asked."""
    mine = Participation.objects.of(request.user).filter(audit__public_id=pid)
    found = (
        mine.exclude(audit__state=AuditState.DRAFT)
        .select_related("audit__organisation", "organisation")
        .first()
    )
    if found is None:
        audit = get_visible(Audit, request.user, public_id=pid)
        require(can_answer(request.user, audit))
        raise Http404
    return found


def _saved(part: Participation) -> dict[int, Answer]:
    mine = Answer.objects.filter(
        response__audit_id=part.audit_id, response__person_id=part.person_id
    )
    return {answer.question_id: answer for answer in mine}


def _sections(part: Participation, saved: dict[int, Answer] | None = None) -> list[Section]:
    return sections_for(part.audit.asked_questions, part.role, saved, job_role=part.job_role)


def _frame(part: Participation, sections: list[Section]) -> dict[str, Any]:
    audit = part.audit
    return {
        "audit": audit,
        "part": part,
        "sections": sections,
        "is_open": audit.state == AuditState.OPEN,
        "sent": part.answered_at is not None,
    }


@require_GET
def start(request: Request, pid: str) -> HttpResponse:
    """Who will see what, why and how long, before the first question."""
    part = _part(request, pid)
    audit = part.audit
    saved = _saved(part)
    sections = _sections(part, saved)
    begun = [section for section in sections if section.answered]
    context = _frame(part, sections) | {
        "who_sees": WHO_SEES[audit.mode],
        "purpose": PURPOSES[audit.purpose],
        "minutes": minutes(q.kind for section in sections for q in section.questions),
        "begun": bool(begun),
        "go_on": _first_untouched(sections),
        "managed": _managed(part),
    }
    return render(request, "audits/answer/start.html", context)


def _first_untouched(sections: list[Section]) -> int:
    """The section after the last one with answers, or the last."""
    last = max((section.number for section in sections if section.answered), default=0)
    return min(last + 1, len(sections))


def _managed(part: Participation) -> bool:
    """Whether a CPD lead of the school manages me, so that nobody reads my single answers."""
    return part.person_id in kept_from_readers(part.audit)


def section(request: Request, pid: str, number: int) -> HttpResponse:
    """One section: saved when sent, whichever button; ``then`` says where to go."""
    part = _part(request, pid)
    sections = _sections(part)
    if not 1 <= number <= len(sections):
        raise Http404
    if part.audit.state == AuditState.CLOSED and request.method != "POST":
        return redirect("audits:answer", pid)
    here = sections[number - 1]
    form = SectionForm(
        posted(request),
        questions=here.questions,
        saved={} if request.method == "POST" else _saved(part),
        topics=topics_in(sections),
        insists=_goes_on(request),
    )
    if request.method == "POST" and form.is_valid():
        return _save(request, part, here, form, len(sections))
    context = _frame(part, sections) | {
        "form": form,
        "section": here,
        "before": number - 1,
        "scales": SCALES,
    }
    return render(
        request, "audits/answer/section.html", context, status=422 if form.errors else 200
    )


def _goes_on(request: Request) -> bool:
    """Who stops for now, goes back or clears an answer is not held up by what must be answered."""
    return request.POST.get("then", "on") not in ("leave", "back") and not request.POST.get("clear")


def _save(
    request: Request, part: Participation, here: Section, form: SectionForm, last: int
) -> HttpResponse:
    pid = part.audit.public_id
    given = form.given()
    cleared = request.POST.get("clear", "")
    if cleared.isdigit() and int(cleared) in given:
        given[int(cleared)] = actions.Given()
    try:
        actions.save_section(by=request.user, part=part, number=here.number, given=given)
    except Refused:
        return redirect("audits:answer", pid)
    if part.audit.state == AuditState.CLOSED:
        return redirect("audits:answer", pid)
    if cleared:
        response = redirect("audits:section", pid, here.number)
        response["Location"] += f"#q{cleared}"
        return response
    return _go(request, pid, here.number, last)


def _go(request: Request, pid: str, number: int, last: int) -> HttpResponse:
    then = request.POST.get("then", "")
    if then == "leave":
        messages.success(request, _("Your answers are saved. Come back on any device."))
        return redirect("audits:answer", pid)
    if then == "back" and number > 1:
        return redirect("audits:section", pid, number - 1)
    if then == "check" or number == last:
        return redirect("audits:answer_check", pid)
    return redirect("audits:section", pid, number + 1)


def check(request: Request, pid: str) -> HttpResponse:
    """What is answered and what is not; POST sends it."""
    part = _part(request, pid)
    if request.method == "POST":
        return _send(request, part)
    if part.audit.state == AuditState.CLOSED:
        return redirect("audits:answer", pid)
    saved = _saved(part)
    sections = _sections(part, saved)
    halves = [answer for answer in saved.values() if answer.is_half]
    context = _frame(part, sections) | {
        "halves": len(halves),
        "missing": missing_in(sections, saved),
        "any": bool(saved),
        "who_sees": WHO_SEES[part.audit.mode],
        "last": len(sections),
    }
    return render(request, "audits/answer/check.html", context)


def _send(request: Request, part: Participation) -> HttpResponse:
    try:
        actions.submit(by=request.user, part=part)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("audits:answer", part.audit.public_id)
    return redirect("audits:done", part.audit.public_id)


@require_GET
def done(request: Request, pid: str) -> HttpResponse:
    """My own three biggest needs, to keep as goals, and where I could help others."""
    part = _part(request, pid)
    if part.answered_at is None:
        return redirect("audits:answer", pid)
    return render(request, "audits/answer/done.html", _done_context(request, part))


def _done_context(
    request: Request, part: Participation, form: OfferForm | None = None
) -> dict[str, Any]:
    goals = Goal.objects.of_person(request.user).filter(need__audit_id=part.audit_id)
    kept = {goal.need.topic_id: goal for goal in goals.select_related("need") if goal.need}
    offers = Offer.objects.standing().filter(person=request.user, audit_id=part.audit_id)
    ticked = Answer.objects.filter(
        response__audit_id=part.audit_id, response__person=request.user
    ).exclude(chosen=[])
    slugs = [slug for answer in ticked.filter(question__kind="offer") for slug in answer.chosen]
    return _frame(part, []) | {
        "needs": [
            (own, kept.get(own.topic.pk)) for own in my_needs(request.user, audit=part.audit)
        ],
        "formula": FORMULA,
        "offers": list(offers.select_related("topic")),
        "form": form or OfferForm(topics=_topics(part), initial={"topic": next(iter(slugs), None)}),
    }


def _topics(part: Participation) -> Any:
    return Topic.objects.filter(
        pk__in=part.audit.questions.filter(topic__isnull=False).values("topic")
    )


@require_POST
def keep_goal(request: Request, pid: str) -> HttpResponse:
    part = _part(request, pid)
    topic = _topics(part).filter(slug=request.POST.get("topic", "")).first()
    if topic is None:
        return redirect("audits:answer", pid)
    shared = request.POST.get("shared") == "yes"
    goal = actions.keep_goal(by=request.user, part=part, topic=topic, shared=shared)
    messages.success(
        request,
        _("Kept as a goal, shared with your CPD lead: %s") % topic
        if goal.shared
        else _("Kept as a goal that only you see: %s") % topic,
    )
    return redirect("audits:done" if part.answered_at else "audits:answer", pid)


@require_POST
def offer(request: Request, pid: str) -> HttpResponse:
    part = _part(request, pid)
    form = OfferForm(request.POST, topics=_topics(part))
    if not form.is_valid():
        return render(
            request, "audits/answer/done.html", _done_context(request, part, form), status=422
        )
    data = form.cleaned_data
    actions.offer_help(
        by=request.user,
        part=part,
        topic=data["topic"],
        text=data["text"],
        shared=data["shared"],
        client_key=data["client_key"],
    )
    messages.success(request, _("Thank you. Your offer is with your CPD lead."))
    return redirect("audits:done", pid)
