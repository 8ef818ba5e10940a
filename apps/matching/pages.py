"""A proposal as its page shows it, and what a coordinator wishes of the next one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from apps.activities.matchmaking import Pair, Pairing, Who
from apps.matching import words
from apps.matching.gathering import Wishes
from apps.matching.models import Proposal

LOCK, FORBID, ALLOW = "lock", "forbid", "allow"
WEIGHTS = {"small_school": words.SMALL_SCHOOLS, "prior_unmatched": words.UNPLACED_BEFORE}
POINTS = {0: words.NOT_MORE, 8: words.A_LITTLE, 15: words.MORE, 30: words.MUCH_MORE}


class Shown:
    def __init__(
        self, proposal: Proposal, before: Proposal | None, found: Pairing, row: Any
    ) -> None:
        self.proposal, self.before, self.found, self.row = proposal, before, found, row
        self.wishes = Wishes.of(proposal.wishes)

    @cached_property
    def seekers(self) -> Mapping[int, Who]:
        return self.found.seekers(self.row)

    @cached_property
    def places(self) -> Mapping[int, Who]:
        return self.found.places(self.row)

    @cached_property
    def placed_before(self) -> dict[int, int]:
        rows = self.before.result["matches"] if self.before else []
        return {row["seeker"]: row["place"] for row in rows}

    @property
    def _matches(self) -> list[dict[str, Any]]:
        return list(self.proposal.result["matches"])

    def matches(self) -> list[dict[str, Any]]:
        return [
            {
                "number": number,
                **self._pair((match["seeker"], match["place"])),
                "locked": match["locked"],
                "why": words.why(match, self.places, self.found),
                "was": self._was(match),
            }
            for number, match in enumerate(self._matches)
        ]

    def _was(self, match: Mapping[str, Any]) -> Who | None:
        was = self.placed_before.get(match["seeker"], match["place"])
        return None if was == match["place"] else self.places.get(was, words.NO_ONE)

    def _pair(self, pair: Pair) -> dict[str, Who]:
        return {
            "seeker": self.seekers.get(pair[0], words.NO_ONE),
            "place": self.places.get(pair[1], words.NO_ONE),
        }

    def without(self) -> list[dict[str, Any]]:
        return [
            {
                "seeker": self.seekers.get(row["seeker"], words.NO_ONE),
                "why": words.without_place(row, self.places, self.found),
            }
            for row in self.proposal.result["unplaced"]
        ]

    def forbidden(self) -> list[dict[str, Any]]:
        pairs = enumerate(self.wishes.forbidden)
        return [{"number": number, **self._pair(pair)} for number, pair in pairs]

    def weights(self) -> list[dict[str, Any]]:
        """How much more those count who are to come first, with what may be chosen."""
        return [
            {"name": name, "label": label, "now": getattr(self.wishes, name), "choices": POINTS}
            for name, label in WEIGHTS.items()
        ]

    def lapsed(self) -> list[dict[str, Who]]:
        """Pairs that were to stay together and could not."""
        kept = {(m["seeker"], m["place"]) for m in self._matches if m["locked"]}
        waiting = {row["seeker"] for row in self.proposal.result["unplaced"]}
        waiting |= {m["seeker"] for m in self._matches}
        lost = [p for p in self.wishes.locked if p not in kept and p[0] in waiting]
        return [self._pair(pair) for pair in lost]


def wishes(proposal: Proposal, post: Mapping[str, Any]) -> Wishes:
    """Those of the proposal, changed by what was sent: ``match-<number>`` is lock, forbid or
    empty, ``forbidden-<number>`` is allow or empty, ``small_school`` and ``prior_unmatched`` are
    points; what was not sent stays as it is."""
    before = Wishes.of(proposal.wishes)
    locked: set[Pair] = set()
    forbidden = set(before.forbidden)
    for number, match in enumerate(proposal.result["matches"]):
        pair = (match["seeker"], match["place"])
        wish = post.get(f"match-{number}", LOCK if match["locked"] else "")
        if wish == LOCK:
            locked.add(pair)
        elif wish == FORBID:
            forbidden.add(pair)
    for number, pair in enumerate(before.forbidden):
        if post.get(f"forbidden-{number}") == ALLOW:
            forbidden.discard(pair)
    known = {str(points): points for points in POINTS}
    weights = {name: known.get(post.get(name, ""), getattr(before, name)) for name in WEIGHTS}
    return Wishes(tuple(sorted(locked)), tuple(sorted(forbidden)), **weights)
