"""What the page of a lesson study shows beside what all activities show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.activities.engine.changes import OVER, PLANNING
from apps.activities.kinds.lesson_study.models import Poster, PosterState
from apps.activities.kinds.lesson_study.study import (
    IN_LESSON,
    LEAST_LESSONS,
    Lesson,
    Study,
    codes,
    question_of,
)
from apps.schools.enums import Role
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.engine.situation import Situation


def ground_rules(situation: Situation, person: Person) -> dict[str, Any] | None:
    """For the group, until everybody has agreed to them as they stand."""
    activity = situation.activity
    if activity.state in OVER or not situation.takes_part(person.pk):
        return None
    agreed = Study.of(situation).agreed
    waiting = [p.person_id for p in situation.people if p.person_id not in agreed]
    if not waiting:
        return None
    return {
        "activity": activity,
        "words": activity.details.get("ground_rules", ""),
        "agreed": situation.names_of_people(agreed),
        "waiting": situation.names_of_people(waiting),
        "mine": person.pk in waiting,
    }


def lessons(situation: Situation, person: Person) -> dict[str, Any] | None:
    """That lessons took place and when, for all who see the activity; more for the group."""
    if situation.activity.state in PLANNING:
        return None
    study = Study.of(situation)
    inside = situation.takes_part(person.pk)
    return {
        "activity": situation.activity,
        "question": question_of(situation.activity),
        "rows": [row_of(lesson, inside=inside) for lesson in study.lessons],
        "tasks": tasks(study.lesson()) if inside and situation.is_active else [],
        "number": situation.activity.cycle,
        "inside": inside,
    }


def row_of(lesson: Lesson, *, inside: bool) -> dict[str, Any]:
    """Of a research lesson: its state, its days and, for the group, who teaches and a link."""
    row = lesson.row
    teacher = row.taught_by.name if inside and row and row.taught_by else ""
    status, words = _state(lesson)
    return {
        "number": lesson.cycle,
        "status": status,
        "words": words,
        "taught": lesson.session,
        "held": lesson.held,
        "discussed": row.talk_ended_at if row else None,
        "late": lesson.is_late and lesson.talk_began_at is not None,
        "hours": lesson.hours_after,
        "teacher": teacher,
        "url": _url("lesson", lesson) if inside and not lesson.is_to_come else "",
    }


def _state(lesson: Lesson) -> tuple[str, str]:
    if lesson.discussed:
        return "done", _("Discussed")
    if lesson.is_to_come:
        if lesson.study.lesson().discussed and lesson.cycle == lesson.study.activity.cycle + 1:
            return "open", _("Next")
        return "cannot_start", _("Locked until the one before is discussed")
    if lesson.held:
        return "in_progress", _("Taught, to be discussed")
    return "in_progress", _("Being planned")


def _url(name: str, lesson: Lesson, *more: Any) -> str:
    pid = lesson.study.activity.public_id
    return reverse(f"activities:lesson_study_{name}", args=[pid, *more, lesson.cycle])


def tasks(lesson: Lesson) -> list[dict[str, str]]:
    """The present lesson's task list: what is to be done at this stage, and what was done."""
    stage = lesson.study.activity.stage
    if stage not in ("plan", *IN_LESSON):
        return []
    before = stage in ("plan", "teach") and not lesson.begun
    found = [
        _task(_("Who teaches, and the phases"), "planning", lesson, lesson.has_phases),
        _task(_("Case pupils"), "pupils", lesson, _three(lesson), codes(lesson.pupils)),
        _task(
            _("Predictions"),
            "predictions",
            lesson,
            bool(lesson.has_phases and lesson.pupils) and not lesson.not_predicted,
            "" if before else _("Locked: the lesson has begun."),
        ),
    ]
    if lesson.begun:
        seen = bool(lesson.pupils) and not lesson.not_observed
        found.append(_task(_("What we saw"), "notes", lesson, seen))
    if stage in IN_LESSON[1:]:
        asked = lesson.has_interviews
        found.append(_task(_("Pupil interviews"), "interviews", lesson, asked))
    if stage in IN_LESSON[2:]:
        task = _task(_("Discussion"), "talk", lesson, lesson.discussed)
        if lesson.talk_began_at and not lesson.discussed:
            task["status"] = "in_progress"
        found.append(task)
    return found


def _three(lesson: Lesson) -> bool:
    return bool(lesson.pupils) and len(lesson.pupils) % 3 == 0


def _task(label: str, name: str, lesson: Lesson, done: bool, hint: str = "") -> dict[str, str]:
    url = _url(name, lesson)
    return {"label": label, "url": url, "status": "done" if done else "not_started", "hint": hint}


def sharing(situation: Situation, person: Person) -> dict[str, Any] | None:
    """The sharing event and the poster."""
    activity = situation.activity
    study = Study.of(situation)
    inside = situation.takes_part(person.pk)
    event = study.sharing
    told = activity.cycle >= LEAST_LESSONS  # before the third lesson there is no poster
    poster = Poster.objects.filter(activity=activity).first() if told else None
    may_read = poster is not None and (
        inside or poster.state == PosterState.APPROVED or _approves(person, poster, situation)
    )
    may_write = inside and (activity.stage == "shared" and situation.is_active)
    if event is None and not may_read and not inside:
        return None
    return {
        "activity": activity,
        "event": event,
        "may_plan": inside and event is None and activity.state not in OVER,
        "can_plan": activity.state != "draft",
        "poster": poster if may_read else None,
        "waits": may_read and poster is not None and _approves(person, poster, situation),
        "may_begin": poster is None and may_write,
    }


def _approves(person: Person, poster: Poster, situation: Situation) -> bool:
    led = scope_of(person).organisations(Role.HEAD, Role.CPD_LEAD)
    return poster.state == PosterState.ASKED and situation.activity.organisation_id in led
