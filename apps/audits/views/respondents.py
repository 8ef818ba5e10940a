"""Whoever answers: signed in, or let in by a code from paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from apps.audits import actions, passes
from apps.audits.actions.answering import answer_row, from_sheet
from apps.audits.enums import AuditMode, AuditState
from apps.audits.models import Answer, Audit, Participation, Response
from apps.audits.permissions import can_answer
from apps.audits.sections import Section, sections_for
from apps.audits.views.pages import Request
from apps.audits.wording import MODES, NOT_PROMISED, who_sees
from apps.core.permissions import get_visible, require

View = Callable[..., HttpResponse]


def answering(view: View) -> View:
    """A page of the one audit that a code from paper opens; who has none signs in.

    Of an audit that the code does not open, nobody learns whether it exists.
    """

    @login_not_required
    @never_cache
    @wraps(view)
    def page(request: Request, pid: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            part = _own_part(request, pid)
        elif passes.has_sent(request.session, pid):
            return _thanks(request, pid)
        else:
            let_in = passes.part_let_in(request.session, pid)
            if let_in is None:
                return redirect_to_login(request.get_full_path())
            part = let_in
        return view(request, part, *args, **kwargs)

    return page


def _thanks(request: Request, pid: str) -> HttpResponse:
    """All that a session opens which has sent its answers, also when it sends them twice."""
    if request.method == "POST":
        return redirect("audits:done", pid)
    return render(request, "audits/answer/thanks.html")


def signed_in(view: View) -> View:
    """A page of the one audit that no code from paper opens."""

    @wraps(view)
    def page(request: Request, pid: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, _own_part(request, pid), *args, **kwargs)

    return page


def _own_part(request: Request, pid: str) -> Participation:
    """The person's own part in the audit, in one query; 404 when not visible, 403 not asked."""
    mine = Participation.objects.of(request.user).filter(audit__public_id=pid)
    found = (
        mine.exclude(audit__state=AuditState.DRAFT)
        .select_related("audit__organisation", "audit__alliance", "organisation", "person")
        .first()
    )
    if found is None:
        audit = get_visible(Audit, request.user, public_id=pid)
        require(can_answer(request.user, audit))
        raise Http404
    return found


def saved_by(part: Participation) -> dict[int, Answer]:
    """What was answered; by code only what stands on the code's own sheet."""
    if part.by_code is not None:
        given = from_sheet(part.by_code.sheet)
        return {pk: answer_row(Response(), pk, value) for pk, value in given.items()}
    mine = Answer.objects.filter(
        response__audit_id=part.audit_id, response__person_id=part.person_id
    )
    return {answer.question_id: answer for answer in mine}


def save(part: Participation, number: int, given: Mapping[int, actions.Given]) -> None:
    """Keep the answers of one section where `saved_by` finds them."""
    if part.by_code is not None:
        actions.save_sheet(code=part.by_code, given=given)
    else:
        actions.save_section(by=part.person, part=part, number=number, given=given)


def sections_of(part: Participation, saved: dict[int, Answer] | None = None) -> list[Section]:
    return sections_for(part.audit.asked_questions, part.role, saved, job_role=part.job_role)


def is_nameless(part: Participation) -> bool:
    return part.promised == AuditMode.ANONYMOUS


def frame(part: Participation, sections: list[Section]) -> dict[str, Any]:
    audit = part.audit
    return {
        "audit": audit,
        "part": part,
        "mode": part.promised,
        "sections": sections,
        "is_open": audit.state == AuditState.OPEN,
        "sent": part.answered_at is not None and part.by_code is None,
        "nameless": is_nameless(part),
        "by_code": part.by_code is not None,
    }


def promises(part: Participation) -> dict[str, Any]:
    """Who sees what, in words; the same before the first question and before sending."""
    return {
        "mode_title": MODES[part.promised],
        "who_sees": who_sees(
            part.promised, across=part.audit.alliance_id is not None, for_school=part.for_school
        ),
        "not_promised": () if part.for_school else NOT_PROMISED.get(part.promised, ()),
    }
