"""Why the engine does not do what it is asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from apps.activities.kinds.base import Block

T = TypeVar("T")


class Blocked(Exception):
    """A step that cannot be taken yet: ``blocks`` is the full list of what is missing."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self.blocks = list(blocks)
        super().__init__("; ".join(block.reason for block in self.blocks))


class Stale(Exception):
    """Somebody else saved this text in between; ``current`` is the row as it now stands."""

    def __init__(self, current: object) -> None:
        self.current = current
        super().__init__("saved by somebody else in between")


def refuse_if(condition: object, reason: str, who: str = "") -> None:
    if condition:
        raise Blocked([Block(str(reason), who)])


def required(value: T | None, reason: str) -> T:
    """``value``, or Blocked when there is none."""
    if value is None:
        raise Blocked([Block(str(reason))])
    return value
