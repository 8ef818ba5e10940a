"""An audit as those asked will meet it: the same forms and pieces of pages, and nothing is kept."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from apps.audits.forms import SectionForm
from apps.audits.models import Audit
from apps.audits.permissions import can_edit, can_preview
from apps.audits.reading import minutes
from apps.audits.sections import LOOKED_AT_AS, ONLY_FOR, Section, sections_for, topics_in
from apps.audits.views.pages import Request, audit_of, posted
from apps.audits.wording import MODES, NOT_PROMISED, SCALES, purpose_words, who_sees
from apps.core.permissions import require

WIDTHS = ("phone", "desktop")


def _audit(request: Request, pid: str) -> Audit:
    """Of whoever runs it or is asked to agree to it; once open, to see what was asked."""
    audit = audit_of(request, pid)
    require(can_preview(request.user, audit))
    return audit


def _roles(audit: Audit) -> list[str]:
    """As whom it can be looked at: those asked whom any section tells apart, or just one."""
    mentioned = {role for question in audit.asked_questions for role in question.for_roles}
    asked = [role for role in LOOKED_AT_AS if LOOKED_AT_AS[role][0] in audit.roles]
    jobs = set(audit.job_roles)
    found = [role for role in asked if not jobs or LOOKED_AT_AS[role][1] in jobs]
    plain = [role for role in found if role in audit.roles or role in mentioned or role in jobs]
    return plain or found[:1] or asked[:1] or list(LOOKED_AT_AS)[:1]


def _role(request: Request, audit: Audit) -> str:
    roles = _roles(audit)
    wanted = request.GET.get("role", "")
    return wanted if wanted in roles else roles[0]


def _sections(audit: Audit, role: str) -> list[Section]:
    held, job = LOOKED_AT_AS[role]
    return sections_for(audit.asked_questions, held, job_role=job)


@require_GET
def preview(request: Request, pid: str) -> HttpResponse:
    """Choose as whom and how wide (``?role=&width=``); the pages stand in a frame."""
    audit = _audit(request, pid)
    role = _role(request, audit)
    width = request.GET.get("width", "")
    width = width if width in WIDTHS else WIDTHS[0]
    sections = _sections(audit, role)
    context = {
        "audit": audit,
        "role": role,
        "roles": [(value, ONLY_FOR[value]) for value in _roles(audit)],
        "width": width,
        "minutes": minutes(q.kind for section in sections for q in section.questions),
        "sections": len(sections),
        "may_edit": bool(can_edit(request.user, audit)),
    }
    return render(request, "audits/preview.html", context)


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def page(request: Request, pid: str, number: int) -> HttpResponse:
    """One page in the frame: 0 is the first, then the sections, then the last."""
    audit = _audit(request, pid)
    role = _role(request, audit)
    sections = _sections(audit, role)
    if number > len(sections) + 1:
        raise Http404
    frame = {
        "audit": audit,
        "role": role,
        "number": number,
        "sections": sections,
        "before": number - 1,
        "next": number + 1,
        "scales": SCALES,
    }
    if not 1 <= number <= len(sections):
        return render(request, "audits/preview_ends.html", frame | _first(audit, sections))
    here = sections[number - 1]
    form = SectionForm(
        posted(request),
        questions=here.questions,
        saved={},
        topics=topics_in(sections),
        insists=request.POST.get("then") != "back",
    )
    if request.method == "POST" and form.is_valid():
        step = -1 if request.POST.get("then") == "back" else 1
        response = redirect("audits:preview_page", pid, number + step)
        response["Location"] += f"?role={role}"
        return response
    context = frame | {"form": form, "section": here}
    status = 422 if form.errors else 200
    return render(request, "audits/preview_section.html", context, status=status)


def _first(audit: Audit, sections: list[Section]) -> dict[str, Any]:
    return {
        "who_sees": who_sees(audit.mode, across=audit.alliance_id is not None),
        "mode_title": MODES[audit.mode],
        "not_promised": NOT_PROMISED.get(audit.mode),
        "purpose": purpose_words(audit.purpose, across=audit.alliance_id is not None),
        "minutes": minutes(q.kind for section in sections for q in section.questions),
    }
