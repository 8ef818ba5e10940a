"""Somebody answers an audit: what it is, one section a page, check, send."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.audits import actions
from apps.audits.enums import AuditState
from apps.audits.forms import seen
from apps.audits.forms.answering import SectionForm
from apps.audits.models import Answer, HeardBack, Participation
from apps.audits.readers import kept_from_readers
from apps.audits.reading import minutes
from apps.audits.sections import Section, halves_in, missing_in, topics_in
from apps.audits.views import finished
from apps.audits.views.pages import Request, posted
from apps.audits.views.respondents import (
    answering,
    frame,
    is_nameless,
    promises,
    save,
    saved_by,
    sections_of,
)
from apps.audits.wording import IN_PAID_TIME, SCALES, purpose_words
from apps.core.ids import key_in
from apps.core.permissions import Refused


@require_GET
@answering
def start(request: Request, part: Participation) -> HttpResponse:
    """Who will see what, why and how long, before the first question."""
    audit = part.audit
    saved = saved_by(part)
    sections = sections_of(part, saved)
    context = frame(part, sections) | {
        **promises(part),
        "purpose": purpose_words(audit.purpose, across=audit.alliance_id is not None),
        "paid_time": IN_PAID_TIME,
        "minutes": minutes(q.kind for section in sections for q in section.questions),
        "begun": bool(saved),
        "go_on": _first_untouched(sections),
        "managed": _managed(part),
        "told": _told(request, part),
    }
    return render(request, "audits/answer/start.html", context)


def _told(request: Request, part: Participation) -> bool:
    """Whether it has been said what came of it, for somebody who is signed in."""
    if part.audit.state != AuditState.CLOSED or part.by_code is not None:
        return False
    sent = HeardBack.objects.sent().visible_to(request.user)
    return sent.filter(audit=part.audit_id).exists()


def _first_untouched(sections: list[Section]) -> int:
    """The section after the last one with answers, or the last."""
    last = max((section.number for section in sections if section.begun), default=0)
    return min(last + 1, len(sections))


def _managed(part: Participation) -> bool:
    """Whether a CPD lead of the school manages me, so that nobody reads my single answers."""
    return part.person_id in kept_from_readers(part.audit)


@answering
def section(request: Request, part: Participation, number: int) -> HttpResponse:
    """One section: saved as it is filled in and when sent; ``then`` says where to go."""
    if is_nameless(part):
        return redirect("audits:whole", part.audit.public_id)
    sections = sections_of(part)
    if not 1 <= number <= len(sections):
        raise Http404
    if part.audit.state == AuditState.CLOSED and request.method != "POST":
        return redirect("audits:answer", part.audit.public_id)
    here = sections[number - 1]
    saved = saved_by(part)
    form = SectionForm(
        posted(request),
        questions=here.questions,
        saved=saved,
        topics=topics_in(sections),
        insists=_goes_on(request),
    )
    if request.POST.get("then") == "autosave":
        return _autosave(request, part, here, form, saved)
    if request.method == "POST":
        return _posted(request, part, sections, here, form, saved)
    return _page(request, part, sections, here, form, saved)


def _page(
    request: Request,
    part: Participation,
    sections: list[Section],
    here: Section,
    form: SectionForm,
    saved: dict[int, Answer],
    **more: Any,
) -> HttpResponse:
    context = frame(part, sections) | {
        "form": form,
        "section": here,
        "before": here.number - 1,
        "scales": SCALES,
        "seen": seen.marks(here.questions, saved),
        **more,
    }
    status = 409 if more.get("theirs") else 422 if form.errors else 200
    return render(request, "audits/answer/section.html", context, status=status)


def _goes_on(request: Request) -> bool:
    """Who stops for now, goes back or clears an answer is not held up by what must be answered;
    neither is what saves itself."""
    stays = ("leave", "back", "autosave")
    return request.POST.get("then", "on") not in stays and not request.POST.get("clear")


def _posted(
    request: Request,
    part: Participation,
    sections: list[Section],
    here: Section,
    form: SectionForm,
    saved: dict[int, Answer],
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, part, sections, here, form, saved)
    given, theirs = _changed(request, form, saved)
    cleared = key_in(request.POST.get("clear", ""))
    if cleared is not None and cleared in form.given():
        given[cleared] = actions.Given()
    try:
        save(part, here.number, given)
    except Refused:
        return redirect("audits:answer", part.audit.public_id)
    if theirs:
        return _page(request, part, sections, here, form, saved_by(part), theirs=theirs)
    return _go(request, part, here.number, len(sections))


def _autosave(
    request: Request,
    part: Participation,
    here: Section,
    form: SectionForm,
    saved: dict[int, Answer],
) -> HttpResponse:
    """What a page saves by itself; 409 with a text that was changed elsewhere meanwhile."""
    if not form.is_valid():
        return JsonResponse({"faulty": list(form.errors)}, status=422)
    given, theirs = _changed(request, form, saved)
    try:
        if given:
            save(part, here.number, given)
    except Refused as refusal:
        return JsonResponse({"refused": str(refusal)}, status=403)
    marks = {str(pk): seen.mark(value) for pk, value in given.items()}
    marks |= {str(pk): seen.mark(seen.given_of(saved.get(pk))) for pk in theirs}
    return JsonResponse({"seen": marks, "theirs": theirs}, status=409 if theirs else 200)


def _changed(
    request: Request, form: SectionForm, saved: dict[int, Answer]
) -> tuple[dict[int, actions.Given], dict[int, str]]:
    return seen.changed(form.given(), seen.read(request.POST.get("seen", "")), saved)


def _go(request: Request, part: Participation, number: int, last: int) -> HttpResponse:
    pid = part.audit.public_id
    then, cleared = request.POST.get("then", ""), key_in(request.POST.get("clear", ""))
    if part.audit.state == AuditState.CLOSED:
        return redirect("audits:answer", pid)
    if cleared is not None:
        response = redirect("audits:section", pid, number)
        response["Location"] += f"#q{cleared}"
        return response
    if then == "leave":
        messages.success(request, _("Your answers are saved. Come back on any device."))
        return redirect("audits:answer", pid)
    if then == "back" and number > 1:
        return redirect("audits:section", pid, number - 1)
    if then == "check" or number == last:
        return redirect("audits:answer_check", pid)
    return redirect("audits:section", pid, number + 1)


@answering
def check(request: Request, part: Participation) -> HttpResponse:
    """What is answered and what is not; POST sends it."""
    if is_nameless(part):
        return redirect("audits:whole", part.audit.public_id)
    if request.method == "POST":
        return _send(request, part)
    if part.audit.state == AuditState.CLOSED:
        return redirect("audits:answer", part.audit.public_id)
    saved = saved_by(part)
    sections = sections_of(part, saved)
    context = frame(part, sections) | {
        **promises(part),
        "halves": halves_in(sections, saved),
        "missing": missing_in(sections, saved),
        "any": bool(saved),
        "last": len(sections),
    }
    return render(request, "audits/answer/check.html", context)


def _send(request: Request, part: Participation) -> HttpResponse:
    if part.by_code is not None:
        return finished.send_by_code(request, part)
    try:
        actions.submit(by=part.person, part=part)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("audits:answer", part.audit.public_id)
    return redirect("audits:done", part.audit.public_id)
