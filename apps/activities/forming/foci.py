"""What a group can be about: a topic that all schools share, or a problem of pupils; or what the
kind asks people instead."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.activities.enums import Problem
from apps.activities.matchmaking import Forming
from apps.activities.models import Activity
from apps.audits.enums import TopicArea
from apps.audits.models import Topic

# Those of the guided choice, but for not knowing enough, which nobody can share. No slug of a
# topic begins like this.
PREFIX = "pupil-problem-"
PROBLEMS = {
    f"{PREFIX}{problem}": problem.label for problem in Problem if problem != Problem.KNOWLEDGE
}

Choices = list[tuple[Any, list[tuple[str, str]]]]


def choices() -> Choices:
    """Problems of pupils first, then topics by area: one of a school's own finds nobody
    elsewhere."""
    rows = Topic.objects.filter(organisation=None)
    found: dict[str, list[tuple[str, str]]] = {}
    for area, slug, name in rows.values_list("area", "slug", "name"):
        found.setdefault(area, []).append((slug, name))
    topics: Choices = [(TopicArea(area).label, rows) for area, rows in found.items()]
    problems = [(slug, str(label)) for slug, label in PROBLEMS.items()]
    return [(_("A problem of pupils"), problems), *topics]


def names(forming: Forming) -> dict[str, str]:
    """What each is called, by its slug."""
    if forming.asked is not None:
        return forming.asked.words
    topics = Topic.objects.filter(organisation=None).values_list("slug", "name")
    return dict(topics) | {slug: str(label) for slug, label in PROBLEMS.items()}


def plan(forming: Forming, slug: str) -> dict[str, Any]:
    """What the plan of a group's activity begins with: what people are is no focus yet."""
    words = names(forming).get(slug, "")
    asked = forming.asked
    return {"focus": words} if asked is None else {"details": {asked.field: words}}


def of(forming: Forming, activity: Activity) -> str:
    """The slug; empty where the group has put it into words of its own."""
    asked = forming.asked
    words = activity.focus if asked is None else activity.details.get(asked.field)
    return next((slug for slug, name in names(forming).items() if name == words), "")
