"""Proposals of groups: people who would like to be in one, brought together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import combinations
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.activities.matchmaking import Grouping, Made, Who
from apps.matching import group_words, words
from apps.matching.grouping import Wishes, inputs_of
from apps.matching.models import Proposal
from apps.matching.shapes import Json, Moved, Shape, Tell
from apps.matching.wishing import LOCK, POINTS

A_PAGE = 50
ALLOW = "allow"
WEIGHTS = ("small_school", "prior_unmatched")


def _inputs(found: Grouping, row: Any, wished: Mapping[str, Any]) -> Json | None:
    gathered = found.gather(row)
    if not gathered.people:
        return None
    return inputs_of(gathered, found.forming, Wishes.of(wished))


def _propose(inputs: Mapping[str, Any], seed: int, tell: Tell) -> tuple[Json, Json]:
    from apps.matching.group_proposing import propose  # loads the solvers

    return propose(inputs, seed, tell)


def _wished(proposal: Proposal | None, post: Mapping[str, Any]) -> Json:
    """The wishes of the proposal, changed by what was sent: ``group-<number>`` is lock, two keys
    joined by a dash who are to be kept apart, or empty; ``apart-<number>`` is allow or empty;
    ``small_school`` and ``prior_unmatched`` are points; what was not sent stays as it is."""
    if proposal is None:
        return Wishes().as_json()
    before = Wishes.of(proposal.wishes)
    locked: list[tuple[int, ...]] = []
    apart = set(before.apart)
    for number, pair in enumerate(before.apart):
        if post.get(f"apart-{number}") == ALLOW:
            apart.discard(pair)
    for number, group in enumerate(proposal.result["groups"]):
        wish = post.get(f"group-{number}", LOCK if group["locked"] else "")
        pairs = {f"{a}-{b}": (a, b) for a, b in combinations(sorted(group["people"]), 2)}
        if wish == LOCK:
            locked.append(tuple(sorted(group["people"])))
        elif wish in pairs:
            apart.add(pairs[wish])
    known = {str(points): points for points in POINTS}
    weights = {name: known.get(post.get(name, ""), getattr(before, name)) for name in WEIGHTS}
    return Wishes(tuple(sorted(locked)), tuple(sorted(apart)), **weights).as_json()


class _Shown:
    def __init__(
        self, proposal: Proposal, before: Proposal | None, found: Grouping, row: Any
    ) -> None:
        self.proposal, self.before, self.found, self.row = proposal, before, found, row
        self.wishes = Wishes.of(proposal.wishes)

    @cached_property
    def people(self) -> Mapping[int, Who]:
        return self.found.people(self.row)

    @cached_property
    def foci(self) -> Mapping[str, str]:
        return self.found.foci()

    def who(self, key: int) -> Who:
        return self.people.get(key, words.NO_ONE)

    @cached_property
    def keys(self) -> set[int]:
        return set(_companions(self.proposal))

    @cached_property
    def still(self) -> set[int]:
        """Who of them waits now."""
        return self.found.waiting(self.row) & self.keys

    def gone(self) -> list[str]:
        """Who stood in the proposal before, and waited no longer when this one was made."""
        gone = set(_companions(self.before)) - self.keys if self.before else set()
        return [words.told(self.who(key)) for key in sorted(gone) if key in self.people]

    def groups(self) -> list[Json]:
        return [
            {
                "number": number,
                "people": [self.who(key) for key in group["people"]],
                "focus": self.foci.get(group["focus"], group["focus"]),
                "locked": group["locked"],
                "waits": self.still.issuperset(group["people"]),
                "why": group_words.why(group, self.people, self.found),
                "pairs": [
                    {"value": f"{a}-{b}", "one": self.who(a), "other": self.who(b)}
                    for a, b in combinations(sorted(group["people"]), 2)
                ],
            }
            for number, group in enumerate(self.proposal.result["groups"])
        ]

    def without(self) -> list[Json]:
        return [
            {"who": self.who(row["person"]), "why": group_words.without_group(row, self.foci)}
            for row in self.proposal.result["unplaced"]
        ]

    def apart(self) -> list[Json]:
        pairs = enumerate(self.wishes.apart)
        return [
            {"number": number, "one": self.who(pair[0]), "other": self.who(pair[1])}
            for number, pair in pairs
        ]

    def lapsed(self) -> list[str]:
        """Groups that were to stay together and could not."""
        groups = self.proposal.result["groups"]
        kept = {tuple(sorted(group["people"])) for group in groups if group["locked"]}
        gone = [keys for keys in self.wishes.locked if keys not in kept]
        return [", ".join(self.who(key).name for key in keys) for keys in gone]

    def weights(self) -> list[Json]:
        labels = (words.SMALL_SCHOOLS, group_words.UNPLACED_BEFORE)
        return [
            {"name": name, "label": label, "now": getattr(self.wishes, name), "choices": POINTS}
            for name, label in zip(WEIGHTS, labels, strict=True)
        ]


def _shown(
    proposal: Proposal, before: Proposal | None, found: Grouping, row: Any, get: Mapping[str, Any]
) -> Json:
    """GET: ``page``."""
    shown = _Shown(proposal, before, found, row)
    groups = shown.groups()
    return {
        "gone": shown.gone(),
        "settled": len(shown.keys - shown.still),
        "may_take_over": any(group["waits"] for group in groups),
        "page": Paginator(groups, A_PAGE).get_page(get.get("page")),
        "without": shown.without(),
        "apart": shown.apart(),
        "lapsed": shown.lapsed(),
        "weights": shown.weights(),
    }


def _moved(before: Proposal, now: Proposal, found: Grouping, row: Any) -> list[Moved]:
    """Who is with other people."""
    was, is_ = _companions(before), _companions(now)
    people = found.people(row)

    def told(key: int, companions: Mapping[int, tuple[int, ...]]) -> str:
        if key not in companions:
            return words.absent()
        names = ", ".join(people.get(other, words.NO_ONE).name for other in companions[key])
        return names or _("without a group")

    return [
        Moved(
            words.told(people.get(key, words.NO_ONE)),
            told(key, was),
            told(key, is_),
        )
        for key in sorted(was | is_)
        if was.get(key) != is_.get(key)
    ]


def _companions(proposal: Proposal) -> dict[int, tuple[int, ...]]:
    """By person, empty for somebody without a group."""
    alone: dict[int, tuple[int, ...]] = {row["person"]: () for row in proposal.result["unplaced"]}
    return alone | {
        key: tuple(other for other in group["people"] if other != key)
        for group in proposal.result["groups"]
        for key in group["people"]
    }


def _settled(result: Mapping[str, Any]) -> list[Made]:
    return [Made(tuple(group["people"]), group["focus"]) for group in result["groups"]]


def _taken_over(made: int) -> str:
    return ngettext(
        "%(count)d group is being formed. Its people are invited, and say yes or no.",
        "%(count)d groups are being formed. Their people are invited, and say yes or no.",
        made,
    ) % {"count": made}


GROUPS = Shape(
    inputs=_inputs,
    propose=_propose,
    wished=_wished,
    template="matching/groups.html",
    shown=_shown,
    figures=group_words.figures,
    moved=_moved,
    settled=_settled,
    taken_over=_taken_over,
)
