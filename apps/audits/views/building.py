"""A lead makes an audit ready, opens it, gives it more time and closes it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.audits import actions
from apps.audits.enums import AuditState
from apps.audits.forms import AuditForm, ExtendForm, audience_of
from apps.audits.forms.building import GROUPINGS
from apps.audits.models import Audit, Question
from apps.audits.permissions import (
    can_close,
    can_create,
    can_edit,
    can_extend,
    can_make_version,
    can_open,
    can_see_who_answered,
)
from apps.audits.rates import overall
from apps.audits.readers import judged_by_readers, readers
from apps.audits.reading import minutes
from apps.audits.suppression import is_small
from apps.audits.templates_data import TEMPLATES
from apps.audits.views import alliances
from apps.audits.views.pages import Request, audit_of, posted
from apps.audits.views.questions import draft_of
from apps.audits.wording import GROUPS
from apps.core.permissions import Refused, get_visible, require
from apps.core.ui.dates import day
from apps.schools.enums import Role
from apps.schools.models import Membership, Organisation
from apps.schools.scope import scope_of

FRESH = "fresh"  # instead of a template
MOST_EARLIER = 20


def new(request: Request) -> HttpResponse:
    """Choose what to start from, then say what and whom the audit is for.

    ``?template=`` takes one of ours, ``?copy=`` an earlier audit; ``?template=fresh`` nothing.
    """
    require(can_create(request.user))
    slug, earlier = request.GET.get("template", ""), request.GET.get("copy", "")
    source = get_visible(_earlier(request), request.user, public_id=earlier) if earlier else None
    template = TEMPLATES.get(slug)
    if source is None and template is None and slug != FRESH:
        context = {"templates": TEMPLATES.values(), "earlier": _earlier(request)[:MOST_EARLIER]}
        return render(request, "audits/choose_template.html", context)
    initial = _defaults_of(source) if source else AuditForm.defaults(template)
    form = AuditForm(posted(request), initial=initial, schools=_led(request))
    if request.method == "POST" and form.is_valid():
        audit = actions.create_draft(
            by=request.user,
            organisation=form.school(),
            template=template.slug if template else "",
            source=source,
            client_key=form.cleaned_data["client_key"],
            **form.values(),
        )
        return redirect("audits:questions", audit.public_id)
    context = {"form": form, "template": template, "source": source, "step": 1}
    return render(request, "audits/edit.html", context, status=422 if form.errors else 200)


def _earlier(request: Request) -> QuerySet[Audit]:
    """Audits whose questions may be asked again: of the schools whose CPD I lead."""
    return Audit.objects.led_by(request.user).select_related("organisation")


def _defaults_of(source: Audit) -> dict[str, Any]:
    names = ("title", "introduction", "mode", "purpose", *GROUPINGS)
    found = {name: getattr(source, name) for name in names}
    return AuditForm.defaults(None) | found | {"audience": audience_of(source.roles)}


def edit(request: Request, pid: str) -> HttpResponse:
    audit = draft_of(request, pid)
    if audit.alliance_id is not None:
        return alliances.edit(request, audit)
    form = AuditForm(
        posted(request),
        instance=audit,
        initial={"audience": audience_of(audit.roles), "client_key": audit.client_key},
        schools=list(Organisation.objects.filter(pk=audit.school_id)),
    )
    if request.method == "POST" and form.is_valid():
        actions.change_draft(by=request.user, audit=audit, **form.values())
        return redirect("audits:check", audit.public_id)
    context = {"form": form, "audit": audit, "step": 1}
    return render(request, "audits/edit.html", context, status=422 if form.errors else 200)


def version(request: Request, pid: str) -> HttpResponse:
    """What a new version means, and the press that makes it."""
    audit = audit_of(request, pid)
    require(can_make_version(request.user, audit))
    if request.method == "POST":
        draft = actions.make_version(by=request.user, audit=audit)
        if draft.state != AuditState.DRAFT:
            return redirect("audits:detail", draft.public_id)
        return redirect("audits:questions", draft.public_id)
    known = Audit.objects.filter(replaces=audit).first()
    return render(request, "audits/version.html", {"audit": audit, "known": known})


def check(request: Request, pid: str) -> HttpResponse:
    audit = audit_of(request, pid)
    if audit.state != AuditState.DRAFT:
        return redirect("audits:detail", pid)
    if audit.alliance_id is not None:
        return redirect("audits:schools", pid)
    require(can_edit(request.user, audit))
    return render(request, "audits/check.html", _check_context(audit))


def _check_context(audit: Audit) -> dict[str, Any]:
    people = actions.people_to_ask(audit)
    questions = audit.asked_questions
    roles = [role for role in Role.values if role in {held.role for held in people}]
    lengths = {GROUPS[role]: _longest(questions, role, people) for role in roles}
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


def _longest(questions: list[Question], role: str, people: list[Membership]) -> int:
    """The minutes of whoever of ``role`` has most to answer."""
    jobs = {held.job_role for held in people if held.role == role}
    return max(minutes(q.kind for q in questions if q.is_for(role, job)) for job in jobs)


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
    asked = alliances.audience_words(audit)
    titles = dict.fromkeys(question.section for question in questions)
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
            "label": _("Questions"),
            "value": _("%(n)d, in: %(sections)s")
            % {"n": len(questions), "sections": ", ".join(titles)}
            if questions
            else _("None yet"),
            "url": reverse("audits:questions", args=[audit.public_id]),
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
        if audit.alliance_id is not None:
            return alliances.schools_page(request, audit, status=422)
        return render(request, "audits/check.html", _check_context(audit), status=422)
    messages.success(
        request, _("The audit is open. Everybody asked is told on the next open morning.")
    )
    return redirect("audits:detail", pid)


@require_POST
def discard(request: Request, pid: str) -> HttpResponse:
    audit = draft_of(request, pid)
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


def close(request: Request, pid: str) -> HttpResponse:
    """What closing does, which nothing undoes; POST closes."""
    audit = audit_of(request, pid)
    if audit.state == AuditState.CLOSED:
        return redirect("audits:detail", pid)  # the same press twice
    require(can_close(request.user, audit))
    if request.method != "POST":
        exact = bool(can_see_who_answered(request.user, audit))
        context = {"audit": audit, "rate": overall(audit, exact=exact)}
        return render(request, "audits/close.html", context)
    closed = actions.close_audit(by=request.user, audit=audit)
    messages.success(
        request,
        _("The audit has closed and its results are ready.")
        if closed.results
        else _("The audit has closed. Its results are being worked out."),
    )
    return redirect("audits:detail", pid)


def _led(request: Request) -> list[Organisation]:
    led = scope_of(request.user).organisations(Role.CPD_LEAD)
    schools = list(Organisation.objects.filter(pk__in=led))
    if not schools:
        raise Http404
    return schools
