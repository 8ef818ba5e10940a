"""What a coordinator wishes of the next proposal of pairs: read from a form, listed on a page.

People and places are named in forms by where they stand in the lists of the kept inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.activities.matchmaking import Pair
from apps.matching import words
from apps.matching.gathering import Wishes
from apps.matching.models import Proposal

LOCK, FORBID = "lock", "forbid"
WEIGHTS = {
    "small_school": words.SMALL_SCHOOLS,
    "prior_unmatched": words.UNPLACED_BEFORE,
    "support_staff": words.SUPPORT_STAFF,
    "part_timers": words.PART_TIMERS,
}
POINTS = {0: words.NOT_MORE, 8: words.A_LITTLE, 15: words.MORE, 30: words.MUCH_MORE}


def wishes(proposal: Proposal, post: Mapping[str, Any]) -> Wishes:
    """Those of the proposal, changed by what was sent; what was not sent stays as it is.

    ``wish-<person>``: lock, forbid or empty, of the pair that the proposal has. ``person``,
    ``place`` and ``wish`` (lock or forbid): of any pair. ``free-<number>``: take back that wish of
    `listed`. The names of WEIGHTS: points.
    """
    before = Wishes.of(proposal.wishes)
    now: dict[Pair, str] = dict.fromkeys(before.locked, LOCK)
    now |= dict.fromkeys(before.forbidden, FORBID)
    if post:
        _change(now, proposal, post)
    known = {str(points): points for points in POINTS}
    weights = {name: known.get(post.get(name, ""), getattr(before, name)) for name in WEIGHTS}
    locked, forbidden = (sorted(p for p in now if now[p] == wish) for wish in (LOCK, FORBID))
    return Wishes(tuple(locked), tuple(forbidden), **weights)


def _change(now: dict[Pair, str], proposal: Proposal, post: Mapping[str, Any]) -> None:
    listed_before = listed(proposal)
    seekers, places = proposal.inputs["seekers"], proposal.inputs["places"]
    position = {key: at for at, key in enumerate(seekers)}
    for match in proposal.result["matches"]:
        _wish(now, (match["seeker"], match["place"]), post.get(f"wish-{position[match['seeker']]}"))
    person, place = _position(post, "person", seekers), _position(post, "place", places)
    if person is not None and place is not None and post.get("wish"):
        _wish(now, (seekers[person], places[place]), post.get("wish"))
    for number, (pair, _wished) in enumerate(listed_before):
        if f"free-{number}" in post:
            now.pop(pair, None)


def _wish(now: dict[Pair, str], pair: Pair, wish: str | None) -> None:
    """``wish``: lock, forbid, empty for neither, None for no change."""
    if wish is None:
        return
    if wish == LOCK:
        for other in [p for p in now if p[0] == pair[0] and now[p] == LOCK]:
            del now[other]
    if wish in (LOCK, FORBID):
        now[pair] = wish
    elif now.get(pair) == LOCK:
        del now[pair]


def _position(sent: Mapping[str, Any], name: str, among: list[int]) -> int | None:
    value = str(sent.get(name, ""))
    at = int(value) if value.isascii() and value.isdigit() and len(value) < 7 else -1
    return at if 0 <= at < len(among) else None


def listed(proposal: Proposal) -> list[tuple[Pair, str]]:
    """The wishes in one list: what stays together, then what is ruled out."""
    kept = Wishes.of(proposal.wishes)
    return [*((p, LOCK) for p in kept.locked), *((p, FORBID) for p in kept.forbidden)]
