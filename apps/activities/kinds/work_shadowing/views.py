"""Rounds, applications, offers, and the pages of a placement that are shadowing's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.activities.engine import Blocked, Situation
from apps.activities.kinds.work_shadowing import actions, briefing, conditions
from apps.activities.kinds.work_shadowing.enums import ApplicationState, RoundState
from apps.activities.kinds.work_shadowing.forms import (
    ApplicationForm,
    BriefingForm,
    DecisionForm,
    OfferForm,
    RoundForm,
)
from apps.activities.kinds.work_shadowing.models import (
    Application,
    Offer,
    Placement,
    ShadowingRound,
)
from apps.activities.kinds.work_shadowing.pages import page
from apps.activities.kinds.work_shadowing.permissions import (
    can_apply,
    can_ask_head,
    can_brief,
    can_change,
    can_decide,
    can_offer,
    can_open_round,
    can_run,
    can_see_outcome,
    can_withdraw_offer,
)
from apps.activities.kinds.work_shadowing.waiting import waiting
from apps.activities.views.common import add_blocks, get_activity, say_blocked
from apps.core import clock
from apps.core.permissions import get_visible, require

MOST = 50


def shadowing(request: HttpRequest) -> HttpResponse:
    """Rounds of my alliances, and what is mine in them."""
    person: Any = request.user
    rounds = ShadowingRound.objects.visible_to(person).select_related("alliance")
    applications = Application.objects.filter(person=person, round__isnull=False)
    offers = Offer.objects.filter(host=person) | Offer.objects.filter(offered_by=person)
    context = {
        "rounds": rounds[:MOST],
        "applications": applications.select_related("round")[:MOST],
        "offers": offers.standing().select_related("round", "host")[:MOST],
        "waiting": waiting(person),
        "may_open": can_open_round(person),
        "today": clock.today(),
    }
    return page(request, "rounds", context)


def shadowing_round_new(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    require(can_open_round(person))
    form = RoundForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        row = actions.open_round(
            by=person,
            alliance=form.chosen,
            client_key=form.cleaned_data["client_key"],
            **form.values,
        )
        messages.success(request, _("The round is open. Heads and CPD leads are told."))
        return redirect("activities:shadowing_round", row.public_id)
    return page(request, "round_form", {"form": form})


def _round(request: HttpRequest, pid: str) -> ShadowingRound:
    rows = ShadowingRound.objects.select_related("alliance")
    return get_visible(rows, request.user, public_id=pid)


def shadowing_round(request: HttpRequest, pid: str) -> HttpResponse:
    """One round: what it is for, and what I can do in it."""
    row = _round(request, pid)
    person: Any = request.user
    takes = row.takes_entries(clock.today())
    mine = row.applications.filter(person=person).exclude(state=ApplicationState.WITHDRAWN)
    offers = Offer.objects.visible_to(person).filter(round=row).standing()
    runs = bool(can_run(person, row))
    context = {
        "round": row,
        "takes": takes,
        "mine": mine.first(),
        "offers": offers.select_related("host", "organisation")[:MOST],
        "applications": _applications(person, row),
        "runs": runs,
        "may_apply": takes and bool(can_apply(person, row)),
        "may_offer": takes and bool(can_offer(person, row)),
        "may_see_outcome": can_see_outcome(person, row),
        "is_closed": row.state == RoundState.CLOSED,
    }
    return page(request, "round", context)


def _applications(person: Any, row: ShadowingRound) -> Any:
    """Those of others that I may read: as a head, or as a coordinator."""
    rows = Application.objects.visible_to(person).filter(round=row).exclude(person=person)
    rows = rows.exclude(state=ApplicationState.WITHDRAWN)
    return rows.select_related("person", "organisation")[:MOST]


def shadowing_round_edit(request: HttpRequest, pid: str) -> HttpResponse:
    row = _round(request, pid)
    person: Any = request.user
    require(can_run(person, row))
    initial = {name: getattr(row, name) for name in actions.ROUND_FIELDS}
    form = RoundForm(
        request.POST or None,
        person=person,
        initial={**initial, "alliance": row.alliance.public_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_round(row, by=person, **form.values)
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Saved."))
            return redirect("activities:shadowing_round", pid)
    return page(request, "round_form", {"form": form, "round": row})


@require_POST
def shadowing_round_close(request: HttpRequest, pid: str) -> HttpResponse:
    row = _round(request, pid)
    person: Any = request.user
    require(can_run(person, row))
    actions.close_round(row, by=person)
    messages.success(request, _("The round is closed. What was placed goes on."))
    return redirect("activities:shadowing_round", pid)


def shadowing_apply(request: HttpRequest, pid: str) -> HttpResponse:
    """Apply; or change what I applied for, as long as the round takes entries."""
    row = _round(request, pid)
    person: Any = request.user
    require(can_apply(person, row))
    mine = row.applications.filter(person=person).exclude(state=ApplicationState.WITHDRAWN)
    before = mine.select_related("organisation").first()
    form = ApplicationForm(
        request.POST or None,
        person=person,
        shadowing_round=row,
        initial=ApplicationForm.initial_of(before) if before else {},
    )
    if request.method == "POST" and form.is_valid():
        try:
            application = _apply(person, form, row, before)
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Saved. Your head is asked to approve it."))
            return redirect("activities:shadowing_application", application.public_id)
    context = {"form": form, "round": row, "before": before}
    return page(request, "apply", context)


def _apply(person: Any, form: Any, row: ShadowingRound, before: Application | None) -> Application:
    if before is not None:
        return actions.change_application(before, by=person, **form.values)
    return actions.apply(
        by=person,
        organisation=form.school,
        shadowing_round=row,
        client_key=form.cleaned_data["client_key"],
        **form.values,
    )


def shadowing_ask_head(request: HttpRequest, pid: str) -> HttpResponse:
    """For an activity that two people began without a round: ask my own head."""
    activity = get_activity(request, pid)
    person: Any = request.user
    if activity.kind != actions.KIND:
        raise Http404
    require(can_ask_head(person, activity))
    form = ApplicationForm(
        request.POST or None,
        person=person,
        shadowing_round=None,
        initial={"pupil_outcome": activity.pupil_outcome},
    )
    if request.method == "POST" and form.is_valid():
        try:
            application = actions.apply(
                by=person,
                organisation=form.school,
                activity=activity,
                client_key=form.cleaned_data["client_key"],
                **form.values,
            )
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Your head is asked to approve it."))
            return redirect("activities:shadowing_application", application.public_id)
    return page(request, "apply", {"form": form, "activity": activity})


def _application(request: HttpRequest, pid: str) -> Application:
    rows = Application.objects.select_related(
        "person", "organisation", "round", "activity", "decided_by"
    )
    return get_visible(rows, request.user, public_id=pid)


def shadowing_application(request: HttpRequest, pid: str) -> HttpResponse:
    """One application: for the applicant, their own head and the coordinators."""
    row = _application(request, pid)
    person: Any = request.user
    decides = bool(can_decide(person, row)) and row.person_id != person.pk
    form = DecisionForm(request.POST or None) if decides else None
    if request.method == "POST":
        require(can_decide(person, row))
        if form is not None and form.is_valid() and _decide(request, row, form):
            return redirect("activities:shadowing_application", pid)
    mine = bool(can_change(person, row)) and row.activity_id is None
    placement = Placement.objects.visible_to(person).live().filter(application=row).first()
    context = {
        "application": row,
        "form": form,
        "may_change": mine and row.round is not None and row.round.takes_entries(clock.today()),
        "may_withdraw": mine,
        "placement": placement,
    }
    return page(request, "application", context)


def _decide(request: HttpRequest, row: Application, form: Any) -> bool:
    approve = request.POST.get("answer") == "yes"
    try:
        actions.decide(
            row,
            by=request.user,  # type: ignore[arg-type]
            approve=approve,
            reason=form.cleaned_data["reason"],
        )
    except Blocked as blocked:
        add_blocks(form, blocked)
        return False
    words = _("Approved. The applicant is told.") if approve else _("The applicant is told.")
    messages.success(request, words)
    return True


@require_POST
def shadowing_application_withdraw(request: HttpRequest, pid: str) -> HttpResponse:
    row = _application(request, pid)
    person: Any = request.user
    require(can_change(person, row))
    try:
        actions.withdraw_application(row, by=person)
        messages.success(request, _("Your application is withdrawn. Nobody asks why."))
    except Blocked as blocked:
        say_blocked(request, blocked)
        return redirect("activities:shadowing_application", pid)
    return redirect("activities:shadowing")


def shadowing_offer(request: HttpRequest, pid: str) -> HttpResponse:
    """Offer to host, for a school that I lead."""
    row = _round(request, pid)
    person: Any = request.user
    require(can_offer(person, row))
    form = OfferForm(request.POST or None, person=person, shadowing_round=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.offer_place(row, by=person, **form.values)
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("The place is offered."))
            return redirect("activities:shadowing_round", pid)
    return page(request, "offer", {"form": form, "round": row})


@require_POST
def shadowing_offer_withdraw(request: HttpRequest, pid: str) -> HttpResponse:
    rows = Offer.objects.select_related("round")
    row = get_visible(rows, request.user, public_id=pid)
    person: Any = request.user
    require(can_withdraw_offer(person, row))
    try:
        actions.withdraw_offer(row, by=person)
        messages.success(request, _("The offer is withdrawn."))
    except Blocked as blocked:
        say_blocked(request, blocked)
    return redirect("activities:shadowing_round", row.round.public_id)


def shadowing_briefing(request: HttpRequest, pid: str) -> HttpResponse:
    """The briefing of host and shadow; each ticks for themselves."""
    activity = get_activity(request, pid)
    person: Any = request.user
    if activity.kind != actions.KIND:
        raise Http404
    require(can_brief(person, activity))
    situation = Situation.of(activity)
    place: Any = situation.place_of(person.pk)
    row = conditions.briefing_of(situation)
    form = BriefingForm(
        request.POST or None, role=place.role, initial=_ticked(row, place.role) if row else {}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            briefing.tick(
                activity,
                by=person,
                items=data["items"],
                dsl_name=data.get("dsl_name"),
                ask_name=data.get("ask_name"),
            )
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Saved."))
            return redirect("activities:detail", pid)
    others = "shadow" if place.role == "host" else "host"
    context = {
        "activity": activity,
        "form": form,
        "role": place.role,
        "briefing": row,
        "theirs": row.missing(others) if row else None,
        "host": next(iter(situation.people_as("host")), None),
    }
    return page(request, "briefing", context)


def _ticked(row: Any, role: str) -> dict[str, Any]:
    ticks = row.host_ticks if role == "host" else row.shadow_ticks
    return {"items": ticks, "dsl_name": row.dsl_name, "ask_name": row.ask_name}
