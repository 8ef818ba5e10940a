"""A school's CPD plan: read, written line by line, sent to the head, signed, reviewed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.audits import planning
from apps.audits.actions import planning as actions
from apps.audits.enums import PlanState
from apps.audits.forms.plans import FrameForm, LineForm, ReviewForm, goal_words
from apps.audits.models import Goal, Need, Plan, PlanLine, PlanReview
from apps.audits.plan_permissions import (
    can_plan_for,
    can_review,
    can_sign_plan,
    can_take_back,
    can_write,
)
from apps.audits.views.pages import Request, posted
from apps.core import clock
from apps.core.permissions import Refused, get_visible, require
from apps.core.years import academic_year
from apps.schools.enums import Role
from apps.schools.forms.agreements import SignForm
from apps.schools.models import Organisation
from apps.schools.scope import scope_of

PLANS = Plan.objects.select_related("organisation", "created_by", "signature__signed_by")
LINES = PlanLine.objects.select_related("need", "goal", "owner", "evidence").prefetch_related(
    Prefetch("reviews", PlanReview.objects.select_related("written_by"))
)


@require_GET
def index(request: Request) -> HttpResponse:
    """The plans I may read, and for a lead the school and year without one."""
    person: Any = request.user
    rows = list(PLANS.visible_to(person)[:60])
    year = academic_year(clock.today())
    led = Organisation.objects.filter(pk__in=scope_of(person).organisations(Role.CPD_LEAD))
    have = {(plan.organisation_id, plan.year) for plan in rows}
    context = {
        "plans": rows,
        "to_start": [school for school in led if (school.pk, year) not in have],
        "year": year,
    }
    return render(request, "audits/plan/list.html", context)


@require_POST
def start(request: Request) -> HttpResponse:
    """Start this year's plan of a school, or its next version; ``need`` goes on to a line."""
    person: Any = request.user
    school = get_object_or_404(
        Organisation.objects.visible_to(person), ref=request.POST.get("school", "")
    )
    require(can_plan_for(person, school.pk))
    year = academic_year(clock.today())
    plan = actions.start_plan(by=person, organisation=school, year=year)
    need = request.POST.get("need", "")
    if need and plan.state == PlanState.DRAFT:
        address = reverse("audits:plan_line_new", args=[plan.public_id])
        return redirect(f"{address}?{urlencode({'need': need})}")
    return redirect("audits:cpd_plan", plan.public_id)


@require_GET
def plan(request: Request, pid: str) -> HttpResponse:
    person: Any = request.user
    row = get_visible(PLANS.all(), person, public_id=pid)
    lines = list(LINES.filter(plan=row))
    writes = bool(can_write(person, row))
    cost, unknown = planning.cost_of(lines)
    versions = Plan.objects.visible_to(person).filter(
        organisation=row.organisation_id, year=row.year
    )
    context = {
        "plan": row,
        "lines": [(line, line.goal and goal_words(line.goal)) for line in lines],
        "writes": writes,
        "gaps": planning.gaps(row, lines) if writes else [],
        "balances": planning.balances(row, lines),
        "without_hours": planning.without_hours(lines),
        "hours": planning.hours_of(lines),
        "cost": cost,
        "cost_unknown": unknown,
        "checks": planning.purpose_checks(lines),
        "standard": [(title, hint, key in row.standard) for key, title, hint in planning.STANDARD],
        "signs": bool(can_sign_plan(person, row)),
        "takes_back": bool(can_take_back(person, row)),
        "reviews": bool(can_review(person, row)),
        "renews": row.state == PlanState.SIGNED and bool(can_plan_for(person, row.organisation_id)),
        "versions": [other for other in versions if other.pk != row.pk],
        "priorities": _priorities(person, row),
    }
    return render(request, "audits/plan/plan.html", context)


def _priorities(person: Any, row: Plan) -> list[str]:
    goals = Goal.objects.of_schools().visible_to(person).open()
    ranked = goals.filter(organisation_id=row.organisation_id, priority__isnull=False)
    return [goal_words(goal) for goal in ranked.order_by("priority", "pk")]


def frame(request: Request, pid: str) -> HttpResponse:
    row = _writable(request, pid)
    form = FrameForm(
        posted(request),
        initial={
            "reserve": row.reserve,
            "standard": row.standard,
            "standard_note": row.standard_note,
        },
    )
    if request.method == "POST" and form.is_valid():
        actions.save_frame(by=request.user, plan=row, **form.cleaned_data)
        return redirect("audits:cpd_plan", pid)
    context = {"form": form, "plan": row}
    return render(request, "audits/plan/frame.html", context, status=422 if form.errors else 200)


def new_line(request: Request, pid: str) -> HttpResponse:
    """A new line; ``?need=`` begins it from a need."""
    row = _writable(request, pid)
    form = LineForm(posted(request), plan=row, initial=_from_need(request, row))
    if request.method == "POST" and form.is_valid():
        actions.add_line(
            by=request.user,
            plan=row,
            client_key=form.cleaned_data["client_key"],
            **form.values(),
        )
        messages.success(request, _("The line is in the plan."))
        return redirect("audits:cpd_plan", pid)
    return _line_page(request, row, form)


def _from_need(request: Request, row: Plan) -> dict[str, Any]:
    pid = request.GET.get("need", "")
    mine = Need.objects.visible_to(request.user).of_schools([row.organisation_id])
    need = mine.filter(public_id=pid).first() if pid else None
    if need is None:
        return {}
    goal = need.goals.filter(person__isnull=True).order_by("priority", "pk").first()
    return {
        "statement": need.statement,
        "need": need.pk,
        "goal": goal and goal.pk,
        "level": need.level,
        "evidence": need.audit_id,
        "owner": request.user.pk,
    }


def line(request: Request, pid: str, line: str) -> HttpResponse:
    row, found = _line(request, pid, line)
    form = LineForm(
        posted(request), plan=row, instance=found, initial={"client_key": found.client_key}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_line(
                by=request.user,
                line=found,
                base=form.cleaned_data["version"],
                **form.values(),
            )
        except actions.LineChanged as other:
            form = _conflict(form, other.line)
        else:
            messages.success(request, _("The line is saved."))
            return redirect("audits:cpd_plan", pid)
    return _line_page(request, row, form, found)


def _conflict(form: LineForm, stored: PlanLine) -> LineForm:
    """What was typed stays; sent again, it replaces what somebody else saved meanwhile."""
    form.data = form.data.copy()
    form.data["version"] = str(stored.version)
    words = _(
        "Somebody else changed this line meanwhile; it now begins “%(text)s”. What you typed is "
        "still here: save again to replace theirs."
    )
    form.add_error(None, words % {"text": stored.statement[:80]})
    return form


def _line_page(
    request: Request, row: Plan, form: LineForm, found: PlanLine | None = None
) -> HttpResponse:
    context = {"form": form, "plan": row, "line": found}
    return render(request, "audits/plan/line.html", context, status=422 if form.errors else 200)


@require_POST
def change_line(request: Request, pid: str, line: str) -> HttpResponse:
    """``do``: up, down or remove."""
    _row, found = _line(request, pid, line)
    do = request.POST.get("do", "")
    if do == "remove":
        actions.remove_line(by=request.user, line=found)
        messages.success(request, _("The line is out of the plan."))
    elif do in ("up", "down"):
        actions.move_line(by=request.user, line=found, down=do == "down")
    else:
        raise Http404
    return redirect("audits:cpd_plan", pid)


@require_POST
def send(request: Request, pid: str) -> HttpResponse:
    row = _writable(request, pid)
    try:
        actions.send_plan(by=request.user, plan=row)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The head has been asked to read and sign the plan."))
    return redirect("audits:cpd_plan", pid)


@require_POST
def take_back(request: Request, pid: str) -> HttpResponse:
    row = get_visible(PLANS.all(), request.user, public_id=pid)
    require(can_take_back(request.user, row))
    actions.take_back(by=request.user, plan=row)
    messages.success(request, _("It is a draft again."))
    return redirect("audits:cpd_plan", pid)


def sign(request: Request, pid: str) -> HttpResponse:
    """The head reads the plan to its end and signs with their name."""
    row = get_visible(PLANS.all(), request.user, public_id=pid)
    if row.state in (PlanState.SIGNED, PlanState.REPLACED):
        return redirect("audits:cpd_plan", pid)
    require(can_sign_plan(request.user, row))
    words = _("I have read this plan and sign it for %(school)s")
    form = SignForm(posted(request), words=words % {"school": row.organisation.name})
    if request.method == "POST" and form.is_valid():
        actions.sign_plan(by=request.user, plan=row, name=form.cleaned_data["name"])
        messages.success(request, _("Signed. The follow-ups are with those who see to each line."))
        return redirect("audits:cpd_plan", pid)
    lines = list(LINES.filter(plan=row))
    context = {
        "form": form,
        "plan": row,
        "lines": [(found, found.goal and goal_words(found.goal)) for found in lines],
        "balances": planning.balances(row, lines),
        "hours": planning.hours_of(lines),
        "cost": planning.cost_of(lines)[0],
    }
    return render(request, "audits/plan/sign.html", context, status=422 if form.errors else 200)


def review(request: Request, pid: str, line: str) -> HttpResponse:
    row = get_visible(PLANS.all(), request.user, public_id=pid)
    require(can_review(request.user, row))
    found = get_object_or_404(LINES, plan=row, public_id=line)
    form = ReviewForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actions.review_line(by=request.user, line=found, **form.cleaned_data)
        messages.success(request, _("Noted."))
        return redirect("audits:cpd_plan", pid)
    context = {"form": form, "plan": row, "line": found}
    return render(request, "audits/plan/review.html", context, status=422 if form.errors else 200)


def _writable(request: Request, pid: str) -> Plan:
    row = get_visible(PLANS.all(), request.user, public_id=pid)
    require(can_write(request.user, row))
    return row


def _line(request: Request, pid: str, line: str) -> tuple[Plan, PlanLine]:
    row = _writable(request, pid)
    return row, get_object_or_404(LINES, plan=row, public_id=line)
