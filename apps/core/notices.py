"""What people are told in the app, in words: rows hold keys only.

An app registers how its kinds read, for many rows at once::

    @notice_words("followups.due")
    def due(things: list[str]) -> dict[str, str]: ...  # words by Notice.thing; missing = gone
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from apps.core.models import Notice

Words = Callable[[list[str]], dict[str, str]]
_registry: dict[str, Words] = {}


@dataclass(frozen=True, slots=True)
class Told:
    """A notice and its words; both are empty-handed when what it was about is gone."""

    notice: Notice
    words: str


def notice_words(*kinds: str) -> Callable[[Words], Words]:
    def register(words: Words) -> Words:
        for kind in kinds:
            if kind in _registry:
                raise ValueError(f"two notices are called {kind}")
            _registry[kind] = words
        return words

    return register


def told(notices: Iterable[Notice]) -> list[Told]:
    """The notices with their words, in order; one call for each kind among them."""
    notices = list(notices)
    things: dict[str, list[str]] = defaultdict(list)
    for notice in notices:
        things[notice.kind].append(notice.thing)
    words = {
        kind: _registry[kind](found) if kind in _registry else {} for kind, found in things.items()
    }
    return [Told(n, words[n.kind].get(n.thing, "")) for n in notices]
