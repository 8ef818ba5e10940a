"""Input of a lesson study. Pupils are codes: a text that looks like a name is warned about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from apps.activities.engine import Blocked
from apps.activities.forms.records import Careful
from apps.activities.kinds.lesson_study.actions import Answered, Predicted, Seen
from apps.activities.kinds.lesson_study.actions.lessons import (
    MOST_PHASES,
    refuse_name,
    refuse_unless_code,
)
from apps.activities.kinds.lesson_study.models import CasePupil, LessonPhase, PupilInterview
from apps.activities.kinds.lesson_study.study import Lesson
from apps.activities.models import Participant
from apps.core.forms import HubForm

LONGEST = 2000
USUAL_PHASES = (_("Opening"), _("Main task"), _("Looking back"))
QUESTIONS = (
    _("What did you enjoy in this lesson?"),
    _("What can you do now, or do better, than before?"),
    _("What in the lesson helped you most?"),
    _("If another class had this lesson, what should be different, and why?"),
)


def long_text(label: Any, hint: Any = "", *, required: bool = False, rows: int = 3) -> Any:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def hidden_number(value: int) -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, initial=value, min_value=0)


class PupilForm(HubForm):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("One capital letter: A, B, C. Who is who stays in school, on paper."),
    )
    typifies = forms.CharField(
        label=_("Which learners does this pupil stand for?"),
        max_length=120,
        help_text=_("Such as “reads fluently, is unsure with number”. No names."),
    )

    def clean_code(self) -> str:
        return _unless_refused(refuse_unless_code, self.cleaned_data["code"].strip())

    def clean_typifies(self) -> str:
        return _unless_refused(refuse_name, self.cleaned_data["typifies"])


def _unless_refused(check: Callable[[str], None], value: str) -> str:
    """``value``, or the reason why it is refused beside its field."""
    try:
        check(value)
    except Blocked as blocked:
        raise forms.ValidationError([block.reason for block in blocked.blocks]) from blocked
    return value


class LessonForm(HubForm):
    """Who teaches, and the phases; phases only before the lesson."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    taught_by = forms.ChoiceField(
        label=_("Who teaches?"),
        help_text=_("The lesson is everybody's; one of the group teaches it this time."),
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, people: list[Participant], lesson: Lesson, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {p.public_id: p for p in people}
        row, field = lesson.row, self.fields["taught_by"]
        field.choices = [(p.public_id, p.person.name) for p in people]  # type: ignore[attr-defined]
        self.initial["version"] = row.version if row else 0
        if row is not None and row.taught_by_id:
            now = [p.public_id for p in people if p.person_id == row.taught_by_id]
            self.initial["taught_by"] = now[0] if now else ""
        if not lesson.begun:
            self._ask_phases(lesson)

    def _ask_phases(self, lesson: Lesson) -> None:
        before = lesson.phases or lesson.study.lesson(lesson.cycle - 1).phases
        names = [phase.name for phase in before] or [str(name) for name in USUAL_PHASES]
        for n in range(1, MOST_PHASES + 1):
            label = _gettext("Phase %(number)d") % {"number": n}
            name = names[n - 1] if n <= len(names) else ""
            self.fields[f"phase_{n}"] = forms.CharField(
                label=label, max_length=60, required=False, initial=name
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "phase_1" in self.fields and not any(self.phases):
            self.add_error("phase_1", _("Name at least one phase."))
        return data

    @property
    def phases(self) -> list[str]:
        names = [n for n in self.fields if n.startswith("phase_")]
        return [self.cleaned_data.get(name, "").strip() for name in names]

    @property
    def teacher(self) -> Any:
        return self.people[self.cleaned_data["taught_by"]].person


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one phase or question, with what stands beside them."""

    name: Any
    fields: list[Any]
    beside: Any = None
    others: Any = ()


class PhaseForm(Careful):
    """Fields for each phase of the lesson, about one case pupil."""

    names: tuple[str, ...] = ()

    def __init__(self, *args: Any, lesson: Lesson, pupil: CasePupil, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lesson, self.pupil = lesson, pupil
        for phase in lesson.phases:
            self._ask(phase)

    def _ask(self, phase: LessonPhase) -> None:
        raise NotImplementedError

    @property
    def careful_of(self) -> tuple[str, ...]:
        return tuple(f"{name}_{p.number}" for p in self.lesson.phases for name in self.names)

    def said(self, name: str, phase: LessonPhase) -> Any:
        return self.cleaned_data.get(f"{name}_{phase.number}", "")

    def take_versions(self, current: Lesson) -> None:
        """After somebody else's saving: the next one is made knowing theirs."""
        self.data = self.data.copy()
        for phase in current.phases:
            stored = self.stored(current, phase)
            self.data[f"version_{phase.number}"] = stored.version if stored else 0

    def stored(self, lesson: Lesson, phase: LessonPhase) -> Any:
        raise NotImplementedError


class PredictionForm(PhaseForm):
    names = ("will", "shows")

    def _ask(self, phase: LessonPhase) -> None:
        there = self.stored(self.lesson, phase)
        n = phase.number
        self.fields[f"version_{n}"] = hidden_number(there.version if there else 0)
        self.fields[f"will_{n}"] = long_text(_("What will they do?"))
        self.fields[f"shows_{n}"] = long_text(_("What would show that it worked?"))
        if there:
            self.initial |= {f"will_{n}": there.will_do, f"shows_{n}": there.shows}

    def stored(self, lesson: Lesson, phase: LessonPhase) -> Any:
        return lesson.predictions.get((phase.pk, self.pupil.pk))

    def rows(self) -> Iterator[Row]:
        for phase in self.lesson.phases:
            yield Row(phase.name, [self[f"{name}_{phase.number}"] for name in self.names])

    @property
    def answers(self) -> list[Predicted]:
        return [
            Predicted(p.pk, self.said("version", p), self.said("will", p), self.said("shows", p))
            for p in self.lesson.phases
        ]


class NotesForm(PhaseForm):
    """My own notes beside the predictions."""

    names = ("note",)

    def __init__(self, *args: Any, author: Any, **kwargs: Any) -> None:
        self.author = author
        super().__init__(*args, **kwargs)

    def _ask(self, phase: LessonPhase) -> None:
        there = self.stored(self.lesson, phase)
        n = phase.number
        self.fields[f"version_{n}"] = hidden_number(there.version if there else 0)
        self.fields[f"note_{n}"] = long_text(_("What did you see and hear?"))
        if there:
            self.initial[f"note_{n}"] = there.text

    def stored(self, lesson: Lesson, phase: LessonPhase) -> Any:
        notes = lesson.notes.get((phase.pk, self.pupil.pk), [])
        return next((n for n in notes if n.author_id == self.author.pk), None)

    def rows(self) -> Iterator[Row]:
        for phase in self.lesson.phases:
            key = (phase.pk, self.pupil.pk)
            others = [n for n in self.lesson.notes.get(key, []) if n.author_id != self.author.pk]
            predicted = self.lesson.predictions.get(key)
            yield Row(phase.name, [self[f"note_{phase.number}"]], predicted, others)

    @property
    def answers(self) -> list[Seen]:
        return [
            Seen(p.pk, self.said("version", p), self.said("note", p)) for p in self.lesson.phases
        ]


class InterviewForm(Careful):
    """The usual questions and one of one's own, to one case pupil."""

    def __init__(
        self, *args: Any, lesson: Lesson, pupil: CasePupil, author: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        mine = [a for a in lesson.interviews.get(pupil.pk, []) if a.author_id == author.pk]
        self.there: dict[str, PupilInterview] = {a.question: a for a in mine}
        usual = [str(question) for question in QUESTIONS]
        self.questions = [*usual, *(q for q in self.there if q not in usual)]
        for n, question in enumerate(self.questions):
            there = self.there.get(question)
            self.fields[f"answer_{n}"] = long_text(question, rows=2)
            self.fields[f"version_{n}"] = hidden_number(there.version if there else 0)
            self.initial[f"answer_{n}"] = there.answer if there else ""
        self.fields["own_question"] = forms.CharField(
            label=_("A question of your own"), max_length=200, required=False
        )
        self.fields["own_answer"] = long_text(_("What did they say to it?"), rows=2)

    @property
    def careful_of(self) -> tuple[str, ...]:
        own = ("own_question", "own_answer")
        return (*(f"answer_{n}" for n in range(len(self.questions))), *own)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("own_answer") and not data.get("own_question"):
            self.add_error("own_question", _("What was the question?"))
        return data

    @property
    def answers(self) -> list[Answered]:
        data = self.cleaned_data
        found = [
            Answered(question, data[f"version_{n}"], data[f"answer_{n}"])
            for n, question in enumerate(self.questions)
        ]
        if data["own_question"] and data["own_answer"]:
            there = self.there.get(data["own_question"].strip())
            version = there.version if there else 0
            found.append(Answered(data["own_question"], version, data["own_answer"]))
        return found


class BeginTalkForm(Careful):
    careful_of = ("late_reason",)  # type: ignore[assignment]

    late_reason = forms.CharField(
        label=_("Why is it later than 36 hours?"),
        max_length=300,
        required=False,
        help_text=_("Such as “supply fell through”. The group sees it; nobody is judged by it."),
    )


class TalkForm(Careful):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    text = long_text(_("What did you agree?"), required=True, rows=5)
    careful_of = ("text",)  # type: ignore[assignment]


class PosterForm(Careful):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    title = forms.CharField(label=_("Title"), max_length=120)
    question = forms.CharField(
        label=_("Our question"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    did = long_text(_("What we did"), _("What was tried in the three lessons."), required=True)
    found = long_text(
        _("What we found out"),
        _("About how pupils learn this; groups and the class, no single pupil and no code."),
        required=True,
        rows=5,
    )
    keep = long_text(_("What we shall keep doing"), _("A technique others can try."), required=True)
    careful_of = ("title", "question", "did", "found", "keep")  # type: ignore[assignment]

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.careful_of}


class WishForm(Careful):
    careful_of = ("wish",)  # type: ignore[assignment]

    wish = forms.CharField(
        label=_("What should change?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
