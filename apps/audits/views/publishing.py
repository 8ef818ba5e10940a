"""Needs and offers that other schools may see, the map of both, and goals that serve others."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from apps.audits import map_chart
from apps.audits.actions import publishing
from apps.audits.actions.needs import withdraw_offer
from apps.audits.alliances import FEWEST_SCHOOLS
from apps.audits.forms.plans import GoalEditForm
from apps.audits.matching_map import Meeting, needs_and_offers
from apps.audits.models import Goal, Need, Offer
from apps.audits.permissions import can_withdraw_offer
from apps.audits.plan_permissions import can_link_goal, can_publish_need, can_share_offer
from apps.audits.views.pages import Request, posted
from apps.core.charts import drawn, shown
from apps.core.exports import csv_response
from apps.core.permissions import get_visible, require
from apps.schools.enums import Role
from apps.schools.models import Alliance
from apps.schools.scope import scope_of

PER_PAGE = 30


@require_GET
def offers(request: Request) -> HttpResponse:
    """My offers, and those of others that I may see: my school's as its lead, shared ones."""
    person: Any = request.user
    rows = Offer.objects.visible_to(person).standing()
    mine = rows.filter(person=person).select_related("topic", "organisation", "alliance")
    others = rows.exclude(person=person).select_related("topic", "organisation", "person")
    context = {
        "mine": list(mine[:PER_PAGE]),
        "page_obj": Paginator(others.order_by("topic__name", "pk"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "sees_others": bool(
            scope_of(person).organisations(Role.CPD_LEAD)
            or scope_of(person).alliances(Role.COORDINATOR)
        ),
    }
    return render(request, "audits/plan/offers.html", context)


@require_POST
def change_offer(request: Request, pid: str) -> HttpResponse:
    """``do``: share, unshare or withdraw."""
    person: Any = request.user
    offer = get_visible(Offer.objects.select_related("topic"), person, public_id=pid)
    do = request.POST.get("do", "")
    if do in ("share", "unshare"):
        require(can_share_offer(person, offer))
        publishing.share_offer(by=person, offer=offer, shared=do == "share")
        messages.success(request, SAID[do] % {"topic": offer.topic})
    elif do == "withdraw":
        require(can_withdraw_offer(person, offer))
        withdraw_offer(by=person, offer=offer)
        messages.success(request, _("Your offer is withdrawn: %s") % offer.topic)
    else:
        raise Http404
    return redirect("audits:offers")


SAID: dict[str, Any] = {
    "share": gettext_lazy("Schools of your alliance may see your offer: %(topic)s"),
    "unshare": gettext_lazy("Only your CPD lead sees your offer: %(topic)s"),
}


@require_POST
def publish(request: Request, pid: str) -> HttpResponse:
    """``published``: yes or no. Then back to the need."""
    need = get_visible(Need, request.user, public_id=pid)
    require(can_publish_need(request.user, need))
    published = request.POST.get("published") == "yes"
    publishing.publish_need(by=request.user, need=need, published=published)
    messages.success(
        request,
        _("The alliance’s coordinators can see that your school needs this.")
        if published
        else _("Only your school sees this need."),
    )
    return redirect("audits:need", pid)


@require_GET
def chart(request: Request) -> Any:
    """Which needs have offers where, across the schools of an alliance (``?alliance=``); with
    ``chart`` its figures as CSV."""
    person: Any = request.user
    mine = scope_of(person).alliances(Role.COORDINATOR)
    alliances = list(Alliance.objects.filter(pk__in=mine).order_by("name"))
    if not alliances:
        raise Http404
    pid = request.GET.get("alliance", "")
    here = next((found for found in alliances if found.public_id == pid), alliances[0])
    rows = needs_and_offers(here)
    if request.GET.get("chart"):
        return csv_response(map_chart.NAME, map_chart.columns(), map_chart.lines(rows))
    context = {
        "alliance": here,
        "alliances": alliances,
        "rows": rows,
        "fewest": FEWEST_SCHOOLS,
        "chart": _drawn(here, rows),
    }
    return render(request, "audits/plan/map.html", context)


def _drawn(alliance: Alliance, rows: list[Meeting]) -> dict[str, Any] | None:
    found = map_chart.chart_of(rows)
    kept = drawn(found) if found is not None else None
    if kept is None:
        return None
    query = urlencode({"alliance": alliance.public_id, "chart": kept["name"]})
    return shown(kept, "") | {"csv_url": f"?{query}"}


def edit_goal(request: Request, pid: str) -> HttpResponse:
    goals = Goal.objects.select_related("need", "organisation")
    goal = get_visible(goals, request.user, public_id=pid)
    require(can_link_goal(request.user, goal))
    form = GoalEditForm(posted(request), instance=goal)
    if request.method == "POST" and form.is_valid():
        publishing.change_goal(by=request.user, goal=goal, **form.values())
        messages.success(request, _("The goal is saved."))
        if goal.need is None:
            return redirect("home:development")
        return redirect("audits:need", goal.need.public_id)
    context = {"form": form, "goal": goal}
    return render(
        request, "audits/plan/goal_edit.html", context, status=422 if form.errors else 200
    )
