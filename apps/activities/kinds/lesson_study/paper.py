"""The poster on paper: one A4 page, tagged, from the words that the page shows."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.activities.enums import SessionState
from apps.activities.kinds.lesson_study.actions.poster import WORDS
from apps.activities.kinds.lesson_study.models import Poster
from apps.activities.kinds.lesson_study.study import LESSON
from apps.core.typesetting import set_paper
from apps.core.ui import dates


def facts_of(poster: Poster) -> dict[str, Any]:
    """What page and paper say beside the group's words: schools, lessons, days. No people."""
    activity = poster.activity
    places = activity.participants.taking_part().select_related("organisation")
    held = activity.sessions.filter(kind=LESSON, state=SessionState.HELD).order_by("starts_at")
    days = [dates.day(moment) for moment in held.values_list("starts_at", flat=True)]
    return {
        "schools": sorted({place.organisation.name for place in places}),
        "lessons": len(days),
        "first": days[0] if days else "",
        "last": days[-1] if days else "",
    }


def make(poster: Poster) -> bytes:
    data = {name: getattr(poster, name) for name in WORDS} | facts_of(poster)
    return set_paper("activities/lesson_study/poster.typ", poster=data, words=words(poster))


def words(poster: Poster) -> dict[str, str]:
    activity = poster.activity
    return {
        "kind": _("Lesson study"),
        "did": _("What we did"),
        "found": _("What we found out"),
        "keep": _("What we shall keep doing"),
        "schools": _("Schools"),
        "lessons": _("Research lessons"),
        "caution": _(
            "From a few lessons in a few classes: try it, and see what it does with yours."
        ),
        "alliance": activity.alliance.name if activity.alliance else activity.organisation.name,
        "state": "" if poster.state == "approved" else _("Not approved yet: for the group only"),
    }
