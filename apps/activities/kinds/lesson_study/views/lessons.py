"""Pages before and in the lesson: ground rules, case pupils, planning, predictions, notes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.activities import engine
from apps.activities.engine import Blocked, Stale
from apps.activities.engine.changes import UNDER_WAY
from apps.activities.engine.versions import compare
from apps.activities.enums import ParticipantState
from apps.activities.kinds.lesson_study import actions, checks
from apps.activities.kinds.lesson_study.forms import (
    LessonForm,
    NotesForm,
    PredictionForm,
    PupilForm,
)
from apps.activities.kinds.lesson_study.models import CasePupil
from apps.activities.kinds.lesson_study.panels import tasks
from apps.activities.kinds.lesson_study.permissions import can_write_lessons
from apps.activities.kinds.lesson_study.study import EXPERT, IN_LESSON, Lesson, question_of
from apps.activities.kinds.lesson_study.views.common import (
    get_lesson,
    get_study,
    names_known,
    next_pupil,
    page,
    pupil_asked_for,
    pupil_tabs,
    to_lesson,
)
from apps.activities.models import Record
from apps.activities.views.common import add_blocks, declared_of, say_blocked
from apps.core.permissions import get_visible, require


@require_POST
def agree_rules(request: HttpRequest, pid: str) -> HttpResponse:
    activity = get_study(request, pid)
    try:
        actions.agree_rules(activity, by=request.user, words=request.POST.get("words", ""))
    except Stale:
        messages.warning(request, _("The ground rules have been changed. Read them again."))
    except Blocked as blocked:
        say_blocked(request, blocked)
    else:
        messages.success(request, _("You agree to the ground rules."))
    return redirect("activities:detail", pid)


def lesson(request: HttpRequest, pid: str, cycle: int) -> HttpResponse:
    """All that the group knows of one research lesson: predicted, seen, said and agreed."""
    found = get_lesson(request, pid, cycle)
    activity = found.study.activity
    under_way = activity.state in UNDER_WAY
    texts = _plans(found)
    context = {
        "lesson": found,
        "question": question_of(activity),
        "tasks": tasks(found) if found.is_present and under_way else [],
        "plan": texts.get(cycle),
        "plan_parts": _plan_parts(texts, cycle),
        "pupils": [_pupil(found, pupil) for pupil in found.pupils],
        "parts": [
            (part, found.agreed_notes[part.place])
            for part in found.parts
            if part.place in found.agreed_notes
        ],
        "may_copy": found.is_present and cycle not in texts and cycle - 1 in texts
        and under_way and activity.stage == "plan",
    }  # fmt: skip
    return page(request, "lesson", context)


def _plans(found: Lesson) -> dict[int, Record]:
    """The joint plans of this lesson and the one before."""
    rows = Record.objects.filter(
        activity=found.study.activity,
        kind=checks.PLAN,
        cycle__in=(found.cycle - 1, found.cycle),
    )
    return {row.cycle: row for row in rows.select_related("activity")}


def _plan_parts(texts: dict[int, Record], cycle: int) -> list[Any]:
    """The plan, with what differs from the plan of the lesson before."""
    plan = texts.get(cycle)
    return compare(texts.get(cycle - 1), plan, declared_of(plan)) if plan else []


def _pupil(found: Lesson, pupil: CasePupil) -> dict[str, Any]:
    return {
        "pupil": pupil,
        "phases": [
            {
                "name": phase.name,
                "predicted": found.predictions.get((phase.pk, pupil.pk)),
                "notes": found.notes.get((phase.pk, pupil.pk), []),
            }
            for phase in found.phases
        ],
        "interviews": found.interviews.get(pupil.pk, []),
    }


@require_POST
def copy_plan(request: HttpRequest, pid: str, cycle: int) -> HttpResponse:
    """Begin the joint plan with the words of the last lesson's."""
    found = get_lesson(request, pid, cycle, writing=True)
    person: Any = request.user
    before = _plans(found).get(cycle - 1)
    if before is None:
        return to_lesson(found)
    try:
        made = engine.record(
            by=person,
            kind=checks.PLAN,
            text=before.text,
            data={**before.data, "changed": ""},
            activity=found.study.activity,
        )
    except Blocked as blocked:
        say_blocked(request, blocked)
        return to_lesson(found)
    messages.success(request, _("This is the last lesson's plan. Change what you would change."))
    return redirect("activities:record_edit", made.public_id)


def planning(request: HttpRequest, pid: str, cycle: int) -> HttpResponse:
    """Who teaches the lesson, and its phases."""
    found = get_lesson(request, pid, cycle, writing=True)
    person: Any = request.user
    activity = found.study.activity
    if not found.is_present or found.discussed:
        return to_lesson(found)
    rows = activity.participants.filter(state=ParticipantState.ACCEPTED).exclude(role=EXPERT)
    people = list(rows.select_related("person"))
    form = LessonForm(request.POST or None, people=people, lesson=found)
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_lesson(
                activity,
                by=person,
                version=form.cleaned_data["version"],
                taught_by=form.teacher,
                phases=form.phases,
            )
        except Stale as stale:
            theirs = _theirs_planning(form, stale)
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Saved."))
            return to_lesson(found)
    return page(request, "planning", {"form": form, "lesson": found}, theirs=theirs)


def _theirs_planning(form: Any, stale: Stale) -> list[tuple[Any, str]]:
    row: Any = stale.current
    form.data = form.data.copy()
    form.data["version"] = row.version
    teacher = row.taught_by.name if row.taught_by else "–"
    phases = ", ".join(phase.name for phase in row.phases.all())
    return [(_("Who teaches"), teacher), (_("Phases"), phases)]


def pupils(request: HttpRequest, pid: str, cycle: int) -> HttpResponse:
    """The case pupils of this lesson; before it begins they may change."""
    found = get_lesson(request, pid, cycle, writing=request.method == "POST")
    person: Any = request.user
    activity = found.study.activity
    form = PupilForm(request.POST or None)
    may_change = found.is_present and not found.begun and activity.state in UNDER_WAY
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_case_pupil(activity, by=person, **form.cleaned_data)
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Case pupil %(code)s is added.") % {"code": made.code})
            return redirect("activities:lesson_study_pupils", pid, cycle)
    context = {
        "form": form if may_change else None,
        "lesson": found,
        "question": question_of(activity),
    }
    return page(request, "pupils", context)


@require_POST
def leave_out(request: HttpRequest, pid: str) -> HttpResponse:
    pupil = get_visible(CasePupil.objects.select_related("activity"), request.user, public_id=pid)
    person: Any = request.user
    require(can_write_lessons(person, pupil.activity))
    code, activity = pupil.code, pupil.activity
    try:
        actions.leave_out(pupil, by=person)
    except Blocked as blocked:
        say_blocked(request, blocked)
    else:
        messages.success(request, _("Case pupil %(code)s is left out.") % {"code": code})
    return redirect("activities:lesson_study_pupils", activity.public_id, activity.cycle)


def predictions(request: HttpRequest, pid: str, cycle: int) -> HttpResponse:
    """What each case pupil will do, phase by phase. GET: ``pupil`` (code)."""
    found = get_lesson(request, pid, cycle, writing=True)
    pupil = pupil_asked_for(request, found)
    stage = found.study.activity.stage
    if not found.is_present or found.begun or stage not in ("plan", "teach"):
        return to_lesson(found)
    if pupil is None:
        messages.info(request, _("First choose the case pupils."))
        return redirect("activities:lesson_study_pupils", pid, cycle)
    if not found.phases:
        messages.info(request, _("First say who teaches and which phases the lesson has."))
        return redirect("activities:lesson_study_planning", pid, cycle)
    form = PredictionForm(request.POST or None, lesson=found, pupil=pupil)
    return _phase_form(request, form, found, pupil, actions.predict, "predictions")


def notes(request: HttpRequest, pid: str, cycle: int) -> HttpResponse:
    """What I saw, beside what was predicted. GET: ``pupil`` (code)."""
    found = get_lesson(request, pid, cycle, writing=True)
    person: Any = request.user
    activity = found.study.activity
    pupil = pupil_asked_for(request, found)
    closed = not found.begun or found.discussed or activity.stage not in IN_LESSON
    if not found.is_present or closed or pupil is None:
        return to_lesson(found)
    form = NotesForm(request.POST or None, lesson=found, pupil=pupil, author=person)
    return _phase_form(request, form, found, pupil, actions.write_notes, "notes")


def _phase_form(
    request: HttpRequest, form: Any, found: Lesson, pupil: CasePupil, act: Any, name: str
) -> HttpResponse:
    """Show and save the texts about one pupil; then on to the next one."""
    theirs = None
    if request.method == "POST":
        form.known = names_known(found)
        if form.is_valid():
            try:
                act(pupil, by=request.user, answers=form.answers)
            except Stale as stale:
                theirs = _theirs_in_phases(form, stale)
            except Blocked as blocked:
                add_blocks(form, blocked)
            else:
                return _saved(request, found, pupil, name)
    context = {
        "form": form,
        "lesson": found,
        "pupil": pupil,
        "tabs": pupil_tabs(found, pupil),
        "following": next_pupil(found, pupil),
    }
    return page(request, name, context, theirs=theirs)


def _saved(request: HttpRequest, found: Lesson, pupil: CasePupil, name: str) -> HttpResponse:
    messages.success(request, _("Saved: case pupil %(code)s.") % {"code": pupil.code})
    following = next_pupil(found, pupil)
    answer = to_lesson(found)
    if following is not None:
        answer = redirect(
            f"activities:lesson_study_{name}", found.study.activity.public_id, found.cycle
        )
        answer["Location"] += f"?pupil={following.code}"
    return answer


def _theirs_in_phases(form: Any, stale: Stale) -> list[tuple[Any, str]]:
    current: Any = stale.current
    form.take_versions(current)
    found = []
    for phase in current.phases:
        stored = form.stored(current, phase)
        texts = (stored.text,) if hasattr(stored, "text") else ()
        if stored is not None and not texts:
            texts = (stored.will_do, stored.shows)
        found += [(phase.name, text) for text in texts if text]
    return found
