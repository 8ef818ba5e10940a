"""What a follow-up may chase. The apps to the right say how their rows are called and found.

In an ``AppConfig.ready``::

    sources.register("activities.activity", title=lambda a: a.title, url=lambda a: ...)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType

from apps.followups.models import FollowUp


@dataclass(frozen=True, slots=True)
class Source:
    """``step`` is its place on the thread (see apps.core.ui.parts.THREAD)."""

    title: Callable[[Any], str]
    url: Callable[[Any], str]
    step: str = "activity"
    along: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    url: str
    step: str


_registry: dict[str, Source] = {}


def register(
    model_label: str,
    *,
    title: Callable[[Any], str],
    url: Callable[[Any], str],
    step: str = "activity",
    along: tuple[str, ...] = (),
) -> None:
    """Let follow-ups chase rows of ``model_label``, such as ``activities.activity``; ``along`` is
    read with them."""
    _registry[model_label.lower()] = Source(title, url, step, along)


def is_registered(model_label: str) -> bool:
    return model_label.lower() in _registry


def links_of(followups: Iterable[FollowUp]) -> dict[int, Link]:
    """What each chases, by its primary key: one query for each type of source."""
    wanted: dict[int, list[FollowUp]] = {}
    for followup in followups:
        if followup.source_type_id is not None:
            wanted.setdefault(followup.source_type_id, []).append(followup)
    found: dict[int, Link] = {}
    for type_id, group in wanted.items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        source = _registry.get(model._meta.label_lower) if model else None
        if model is None or source is None:
            continue
        rows = model._default_manager.all()
        rows = rows.select_related(*source.along) if source.along else rows
        things = rows.in_bulk({f.source_id for f in group})
        for followup in group:
            if thing := things.get(followup.source_id):
                found[followup.pk] = Link(source.title(thing), source.url(thing), source.step)
    return found


def link_of(followup: FollowUp) -> Link | None:
    return links_of([followup]).get(followup.pk)
