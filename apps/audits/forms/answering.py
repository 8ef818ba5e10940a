from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.audits.actions.answering import Given
from apps.audits.enums import QuestionKind
from apps.audits.forms.ways import WAYS, fault_in_order
from apps.audits.models import Answer, Question, Topic
from apps.audits.sections import answers
from apps.core.forms import ClientKeyMixin, HubForm


@dataclass(frozen=True, slots=True)
class Item:
    """One question as the page shows it; ``has_answer`` is about what is saved."""

    question: Question
    fields: dict[str, Any]
    has_answer: bool
    template: str


class SectionForm(HubForm):
    """The questions of one section. What is left out is missing.

    Nothing is compulsory but what the audit says must be answered, and that only when
    ``insists``: whoever stops for now, goes back or clears an answer keeps what there is.
    """

    def __init__(
        self,
        *args: Any,
        questions: Sequence[Question],
        saved: dict[int, Answer],
        topics: Sequence[Topic],
        insists: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions, self.saved, self.insists = questions, saved, insists
        self.names: dict[int, list[str]] = {}
        for question in questions:
            way, answer = WAYS[question.kind], saved.get(question.pk)
            initial = way.initial(answer) if answer else {}
            fields = way.fields(question, topics)
            self.names[question.pk] = list(fields)
            for name, field in fields.items():
                field.initial = initial.get(name)
                self.fields[f"q{question.pk}-{name}"] = field

    def items(self) -> Iterator[Item]:
        for question in self.questions:
            bound = {name: self[f"q{question.pk}-{name}"] for name in self.names[question.pk]}
            template = WAYS[question.kind].template
            yield Item(question, bound, question.pk in self.saved, template)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for question in self.questions:
            self._check(question, self._values(question))
        return data

    def _check(self, question: Question, values: dict[str, Any]) -> None:
        if len(values) < len(self.names[question.pk]):
            return  # a field of it has an error already
        fault = fault_in_order(values) if question.kind == QuestionKind.RANKING else None
        if fault:
            self.add_error(f"q{question.pk}-{fault[0]}", fault[1])
        elif self.insists and question.required and not answers(question, self._given(question)):
            self.add_error(f"q{question.pk}-{self.names[question.pk][0]}", _missing(question))

    def given(self) -> dict[int, Given]:
        """The answers by question id, blank ones included."""
        return {question.pk: self._given(question) for question in self.questions}

    def _given(self, question: Question) -> Given:
        return WAYS[question.kind].given(self._values(question))

    def _values(self, question: Question) -> dict[str, Any]:
        names = ((name, f"q{question.pk}-{name}") for name in self.names[question.pk])
        return {name: self.cleaned_data[key] for name, key in names if key in self.cleaned_data}


class WholeForm(ClientKeyMixin, SectionForm):
    """All questions at once, sent once: the device's key makes a second arrival harmless."""


def _missing(question: Question) -> str:
    if question.kind == QuestionKind.GRID:
        return _("Give both ratings for “%(topic)s”, or tick “Not my role”.") % {
            "topic": question.topic
        }
    return _("Answer “%(question)s”.") % {"question": question.text}
