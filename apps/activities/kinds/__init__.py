"""The kinds of activity: every module of this package that has a ``KIND`` is one."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from apps.activities.kinds.base import Kind

_registry: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """ValueError when another kind has its slug."""
    if _registry.get(kind.slug, kind) is not kind:
        raise ValueError(f"two kinds are called {kind.slug}")
    _registry[kind.slug] = kind
    return kind


def forget(slug: str) -> None:
    _registry.pop(slug, None)


@cache
def discover() -> None:
    for module in pkgutil.iter_modules(__path__):
        found = getattr(importlib.import_module(f"{__name__}.{module.name}"), "KIND", None)
        if found is not None:
            register(found)


def all_kinds() -> list[Kind]:
    discover()
    return sorted(_registry.values(), key=lambda kind: kind.slug)


def kind_of(slug: str) -> Kind:
    """KeyError for a kind that nobody registered."""
    discover()
    return _registry[slug]


def choices() -> list[tuple[str, Any]]:
    return [(kind.slug, kind.name) for kind in all_kinds()]
