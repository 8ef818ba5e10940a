"""After answering: my own needs, to keep as goals, and where I could help others."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.audits import actions, passes
from apps.audits.forms import OfferForm
from apps.audits.models import Answer, Goal, Offer, Participation, Topic
from apps.audits.reading import OwnNeed, my_needs
from apps.audits.views.pages import Request
from apps.audits.views.respondents import answering, frame, is_nameless, saved_by, signed_in
from apps.audits.wording import FORMULA
from apps.core.permissions import Refused

MOST = 3  # of one's own needs


@require_GET
@answering
def done(request: Request, part: Participation) -> HttpResponse:
    """My own three biggest needs; of anonymous answers only my device knows them."""
    if part.answered_at is None or part.by_code is not None:
        return redirect("audits:answer", part.audit.public_id)
    return render(request, "audits/answer/done.html", _context(request, part))


def _context(
    request: Request, part: Participation, form: OfferForm | None = None
) -> dict[str, Any]:
    context = frame(part, []) | {"formula": FORMULA}
    if not is_nameless(part):
        context |= {"needs": _needs(part)}
    offers = Offer.objects.standing().filter(person=part.person, audit_id=part.audit_id)
    return context | {
        "offers": list(offers.select_related("topic")),
        "form": form or OfferForm(topics=_topics(part), initial={"topic": _ticked(part)}),
    }


def send_by_code(request: Request, part: Participation) -> HttpResponse:
    """Send what was entered with a code. What it says of one's own needs is shown this once:
    afterwards all that the session opens is a page of thanks."""
    code: Any = part.by_code
    context = frame(part, []) | {"formula": FORMULA, "needs": _needs_on(part)}
    try:
        actions.send_sheet(code=code)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("audits:answer", part.audit.public_id)
    passes.spend(request.session, part)
    return render(request, "audits/answer/done.html", context)


def _needs_on(part: Participation) -> list[tuple[OwnNeed, None]]:
    """The biggest needs of answers that are not kept under a name yet, as `my_needs` has them."""
    saved = saved_by(part)
    asked = ((question.topic, saved.get(question.pk)) for question in part.audit.asked_questions)
    found = [
        OwnNeed(topic, given.confidence, given.priority, (5 - given.confidence) * given.priority)
        for topic, given in asked
        if topic is not None and given is not None and given.confidence and given.priority
    ]
    return [(own, None) for own in sorted(found, key=lambda own: -own.need)[:MOST]]


def _needs(part: Participation) -> list[tuple[Any, Goal | None]]:
    kept: dict[int, Goal] = {}
    for goal in Goal.objects.kept_by(part.person, part).select_related("need"):
        if goal.need:
            kept.setdefault(goal.need.topic_id, goal)
    found = my_needs(part.person, audit=part.audit)
    return [(own, kept.get(own.topic.pk)) for own in found]


def _ticked(part: Participation) -> str | None:
    """A topic ticked under "I can offer", to begin with."""
    mine = Answer.objects.filter(
        response__audit_id=part.audit_id, response__person=part.person, question__kind="offer"
    )
    return next((slug for answer in mine.exclude(chosen=[]) for slug in answer.chosen), None)


def _topics(part: Participation) -> Any:
    return Topic.objects.filter(
        pk__in=part.audit.questions.filter(topic__isnull=False).values("topic")
    )


@require_POST
@signed_in
def keep_goal(request: Request, part: Participation) -> HttpResponse:
    topic = _topics(part).filter(slug=request.POST.get("topic", "")).first()
    if topic is None or is_nameless(part):
        return redirect("audits:answer", part.audit.public_id)
    shared = request.POST.get("shared") == "yes"
    goal = actions.keep_goal(by=part.person, part=part, topic=topic, shared=shared)
    messages.success(
        request,
        _("Kept as a goal, shared with your CPD lead: %s") % topic
        if goal.shared
        else _("Kept as a goal that only you see: %s") % topic,
    )
    return redirect("audits:done" if part.answered_at else "audits:answer", part.audit.public_id)


@require_POST
@signed_in
def offer(request: Request, part: Participation) -> HttpResponse:
    form = OfferForm(request.POST, topics=_topics(part))
    if not form.is_valid():
        context = _context(request, part, form)
        return render(request, "audits/answer/done.html", context, status=422)
    data = form.cleaned_data
    actions.offer_help(
        by=part.person,
        part=part,
        topic=data["topic"],
        text=data["text"],
        shared=data["shared"],
        client_key=data["client_key"],
    )
    messages.success(request, _("Thank you. Your offer is with your CPD lead."))
    return redirect("audits:done", part.audit.public_id)
