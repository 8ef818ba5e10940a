"""What the home pages share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Stat:
    """A number and the page that lists exactly what it counts."""

    number: int
    label: str | Promise
    url: str
    due: bool = False


def stat(number: int, words: Callable[[int], str], url: str, *, due: bool = False) -> Stat:
    """``words`` gives the label for one or many."""
    return Stat(number, words(number), url, due=due)


def link(view: str, *args: Any, **query: Any) -> str:
    """The URL of ``view`` with ``query``, leaving out what is empty."""
    asked = urlencode({key: value for key, value in query.items() if value not in ("", None)})
    return reverse(view, args=args or None) + (f"?{asked}" if asked else "")
