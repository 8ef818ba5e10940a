from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.activities import engine, kinds, readers, steps
from apps.activities.engine import Blocked, Situation, Stale, checks, weights
from apps.activities.engine.changes import PLANNING, token
from apps.activities.engine.criteria import HELD, remove_criterion, save_criterion, usual_left
from apps.activities.enums import Reason
from apps.activities.forms.planning import (
    CriterionForm,
    DatesForm,
    StartForm,
    WhyForm,
)
from apps.activities.kinds import kind_of
from apps.activities.models import Activity, Criterion
from apps.activities.permissions import can_plan, can_start, can_steer
from apps.activities.views.common import (
    CONFLICT,
    add_blocks,
    get_activity,
    page,
    say_blocked,
    thread_links,
)
from apps.audits.models import Goal, Need
from apps.core.permissions import require


def new(request: HttpRequest) -> HttpResponse:
    """Start an activity. GET: ``need`` and ``goal`` (public ids) come ticked; ``kind`` comes
    chosen."""
    person: Any = request.user
    require(can_start(person))
    initial, need = _asked_for(request)
    form = StartForm(request.POST or None, person=person, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {
            key: form.cleaned_data.get(key, ())
            for key in ("kind", "title", "organisation", "alliance", "reason", "client_key")
        }
        needs, goals = form.cleaned_data.get("needs", ()), form.cleaned_data.get("goals", ())
        activity = engine.start(by=person, needs=needs, goals=goals, **values)
        messages.success(request, _("“%(title)s” is a draft.") % {"title": activity.title})
        return redirect("activities:plan", activity.public_id)
    cautions = [kind for kind in kinds.all_kinds() if kind.caution]
    context = {"form": form, "need": need, "cautions": cautions, "asked": _query(request)}
    return page(request, "new", context)


def _query(request: HttpRequest) -> str:
    """What the guided choice hands back: the need and goal that it was opened for."""
    kept = {name: request.GET[name] for name in ("need", "goal") if request.GET.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


def _asked_for(request: HttpRequest) -> tuple[dict[str, Any], Need | None]:
    asked = request.GET.get("need", "")
    need = Need.objects.visible_to(request.user).filter(public_id=asked).first() if asked else None  # type: ignore[arg-type]
    initial: dict[str, Any] = {}
    if request.GET.get("kind"):
        initial["kind"] = request.GET["kind"]
    goal = _goal_asked_for(request)
    if goal is not None:
        initial |= {"goals": [goal.pk], "reason": Reason.NEED, "title": goal.statement[:120]}
        initial["organisation"] = goal.organisation.ref
    if need is not None:
        initial |= {"needs": [need.pk], "reason": Reason.NEED, "title": need.statement[:120]}
        initial["organisation"] = need.organisation.ref
        if need.alliance is not None:
            initial["alliance"] = need.alliance.public_id
    return initial, need


def _goal_asked_for(request: HttpRequest) -> Goal | None:
    asked = request.GET.get("goal", "")
    person: Any = request.user
    rows = Goal.objects.visible_to(person).select_related("organisation")
    return rows.filter(public_id=asked).first() if asked else None


def plan(request: HttpRequest, pid: str) -> HttpResponse:
    """The task list: what is planned, what is missing, and who can add it."""
    activity = get_activity(request, pid, "needs")
    person: Any = request.user
    require(can_plan(person, activity))
    situation = Situation.of(activity)
    shut = situation.is_active and situation.is_shut_to(person.pk)
    context = {
        "activity": activity,
        "tasks": steps.planning_tasks(situation),
        "step": None if shut else steps.next_step(situation),
        "cautions": checks.cautions(situation),
        "may_steer": can_steer(person, activity),
        "seen": token(activity),
        "in_planning": activity.state in PLANNING,
        "thread": thread_links(activity),
    }
    return page(request, "plan", context)


def plan_why(request: HttpRequest, pid: str) -> HttpResponse:
    activity = get_activity(request, pid)
    person: Any = request.user
    require(can_plan(person, activity))
    initial = {
        "version": activity.version,
        "title": activity.title,
        "focus": activity.focus,
        "pupil_outcome": activity.pupil_outcome,
        "reason": activity.reason,
        "needs": [n.pk for n in activity.needs.all()],
        "goals": [g.pk for g in activity.goals.all()],
        **activity.details,
    }
    form = WhyForm(request.POST or None, initial=initial)
    form.known = partial(readers.names_known_in, activity)
    form.ask_for(kind_of(activity.kind).plan_fields)
    form.offer(person, keep=activity)
    return _saved_plan(request, activity, form, "plan_why")


def plan_dates(request: HttpRequest, pid: str) -> HttpResponse:
    activity = get_activity(request, pid)
    require(can_plan(request.user, activity))  # type: ignore[arg-type]
    initial = {
        "version": activity.version,
        "starts_on": activity.starts_on,
        "ends_on": activity.ends_on,
        "minutes_needed": activity.minutes_needed,
        "minutes_available": activity.minutes_available,
        "equality": activity.equality,
        "programme": activity.programme.public_id if activity.programme else "",
    }
    form = DatesForm(request.POST or None, initial=initial, activity=activity)
    form.known = partial(readers.names_known_in, activity)
    return _saved_plan(request, activity, form, "plan_dates")


def _saved_plan(request: HttpRequest, activity: Activity, form: Any, template: str) -> HttpResponse:
    """Save a part of the plan; when somebody else saved meanwhile, show both and lose neither."""
    context: dict[str, Any] = {"activity": activity, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            engine.plan(activity, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except Stale as stale:
            current: Any = stale.current
            form.data = form.data.copy()
            form.data["version"] = current.version
            response = page(request, template, {**context, "theirs": current})
            response.status_code = CONFLICT
            return response
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Saved."))
            return redirect("activities:plan", activity.public_id)
    return page(request, template, context)


def criteria(request: HttpRequest, pid: str) -> HttpResponse:
    """Success criteria of an activity, and a form to add one."""
    activity = get_activity(request, pid)
    person: Any = request.user
    require(can_plan(person, activity))
    rows = list(activity.criteria.all())
    left = max(0, 100 - sum(c.weight for c in rows))
    initial = {"weight": left or None, "target_on": activity.ends_on}
    form = CriterionForm(request.POST or None, initial=initial)
    form.known = partial(readers.names_known_in, activity)
    if request.method == "POST" and form.is_valid():
        try:
            save_criterion(activity, by=person, **form.cleaned_data)
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("The criterion is added."))
            return redirect("activities:criteria", pid)
    context = _criteria_context(activity, rows) | {
        "form": form if activity.state in PLANNING else None,
        "usual": usual_left(activity, rows) if activity.state in PLANNING else [],
    }
    return page(request, "criteria", context)


def _criteria_context(activity: Activity, rows: list[Criterion]) -> dict[str, Any]:
    """What is there so far, and its weights beside those that the agreement gives."""
    agreement = weights.agreement_of(activity)
    differs = weights.differs(rows, agreement)
    may_fit = differs and agreement is not None and activity.state in PLANNING
    return {
        "activity": activity,
        "rows": rows,
        "total": sum(c.weight for c in rows),
        "agreement": agreement,
        "differs": differs,
        "fitted": weights.fitted(rows, weights.agreed(agreement)) if may_fit else None,
        "thread": thread_links(activity),
    }


@require_POST
def criterion_usual(request: HttpRequest, pid: str) -> HttpResponse:
    """Go to a criterion form filled with a usual one: only baseline and target are missing."""
    activity = get_activity(request, pid)
    person: Any = request.user
    require(can_plan(person, activity))
    rows = list(activity.criteria.all())
    wanted = request.POST.get("usual", "")
    usual = next((u for u in usual_left(activity, rows) if u.slug == wanted), None)
    if usual is None:
        raise Http404
    initial = {
        "level": usual.level,
        "guskey": usual.guskey,
        "indicator": usual.indicator,
        "measure": usual.measure,
        "source": usual.source,
        "unit": usual.unit,
        "direction": usual.direction,
        "weight": usual.weight or None,
        "target_on": activity.ends_on,
    }
    context = _criteria_context(activity, rows) | {
        "form": CriterionForm(initial=initial),
        "usual": [],
        "filled": usual,
    }
    return page(request, "criteria", context)


@require_POST
def criteria_fit(request: HttpRequest, pid: str) -> HttpResponse:
    """Make the weights those of the agreement."""
    activity = get_activity(request, pid)
    person: Any = request.user
    require(can_plan(person, activity))
    try:
        weights.fit_weights(activity, by=person)
        messages.success(request, _("The weights are those of the agreement."))
    except Blocked as blocked:
        say_blocked(request, blocked)
    return redirect("activities:criteria", pid)


def _get_criterion(activity: Activity, cid: str) -> Criterion:
    found = activity.criteria.filter(public_id=cid).first()
    if found is None:
        raise Http404
    return found


def criterion(request: HttpRequest, pid: str, cid: str) -> HttpResponse:
    activity = get_activity(request, pid)
    person: Any = request.user
    require(can_plan(person, activity))
    row = _get_criterion(activity, cid)
    agreed = activity.state not in PLANNING
    form = CriterionForm(request.POST or None, instance=row, agreed=agreed)
    form.known = partial(readers.names_known_in, activity)
    if request.method == "POST" and form.is_valid():
        try:
            save_criterion(activity, by=person, criterion=row, **form.cleaned_data)
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Saved."))
            return redirect("activities:criteria", pid)
    context = {
        "activity": activity,
        "form": form,
        "criterion": row,
        "agreed": agreed,
        "held": not agreed and row.is_held() and HELD,
    }
    return page(request, "criterion", context)


@require_POST
def criterion_remove(request: HttpRequest, pid: str, cid: str) -> HttpResponse:
    activity = get_activity(request, pid)
    person: Any = request.user
    require(can_plan(person, activity))
    try:
        remove_criterion(_get_criterion(activity, cid), by=person)
        messages.success(request, _("The criterion is removed."))
    except Blocked as blocked:
        say_blocked(request, blocked)
    return redirect("activities:criteria", pid)
