"""What the pages of a lesson study share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from apps.activities import readers
from apps.activities.kinds import kind_of
from apps.activities.kinds.lesson_study.models import CasePupil
from apps.activities.kinds.lesson_study.permissions import can_read_lessons, can_write_lessons
from apps.activities.kinds.lesson_study.study import SLUG, Lesson, Study
from apps.activities.models import Activity
from apps.activities.views.common import CONFLICT, INVALID
from apps.core.permissions import get_visible, require

Theirs = list[tuple[Any, str]]


def get_study(request: HttpRequest, pid: str) -> Activity:
    rows = Activity.objects.select_related("organisation", "alliance", "organiser")
    return get_visible(rows.filter(kind=SLUG), request.user, public_id=pid)


def get_lesson(request: HttpRequest, pid: str, cycle: int, *, writing: bool = False) -> Lesson:
    """One research lesson, for the group; 404 for one that has not come yet."""
    activity = get_study(request, pid)
    person: Any = request.user
    require((can_write_lessons if writing else can_read_lessons)(person, activity))
    if not 1 <= cycle <= activity.cycle:
        raise Http404
    return Study(activity).lesson(cycle)


def pupil_asked_for(request: HttpRequest, lesson: Lesson) -> CasePupil | None:
    """GET: ``pupil`` is a code; the first case pupil unless given."""
    code = request.GET.get("pupil", "")
    if not code:
        return lesson.pupils[0] if lesson.pupils else None
    found = next((p for p in lesson.pupils if p.code == code), None)
    if found is None:
        raise Http404
    return found


def pupil_tabs(lesson: Lesson, pupil: CasePupil) -> list[dict[str, Any]]:
    return [
        {"label": f"{p.code}: {p.typifies}", "url": f"?pupil={p.code}", "current": p == pupil}
        for p in lesson.pupils
    ]


def next_pupil(lesson: Lesson, pupil: CasePupil) -> CasePupil | None:
    after = lesson.pupils[lesson.pupils.index(pupil) + 1 :]
    return after[0] if after else None


def names_known(lesson: Lesson) -> tuple[str, ...]:
    """The staff of the schools taking part: theirs are no pupils' names."""
    return readers.names_known_in(lesson.study.activity)


def to_lesson(lesson: Lesson) -> HttpResponse:
    pid = lesson.study.activity.public_id
    return redirect("activities:lesson_study_lesson", pid, lesson.cycle)


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, theirs: Theirs | None = None
) -> HttpResponse:
    """A page; 422 with a form that is not valid, 409 with what somebody saved in between."""
    form = context.get("form")
    status = INVALID if form is not None and form.is_bound and form.errors else 200
    lesson = context.get("lesson")
    if lesson is not None:
        context.setdefault("activity", lesson.study.activity)
    context.setdefault("kind", kind_of(SLUG))
    context["theirs"] = theirs
    return render(
        request,
        f"activities/lesson_study/{template}.html",
        context,
        status=CONFLICT if theirs is not None else status,
    )
