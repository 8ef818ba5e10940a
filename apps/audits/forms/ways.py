"""How each kind of question is put on a page, and what somebody's answer to it becomes.

The pages that ask and the preview draw from here, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audits.actions.answering import Given
from apps.audits.enums import QuestionKind
from apps.audits.models import Answer, Question, Topic
from apps.audits.wording import SCALES

Fields = dict[str, forms.Field]
Texts = str | Promise
PLACES: tuple[Texts, ...] = (
    gettext_lazy("1st"),
    gettext_lazy("2nd"),
    gettext_lazy("3rd"),
    gettext_lazy("4th"),
    gettext_lazy("5th"),
    gettext_lazy("6th"),
    gettext_lazy("7th"),
    gettext_lazy("8th"),
)
SHORT, LONG = 300, 2000


@dataclass(frozen=True, slots=True)
class Way:
    """``fields`` draws a question, ``given`` reads it back, ``initial`` fills in what is saved."""

    fields: Callable[[Question, Sequence[Topic]], Fields]
    given: Callable[[Mapping[str, Any]], Given]
    initial: Callable[[Answer], Mapping[str, Any]]
    template: str


def hint_of(question: Question) -> str:
    parts = [question.hint, _("Must be answered.") if question.required else ""]
    return " ".join(part for part in parts if part)


def scale(name: str, label: str) -> forms.TypedChoiceField:
    return _steps(label, [(str(value), word) for value, word in SCALES[name]])


def _steps(label: str, pairs: Sequence[tuple[str, Any]], hint: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=hint,
        required=False,
        choices=pairs,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )


def _grid(question: Question, topics: Sequence[Topic]) -> Fields:
    return {
        "confidence": scale("confidence", _("How confident are you?")),
        "priority": scale("priority", _("How much would it help you this year?")),
        "not_my_role": forms.BooleanField(label=_("Not my role"), required=False),
    }


def _several(question: Question, topics: Sequence[Topic]) -> Fields:
    return {"chosen": _boxes(question, [(choice, choice) for choice in question.choices])}


def _offer(question: Question, topics: Sequence[Topic]) -> Fields:
    return {"chosen": _boxes(question, [(topic.slug, topic.name) for topic in topics])}


def _boxes(question: Question, pairs: list[tuple[str, str]]) -> forms.Field:
    return forms.MultipleChoiceField(
        label=question.text,
        help_text=hint_of(question),
        required=False,
        choices=pairs,
        widget=forms.CheckboxSelectMultiple,
    )


def _single(question: Question, topics: Sequence[Topic]) -> Fields:
    one = forms.ChoiceField(
        label=question.text,
        help_text=hint_of(question),
        required=False,
        choices=[(choice, choice) for choice in question.choices],
        widget=forms.RadioSelect,
    )
    return {"one": one}


def _scale(question: Question, topics: Sequence[Topic]) -> Fields:
    pairs = [(str(step), "") for step in range(1, (question.steps or 0) + 1)]
    return {"number": _steps(question.text, pairs, hint_of(question))}


def _ranking(question: Question, topics: Sequence[Topic]) -> Fields:
    """One list a place: it works with the keyboard, by voice and without scripts."""
    pairs = [("", _("Leave open")), *((choice, choice) for choice in question.choices)]
    return {
        f"place{n}": forms.ChoiceField(label=word, required=False, choices=pairs)
        for n, word in enumerate(PLACES[: len(question.choices)], start=1)
    }


def _short(question: Question, topics: Sequence[Topic]) -> Fields:
    return {"text": _text(question, SHORT, forms.TextInput())}


def _long(question: Question, topics: Sequence[Topic]) -> Fields:
    return {"text": _text(question, LONG, forms.Textarea(attrs={"rows": 4}))}


def _text(question: Question, most: int, widget: forms.Widget) -> forms.CharField:
    return forms.CharField(
        label=question.text,
        help_text=hint_of(question),
        required=False,
        max_length=most,
        widget=widget,
    )


def _as_named(values: Mapping[str, Any]) -> Given:
    return Given(**values)


def _in_order(values: Mapping[str, Any]) -> Given:
    return Given(chosen=tuple(place for place in values.values() if place))


def _places(answer: Answer) -> Mapping[str, Any]:
    return {f"place{n}": choice for n, choice in enumerate(answer.chosen, start=1)}


def _ratings(answer: Answer) -> Mapping[str, Any]:
    return {name: getattr(answer, name) for name in ("confidence", "priority", "not_my_role")}


_BOXES = {
    "given": lambda values: Given(chosen=tuple(values["chosen"])),
    "initial": lambda answer: {"chosen": answer.chosen},
    "template": "audits/answer/choices.html",
}
_TEXTS = {
    "given": _as_named,
    "initial": lambda answer: {"text": answer.text},
    "template": "audits/answer/text.html",
}
WAYS: dict[str, Way] = {
    QuestionKind.GRID: Way(_grid, _as_named, _ratings, "audits/answer/topic.html"),
    QuestionKind.OFFER: Way(_offer, **_BOXES),
    QuestionKind.CHOICE: Way(_several, **_BOXES),
    QuestionKind.SINGLE: Way(
        _single,
        lambda values: Given(chosen=(values["one"],) if values["one"] else ()),
        lambda answer: {"one": next(iter(answer.chosen), None)},
        "audits/answer/single.html",
    ),
    QuestionKind.SCALE: Way(
        _scale, _as_named, lambda answer: {"number": answer.number}, "audits/answer/number.html"
    ),
    QuestionKind.RANKING: Way(_ranking, _in_order, _places, "audits/answer/ranking.html"),
    QuestionKind.SHORT_TEXT: Way(_short, **_TEXTS),
    QuestionKind.LONG_TEXT: Way(_long, **_TEXTS),
}
MOST_TO_RANK = len(PLACES)


def fault_in_order(values: Mapping[str, Any]) -> tuple[str, str] | None:
    """The first place that cannot stand, with the reason: chosen twice, or one left open before."""
    seen: list[str] = []
    gap = False
    for name, choice in values.items():
        if not choice:
            gap = True
        elif choice in seen:
            return name, _(
                "“%(choice)s” has a place already. Choose another one, or leave it open."
            ) % {"choice": choice}
        elif gap:
            return name, _("Fill the places from the 1st on. Leave open only the last ones.")
        else:
            seen.append(choice)
    return None
