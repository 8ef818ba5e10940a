"""A lesson study as its rules and pages see it: read once, then asked without queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from apps.activities.enums import SessionState
from apps.activities.kinds.lesson_study.models import (
    CaseNote,
    CasePupil,
    LessonPhase,
    Prediction,
    Progress,
    PupilInterview,
    ResearchLesson,
    RulesAgreed,
    TalkNote,
)
from apps.activities.models import Activity, Session
from apps.core import clock

if TYPE_CHECKING:
    from apps.activities.engine.situation import Situation

SLUG = "lesson_study"
EXPERT = "expert"
RESEARCH, LEARNED = "research_notes", "learned"
PLANNING, LESSON, TALK, SHARING = "planning", "lesson", "discussion", "sharing"
LEAST_LESSONS = 3
LEAST_TALK = 45  # minutes
SOON = timedelta(hours=36)  # within which the talk follows the lesson
IN_LESSON = ("teach", "pupil_interviews", "discussion")

# The parts of the talk, in the order in which they are held.
PUPIL, INTERVIEWS, ALL_PUPILS, TEACHING = "pupil", "interviews", "all_pupils", "teaching"
MINUTES_ON_PUPILS, MINUTES_ON_OTHERS = 30, 10


@dataclass(frozen=True, slots=True)
class TalkPart:
    """``minutes`` are suggested; ``key`` names the part in addresses."""

    slug: str
    title: str
    prompt: str
    minutes: int
    pupil: CasePupil | None = None

    @property
    def key(self) -> str:
        return f"{self.slug}-{self.pupil.code.lower()}" if self.pupil else self.slug

    @property
    def place(self) -> tuple[str, int | None]:
        return self.slug, self.pupil.pk if self.pupil else None


def question_of(activity: Activity) -> str:
    """ "How can we teach X better to Y?"; empty until both are written."""
    what, whom = (activity.details.get(name, "") for name in ("teach_what", "to_whom"))
    if not what or not whom:
        return ""
    return _("How can we teach %(what)s better to %(whom)s?") % {"what": what, "whom": whom}


class Study:
    """One lesson study; ``lesson(cycle)`` is one of its research lessons."""

    def __init__(self, activity: Activity, situation: Situation | None = None) -> None:
        self.activity = activity
        self._situation = situation
        self._lessons: dict[int, Lesson] = {}

    @classmethod
    def of(cls, situation: Situation) -> Study:
        return situation.once(_read)

    @cached_property
    def rows(self) -> dict[int, ResearchLesson]:
        found = ResearchLesson.objects.filter(activity=self.activity).select_related("taught_by")
        return {row.cycle: row for row in found.with_progress()}

    @cached_property
    def pupils(self) -> list[CasePupil]:
        return list(CasePupil.objects.filter(activity=self.activity))

    @cached_property
    def events(self) -> list[Session]:
        """The sessions of all cycles that count for the rules, but those cancelled."""
        if self._situation is not None:
            found = self._situation.all_sessions
        else:
            found = list(self.activity.sessions.select_related("organisation"))
        for row in found:
            row.activity = self.activity
        counted = (LESSON, TALK, SHARING)
        return [s for s in found if s.kind in counted and s.state != SessionState.CANCELLED]

    @cached_property
    def agreed(self) -> set[int]:
        """Who has agreed to the ground rules as they stand."""
        words = self.activity.details.get("ground_rules", "")
        rows = RulesAgreed.objects.filter(activity=self.activity, words=words)
        return set(rows.values_list("person_id", flat=True)) if words else set()

    @property
    def sharing(self) -> Session | None:
        """The sharing event: the one held, else the one that has a day."""
        events = [e for e in self.events if e.kind == SHARING]
        order = {SessionState.HELD: 0, SessionState.PLANNED: 1}
        dated = [e for e in events if e.state in order]
        return min(dated, key=lambda e: order[SessionState(e.state)], default=None)

    def lesson(self, cycle: int = 0) -> Lesson:
        """That of ``cycle``, of the present one unless given."""
        cycle = cycle or self.activity.cycle
        if cycle not in self._lessons:
            self._lessons[cycle] = Lesson(self, cycle)
        return self._lessons[cycle]

    @property
    def lessons(self) -> list[Lesson]:
        """Those that were, the present one and those to come up to the third."""
        return [self.lesson(n) for n in range(1, max(LEAST_LESSONS, self.activity.cycle) + 1)]


def _read(situation: Situation) -> Study:
    return Study(situation.activity, situation)


class Lesson:
    """One research lesson with all that is written about it."""

    def __init__(self, study: Study, cycle: int) -> None:
        self.study, self.cycle = study, cycle

    @property
    def row(self) -> ResearchLesson | None:
        return self.study.rows.get(self.cycle)

    @property
    def is_present(self) -> bool:
        return self.cycle == self.study.activity.cycle

    @property
    def is_to_come(self) -> bool:
        return self.cycle > self.study.activity.cycle

    @property
    def pupils(self) -> list[CasePupil]:
        return [
            p
            for p in self.study.pupils
            if p.first_cycle <= self.cycle and (p.last_cycle or self.cycle) >= self.cycle
        ]

    # What was held

    def _session(self, kind: str) -> Session | None:
        """The latest one held, else the next one planned."""
        here = [e for e in self.study.events if e.kind == kind and e.cycle == self.cycle]
        held = [e for e in here if e.state == SessionState.HELD]
        planned = [e for e in here if e.state == SessionState.PLANNED]
        return held[-1] if held else planned[0] if planned else None

    @property
    def session(self) -> Session | None:
        return self._session(LESSON)

    @property
    def talk_session(self) -> Session | None:
        return self._session(TALK)

    @property
    def held(self) -> bool:
        return self.session is not None and self.session.state == SessionState.HELD

    @property
    def begun(self) -> bool:
        """It was held, or its hour has come: from now on nobody predicts."""
        if self.session is None:
            return False
        return self.held or self.session.starts_at <= clock.now()

    @property
    def talk_began_at(self) -> datetime | None:
        if self.row is not None and self.row.talk_began_at is not None:
            return self.row.talk_began_at
        talk = self.talk_session
        return talk.starts_at if talk and talk.state == SessionState.HELD else None

    @property
    def discussed(self) -> bool:
        return self.row is not None and self.row.talk_ended_at is not None

    @property
    def talk_due(self) -> datetime | None:
        return self.session.ends_at + SOON if self.session else None

    @property
    def hours_after(self) -> int | None:
        """Full hours between the end of the lesson and the talk (or now, before it)."""
        if self.session is None or not self.begun:
            return None
        gap = (self.talk_began_at or clock.now()) - self.session.ends_at
        return int(gap.total_seconds() // 3600)

    @property
    def is_late(self) -> bool:
        """The talk began, or would begin now, more than 36 hours after the lesson."""
        if self.talk_due is None or not self.begun:
            return False
        return (self.talk_began_at or clock.now()) > self.talk_due

    # What was written

    @cached_property
    def phases(self) -> list[LessonPhase]:
        """Each with its predictions and notes."""
        if self.row is None:
            return []
        notes = CaseNote.objects.select_related("author")
        return list(self.row.phases.prefetch_related("predictions", Prefetch("notes", notes)))

    @cached_property
    def predictions(self) -> dict[tuple[int, int], Prediction]:
        """By phase and pupil."""
        return {(p.pk, row.pupil_id): row for p in self.phases for row in p.predictions.all()}

    @cached_property
    def notes(self) -> dict[tuple[int, int], list[CaseNote]]:
        """By phase and pupil."""
        found: dict[tuple[int, int], list[CaseNote]] = defaultdict(list)
        for phase in self.phases:
            for note in phase.notes.all():
                found[phase.pk, note.pupil_id].append(note)
        return dict(found)

    @cached_property
    def interviews(self) -> dict[int, list[PupilInterview]]:
        """By pupil."""
        found: dict[int, list[PupilInterview]] = defaultdict(list)
        if self.row is not None:
            for answer in self.row.interviews.select_related("author"):
                found[answer.pupil_id].append(answer)
        return dict(found)

    @cached_property
    def agreed_notes(self) -> dict[tuple[str, int | None], TalkNote]:
        if self.row is None:
            return {}
        return {(n.part, n.pupil_id): n for n in self.row.talk_notes.select_related("by")}

    # How far it is, without the words

    @property
    def progress(self) -> Progress:
        return self.row.progress if self.row is not None else Progress()

    @property
    def has_phases(self) -> bool:
        return self.progress.phases > 0

    @property
    def not_predicted(self) -> list[CasePupil]:
        done = self.progress.predicted
        return [p for p in self.pupils if not self.has_phases or p.pk not in done]

    @property
    def not_observed(self) -> list[CasePupil]:
        return [p for p in self.pupils if p.pk not in self.progress.observed]

    @property
    def has_interviews(self) -> bool:
        return self.progress.interviewed

    # The talk

    @cached_property
    def parts(self) -> list[TalkPart]:
        pupils = self.pupils
        each = max(5, MINUTES_ON_PUPILS // len(pupils)) if pupils else 0
        return [*(_about(pupil, each) for pupil in pupils), *_last_parts()]

    @property
    def next_part(self) -> TalkPart | None:
        """The first without a note; the parts after it are locked."""
        agreed = self.progress.agreed
        return next((p for p in self.parts if p.place not in agreed), None)

    def open_parts(self) -> list[TalkPart]:
        """Those that may be written: what is done, and the next."""
        following = self.next_part
        end = self.parts.index(following) + 1 if following else len(self.parts)
        return self.parts[:end]


def _about(pupil: CasePupil, minutes: int) -> TalkPart:
    return TalkPart(
        PUPIL,
        _("Case pupil %(code)s") % {"code": pupil.code},
        _("What did we predict, what did we see, and what does the difference tell us?"),
        minutes,
        pupil,
    )


def _last_parts() -> list[TalkPart]:
    asked: Iterable[tuple[str, str, str]] = (
        (
            INTERVIEWS,
            _("What the pupils said"),
            _("What did the interviews tell us that we could not see?"),
        ),
        (
            ALL_PUPILS,
            _("All pupils"),
            _("What does that mean for the groups they stand for, and for the whole class?"),
        ),
        (
            TEACHING,
            _("The teaching, and the next plan"),
            _("Only now: what in the lesson led to this, and what shall we change next time?"),
        ),
    )
    return [TalkPart(slug, title, prompt, MINUTES_ON_OTHERS) for slug, title, prompt in asked]


def codes(pupils: Iterable[Any]) -> str:
    """ "A, B and C"."""
    from apps.activities.engine.situation import joined

    return joined([p.code for p in pupils])
