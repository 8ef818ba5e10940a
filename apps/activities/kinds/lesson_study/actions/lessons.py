"""Before and in the lesson: ground rules, case pupils, who teaches, predictions, notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.activities.engine.changes import locked
from apps.activities.engine.refusals import Stale, refuse_if
from apps.activities.kinds.lesson_study.models import (
    CODE,
    CaseNote,
    CasePupil,
    LessonPhase,
    Prediction,
    ResearchLesson,
    RulesAgreed,
)
from apps.activities.kinds.lesson_study.permissions import can_agree_rules, can_write_lessons
from apps.activities.kinds.lesson_study.study import EXPERT, IN_LESSON, Lesson, Study
from apps.activities.models import Activity
from apps.core import audit_trail, clock
from apps.core.permissions import require
from apps.core.wording import doubts

if TYPE_CHECKING:
    from apps.accounts.models import Person

BEFORE = ("plan", "teach")
MOST_PHASES = 6


@contextmanager
def writing(activity: Activity, by: Person) -> Iterator[Lesson]:
    """The present lesson of the locked activity, if ``by`` may write about it."""
    with locked(activity) as row:
        require(can_write_lessons(by, row))
        yield Study(row).lesson()


def row_of(lesson: Lesson) -> ResearchLesson:
    """The lesson's row, made when something is first said of it."""
    activity = lesson.study.activity
    row, _created = ResearchLesson.objects.get_or_create(activity=activity, cycle=lesson.cycle)
    return row


def agree_rules(activity: Activity, *, by: Person, words: str) -> None:
    """``words``: the rules as ``by`` read them; Stale when they have been changed since."""
    with locked(activity) as row:
        require(can_agree_rules(by, row))
        stated = row.details.get("ground_rules", "")
        refuse_if(not stated, _("The ground rules are not written yet."))
        if stated != words:
            raise Stale(row)
        agreed, _created = RulesAgreed.objects.update_or_create(
            activity=row, person=by, defaults={"words": words, "at": clock.now()}
        )
        audit_trail.record("lesson_study.rules_agreed", agreed, by=by, activity=row.pk)


# Case pupils


def refuse_name(text: str) -> None:
    found = [word for doubt in doubts(text) for word in doubt.words]
    refuse_if(
        found,
        _("“%(words)s” could be a pupil's name or number. Case pupils are codes here, and the "
          "school alone knows who they are.")
        % {"words": ", ".join(found)},
    )  # fmt: skip


def refuse_unless_code(code: str) -> None:
    refuse_if(
        not re.match(CODE, code),
        _("“%(code)s” could be a name. A code is one capital letter, with a number if you need "
          "one: A, B, C or A1. Who is who stays in school, on paper.")
        % {"code": code},
    )  # fmt: skip


def add_case_pupil(activity: Activity, *, by: Person, code: str, typifies: str) -> CasePupil:
    """From the present lesson on; the code of one who was left out brings them back."""
    with writing(activity, by) as lesson:
        row, code = lesson.study.activity, code.strip()
        refuse_unless_code(code)
        refuse_name(typifies)
        refuse_if(lesson.begun, _("The lesson has begun: its case pupils stay as they are."))
        pupil = next((p for p in lesson.study.pupils if p.code == code), None)
        refuse_if(
            pupil is not None and pupil.last_cycle is None,
            _("There is a case pupil %(code)s already.") % {"code": code},
        )
        if pupil is None:
            pupil = CasePupil(activity=row, code=code, first_cycle=row.cycle)
        pupil.typifies, pupil.last_cycle = typifies.strip(), None
        pupil.save()
        audit_trail.record("lesson_study.pupil_added", pupil, by=by, activity=row.pk)
    return pupil


def leave_out(pupil: CasePupil, *, by: Person) -> None:
    """Follow this one no longer, from the present lesson on; what was written stays."""
    with writing(pupil.activity, by) as lesson:
        refuse_if(lesson.begun, _("The lesson has begun: its case pupils stay as they are."))
        here = Prediction.objects.filter(pupil=pupil, phase__lesson__cycle=lesson.cycle)
        refuse_if(
            here.exclude(will_do="", shows="").exists(),
            _("Predictions are written for case pupil %(code)s: empty them first.")
            % {"code": pupil.code},
        )
        here.delete()
        audit_trail.record("lesson_study.pupil_left_out", pupil, by=by, cycle=lesson.cycle)
        if pupil.first_cycle == lesson.cycle:
            pupil.delete()
        else:
            CasePupil.objects.filter(pk=pupil.pk).update(last_cycle=lesson.cycle - 1)


# The lesson


def name_lesson(
    activity: Activity, *, by: Person, version: int, taught_by: Person, phases: list[str]
) -> ResearchLesson:
    """Say who teaches and which phases the lesson has, in their order.

    ``phases`` stand for those there are by their place; an empty one goes, if nothing is
    predicted for it. Stale when somebody saved since ``version`` (0: nothing was there).
    """
    with writing(activity, by) as lesson:
        refuse_if(lesson.discussed, _("The lesson has been discussed."))
        teachers = lesson.study.activity.participants.taking_part().exclude(role=EXPERT)
        refuse_if(
            not teachers.filter(person=taught_by).exists(),
            _("One of the group teaches the lesson."),
        )
        if (lesson.row.version if lesson.row else 0) != version:
            raise Stale(lesson.row)
        row = row_of(lesson)
        row.taught_by, row.version = taught_by, version + 1
        row.save()
        if not lesson.begun:
            refuse_if(not any(phases), _("Name at least one phase of the lesson."))
            _set_phases(row, phases[:MOST_PHASES])
        audit_trail.record("lesson_study.lesson_named", row, by=by, cycle=row.cycle)
    return row


def _set_phases(row: ResearchLesson, names: list[str]) -> None:
    there = {phase.number: phase for phase in row.phases.all()}
    for number, name in enumerate(names, 1):
        phase = there.pop(number, None) or LessonPhase(lesson=row, number=number)
        if name:
            phase.name = name
            phase.save()
        elif phase.pk:
            there[number] = phase
    for phase in there.values():
        refuse_if(
            phase.predictions.exclude(will_do="", shows="").exists(),
            _("Predictions are written for “%(phase)s”: empty them first.") % {"phase": phase.name},
        )
        phase.predictions.all().delete()
        phase.delete()


@dataclass(frozen=True, slots=True)
class Predicted:
    """``version`` is that of the text that was changed, 0 where there was none."""

    phase: int
    version: int
    will_do: str
    shows: str


def predict(pupil: CasePupil, *, by: Person, answers: Iterable[Predicted]) -> None:
    """Write what the group expects of ``pupil``. Stale, with the lesson as it stands, when
    somebody changed one of the texts in between; nothing is written then."""
    with writing(pupil.activity, by) as lesson:
        refuse_if(
            lesson.begun or lesson.study.activity.stage not in BEFORE,
            _("Predictions are written before the lesson. They are locked now."),
        )
        _refuse_other_lesson(pupil, lesson)
        for answer in answers:
            _predict_one(pupil, lesson, answer, by)
        audit_trail.record("lesson_study.predicted", pupil, by=by, cycle=lesson.cycle)


def _predict_one(pupil: CasePupil, lesson: Lesson, answer: Predicted, by: Person) -> None:
    phase = _phase(lesson, answer.phase)
    there = lesson.predictions.get((phase.pk, pupil.pk))
    said = (answer.will_do.strip(), answer.shows.strip())
    if said == ((there.will_do, there.shows) if there else ("", "")):
        return
    if (there.version if there else 0) != answer.version:
        raise Stale(lesson)
    row = there or Prediction(phase=phase, pupil=pupil, version=0)
    row.will_do, row.shows = said
    row.version, row.by = row.version + 1, by
    row.save()


@dataclass(frozen=True, slots=True)
class Seen:
    phase: int
    version: int
    text: str


def write_notes(pupil: CasePupil, *, by: Person, answers: Iterable[Seen]) -> None:
    """What ``by`` saw of ``pupil``, phase by phase. Stale as in `predict`: another tab."""
    with writing(pupil.activity, by) as lesson:
        refuse_if(
            not lesson.begun or lesson.study.activity.stage not in IN_LESSON,
            _("Notes are written in the lesson and after it."),
        )
        refuse_if(lesson.discussed, _("The lesson has been discussed: its notes stay."))
        _refuse_other_lesson(pupil, lesson)
        for answer in answers:
            _note_one(pupil, lesson, answer, by)
        audit_trail.record("lesson_study.noted", pupil, by=by, cycle=lesson.cycle)


def _note_one(pupil: CasePupil, lesson: Lesson, answer: Seen, by: Person) -> None:
    phase = _phase(lesson, answer.phase)
    mine = [n for n in lesson.notes.get((phase.pk, pupil.pk), []) if n.author_id == by.pk]
    there = mine[0] if mine else None
    text = answer.text.strip()
    if text == (there.text if there else ""):
        return
    if (there.version if there else 0) != answer.version:
        raise Stale(lesson)
    row = there or CaseNote(phase=phase, pupil=pupil, author=by, version=0)
    row.text, row.version = text, row.version + 1
    row.save()


def _phase(lesson: Lesson, pk: int) -> LessonPhase:
    found = next((p for p in lesson.phases if p.pk == pk), None)
    if found is None:
        raise Stale(lesson)
    return found


def _refuse_other_lesson(pupil: CasePupil, lesson: Lesson) -> None:
    refuse_if(
        pupil.pk not in {p.pk for p in lesson.pupils},
        _("Case pupil %(code)s is not followed in this lesson.") % {"code": pupil.code},
    )
