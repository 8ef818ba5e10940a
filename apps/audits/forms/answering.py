from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from apps.audits.actions.answering import Given
from apps.audits.enums import QuestionKind
from apps.audits.models import Answer, Question, Topic
from apps.audits.wording import SCALES
from apps.core.forms import HubForm


@dataclass(frozen=True, slots=True)
class Item:
    """One question as the page shows it; ``has_answer`` is about what is saved."""

    question: Question
    fields: dict[str, Any]
    has_answer: bool


class SectionForm(HubForm):
    """The questions of one section. Nothing is compulsory: what is left out is missing."""

    def __init__(
        self,
        *args: Any,
        questions: Sequence[Question],
        saved: dict[int, Answer],
        topics: Sequence[Topic],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions, self.saved, self.topics = questions, saved, topics
        for question in questions:
            for name, field in self._fields_of(question):
                field.initial = getattr(saved.get(question.pk), name, None)
                self.fields[f"q{question.pk}-{name}"] = field

    def items(self) -> Iterator[Item]:
        for question in self.questions:
            names = [name for name, _field in self._fields_of(question)]
            bound = {name: self[f"q{question.pk}-{name}"] for name in names}
            yield Item(question, bound, question.pk in self.saved)

    def given(self) -> dict[int, Given]:
        """The answers by question id, blank ones included."""
        return {question.pk: self._given(question) for question in self.questions}

    def _given(self, question: Question) -> Given:
        values = {
            name: self.cleaned_data[f"q{question.pk}-{name}"]
            for name, _field in self._fields_of(question)
        }
        if "chosen" in values:
            values["chosen"] = tuple(values["chosen"])
        return Given(**values)

    def _fields_of(self, question: Question) -> list[tuple[str, forms.Field]]:
        if question.kind == QuestionKind.GRID:
            return [
                ("confidence", scale("confidence", _("How confident are you?"))),
                ("priority", scale("priority", _("How much would it help you this year?"))),
                ("not_my_role", forms.BooleanField(label=_("Not my role"), required=False)),
            ]
        if question.kind == QuestionKind.LONG_TEXT:
            text = forms.CharField(
                label=question.text,
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
            return [("text", text)]
        pairs = (
            [(topic.slug, topic.name) for topic in self.topics]
            if question.kind == QuestionKind.OFFER
            else [(choice, choice) for choice in question.choices]
        )
        several = forms.MultipleChoiceField(
            label=question.text,
            required=False,
            choices=pairs,
            widget=forms.CheckboxSelectMultiple,
        )
        return [("chosen", several)]


def scale(name: str, label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        required=False,
        choices=[(str(value), word) for value, word in SCALES[name]],
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )
