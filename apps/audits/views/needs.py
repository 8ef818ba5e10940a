"""A need: where it is known from, and what is done about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.audits import actions
from apps.audits.enums import NeedState, PlanState
from apps.audits.forms import GoalForm
from apps.audits.forms.plans import goal_words
from apps.audits.models import Audit, Goal, Need, Plan, PlanLine
from apps.audits.permissions import (
    can_change_goal,
    can_lead_need,
    can_read_results,
    can_take_on,
)
from apps.audits.reading import topics_of
from apps.audits.views.pages import Request, audit_of, posted
from apps.audits.wording import FORMULA
from apps.core.permissions import get_visible, require

NEEDS = Need.objects.select_related("organisation", "topic", "audit", "created_by", "alliance")


@require_POST
def take_on(request: Request, pid: str) -> HttpResponse:
    audit = audit_of(request, pid)
    person: Any = request.user
    require(can_take_on(person, audit))
    topics = {topic.slug: topic for topic in topics_of(audit)}
    topic = topics.get(request.POST.get("topic", ""))
    if topic is None:
        return redirect("audits:detail", pid)
    taken = actions.take_on(by=person, audit=audit, topic=topic)
    messages.success(
        request, _("%s is now a need of the school. Plan what to do about it.") % topic
    )
    return redirect("audits:need", taken.public_id)


@require_GET
def need(request: Request, pid: str) -> HttpResponse:
    person: Any = request.user
    row = get_visible(NEEDS.all(), person, public_id=pid)
    goals = _goals(person, row)
    activities = list(row.activities.visible_to(person)[:20])
    leads = bool(can_lead_need(person, row))
    context = {
        "need": row,
        "own": row.person_id == person.pk,
        "goals": [(goal, bool(can_change_goal(person, goal))) for goal in goals],
        "activities": activities,
        "lines": _lines(person, row),
        "leads": leads,
        "figure": row.figure,
        "formula": FORMULA,
        "reads_audit": _reads(person, row.audit),
        "goal_url": "#goals" if goals else None,
        "activity_url": "#activities" if activities else None,
        "plan_url": f"{reverse('activities:new')}?need={row.public_id}",
        "states": NeedState,
    }
    return render(request, "audits/need.html", context)


def _goals(person: Any, row: Need) -> list[Goal]:
    """The goals for a need, each with the words of the school's goal that it serves."""
    found = Goal.objects.visible_to(person).filter(need=row)
    goals = list(found.select_related("person", "serves"))
    for goal in goals:
        goal.served = goal_words(goal.serves) if goal.serves else ""
    return goals


def _lines(person: Any, row: Need) -> list[PlanLine]:
    """Lines of plans in force or in hand that answer the need."""
    plans = Plan.objects.visible_to(person).exclude(state=PlanState.REPLACED)
    return list(PlanLine.objects.filter(need=row, plan__in=plans).select_related("plan"))


def _reads(person: Any, audit: Audit | None) -> bool:
    return audit is not None and bool(can_read_results(person, audit))


def add_goal(request: Request, pid: str) -> HttpResponse:
    person: Any = request.user
    row = get_visible(NEEDS.all(), person, public_id=pid)
    require(can_lead_need(person, row))
    begun = _("Get better at: %(topic)s") % {"topic": row.topic.name}
    form = GoalForm(posted(request), initial={"statement": begun})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.add_goal(
            by=person,
            need=row,
            statement=data["statement"],
            due=data["due"],
            client_key=data["client_key"],
        )
        messages.success(request, _("The goal is set. Next: plan an activity that serves it."))
        return redirect("audits:need", pid)
    context = {"form": form, "need": row, "own": row.person_id == person.pk}
    return render(request, "audits/goal.html", context, status=422 if form.errors else 200)


@require_POST
def settle(request: Request, pid: str) -> HttpResponse:
    row = get_visible(NEEDS.all(), request.user, public_id=pid)
    require(can_lead_need(request.user, row))
    state = request.POST.get("state", "")
    if state not in NeedState.values:
        raise Http404
    actions.settle_need(by=request.user, need=row, state=NeedState(state))
    return redirect("audits:need", pid)


@require_POST
def change_goal(request: Request, pid: str) -> HttpResponse:
    """``change``: share, unshare, done or open. Then back to the need it is for."""
    goal = get_visible(Goal.objects.select_related("need"), request.user, public_id=pid)
    require(can_change_goal(request.user, goal))
    change = request.POST.get("change", "")
    person: Any = request.user
    if change in ("share", "unshare") and goal.person_id:
        actions.share_goal(by=person, goal=goal, shared=change == "share")
    elif change in ("done", "open"):
        actions.finish_goal(by=person, goal=goal, done=change == "done")
    else:
        raise Http404
    if goal.need is None:
        return redirect("home:development")
    return redirect("audits:need", goal.need.public_id)
