"""What the home pages share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Stat:
    """A number and the page that lists exactly what it counts."""

    number: int | None
    label: str | Promise
    url: str
    note: str | Promise = ""
    due: bool = False


def link(view: str, *args: Any, **query: Any) -> str:
    """The URL of ``view`` with ``query``, leaving out what is empty."""
    asked = urlencode({key: value for key, value in query.items() if value not in ("", None)})
    return reverse(view, args=args or None) + (f"?{asked}" if asked else "")


def first(rows: Iterable[Any], most: int) -> list[Any]:
    return list(rows[:most])  # type: ignore[index]
