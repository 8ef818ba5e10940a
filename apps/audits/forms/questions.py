"""What a lead fills in about one question, one section, the topics and the bank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audits.enums import QuestionKind, TopicArea
from apps.audits.forms.ways import MOST_TO_RANK
from apps.audits.models import Audit, BankQuestion, Question, Topic
from apps.audits.sections import ONLY_FOR
from apps.core.forms import HubForm

NEW = "+"
WITH_CHOICES = (QuestionKind.CHOICE, QuestionKind.SINGLE, QuestionKind.RANKING)
MOST_CHOICES = 20
KINDS_IN_WORDS: dict[str, Any] = {
    QuestionKind.GRID: gettext_lazy(
        "How confident people are in one topic, and how much it would help. The results rank these."
    ),
    QuestionKind.SCALE: gettext_lazy("A number on a scale whose ends you name."),
    QuestionKind.SINGLE: gettext_lazy("One of several answers."),
    QuestionKind.CHOICE: gettext_lazy("As many of several answers as apply, such as barriers."),
    QuestionKind.RANKING: gettext_lazy("1st, 2nd, 3rd: what matters most."),
    QuestionKind.SHORT_TEXT: gettext_lazy("A few words."),
    QuestionKind.LONG_TEXT: gettext_lazy("A paragraph in their own words."),
    QuestionKind.OFFER: gettext_lazy(
        "In which of the topics asked about people could help others."
    ),
}


def for_roles_field(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=list(ONLY_FOR.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tick none to ask everybody."),
    )


class QuestionForm(HubForm):
    """One question of ``kind``; ``question`` is the one that is changed."""

    section = forms.ChoiceField(label=gettext_lazy("Section"))
    new_section = forms.CharField(
        label=gettext_lazy("Title of the new section"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Only if you chose “A new section”."),
    )
    topic = forms.ModelChoiceField(
        label=gettext_lazy("Topic"),
        queryset=Topic.objects.none(),
        empty_label=gettext_lazy("Choose a topic"),
    )
    text = forms.CharField(label=gettext_lazy("Question"), max_length=300)
    hint = forms.CharField(
        label=gettext_lazy("Hint"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Shown in small print under the question."),
    )
    choices = forms.CharField(
        label=gettext_lazy("Answers to choose from"),
        help_text=gettext_lazy("One on each line."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    steps = forms.TypedChoiceField(
        label=gettext_lazy("Steps of the scale"),
        choices=[(str(n), str(n)) for n in range(2, 12)],
        coerce=int,
        initial="5",
    )
    low = forms.CharField(
        label=gettext_lazy("What 1 means"), max_length=60, initial=gettext_lazy("Not at all")
    )
    high = forms.CharField(
        label=gettext_lazy("What the highest number means"),
        max_length=60,
        initial=gettext_lazy("Entirely"),
    )
    for_roles = for_roles_field(gettext_lazy("Who is asked"))
    required = forms.BooleanField(
        label=gettext_lazy("It must be answered"),
        required=False,
        help_text=gettext_lazy("Use it rarely. People who must answer may answer anything."),
    )
    keep = forms.BooleanField(
        label=gettext_lazy("Keep it in our question bank"),
        required=False,
        help_text=gettext_lazy("Asked again in the same words, answers compare across years."),
    )

    def __init__(
        self,
        *args: Any,
        kind: str,
        audit: Audit,
        titles: Sequence[str],
        question: Question | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.question = kind, question
        for name in self._not_asked():
            del self.fields[name]
        pairs = [(title, title) for title in titles] + [(NEW, _("A new section"))]
        self.fields["section"].choices = pairs  # type: ignore[attr-defined]
        if "topic" in self.fields:
            self.fields["topic"].queryset = Topic.objects.for_audit(audit).exclude(  # type: ignore[attr-defined]
                pk__in=audit.questions.filter(topic__isnull=False).values("topic")
            )
        if kind == QuestionKind.GRID:
            self.fields["text"].label = _("What the topic means")
            self.fields["text"].required = question is not None
            self.fields["text"].help_text = _("Empty: as in the list of topics.")
        if kind == QuestionKind.RANKING:
            self.fields["choices"].help_text = _("One on each line, eight at most.")

    def _not_asked(self) -> list[str]:
        """The fields that mean nothing for this kind, or nothing now."""
        names = [] if self.kind in WITH_CHOICES else ["choices"]
        if self.kind != QuestionKind.SCALE:
            names += ["steps", "low", "high"]
        if self.kind != QuestionKind.GRID or self.question:
            names.append("topic")
        if self.kind == QuestionKind.GRID:
            names += ["hint", "keep"]
        elif self.question and self.question.bank_id:
            names.append("keep")
        return names

    def clean_choices(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["choices"].splitlines()]
        found = list(dict.fromkeys(line for line in lines if line))
        most = MOST_TO_RANK if self.kind == QuestionKind.RANKING else MOST_CHOICES
        if len(found) < 2:
            raise forms.ValidationError(_("Give at least two answers, each on a line of its own."))
        if len(found) > most:
            raise forms.ValidationError(_("Give at most %(n)d answers.") % {"n": most})
        if any(len(choice) > 120 for choice in found):
            raise forms.ValidationError(_("Use at most 120 characters for an answer."))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("section") == NEW and not data.get("new_section"):
            self.add_error("new_section", _("Fill in “Title of the new section”."))
        return data

    def values(self) -> dict[str, Any]:
        """Fields of `Question`."""
        data = self.cleaned_data
        names = ("hint", "choices", "steps", "low", "high", "topic", "for_roles", "required")
        found = {name: data[name] for name in names if name in data}
        section = data["new_section"] if data["section"] == NEW else data["section"]
        found |= {"kind": self.kind, "section": section, "text": data["text"]}
        topic = found.get("topic")
        if topic is not None and not found["text"]:
            found["text"] = topic.description or topic.name
        return found

    @staticmethod
    def initial_of(question: Question) -> dict[str, Any]:
        names = ("section", "text", "hint", "steps", "low", "high", "for_roles", "required")
        return {name: getattr(question, name) for name in names} | {
            "choices": "\n".join(question.choices)
        }


class PartForm(HubForm):
    """A section's title and whom all its questions are for."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    for_roles = for_roles_field(gettext_lazy("Who is asked these questions"))

    def __init__(self, *args: Any, part: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = [row.for_roles for row in part]
        self.mixed = any(row != asked[0] for row in asked)
        self.fields["title"].initial = part[0].section
        self.fields["for_roles"].initial = [] if self.mixed else asked[0]
        if self.mixed:
            self.fields["for_roles"].help_text = _(
                "Now it differs from question to question. Tick to make it the same for all of "
                "them; tick none to leave it as it is."
            )

    def roles(self) -> list[str] | None:
        """None: as it is."""
        chosen: list[str] = self.cleaned_data["for_roles"]
        return None if self.mixed and not chosen else chosen


class TopicsForm(HubForm):
    """All topics there are, area by area, and those that the audit asks about ticked."""

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = audit.questions.filter(topic__isnull=False)
        chosen = set(asked.values_list("topic__slug", flat=True))
        rows = sorted(Topic.objects.for_audit(audit), key=_by_area)
        for name, found in groupby(rows, key=_field_name):
            self.fields[name] = self._field(list(found), chosen)

    def _field(self, topics: list[Topic], chosen: set[str]) -> forms.MultipleChoiceField:
        widget = forms.CheckboxSelectMultiple()
        widget.choice_hints = {row.slug: row.description for row in topics}  # type: ignore[attr-defined]
        own = topics[0].organisation_id is not None
        return forms.MultipleChoiceField(
            label=_("Our own topics") if own else TopicArea(topics[0].area).label,
            required=False,
            choices=[(row.slug, row.name) for row in topics],
            initial=[row.slug for row in topics if row.slug in chosen],
            widget=widget,
        )

    def slugs(self) -> list[str]:
        return [slug for chosen in self.cleaned_data.values() for slug in chosen]


class OwnTopicForm(HubForm):
    name = forms.CharField(label=gettext_lazy("Topic"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("What it means"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("So that all who answer think of the same thing."),
    )


class BankForm(HubForm):
    """Kept questions to add to a section."""

    kept = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Questions"),
        queryset=BankQuestion.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        to_field_name="public_id",
        error_messages={"required": gettext_lazy("Tick at least one question.")},
    )
    section = forms.ChoiceField(label=gettext_lazy("Add them to"))
    new_section = forms.CharField(
        label=gettext_lazy("Title of the new section"), max_length=120, required=False
    )

    def __init__(
        self, *args: Any, rows: Iterable[BankQuestion], titles: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        pks = [row.pk for row in self.rows]
        self.fields["kept"].queryset = BankQuestion.objects.filter(pk__in=pks)  # type: ignore[attr-defined]
        pairs = [(title, title) for title in titles] + [(NEW, _("A new section"))]
        self.fields["section"].choices = pairs  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("section") == NEW and not data.get("new_section"):
            self.add_error("new_section", _("Fill in “Title of the new section”."))
        return data

    def title(self) -> str:
        data = self.cleaned_data
        title: str = data["new_section"] if data["section"] == NEW else data["section"]
        return title


def _field_name(topic: Topic) -> str:
    return "own" if topic.organisation_id else topic.area


def _by_area(topic: Topic) -> tuple[bool, int, int]:
    return topic.organisation_id is not None, TopicArea.values.index(topic.area), topic.pk
