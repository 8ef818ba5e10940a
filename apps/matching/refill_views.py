"""Whom of those who wait to ask next, where a group that was made has lost somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.activities.engine import Blocked
from apps.activities.forming import gaps
from apps.activities.forming.gaps import Gap
from apps.activities.forming.models import GroupCall
from apps.activities.forming.permissions import can_run_call
from apps.activities.matchmaking import Grouping, Who, matchmaking_of
from apps.activities.models import Activity
from apps.activities.views.common import say_blocked
from apps.core.permissions import get_visible, require
from apps.matching import group_words
from apps.matching.grouping import Wishes, inputs_of
from apps.matching.models import Proposal

LONGEST_KEY = 18  # digits that a database still takes


def _gap(request: HttpRequest, pid: str) -> Gap:
    rows = Activity.objects.select_related("organisation", "alliance")
    activity = get_visible(rows, request.user, public_id=pid)
    calls = GroupCall.objects.visible_to(request.user).select_related("alliance")  # type: ignore[arg-type]
    call = calls.filter(wishes__activity=activity).first()
    if call is None:
        raise Http404
    require(can_run_call(request.user, call))  # type: ignore[arg-type]
    return gaps.gap_of(call, activity)


def refill(request: HttpRequest, pid: str) -> HttpResponse:
    gap = _gap(request, pid)
    context = {"gap": gap, "activity": gap.activity, "call": gap.call}
    if gap.missing and gap.staying and gap.known:
        context |= _found(gap)
    return render(request, "matching/refill.html", context)


def _found(gap: Gap) -> dict[str, Any]:
    """What is offered, and whom of; all keys are those of wishes."""
    from apps.matching.refilling import refill  # loads the solvers

    found: Any = matchmaking_of(gap.call.kind)
    assert isinstance(found, Grouping)
    newest = Proposal.objects.of_round(gap.call.kind, gap.call.public_id).defer("inputs", "result")
    proposal = newest.order_by("number").last()
    wishes = replace(Wishes.of(proposal.wishes if proposal else {}), locked=())
    inputs = inputs_of(found.gather(gap.call, gap), found.forming, wishes)
    offered = refill(inputs, gap.staying, gap.missing, gap.focus)
    people = found.people(gap.call)
    waiting = len(inputs["people"]) - len(gap.staying)
    # Where all leave the others the same, it is no reason.
    others = len({offer["others"] for offer in offered["offers"]}) > 1 and waiting - gap.missing
    return {
        "offers": [_offer(offer, others, people, found) for offer in offered["offers"]],
        "waiting": waiting,
        "around": all(offer["others"] is not None for offer in offered["offers"]),
        "left": group_words.left(offered["left"]),
    }


def _offer(
    offer: Mapping[str, Any],
    others: int,
    people: Mapping[int, Who],
    found: Grouping,
) -> dict[str, Any]:
    why = group_words.why(offer["group"], people, found)
    if others:
        why.append(group_words.still_possible(offer["others"], others))
    who = [people[key] for key in offer["keys"]]
    return {
        "people": who,
        "names": ", ".join(one.name for one in who),
        "keys": offer["keys"],
        "why": why,
    }


@require_POST
def refill_ask(request: HttpRequest, pid: str) -> HttpResponse:
    """Invite those offered. POST: ``wish``, the key of each."""
    gap = _gap(request, pid)
    sent = request.POST.getlist("wish")
    keys = [int(key) for key in sent if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY]
    try:
        asked = gaps.fill(
            gap.call,
            gap.activity,
            keys,
            by=request.user,  # type: ignore[arg-type]
        )
    except Blocked as blocked:
        say_blocked(request, blocked)
        return redirect("matching:refill", pid)
    names = ", ".join(person.name for person in asked)
    words = ngettext("%(names)s is invited.", "%(names)s are invited.", len(asked))
    messages.success(request, words % {"names": names} + " " + _("They say yes or no."))
    return redirect("activities:detail", pid)
