from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.audits.models import Participation
from apps.core.forms import HubForm


class CodeForm(HubForm):
    code = forms.CharField(
        label=gettext_lazy("The code on your card"),
        help_text=gettext_lazy("Twelve letters and numbers, such as k4mz-29dw-xv7q."),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )


class CodesForm(HubForm):
    """For whom to make a code: everybody who is listed, unless somebody is unticked."""

    people = forms.MultipleChoiceField(
        label=gettext_lazy("For whom?"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, parts: Sequence[Participation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = {str(part.pk): part for part in parts}
        people: Any = self.fields["people"]
        people.choices = [(pk, part.person.name) for pk, part in self.parts.items()]
        people.initial = list(self.parts)

    def chosen(self) -> list[Participation]:
        return [self.parts[pk] for pk in self.cleaned_data["people"]]
