"""The coordinator's board, the answers to a placement, and the page of what came of a round."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.activities.engine import Blocked
from apps.activities.kinds.work_shadowing import actions
from apps.activities.kinds.work_shadowing.board import Board
from apps.activities.kinds.work_shadowing.enums import Part, PlacementState
from apps.activities.kinds.work_shadowing.models import Placement, ShadowingRound
from apps.activities.kinds.work_shadowing.outcome import outcome_of
from apps.activities.kinds.work_shadowing.pages import page
from apps.activities.kinds.work_shadowing.permissions import can_run, can_see_outcome
from apps.activities.views.common import say_blocked
from apps.core.permissions import Permission, get_visible, require

PAGE = 50


def _round(request: HttpRequest, pid: str, may: Any = can_run) -> ShadowingRound:
    rows = ShadowingRound.objects.select_related("alliance")
    row = get_visible(rows, request.user, public_id=pid)
    permission: Permission = may(request.user, row)
    require(permission)
    return row


def shadowing_board(request: HttpRequest, pid: str) -> HttpResponse:
    """Applicants, and for the chosen one every offer with what stands against it.

    GET: ``applicant`` (public id), ``page``.
    """
    row = _round(request, pid)
    board = Board.of(row)
    live, taken = board.live(), board.taken()
    applicants: list[dict[str, Any]] = [
        {"application": a, "placement": live.get(a.pk)} for a in board.applications
    ]
    applicants.sort(key=lambda entry: entry["placement"] is not None)
    wanted = request.GET.get("applicant", "")
    chosen = next((e for e in applicants if e["application"].public_id == wanted), None)
    unplaced = [e for e in applicants if e["placement"] is None]
    if chosen is None and unplaced:
        chosen = unplaced[0]
    proposed = [p for p in live.values() if p.state == PlacementState.PROPOSED]
    context = {
        "round": row,
        "found": Paginator(applicants, PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "options": board.options(chosen["application"])
        if chosen and chosen["placement"] is None
        else [],
        "offers": [
            {"offer": o, "left": max(o.capacity - taken.get(o.pk, 0), 0)} for o in board.offers
        ],
        "unplaced": len(unplaced),
        "proposed": len(proposed),
        "waiting": _waiting(row),
    }
    return page(request, "board", context)


def _waiting(row: ShadowingRound) -> int:
    """Applications that their heads have not answered."""
    return row.applications.filter(state="asked").count()


def _back(pid: str, applicant: str = "") -> HttpResponse:
    url = reverse("activities:shadowing_board", args=[pid])
    return redirect(f"{url}?applicant={applicant}#offers" if applicant else url)


@require_POST
def shadowing_propose(request: HttpRequest, pid: str) -> HttpResponse:
    """Put one applicant with one offer (POST: ``applicant``, ``offer``)."""
    row = _round(request, pid)
    person: Any = request.user
    application = row.applications.filter(public_id=request.POST.get("applicant", "")).first()
    offer = row.offers.filter(public_id=request.POST.get("offer", "")).first()
    if application is None or offer is None:
        raise Http404
    try:
        actions.propose(application, offer, by=person)
        messages.success(request, _("Proposed. Nobody sees it before you publish."))
    except Blocked as blocked:
        say_blocked(request, blocked)
        return _back(pid, application.public_id)
    return _back(pid)


@require_POST
def shadowing_publish(request: HttpRequest, pid: str) -> HttpResponse:
    row = _round(request, pid)
    person: Any = request.user
    try:
        actions.publish(row, by=person)
        said = _("Published. Applicants, hosts and both heads are asked to say yes or no.")
        messages.success(request, said)
    except Blocked as blocked:
        say_blocked(request, blocked)
    return _back(pid)


def _placement(request: HttpRequest, pid: str) -> Placement:
    rows = Placement.objects.select_related(
        "round__alliance",
        "application__person",
        "application__organisation",
        "offer__host",
        "offer__organisation",
        "activity",
    )
    return get_visible(rows, request.user, public_id=pid)


@require_POST
def shadowing_take_back(request: HttpRequest, pid: str) -> HttpResponse:
    row = _placement(request, pid)
    person: Any = request.user
    require(can_run(person, row.round))
    try:
        actions.take_back(row, by=person)
        messages.success(request, _("Taken back."))
    except Blocked as blocked:
        say_blocked(request, blocked)
    return _back(row.round.public_id, row.application.public_id)


def shadowing_placement(request: HttpRequest, pid: str) -> HttpResponse:
    """A published placement: its four parts say yes or no. No reason is asked."""
    row = _placement(request, pid)
    person: Any = request.user
    mine = actions.parts_of(person, row)
    open_parts = [part for part in mine if not row.said_yes(part)]
    if request.method == "POST":
        return _answer(request, row, bool(mine))
    context = {
        "placement": row,
        "parts": [{"part": part.label, "said": row.said_yes(part)} for part in Part],
        "mine": [part.label for part in open_parts],
        "asks": row.state == PlacementState.PUBLISHED and open_parts,
        "may_read_activity": row.activity is not None and mine,
    }
    return page(request, "placement", context)


def _answer(request: HttpRequest, row: Placement, is_party: bool) -> HttpResponse:
    person: Any = request.user
    if not is_party:
        raise Http404
    accept = request.POST.get("answer") == "yes"
    try:
        done = actions.answer(row, by=person, accept=accept)
    except Blocked as blocked:
        say_blocked(request, blocked)
        return redirect("activities:shadowing_placement", row.public_id)
    if done.activity is not None:
        messages.success(request, _("All have said yes: it is a placement now."))
    elif accept:
        messages.success(request, _("Thank you. You said yes."))
    else:
        messages.success(request, _("You said no. Nobody asks why."))
    return redirect("activities:shadowing_placement", row.public_id)


def shadowing_outcome(request: HttpRequest, pid: str) -> HttpResponse:
    """What the round cost and what came of it, on one page."""
    row = _round(request, pid, can_see_outcome)
    context = {"round": row, "outcome": outcome_of(row)}
    return page(request, "outcome", context)
