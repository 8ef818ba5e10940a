"""Pages after the lesson: pupil interviews and the discussion."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.activities.engine import Blocked, Stale
from apps.activities.kinds.lesson_study import actions
from apps.activities.kinds.lesson_study.actions.talk import AFTER
from apps.activities.kinds.lesson_study.forms import BeginTalkForm, InterviewForm, TalkForm
from apps.activities.kinds.lesson_study.models import CasePupil
from apps.activities.kinds.lesson_study.study import INTERVIEWS, Lesson, TalkPart, question_of
from apps.activities.kinds.lesson_study.views.common import (
    get_lesson,
    names_known,
    next_pupil,
    page,
    pupil_asked_for,
    pupil_tabs,
    to_lesson,
)
from apps.activities.views.common import add_blocks, say_blocked


def interviews(request: HttpRequest, pid: str, cycle: int) -> HttpResponse:
    """What a case pupil said to me. GET: ``pupil`` (code)."""
    found = get_lesson(request, pid, cycle, writing=True)
    person: Any = request.user
    activity = found.study.activity
    pupil = pupil_asked_for(request, found)
    closed = not found.is_present or found.discussed or activity.stage not in AFTER
    if closed or pupil is None:
        return to_lesson(found)
    form = InterviewForm(request.POST or None, lesson=found, pupil=pupil, author=person)
    theirs = None
    if request.method == "POST":
        form.known = names_known(found)
        if form.is_valid():
            try:
                actions.interview(pupil, by=person, answers=form.answers)
            except Stale as stale:
                theirs = _theirs_interview(form, stale)
            except Blocked as blocked:
                add_blocks(form, blocked)
            else:
                return _saved(request, found, pupil)
    context = {
        "form": form,
        "lesson": found,
        "pupil": pupil,
        "tabs": pupil_tabs(found, pupil),
        "others": [
            a for a in found.interviews.get(pupil.pk, []) if a.author_id != person.pk and a.answer
        ],
    }
    return page(request, "interviews", context, theirs=theirs)


def _saved(request: HttpRequest, found: Lesson, pupil: CasePupil) -> HttpResponse:
    messages.success(request, _("Saved: case pupil %(code)s.") % {"code": pupil.code})
    following = next_pupil(found, pupil)
    if following is None:
        return to_lesson(found)
    answer = redirect(
        "activities:lesson_study_interviews", found.study.activity.public_id, found.cycle
    )
    answer["Location"] += f"?pupil={following.code}"
    return answer


def _theirs_interview(form: Any, stale: Stale) -> list[tuple[Any, str]]:
    current: Any = stale.current
    form.data = form.data.copy()
    for n, question in enumerate(form.questions):
        if current is not None and question == current.question:
            form.data[f"version_{n}"] = current.version
    return [(current.question, current.answer)] if current else []


def talk(request: HttpRequest, pid: str, cycle: int) -> HttpResponse:
    """The discussion, one part after another. GET: ``part`` is one that may be written.

    POST: ``begin`` (with ``late_reason``), ``why`` (a late one explained afterwards), ``end``, or
    the agreed note of the part.
    """
    found = get_lesson(request, pid, cycle, writing=True)
    if not found.is_present or found.study.activity.stage != "discussion" or found.discussed:
        return to_lesson(found)
    for name, act in (("begin", _begin), ("why", _explain), ("end", _end)):
        if request.method == "POST" and name in request.POST:
            return act(request, found)
    if found.talk_began_at is None:
        form = BeginTalkForm()
        return page(request, "talk_begin", {"lesson": found, "form": form, "late": found.is_late})
    part = _part_asked_for(request, found)
    return _part(request, found, part)


def _begin(request: HttpRequest, found: Lesson) -> HttpResponse:
    form = BeginTalkForm(request.POST)
    form.known = names_known(found)
    if not form.is_valid():
        return page(request, "talk_begin", {"lesson": found, "form": form, "late": found.is_late})
    return _act(request, found, actions.begin_talk, late_reason=form.cleaned_data["late_reason"])


def _explain(request: HttpRequest, found: Lesson) -> HttpResponse:
    reason = request.POST.get("late_reason", "")[:300]
    return _act(request, found, actions.say_why_late, reason=reason)


def _end(request: HttpRequest, found: Lesson) -> HttpResponse:
    return _act(request, found, actions.end_talk)


def _act(request: HttpRequest, found: Lesson, act: Any, **values: Any) -> HttpResponse:
    activity = found.study.activity
    try:
        act(activity, by=request.user, **values)
    except Blocked as blocked:
        say_blocked(request, blocked)
    else:
        if act is actions.end_talk:
            messages.success(
                request, _("The discussion is over. The way to the next step is open.")
            )
            return redirect("activities:detail", activity.public_id)
    return redirect("activities:lesson_study_talk", activity.public_id, found.cycle)


def _part_asked_for(request: HttpRequest, found: Lesson) -> TalkPart | None:
    """None: every part is written, and none is asked for."""
    key = request.GET.get("part", "")
    if not key:
        return found.next_part
    part = next((p for p in found.open_parts() if p.key == key), None)
    if part is None:
        raise Http404
    return part


def _part(request: HttpRequest, found: Lesson, part: TalkPart | None) -> HttpResponse:
    there = found.agreed_notes.get(part.place) if part else None
    initial = {"version": there.version, "text": there.text} if there else {}
    form = TalkForm(request.POST or None, initial=initial) if part else None
    theirs = None
    if request.method == "POST" and part is not None and form is not None:
        form.known = names_known(found)
        if form.is_valid():
            values = {name: form.cleaned_data[name] for name in ("version", "text")}
            try:
                actions.write_part(found.study.activity, by=request.user, part=part.key, **values)
            except Stale as stale:
                theirs = _theirs_part(form, stale)
            except Blocked as blocked:
                add_blocks(form, blocked)
            else:
                messages.success(request, _("Saved: %(part)s.") % {"part": part.title})
                pid = found.study.activity.public_id
                return redirect("activities:lesson_study_talk", pid, found.cycle)
    context = {
        "form": form,
        "lesson": found,
        "part": part,
        "steps": _steps(found, part),
        "beside": _beside(found, part),
        "question": question_of(found.study.activity),
    }
    return page(request, "talk", context, theirs=theirs)


def _theirs_part(form: Any, stale: Stale) -> list[tuple[Any, str]]:
    current: Any = stale.current
    form.data = form.data.copy()
    form.data["version"] = current.version if current else 0
    return [(current.by.name, current.text)] if current else []


def _steps(found: Lesson, current: TalkPart | None) -> list[dict[str, Any]]:
    may = found.open_parts()
    return [
        {
            "part": part,
            "written": part.place in found.agreed_notes,
            "open": part in may,
            "current": current is not None and part.key == current.key,
        }
        for part in found.parts
    ]


def _beside(found: Lesson, part: TalkPart | None) -> dict[str, Any]:
    """What the group looks at in this part: predictions and notes, or the interviews."""
    if part is None:
        return {}
    if part.pupil is not None:
        key = part.pupil.pk
        return {
            "phases": [
                {
                    "name": phase.name,
                    "predicted": found.predictions.get((phase.pk, key)),
                    "notes": found.notes.get((phase.pk, key), []),
                }
                for phase in found.phases
            ]
        }
    if part.slug == INTERVIEWS:
        return {"interviews": [(p, found.interviews.get(p.pk, [])) for p in found.pupils]}
    return {}
