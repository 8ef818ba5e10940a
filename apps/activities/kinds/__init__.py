"""The kinds of activity: every module of this package that has a ``KIND`` is one, and so is every
package with a module ``kind`` that has one. Such a package may have ``models``, ``urls`` and
``matchmaking`` (see apps.activities.matchmaking) too. A ``FORMING`` beside the ``KIND`` says how
groups of people who would like one are made.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from apps.activities.kinds.base import Kind, Link

if TYPE_CHECKING:
    from apps.accounts.models import Person

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
    for found in declared("KIND"):
        register(found)


def declared(name: str) -> list[Any]:
    """What is called ``name`` in the modules of kinds that have it."""
    plain = [m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg]
    modules = [importlib.import_module(f"{__name__}.{module}") for module in plain]
    return [getattr(m, name) for m in [*modules, *parts("kind")] if hasattr(m, name)]


def parts(name: str) -> list[ModuleType]:
    """The module called ``name`` of each kind that is a package and has one."""
    packages = [m.name for m in pkgutil.iter_modules(__path__) if m.ispkg]
    paths = [f"{__name__}.{package}.{name}" for package in packages]
    return [importlib.import_module(path) for path in paths if importlib.util.find_spec(path)]


def all_kinds() -> list[Kind]:
    discover()
    return sorted(_registry.values(), key=lambda kind: kind.slug)


def kind_of(slug: str) -> Kind:
    """KeyError for a kind that nobody registered."""
    discover()
    return _registry[slug]


def session_words(kind: Kind, slug: str, observer: Person | None, observed: Person | None) -> str:
    """The name of a session and, of one between two people, who does what."""
    name, who = str(kind.session_name(slug)), pair_words(kind, slug, observer, observed)
    return f"{name}: {who}" if who else name


def pair_words(kind: Kind, slug: str, observer: Person | None, observed: Person | None) -> str:
    """Of a session between two people, who does what with whom; else nothing."""
    if observer is None or observed is None:
        return ""
    declared = kind.session(slug)
    words = (declared and declared.pair_words) or _("%(observer)s visits %(observed)s")
    return str(words) % {"observer": observer.name, "observed": observed.name}


def choices() -> list[tuple[str, Any]]:
    return [(kind.slug, kind.name) for kind in all_kinds()]


def quick_starts() -> list[Link]:
    return [kind.quick_start for kind in all_kinds() if kind.quick_start is not None]
