"""Proposals of pairs: somebody who seeks a place, with somebody who has one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.activities.matchmaking import Pair, Pairing
from apps.matching import pages, wishing, words
from apps.matching.gathering import Wishes, inputs_of
from apps.matching.models import Proposal
from apps.matching.shapes import Json, Moved, Shape, Tell

A_PAGE = 50


def _inputs(found: Pairing, row: Any, wished: Mapping[str, Any]) -> Json | None:
    gathered = found.gather(row)
    return inputs_of(gathered, Wishes.of(wished)) if gathered.seekers else None


def _propose(inputs: Mapping[str, Any], seed: int, tell: Tell) -> tuple[Json, Json]:
    from apps.matching.proposing import propose  # loads the solvers

    return propose(inputs, seed, tell)


def _wished(proposal: Proposal | None, post: Mapping[str, Any]) -> Json:
    return (wishing.wishes(proposal, post) if proposal else Wishes()).as_json()


def _shown(
    proposal: Proposal, before: Proposal | None, found: Pairing, row: Any, get: Mapping[str, Any]
) -> Json:
    """GET: ``page``, and what `PeopleFilter` reads."""
    shown = pages.Shown(proposal, before, found, row)
    filters = shown.filter(get)
    page = Paginator(filters.chosen(), A_PAGE).get_page(get.get("page"))
    wished = shown.wished()
    return {
        "filters": filters,
        "page": page,
        "people": [shown.person(at) for at in page],
        "hosts": shown.hosts(),
        "wished": wished,
        "gone": shown.gone(),
        "settled": len(shown.keys) - len(shown.still),
        "may_take_over": not shown.still.isdisjoint(shown.matches),
        "lapsed": [wish for wish in wished if wish["holds"] is False],
        "weights": shown.weights(),
        "wishes": shown.wishes,
    }


def _moved(before: Proposal, now: Proposal, found: Pairing, row: Any) -> list[Moved]:
    was, is_ = _places(before), _places(now)
    people, hosts = found.seekers(row), found.places(row)

    def told(key: int, there: Mapping[int, int | None]) -> str:
        if key not in there:
            return words.absent()
        place = there[key]
        return words.told(hosts.get(place, words.NO_ONE)) if place else _("without a place")

    return [
        Moved(words.told(people.get(key, words.NO_ONE)), told(key, was), told(key, is_))
        for key in sorted(was | is_)
        if told(key, was) != told(key, is_)
    ]


def _places(proposal: Proposal) -> dict[int, int | None]:
    """By person, None for somebody without a place."""
    places: dict[int, int | None] = dict.fromkeys(
        row["seeker"] for row in proposal.result["unplaced"]
    )
    return places | {match["seeker"]: match["place"] for match in proposal.result["matches"]}


def _settled(result: Mapping[str, Any]) -> list[Pair]:
    return [(match["seeker"], match["place"]) for match in result["matches"]]


def _taken_over(made: int) -> str:
    return ngettext(
        "%(count)d placement is on the board. Nobody else sees it before you publish.",
        "%(count)d placements are on the board. Nobody else sees them before you publish.",
        made,
    ) % {"count": made}


PAIRS = Shape(
    inputs=_inputs,
    propose=_propose,
    wished=_wished,
    template="matching/proposal.html",
    shown=_shown,
    figures=words.figures,
    moved=_moved,
    settled=_settled,
    taken_over=_taken_over,
)
