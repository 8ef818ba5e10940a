"""Answering without a name: one page, whose draft stays on the device until it is sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from apps.audits import actions, passes
from apps.audits.enums import AuditState
from apps.audits.forms.answering import WholeForm
from apps.audits.models import Participation
from apps.audits.sections import Section, topics_in
from apps.audits.views.pages import Request, posted
from apps.audits.views.respondents import answering, frame, is_nameless, promises, sections_of
from apps.audits.wording import SCALES
from apps.core.permissions import Refused


@answering
def whole(request: Request, part: Participation) -> HttpResponse:
    """All sections; a script shows one at a time. POST sends them, once."""
    pid = part.audit.public_id
    if not is_nameless(part) or part.audit.state == AuditState.CLOSED:
        return redirect("audits:answer", pid)
    answered = part.answered_at is not None and part.by_code is None
    if answered and request.method != "POST":
        return redirect("audits:done", pid)
    sections = sections_of(part)
    form = WholeForm(
        posted(request),
        questions=[question for section in sections for question in section.questions],
        saved={},
        topics=topics_in(sections),
        insists=True,
    )
    if request.method == "POST" and form.is_valid():
        return _send(request, part, form)
    return _page(request, part, sections, form)


def _send(request: Request, part: Participation, form: WholeForm) -> HttpResponse:
    key = form.cleaned_data["client_key"]
    try:
        actions.send_anonymously(by=part.person, part=part, key=key, given=form.given())
    except Refused as refusal:
        # A code tells nobody whether somebody has answered.
        if part.by_code is None or not isinstance(refusal, actions.AnsweredAlready):
            messages.warning(request, str(refusal))
            return redirect("audits:answer", part.audit.public_id)
    if part.by_code is not None:
        actions.end_code(code=part.by_code)
        passes.spend(request.session, part)
    return redirect("audits:done", part.audit.public_id)


def _page(
    request: Request, part: Participation, sections: list[Section], form: WholeForm
) -> HttpResponse:
    items = {item.question.pk: item for item in form.items()}
    parts: list[Any] = [
        {"section": here, "items": [items[question.pk] for question in here.questions]}
        for here in sections
    ]
    context = frame(part, sections) | {
        **promises(part),
        "form": form,
        "parts": parts,
        "scales": SCALES,
    }
    status = 422 if form.errors else 200
    return render(request, "audits/answer/whole.html", context, status=status)
