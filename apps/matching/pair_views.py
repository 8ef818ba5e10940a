"""One person of a proposal of pairs: why they are where they are, why not elsewhere, and moving
them there."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from apps.activities.matchmaking import Pairing
from apps.matching import costs, words
from apps.matching.pages import Shown
from apps.matching.views import get_proposal


def person(request: HttpRequest, pid: str, at: int) -> HttpResponse:
    """``at``: where they stand in the proposal. GET: ``place``, where that one stands."""
    proposal, found, row = get_proposal(request, pid)
    if not isinstance(found, Pairing) or at >= len(proposal.inputs["seekers"]):
        raise Http404
    from apps.matching.moving import Moving  # loads the solvers

    shown, moving = Shown(proposal, None, found, row), Moving(proposal, at)
    here = shown.person(at)
    names = [shown.places.get(key, words.NO_ONE) for key in proposal.inputs["places"]]
    now = moving.places[here["match"]["place"]] if here["match"] else None
    wanted = request.GET.get("place", "")
    place = next((n for n in range(len(names)) if str(n) == wanted and n != now), None)
    context = {
        "round": row,
        "proposal": proposal,
        "person": here,
        "now": now,
        "groups": _groups(moving, names, now),
        "place": place,
        "place_name": None if place is None else words.told(names[place]),
        "verdict": None if place is None else _verdict(shown, moving, place),
    }
    return render(request, "matching/person.html", context)


def _groups(moving: Any, names: list[Any], now: int | None) -> list[tuple[str, list[Any]]]:
    """The choices of a select: what could be comes first."""
    open_to, rest = moving.choices()
    groups = ((_("Possible, the best fitting first"), open_to), (_("All others"), rest))
    return [
        (label, [(at, words.told(names[at])) for at in places if at != now])
        for label, places in groups
    ]


def _verdict(shown: Shown, moving: Any, place: int) -> costs.Verdict:
    pair = (shown.keys[moving.at], shown.proposal.inputs["places"][place])
    if pair in shown.wishes.forbidden:
        return costs.ruled_out()
    found = moving.answer(place)
    if found is None:
        return costs.not_worked_out()
    names = [words.told(shown.seekers.get(key, words.NO_ONE)) for key in shown.keys]
    return costs.verdict(found, moving.facts(place), shown.proposal.quality, names)
