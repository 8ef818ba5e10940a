"""A lead makes an audit ready, opens it, gives it more time and closes it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.audits import actions
from apps.audits.enums import AuditState, QuestionKind
from apps.audits.forms import AuditForm, ExtendForm, TopicsForm, audience_of
from apps.audits.models import Audit, Question
from apps.audits.permissions import can_close, can_create, can_edit, can_extend, can_open
from apps.audits.readers import judged_by_readers, readers
from apps.audits.reading import minutes
from apps.audits.suppression import is_small
from apps.audits.templates_data import TEMPLATES
from apps.audits.views.pages import Request, audit_of, posted
from apps.audits.wording import GROUPS
from apps.core.permissions import Refused, require
from apps.core.ui.dates import day
from apps.schools.enums import Phase, Role
from apps.schools.models import Organisation
from apps.schools.scope import scope_of


def new(request: Request) -> HttpResponse:
    """Choose a template, then say what and whom the audit is for (``?template=``)."""
    require(can_create(request.user))
    slug = request.GET.get("template", "")
    if slug not in TEMPLATES:
        return render(request, "audits/choose_template.html", {"templates": TEMPLATES.values()})
    template = TEMPLATES[slug]
    form = AuditForm(posted(request), initial=AuditForm.defaults(template), schools=_led(request))
    if request.method == "POST" and form.is_valid():
        audit = actions.create_draft(
            by=request.user,
            organisation=form.school(),
            template=slug,
            client_key=form.cleaned_data["client_key"],
            **form.values(),
        )
        return redirect("audits:topics", audit.public_id)
    context = {"form": form, "template": template, "step": 1}
    return render(request, "audits/edit.html", context, status=422 if form.errors else 200)


def edit(request: Request, pid: str) -> HttpResponse:
    audit = _draft(request, pid)
    form = AuditForm(
        posted(request),
        instance=audit,
        initial={"audience": audience_of(audit.roles), "client_key": audit.client_key},
        schools=list(Organisation.objects.filter(pk=audit.school_id)),
    )
    if request.method == "POST" and form.is_valid():
        actions.change_draft(by=request.user, audit=audit, **form.values())
        return redirect("audits:check", audit.public_id)
    context = {"form": form, "audit": audit, "template": TEMPLATES[audit.template], "step": 1}
    return render(request, "audits/edit.html", context, status=422 if form.errors else 200)


def topics(request: Request, pid: str) -> HttpResponse:
    audit = _draft(request, pid)
    form = TopicsForm(posted(request), audit=audit)
    if request.method == "POST" and form.is_valid():
        actions.choose_topics(by=request.user, audit=audit, slugs=form.slugs())
        return redirect("audits:check", audit.public_id)
    context = {"form": form, "audit": audit, "step": 2}
    return render(request, "audits/topics.html", context, status=422 if form.errors else 200)


def check(request: Request, pid: str) -> HttpResponse:
    audit = audit_of(request, pid)
    if audit.state != AuditState.DRAFT:
        return redirect("audits:detail", pid)
    require(can_edit(request.user, audit))
    return render(request, "audits/check.html", _check_context(audit))


def _check_context(audit: Audit) -> dict[str, Any]:
    people = actions.people_to_ask(audit)
    questions = audit.asked_questions
    roles = [role for role in Role.values if role in {held.role for held in people}]
    lengths = {GROUPS[role]: minutes(_kinds_for(questions, role)) for role in roles}
    return {
        "audit": audit,
        "step": 3,
        "blocks": actions.blocks_to_opening(audit, people),
        "people": len(people),
        "without_mail": sum(not held.person.email for held in people),
        "by_role": [(GROUPS[role], sum(held.role == role for held in people)) for role in roles],
        "lengths": lengths.items(),
        "questions": questions,
        "kept": _kept(audit, people),
        "rows": _rows(audit, questions),
        "mail_day": day(actions.first_morning(audit)),
    }


def _kinds_for(questions: list[Question], role: str) -> list[str]:
    return [q.kind for q in questions if not q.for_roles or role in q.for_roles]


def _kept(audit: Audit, people: list[Any]) -> dict[str, Any] | None:
    """How many of those asked are managed or appraised by a lead, in a named audit."""
    if audit.mode != "named":
        return None
    asked = {held.person_id for held in people}
    managed = judged_by_readers(audit).values_list("person_id", flat=True)
    n = len(asked & set(managed))
    nobody = not readers(audit).exists()
    return {"n": n, "small": is_small(n), "nobody": nobody} if n or nobody else None


def _rows(audit: Audit, questions: list[Question]) -> list[dict[str, Any]]:
    edit_url = reverse("audits:edit", args=[audit.public_id])
    topics_url = reverse("audits:topics", args=[audit.public_id])
    asked = ", ".join(str(GROUPS[role]) for role in audit.roles)
    only = [str(Phase(phase).label) for phase in audit.phases] + audit.departments
    if only:
        asked = f"{asked} ({', '.join(only)})"
    names = [str(q.topic) for q in questions if q.kind == QuestionKind.GRID]
    return [
        {"label": _("Title"), "value": audit.title, "url": edit_url},
        {"label": _("Why we ask"), "value": audit.introduction, "url": edit_url},
        {
            "label": _("Who may read the answers"),
            "value": audit.get_mode_display(),
            "url": edit_url,
        },
        {"label": _("Why people are asked"), "value": audit.get_purpose_display(), "url": edit_url},
        {"label": _("Who is asked"), "value": asked, "url": edit_url},
        {"label": _("Last day for answers"), "value": day(audit.closes_on), "url": edit_url},
        {
            "label": _("%(n)d topics") % {"n": len(names)},
            "value": ", ".join(names),
            "url": topics_url,
        },
    ]


@require_POST
def open_now(request: Request, pid: str) -> HttpResponse:
    audit = audit_of(request, pid)
    if audit.state != AuditState.DRAFT:
        return redirect("audits:detail", pid)  # the same press twice
    require(can_open(request.user, audit))
    try:
        actions.open_audit(by=request.user, audit=audit)
    except Refused:
        return render(request, "audits/check.html", _check_context(audit), status=422)
    messages.success(
        request, _("The audit is open. Everybody asked is told on the next open morning.")
    )
    return redirect("audits:detail", pid)


@require_POST
def discard(request: Request, pid: str) -> HttpResponse:
    audit = _draft(request, pid)
    actions.discard_draft(by=request.user, audit=audit)
    messages.success(request, _("The draft is gone. Nobody had seen it."))
    return redirect("audits:list")


def extend(request: Request, pid: str) -> HttpResponse:
    audit = audit_of(request, pid)
    require(can_extend(request.user, audit))
    form = ExtendForm(posted(request), initial={"closes_on": audit.closes_on})
    if request.method == "POST" and form.is_valid():
        closes_on = form.cleaned_data["closes_on"]
        actions.extend_audit(by=request.user, audit=audit, closes_on=closes_on)
        messages.success(request, _("The audit now closes at the end of %s.") % day(closes_on))
        return redirect("audits:detail", pid)
    context = {"form": form, "audit": audit}
    return render(request, "audits/extend.html", context, status=422 if form.errors else 200)


@require_POST
def close(request: Request, pid: str) -> HttpResponse:
    audit = audit_of(request, pid)
    if audit.state == AuditState.CLOSED:
        return redirect("audits:detail", pid)  # the same press twice
    require(can_close(request.user, audit))
    actions.close_audit(by=request.user, audit=audit)
    messages.success(request, _("The audit has closed and its results are ready."))
    return redirect("audits:detail", pid)


def _draft(request: Request, pid: str) -> Audit:
    audit = audit_of(request, pid)
    require(can_edit(request.user, audit))
    return audit


def _led(request: Request) -> list[Organisation]:
    led = scope_of(request.user).organisations(Role.CPD_LEAD)
    schools = list(Organisation.objects.filter(pk__in=led))
    if not schools:
        raise Http404
    return schools
