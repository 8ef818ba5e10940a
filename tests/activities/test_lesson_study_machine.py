"""Random steps, sensible or not, never break what must always hold of a lesson study."""

from __future__ import annotations

import contextlib
import re
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from apps.activities import engine
from apps.activities.engine import Blocked, Stale
from apps.activities.kinds.lesson_study import actions
from apps.activities.kinds.lesson_study.actions import Answered, Predicted, Seen
from apps.activities.kinds.lesson_study.models import CaseNote, CasePupil, Prediction
from apps.activities.kinds.lesson_study.study import Study
from apps.activities.models import Activity
from apps.core.permissions import Refused
from tests.activities import studies
from tests.activities.triads import build

who = st.sampled_from(["ann", "bob", "cy", "dee", "lead"])
codes = st.sampled_from(["A", "B", "C", "D", "Tom", "b", "A1", ""])
PARTS = ["pupil-a", "pupil-b", "pupil-c", "interviews", "all_pupils", "teaching"]


class LessonStudyMachine(RuleBasedStateMachine):
    @initialize(prepared=st.booleans())
    def begin(self, prepared: bool) -> None:
        self.stage = build()
        self.activity = studies.planning(self.stage)
        self.locked: dict[int, tuple[str, str]] = {}
        self.turn = 0
        self.noted: dict[tuple[int, int, int], str] = {}
        if prepared:
            studies.choose_pupils(self.stage, self.activity)
            studies.name_lesson(self.stage, self.activity)
            studies.predict(self.stage, self.activity)

    def attempt(self, act: Any, *args: Any, **kwargs: Any) -> Any:
        with contextlib.suppress(Blocked, Stale, Refused), transaction.atomic():
            return act(*args, **kwargs)
        return None

    def person(self, name: str) -> Any:
        return getattr(self.stage, name)

    def some_pupil(self) -> CasePupil | None:
        """Another one each time, the same ones in the same walk."""
        rows = list(CasePupil.objects.select_related("activity"))
        self.turn += 1
        return rows[self.turn % len(rows)] if rows else None

    @rule(name=who, code=codes)
    def add_pupil(self, name: str, code: str) -> None:
        by = self.person(name)
        self.attempt(actions.add_case_pupil, self.activity, by=by, code=code, typifies="needs time")

    @rule(name=who)
    def leave_out(self, name: str) -> None:
        pupil = self.some_pupil()
        if pupil:
            self.attempt(actions.leave_out, pupil, by=self.person(name))

    @rule(name=who, version=st.integers(0, 1), text=st.sampled_from(["", "draws", "says"]))
    def predict(self, name: str, version: int, text: str) -> None:
        pupil, phases = self.some_pupil(), studies.lesson_of(self.activity).phases
        if pupil and phases:
            answers = [Predicted(phases[0].pk, version, text, text)]
            self.attempt(actions.predict, pupil, by=self.person(name), answers=answers)

    @rule(name=who)
    def note(self, name: str) -> None:
        pupil, phases = self.some_pupil(), studies.lesson_of(self.activity).phases
        by = self.person(name)
        if pupil and phases:
            key = (phases[0].pk, pupil.pk, by.pk)
            text = f"note {len(self.noted)}"
            answers = [Seen(phases[0].pk, 0, text)]
            self.attempt(actions.write_notes, pupil, by=by, answers=answers)
            if CaseNote.objects.filter(text=text).exists():
                self.noted[key] = text

    @rule(name=who)
    def interview(self, name: str) -> None:
        pupil = self.some_pupil()
        if pupil:
            answers = [Answered("Why?", 0, "Because")]
            self.attempt(actions.interview, pupil, by=self.person(name), answers=answers)

    @rule(name=who, part=st.sampled_from(PARTS))
    def write_part(self, name: str, part: str) -> None:
        by = self.person(name)
        self.attempt(actions.begin_talk, self.activity, by=by)
        self.attempt(actions.write_part, self.activity, by=by, part=part, version=0, text="x")

    @rule(act=st.sampled_from(["end_talk", "begin_talk"]), name=who)
    def talk(self, act: str, name: str) -> None:
        self.attempt(getattr(actions, act), self.activity, by=self.person(name))

    @rule(move=st.sampled_from(["advance", "repeat"]))
    def move(self, move: str) -> None:
        self.attempt(getattr(engine, move), self.activity, by=self.stage.ann)

    @rule()
    def hold_a_lesson(self) -> None:
        if studies.lesson_of(self.activity).session is None:
            self.attempt(studies.teach, self.stage, self.activity)

    @rule()
    def go_on_sensibly(self) -> None:
        """The step that the stage asks for, so that random walks get somewhere."""
        stage = Activity.objects.get(pk=self.activity.pk).stage
        steps: dict[str, Any] = {
            "plan": studies.ready_to_teach,
            "teach": studies.to_discussion,
            "discussion": studies.discuss,
        }
        if stage in steps:
            self.attempt(steps[stage], self.stage, self.activity)

    def study(self) -> Study:
        return Study(Activity.objects.get(pk=self.activity.pk))

    @invariant()
    def predictions_of_a_lesson_that_has_begun_stay(self) -> None:
        if not hasattr(self, "locked"):
            return
        study = self.study()
        now = {
            row.pk: (row.will_do, row.shows)
            for cycle in range(1, study.activity.cycle + 1)
            if study.lesson(cycle).begun
            for row in Prediction.objects.filter(phase__lesson__cycle=cycle)
        }
        assert {pk: now.get(pk) for pk in self.locked} == self.locked
        self.locked = now

    @invariant()
    def a_lesson_opens_only_when_the_one_before_is_discussed(self) -> None:
        if hasattr(self, "activity"):
            study = self.study()
            for cycle in range(1, study.activity.cycle):
                assert study.lesson(cycle).discussed
            if study.activity.stage == "shared":
                assert study.activity.cycle >= 3

    @invariant()
    def the_talk_keeps_its_order(self) -> None:
        if hasattr(self, "activity"):
            lesson = self.study().lesson()
            written = [part.place in lesson.agreed_notes for part in lesson.parts]
            assert written == sorted(written, reverse=True)
            assert not lesson.discussed or all(written)

    @invariant()
    def pupils_are_codes_and_the_groups_alone(self) -> None:
        if hasattr(self, "activity"):
            for pupil in CasePupil.objects.all():
                assert re.fullmatch(r"[A-Z][0-9]{0,2}", pupil.code)
            for name in ("lead", "other_lead", "dee"):
                assert not CasePupil.objects.visible_to(self.person(name)).exists()

    @invariant()
    def no_note_is_lost(self) -> None:
        if hasattr(self, "noted"):
            for (phase, pupil, author), text in self.noted.items():
                row = CaseNote.objects.get(phase=phase, pupil=pupil, author=author)
                assert row.text == text


class TestLessonStudy(LessonStudyMachine.TestCase, TestCase):  # type: ignore[name-defined, misc]
    settings = settings(
        max_examples=5,
        stateful_step_count=16,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
