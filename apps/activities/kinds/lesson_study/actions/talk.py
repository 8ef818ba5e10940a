"""After the lesson: pupil interviews, then the talk in its order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.activities import engine
from apps.activities.engine.refusals import Stale, refuse_if, required
from apps.activities.engine.sessions import Slot
from apps.activities.enums import SessionState
from apps.activities.kinds.lesson_study.actions.lessons import row_of, writing
from apps.activities.kinds.lesson_study.models import (
    CasePupil,
    PupilInterview,
    ResearchLesson,
    TalkNote,
)
from apps.activities.kinds.lesson_study.study import TALK, Lesson
from apps.activities.models import Activity, Session
from apps.core import audit_trail, clock

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.schools.models import Organisation

AFTER = ("pupil_interviews", "discussion")
USUAL_LENGTH = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Answered:
    """``version`` is that of my earlier answer to the question, 0 where there was none."""

    question: str
    version: int
    answer: str


def interview(pupil: CasePupil, *, by: Person, answers: Iterable[Answered]) -> None:
    """What ``pupil`` said to ``by``. Stale when the answer was changed elsewhere."""
    with writing(pupil.activity, by) as lesson:
        refuse_if(
            lesson.study.activity.stage not in AFTER or lesson.discussed,
            _("Pupils are asked between the lesson and the end of the discussion."),
        )
        known = {p.pk for p in lesson.pupils}
        refuse_if(pupil.pk not in known, _("This pupil is not followed in this lesson."))
        row = row_of(lesson)
        for answer in answers:
            _answer_one(row, pupil, answer, by)
        audit_trail.record("lesson_study.interviewed", pupil, by=by, cycle=lesson.cycle)


def _answer_one(row: ResearchLesson, pupil: CasePupil, said: Answered, by: Person) -> None:
    text, question = said.answer.strip(), said.question.strip()
    there = row.interviews.filter(pupil=pupil, author=by, question=question).first()
    if text == (there.answer if there else ""):
        return
    if (there.version if there else 0) != said.version:
        raise Stale(there)
    kept = there or PupilInterview(lesson=row, pupil=pupil, author=by, question=question, version=0)
    kept.answer, kept.version = text, kept.version + 1
    kept.save()


def begin_talk(activity: Activity, *, by: Person, late_reason: str = "") -> ResearchLesson:
    """Begin the discussion now. One later than 36 hours after the lesson is kept as late, with
    the reason where one is given; it is never refused."""
    with writing(activity, by) as lesson:
        _refuse_unless_in_talk(lesson)
        row = row_of(lesson)
        if row.talk_began_at is not None:
            return row
        row.talk_began_at = clock.now()
        row.late_reason = late_reason.strip() if lesson.is_late else ""
        row.save()
        audit_trail.record("lesson_study.talk_began", row, by=by, late=lesson.is_late)
    return row


def say_why_late(activity: Activity, *, by: Person, reason: str) -> None:
    with writing(activity, by) as lesson:
        row = required(lesson.row, _("The discussion has not begun."))
        refuse_if(not lesson.is_late, _("The discussion was not late."))
        row.late_reason = reason.strip()
        row.save()
        audit_trail.record("lesson_study.late_explained", row, by=by)


def write_part(activity: Activity, *, by: Person, part: str, version: int, text: str) -> TalkNote:
    """Keep what the group agreed in one part of the talk. A part is open once those before it
    are written. Stale, with the note as it stands, when somebody saved since ``version``."""
    with writing(activity, by) as lesson:
        _refuse_unless_in_talk(lesson)
        refuse_if(lesson.talk_began_at is None, _("The discussion has not begun."))
        refuse_if(not text.strip(), _("Write what you agreed, if only that there was nothing."))
        found = next((p for p in lesson.parts if p.key == part), None)
        wanted = required(found, _("The discussion has no such part."))
        following = lesson.next_part
        refuse_if(
            wanted not in lesson.open_parts(),
            _("First comes: %(part)s.") % {"part": following.title if following else ""},
        )
        there = lesson.agreed_notes.get(wanted.place)
        if there is not None and there.text == text.strip():
            return there
        if (there.version if there else 0) != version:
            raise Stale(there)
        row = there or TalkNote(
            lesson=row_of(lesson), part=wanted.slug, pupil=wanted.pupil, version=0
        )
        row.text, row.version, row.by, row.at = text.strip(), row.version + 1, by, clock.now()
        row.save()
        audit_trail.record("lesson_study.part_written", row, by=by, part=wanted.slug)
    return row


def end_talk(activity: Activity, *, by: Person) -> ResearchLesson:
    """All parts are written: the discussion was held, and the next lesson is open."""
    with writing(activity, by) as lesson:
        row = required(lesson.row, _("The discussion has not begun."))
        if row.talk_ended_at is not None:
            return row
        following = lesson.next_part
        refuse_if(
            following is not None,
            _("First comes: %(part)s.") % {"part": following.title if following else ""},
        )
        refuse_if(row.talk_began_at is None, _("The discussion has not begun."))
        _hold_session(lesson, row, by)
        row.talk_ended_at = clock.now()
        row.save()
        audit_trail.record("lesson_study.talk_ended", row, by=by, cycle=row.cycle)
    return row


def _refuse_unless_in_talk(lesson: Lesson) -> None:
    refuse_if(
        lesson.study.activity.stage != "discussion",
        _("The discussion comes after the lesson and the pupil interviews."),
    )
    refuse_if(lesson.discussed, _("The discussion is over: its notes stay as they are."))


def _hold_session(lesson: Lesson, row: ResearchLesson, by: Person) -> Session:
    """The planned session of the talk, or one at the time when it was held."""
    talk = lesson.talk_session
    if talk is not None and talk.state == SessionState.HELD:
        return talk
    began = row.talk_began_at or clock.now()
    slot = Slot(began, began + USUAL_LENGTH, _place_of(lesson))
    if talk is None:
        activity = lesson.study.activity
        talk = engine.plan_session(activity, by=by, kind=TALK, slot=slot, despite_conflicts=True)
    elif talk.starts_at > clock.now():
        talk = engine.change_session(
            talk, by=by, sequence=talk.sequence, slot=slot, despite_conflicts=True
        )
    return engine.mark_held(talk, by=by)


def _place_of(lesson: Lesson) -> Organisation | None:
    return lesson.session.organisation if lesson.session else None
