"""The rules of a lesson study that no other kind has."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.activities.enums import SessionState
from apps.activities.kinds.base import Block
from apps.activities.kinds.lesson_study.study import LEAST_LESSONS, Study, codes
from apps.activities.models import Record
from apps.core import clock
from apps.schools.calendars import is_open

if TYPE_CHECKING:
    from apps.activities.engine.situation import Situation
    from apps.schools.models import Organisation

CHAIR, SCRIBE, MEMBER = "chair", "scribe", "member"
PLAN = "lesson_plan"


def group_formed(situation: Situation) -> Block | None:
    """Two or more teach and learn together, and one is the chair, another the scribe."""
    lacking = [
        str(situation.kind.role_name(role))
        for role in (CHAIR, SCRIBE)
        if not situation.people_as(role)
    ]
    if lacking:
        words = _("The group has nobody yet for: %(roles)s.") % {"roles": ", ".join(lacking)}
        return Block(words, situation.who_finds_people())
    return None


def everybody_agreed_the_rules(situation: Situation) -> Block | None:
    agreed = Study.of(situation).agreed
    waiting = [p.person_id for p in situation.people if p.person_id not in agreed]
    if not waiting:
        return None
    return Block(
        _("Not everybody has agreed to the ground rules as they stand."),
        situation.names_of_people(waiting),
    )


def sharing_booked(situation: Situation) -> Block | None:
    """A study that nobody hears of helps nobody: the day for it is set before it begins."""
    event = Study.of(situation).sharing
    if event is not None and (event.state == SessionState.HELD or event.ends_at > clock.now()):
        return None
    return Block(
        _("No sharing event is booked. Plan the session at which you tell others."),
        situation.names_of_people(),
    )


def three_case_pupils(situation: Situation) -> Block | None:
    """Three, or three for each of several groups of learners."""
    count = len(Study.of(situation).lesson().pupils)
    if count and count % 3 == 0:
        return None
    if not count:
        words = _("No case pupils are chosen yet: it takes three, or a multiple of three.")
        return Block(words, situation.names_of_people())
    words = ngettext(
        "There is %(count)d case pupil: it takes three, or a multiple of three.",
        "There are %(count)d case pupils: it takes three, or a multiple of three.",
        count,
    )
    return Block(words % {"count": count}, situation.names_of_people())


def teacher_named(situation: Situation) -> Block | None:
    row = Study.of(situation).lesson().row
    if row is not None and row.taught_by is not None:
        if situation.takes_part(row.taught_by_id or 0):
            return None
        words = _("%(name)s would teach the lesson, and no longer takes part.")
        return Block(words % {"name": row.taught_by.name}, situation.names_of_people())
    return Block(_("Nobody is named yet who teaches the lesson."), situation.names_of_people())


def predictions_written(situation: Situation) -> Block | None:
    """For each case pupil and each phase, before the lesson."""
    missing = Study.of(situation).lesson().not_predicted
    if not missing:
        return None
    words = _("The predictions are not complete: case pupil %(codes)s.")
    return Block(words % {"codes": codes(missing)}, situation.names_of_people())


def pupils_observed(situation: Situation) -> Block | None:
    """Somebody has written what they saw of each case pupil, be it that they were away."""
    missing = Study.of(situation).lesson().not_observed
    if not missing:
        return None
    words = _("No note says yet what was seen of case pupil %(codes)s.")
    return Block(words % {"codes": codes(missing)}, situation.names_of_people())


def pupils_asked(situation: Situation) -> Block | None:
    if Study.of(situation).lesson().has_interviews:
        return None
    return Block(_("No pupil interview is written yet."), situation.names_of_people())


def discussed(situation: Situation) -> Block | None:
    """The talk is over, each of its parts held in its order: it opens the next lesson."""
    lesson = Study.of(situation).lesson()
    if lesson.discussed:
        return None
    part = lesson.next_part
    words = _("The lesson has not been discussed to the end yet.")
    if lesson.talk_began_at and part:
        words = _("The discussion is not finished yet. Next: %(part)s.") % {"part": part.title}
    return Block(words, situation.names_of_people())


def three_lessons(situation: Situation) -> Block | None:
    lacking = LEAST_LESSONS - situation.activity.cycle
    if lacking <= 0:
        return None
    words = ngettext(
        "%(count)d more research lesson belongs to it.",
        "%(count)d more research lessons belong to it.",
        lacking,
    )
    return Block(words % {"count": lacking}, situation.names_of_people())


def sharing_held(situation: Situation) -> Block | None:
    event = Study.of(situation).sharing
    if event is not None and event.state == SessionState.HELD:
        return None
    return Block(_("The sharing event has not been held yet."), situation.names_of_people())


def taught_plans_stay(situation: Situation) -> Block | None:
    """The plan of a lesson that was taught shows what was taught; sharing it stays possible."""
    draft = situation.draft
    if draft is None or draft.kind != PLAN:
        return None
    lesson = Study.of(situation).lesson(draft.cycle or 0)
    if not lesson.begun:
        return None
    if draft.pk and Record.objects.filter(pk=draft.pk, text=draft.text, data=draft.data).exists():
        return None
    return Block(
        _("This lesson has been taught: its plan stays as it was. The next lesson has its own."),
        situation.names_of_people(),
    )


def within_36_hours(day: date, organisation: Organisation) -> date:
    """The day after the lesson, or its own day when the school is closed on the next."""
    following = day + timedelta(days=1)
    return following if is_open(organisation, following) else day
