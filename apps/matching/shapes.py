"""What differs between proposals of pairs and of other groupings; jobs, pages and what is kept are
the same for all of them. One `Shape` for each subclass of `Matchmaking`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from apps.activities.matchmaking import Matchmaking
from apps.matching.models import Proposal

Json = dict[str, Any]
Tell = Callable[[int, int], None]
Figures = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody whom two proposals place differently, and with whom each does, in words."""

    who: str
    before: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How one sort of proposal is made and shown.

    ``inputs``: a round and wishes as what is kept and solved, None where nobody waits;
    ``propose``: inputs, seed and progress to result and quality, which has ``asked``, ``placed``
    and ``fit``; ``wished``: the wishes of a proposal, changed by what was sent; ``shown``: what
    ``template`` needs beside the round, the proposal, the one before and the figures;
    ``figures``: label and value, for every quality the same labels; ``moved``: whom two results
    place differently; ``settled``: what ``Matchmaking.take_over`` gets; ``taken_over``: how many
    that were.
    """

    inputs: Callable[[Any, Any, Mapping[str, Any]], Json | None]
    propose: Callable[[Mapping[str, Any], int, Tell], tuple[Json, Json]]
    wished: Callable[[Proposal | None, Mapping[str, Any]], Json]
    template: str
    shown: Callable[[Proposal, Proposal | None, Any, Any, Mapping[str, Any]], Json]
    figures: Callable[[Mapping[str, Any]], Figures]
    moved: Callable[[Proposal, Proposal, Any, Any], list[Moved]]
    settled: Callable[[Mapping[str, Any]], Sequence[Any]]
    taken_over: Callable[[int], str]


@cache
def _shapes() -> dict[type[Matchmaking], Shape]:
    from apps.activities.matchmaking import Grouping, Pairing
    from apps.matching.groups import GROUPS
    from apps.matching.pairs import PAIRS

    return {Pairing: PAIRS, Grouping: GROUPS}


def shape_of(found: Matchmaking) -> Shape:
    return _shapes()[type(found)]
