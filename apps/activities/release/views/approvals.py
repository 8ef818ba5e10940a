"""What waits for the head or a delegate: one by one, or several in one press."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.activities.engine import Blocked
from apps.activities.models import Release
from apps.activities.release import actions, figures
from apps.activities.release.forms import RefuseForm
from apps.activities.release.permissions import can_decide, can_decide_any
from apps.activities.release.views.common import PAGE, page, tabs, this_year
from apps.activities.views.common import add_blocks
from apps.core import clock
from apps.core.permissions import get_visible, require
from apps.schools.delegates import approves_for
from apps.schools.models import Organisation


@require_http_methods(["GET", "HEAD", "POST"])
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for my decision, the nearest day first; POST approves the rows ticked.

    GET: ``school`` (ref), ``page``. POST: ``row`` (public ids), or ``all`` for the whole page.
    """
    person: Any = request.user
    require(can_decide_any(person))
    schools = list(Organisation.objects.filter(pk__in=approves_for(person)).order_by("name"))
    asked = request.GET.get("school", "")
    rows = Release.objects.waiting_for(person)
    if asked:
        rows = rows.filter(organisation__ref=asked)
    rows = rows.select_related("person", "organisation", "activity").order_by(
        "day", "starts_at", "pk"
    )
    if request.method == "POST":
        return _approve(request, rows)
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    here = list(found)
    over = figures.over_set_aside(here)
    context = {
        "found": found,
        "cards": [
            {"row": row, "over": over.get((row.person_id, row.organisation_id))} for row in here
        ],
        "several_schools": len(schools) > 1,
        "schools": schools,
        "allowance": _allowance(schools),
        "tabs": tabs(person, "approvals", schools[0] if schools else None),
    }
    return page(request, "approvals", context)


def _allowance(schools: list[Organisation]) -> figures.Allowance | None:
    """That of the only school for which the reader decides."""
    if len(schools) != 1:
        return None
    budget = figures.budget_of(schools[0], this_year())
    return figures.allowance(schools[0], clock.today(), budget)


def _approve(request: HttpRequest, rows: Any) -> HttpResponse:
    person: Any = request.user
    ticked = request.POST.getlist("row")
    done = actions.approve(list(rows.filter(public_id__in=ticked)), by=person)
    if not ticked:
        messages.warning(request, _("Nothing was ticked, so nothing was approved."))
    elif not done:
        messages.info(request, _("That had been decided already."))
    else:
        said = ngettext("%(count)d release is approved.", "%(count)d are approved.", len(done))
        messages.success(request, said % {"count": len(done)})
    return redirect(request.get_full_path())


@require_POST
def refuse_several(request: HttpRequest) -> HttpResponse:
    """Say no to the rows ticked, for one reason that is asked for first. POST: ``row`` (public
    ids); ``asked`` and ``reason`` once the reason was asked for."""
    person: Any = request.user
    require(can_decide_any(person))
    rows = Release.objects.waiting_for(person).filter(public_id__in=request.POST.getlist("row"))
    found = list(rows.select_related("person", "activity").order_by("day", "pk")[:PAGE])
    if not found:
        messages.warning(request, _("Nothing that waits for you was ticked."))
        return redirect("activities:release_approvals")
    form = RefuseForm(request.POST if "asked" in request.POST else None)
    if form.is_valid():
        done = actions.refuse_all(found, by=person, reason=form.cleaned_data["reason"])
        said = ngettext("%(count)d release is refused.", "%(count)d are refused.", len(done))
        messages.success(
            request, f"{said % {'count': len(done)}} {_('They are told, with your reason.')}"
        )
        return redirect("activities:release_approvals")
    context = {"rows": found, "form": form, "tabs": tabs(person, "approvals")}
    return page(request, "refuse_several", context)


def refuse(request: HttpRequest, pid: str) -> HttpResponse:
    """Say no with a reason, or take an approval back; whoever organises it is told."""
    person: Any = request.user
    rows = Release.objects.select_related("person", "organisation", "activity__organiser")
    row = get_visible(rows, person, public_id=pid)
    require(can_decide(person, row))
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.refuse(row, by=person, reason=form.cleaned_data["reason"])
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("It is refused. They are told, with your reason."))
            return redirect("activities:release_approvals")
    context = {"row": row, "form": form, "tabs": tabs(person, "approvals", row.organisation)}
    return page(request, "refuse", context)
