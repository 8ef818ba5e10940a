from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.forms import ClientKeyMixin, HubForm
from apps.core.tabular import UnreadableFile
from apps.evaluation.comparisons import file as tables
from apps.evaluation.comparisons.models import Chosen
from apps.evaluation.forms import FIRST, DateInput


class ComparisonForm(ClientKeyMixin, HubForm):
    who_else = forms.CharField(
        label=_("Who are the others?"),
        max_length=200,
        help_text=_("Such as “Year 5 of a school that starts next term”. Do not name people."),
    )
    chosen = forms.ChoiceField(
        label=_("How were they chosen?"),
        choices=Chosen.choices,
        widget=forms.RadioSelect,
        initial=Chosen.THERE,
    )
    before_on = forms.DateField(
        label=_("Measured before, on"),
        widget=DateInput(),
        help_text=_("Both groups by the same measure, on about the same day."),
    )
    after_on = forms.DateField(label=_("Measured after, on"), widget=DateInput())
    file = forms.FileField(
        label=_("Both groups’ values"),
        help_text=_(
            "CSV or Excel with a row for each person or pupil and three columns: Group (ours or "
            "comparison), Before, After. Only the groups’ sums are kept; no row and no name is."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    found: tables.Found

    def clean_after_on(self) -> date:
        found: date = self.cleaned_data["after_on"]
        if found > clock.today():
            raise forms.ValidationError(_now("Choose a day that is not in the future."))
        return found

    def clean_before_on(self) -> date:
        found: date = self.cleaned_data["before_on"]
        if found < FIRST:
            raise forms.ValidationError(_now("Check the year."))
        return found

    def clean_file(self) -> Any:
        try:
            self.found = tables.read(self.cleaned_data["file"])
        except UnreadableFile as unreadable:
            raise forms.ValidationError(f"{unreadable.reason} {unreadable.fix}") from unreadable
        if self.found.problems:
            raise forms.ValidationError(self.found.problems)
        return self.cleaned_data["file"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        before, after = data.get("before_on"), data.get("after_on")
        if before and after and after <= before:
            self.add_error("after_on", _now("It must be later than the day before."))
        return data
