"""Pages on which a coordinator has a round solved, reads a proposal and takes it over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.activities.engine import Blocked
from apps.activities.matchmaking import Matchmaking, all_matchmaking, matchmaking_of
from apps.activities.views.common import say_blocked
from apps.core.permissions import get_visible, require
from apps.matching import actions
from apps.matching.models import Proposal
from apps.matching.shapes import shape_of

A_PAGE = 50


def _round(request: HttpRequest, pid: str) -> tuple[Matchmaking, Any]:
    """The round, whichever kind it is of, for those who run it."""
    for found in all_matchmaking():
        row = found.rounds().visible_to(request.user).filter(public_id=pid).first()
        if row is not None:
            require(found.may_run(request.user, row))
            return found, row
    raise Http404


def get_proposal(request: HttpRequest, pid: str) -> tuple[Proposal, Matchmaking, Any]:
    """With how its kind brings people together, and its round."""
    rows = Proposal.objects.select_related("asked_by").defer("inputs")
    proposal = get_visible(rows, request.user, public_id=pid)
    found = matchmaking_of(proposal.kind)
    row = get_visible(found.rounds(), request.user, public_id=proposal.round_id)
    require(found.may_run(request.user, row))
    return proposal, found, row


def proposals(request: HttpRequest, pid: str) -> HttpResponse:
    """All proposals of a round, the newest first."""
    found, row = _round(request, pid)
    rows = Proposal.objects.of_round(found.kind, row.public_id).select_related("asked_by")
    rows = rows.defer("inputs", "result").order_by("-number")
    context = {
        "round": row,
        "found": found,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "matching/proposals.html", context)


@require_POST
def ask(request: HttpRequest, pid: str) -> HttpResponse:
    """Solve the round; what was wished of the newest proposal still holds."""
    found, row = _round(request, pid)
    newest = Proposal.objects.of_round(found.kind, row.public_id).order_by("number").last()
    wished = shape_of(found).wished(newest, {})
    job = actions.ask(found, row, by=request.user, wishes=wished)
    return redirect("core:job", job.public_id)


def proposal(request: HttpRequest, pid: str) -> HttpResponse:
    """One proposal. GET: what its shape shows by."""
    proposal, found, row = get_proposal(request, pid)
    shape, kept = shape_of(found), Proposal.objects.of_round(found.kind, row.public_id)
    before = kept.defer("inputs").before(proposal)
    others = kept.exclude(pk=proposal.pk).only("public_id", "number").order_by("-number")
    context = {
        "round": row,
        "found": found,
        "proposal": proposal,
        "before": before,
        "others": others[:A_PAGE],
        "figures": shape.figures(proposal.quality),
        **shape.shown(proposal, before, found, row, request.GET),
    }
    return render(request, shape.template, context)


def compare(request: HttpRequest, pid: str) -> HttpResponse:
    """Two proposals of a round side by side, the older first. GET: ``with`` (else the one before),
    ``page``."""
    proposal, found, row = get_proposal(request, pid)
    rows = Proposal.objects.of_round(found.kind, row.public_id).defer("inputs")
    other = _other(request, rows, proposal)
    if other is None:
        return redirect("matching:proposal", pid)
    before, now = sorted((other, proposal), key=lambda one: one.number)
    shape = shape_of(found)
    moved = shape.moved(before, now, found, row)
    context = {
        "round": row,
        "before": before,
        "now": now,
        "both": (before, now),
        "figures": [
            {"label": label, "before": was, "now": is_}
            for (label, was), (_label, is_) in zip(
                shape.figures(before.quality), shape.figures(now.quality), strict=True
            )
        ],
        "moved": len(moved),
        "page": Paginator(moved, A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "matching/compare.html", context)


def _other(request: HttpRequest, rows: Any, proposal: Proposal) -> Proposal | None:
    wanted = request.GET.get("with")
    return get_visible(rows, request.user, public_id=wanted) if wanted else rows.before(proposal)


@require_POST
def again(request: HttpRequest, pid: str) -> HttpResponse:
    """Solve around what is kept together and what is ruled out (see ``Shape.wished``)."""
    proposal, found, row = get_proposal(request, pid)
    wished = shape_of(found).wished(proposal, request.POST)
    job = actions.ask(found, row, by=request.user, wishes=wished)
    return redirect("core:job", job.public_id)


@require_POST
def take_over(request: HttpRequest, pid: str) -> HttpResponse:
    proposal, found, row = get_proposal(request, pid)
    try:
        made = actions.take_over(proposal, found, row, by=request.user)
    except Blocked as blocked:
        say_blocked(request, blocked)
        return redirect("matching:proposal", pid)
    shape = shape_of(found)
    messages.success(request, shape.taken_over(made))
    left = len(shape.settled(proposal.result)) - made
    if left:
        words = _("Left out, because no longer possible: %(count)d.")
        messages.warning(request, words % {"count": left})
    return redirect(found.board, row.public_id)
