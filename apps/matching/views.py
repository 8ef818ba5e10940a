"""Pages on which a coordinator has a round solved, reads a proposal and takes it over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.activities.engine import Blocked
from apps.activities.matchmaking import Matchmaking, all_matchmaking, matchmaking_of
from apps.activities.views.common import say_blocked
from apps.core.permissions import get_visible, require
from apps.matching import actions, pages
from apps.matching.gathering import Wishes
from apps.matching.models import Proposal

A_PAGE = 50


def _round(request: HttpRequest, pid: str) -> tuple[Matchmaking, Any]:
    """The round, whichever kind it is of, for those who run it."""
    for found in all_matchmaking():
        row = found.rounds().visible_to(request.user).filter(public_id=pid).first()
        if row is not None:
            require(found.may_run(request.user, row))
            return found, row
    raise Http404


def _proposal(request: HttpRequest, pid: str) -> tuple[Proposal, Matchmaking, Any]:
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
        "board": found.board,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "matching/proposals.html", context)


@require_POST
def ask(request: HttpRequest, pid: str) -> HttpResponse:
    """Solve the round; what was wished of the newest proposal still holds."""
    found, row = _round(request, pid)
    newest = Proposal.objects.of_round(found.kind, row.public_id).order_by("number").last()
    wished = pages.wishes(newest, {}) if newest else Wishes()
    job = actions.ask(found, row, by=request.user, wishes=wished)
    return redirect("core:job", job.public_id)


def proposal(request: HttpRequest, pid: str) -> HttpResponse:
    """One proposal beside the one before. GET: ``page``."""
    proposal, found, row = _proposal(request, pid)
    before = Proposal.objects.defer("inputs").before(proposal)
    shown = pages.Shown(proposal, before, found, row)
    context = {
        "round": row,
        "board": found.board,
        "proposal": proposal,
        "before": before,
        "figures": shown.figures(),
        "moved": shown.moved(),
        "page": Paginator(shown.matches(), A_PAGE).get_page(request.GET.get("page")),
        "without": shown.without(),
        "forbidden": shown.forbidden(),
        "weights": shown.weights(),
        "wishes": shown.wishes,
        "lapsed": shown.lapsed(),
    }
    return render(request, "matching/proposal.html", context)


@require_POST
def again(request: HttpRequest, pid: str) -> HttpResponse:
    """Solve around what is kept together and what is ruled out (see `pages.wishes`)."""
    proposal, found, row = _proposal(request, pid)
    job = actions.ask(found, row, by=request.user, wishes=pages.wishes(proposal, request.POST))
    return redirect("core:job", job.public_id)


@require_POST
def take_over(request: HttpRequest, pid: str) -> HttpResponse:
    proposal, found, row = _proposal(request, pid)
    try:
        made = actions.take_over(proposal, found, row, by=request.user)
    except Blocked as blocked:
        say_blocked(request, blocked)
        return redirect("matching:proposal", pid)
    said = ngettext(
        "%(count)d placement is on the board. Nobody else sees it before you publish.",
        "%(count)d placements are on the board. Nobody else sees them before you publish.",
        made,
    )
    messages.success(request, said % {"count": made})
    left = len(proposal.result["matches"]) - made
    if left:
        words = _("Left out, because no longer possible: %(count)d.")
        messages.warning(request, words % {"count": left})
    return redirect(found.board, row.public_id)
