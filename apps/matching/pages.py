"""A proposal of pairs as its pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from apps.activities.matchmaking import Pair, Pairing, Who
from apps.matching import words
from apps.matching.filters import PeopleFilter
from apps.matching.gathering import Wishes
from apps.matching.models import Proposal
from apps.matching.wishing import LOCK, POINTS, WEIGHTS, listed


class Shown:
    """People are known by their positions in the kept inputs."""

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
    def keys(self) -> list[int]:
        return list(self.proposal.inputs["seekers"])

    @cached_property
    def matches(self) -> dict[int, Mapping[str, Any]]:
        return {match["seeker"]: match for match in self.proposal.result["matches"]}

    @cached_property
    def waiting(self) -> dict[int, Mapping[str, Any]]:
        return {row["seeker"]: row for row in self.proposal.result["unplaced"]}

    @cached_property
    def still(self) -> set[int]:
        """Who of them waits now, as long as nothing is taken over."""
        return self.found.waiting(self.row).intersection(self.keys)

    def gone(self) -> list[str]:
        """Who stood in the proposal before, and waited no longer when this one was made."""
        if self.before is None:
            return []
        rows = [*self.before.result["matches"], *self.before.result["unplaced"]]
        gone = {row["seeker"] for row in rows}.difference(self.keys)
        return [words.told(self.seekers.get(key, words.NO_ONE)) for key in sorted(gone)]

    @cached_property
    def placed_before(self) -> dict[int, int]:
        rows = self.before.result["matches"] if self.before else []
        return {row["seeker"]: row["place"] for row in rows}

    def filter(self, data: Any) -> PeopleFilter:
        return PeopleFilter(
            data,
            inputs=self.proposal.inputs,
            people=self.seekers,
            placed={at for at, key in enumerate(self.keys) if key in self.matches},
            focus_words=self.found.focus_words,
        )

    def person(self, at: int) -> dict[str, Any]:
        """Somebody with where they are placed and why, or what stood in the way."""
        key = self.keys[at]
        match = self.matches.get(key)
        shown = {
            "at": at,
            "seeker": self.seekers.get(key, words.NO_ONE),
            "match": match,
            "waits": key in self.still,
        }
        if match is None:
            row = self.waiting[key]
            return {**shown, "why": words.without_place(row, self.places, self.found)}
        return {
            **shown,
            "place": self.places.get(match["place"], words.NO_ONE),
            "locked": match["locked"],
            "why": words.why(match, self.places, self.found),
            "was": self._was(match),
        }

    def _was(self, match: Mapping[str, Any]) -> Who | None:
        was = self.placed_before.get(match["seeker"], match["place"])
        return None if was == match["place"] else self.places.get(was, words.NO_ONE)

    def _pair(self, pair: Pair) -> dict[str, Who]:
        return {
            "seeker": self.seekers.get(pair[0], words.NO_ONE),
            "place": self.places.get(pair[1], words.NO_ONE),
        }

    def wished(self) -> list[dict[str, Any]]:
        """All that is wished of pairs, in the order of `listed`; ``holds``: whether it could be
        kept to, None for somebody who does not wait any more."""
        return [
            {
                "number": number,
                **self._pair(pair),
                "locked": wish == LOCK,
                "holds": self._holds(pair) if wish == LOCK else True,
            }
            for number, (pair, wish) in enumerate(listed(self.proposal))
        ]

    def _holds(self, pair: Pair) -> bool | None:
        match = self.matches.get(pair[0])
        if match is not None:
            return bool(match["locked"] and match["place"] == pair[1])
        return False if pair[0] in self.waiting else None

    def hosts(self) -> list[dict[str, Any]]:
        """The places that were free, with whom the proposal puts there."""
        there: dict[int, list[str]] = {}
        for key, match in self.matches.items():
            name = self.seekers.get(key, words.NO_ONE).name
            there.setdefault(match["place"], []).append(name)
        hosts = self.proposal.inputs["problem"]["hosts"]
        foci = self.proposal.inputs["foci"]
        return [
            {
                "place": self.places.get(key, words.NO_ONE),
                "foci": [self.found.focus_words(foci[topic]) for topic, _ in host["offers"]],
                "people": there.get(key, []),
                "capacity": host["capacity"],
            }
            for key, host in zip(self.proposal.inputs["places"], hosts, strict=True)
            if host["capacity"]
        ]

    def weights(self) -> list[dict[str, Any]]:
        """How much more those count who are to come first, with what may be chosen."""
        return [
            {"name": name, "label": label, "now": getattr(self.wishes, name), "choices": POINTS}
            for name, label in WEIGHTS.items()
        ]
