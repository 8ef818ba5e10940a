"""What somebody chooses to have in their own record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from apps.core.ui.dates import day
from apps.evaluation.forms import ReportForm
from apps.evaluation.snapshot.own import own_reflections

LISTED = 60  # reflections to tick, the latest


class RecordForm(ReportForm):
    private = forms.BooleanField(
        label=gettext_lazy("Also promises that only I can see"), required=False
    )
    words = forms.BooleanField(
        label=gettext_lazy("Also what I wrote when I closed a promise"), required=False
    )
    reflections = forms.MultipleChoiceField(
        label=gettext_lazy("Reflections to put in it"),
        help_text=gettext_lazy(
            "None unless you tick it. Whoever you give the record to reads it in full."
        ),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, about: Any, **kwargs: Any) -> None:
        super().__init__(*args, about=about, **kwargs)
        self.fields["period"].help_text = ""
        rows = list(own_reflections(about).order_by("-happened_on", "-pk")[:LISTED])
        if not rows:
            del self.fields["reflections"]
            return
        field: Any = self.fields["reflections"]
        field.choices = [
            (row.public_id, f"{day(row.happened_on)}: {Truncator(row.text).chars(80)}")
            for row in rows
        ]

    @property
    def asked(self) -> dict[str, Any]:
        return {
            "private": self.cleaned_data["private"],
            "words": self.cleaned_data["words"],
            "reflections": sorted(self.cleaned_data.get("reflections", [])),
        }
