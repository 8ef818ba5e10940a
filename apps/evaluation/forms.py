"""Forms of measurements and reports. What looks odd is a warning, never a refusal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.activities.enums import Direction
from apps.activities.models import Criterion
from apps.core import clock
from apps.core.forms import ClientKeyMixin, HubForm
from apps.core.ui.dates import day
from apps.evaluation.measuring.words import short
from apps.evaluation.periods import Period
from apps.evaluation.suppression import FEW, LEAST

FAR = 3  # times the way from baseline to target: perhaps a slip of the pen
FIRST = date(2000, 1, 1)


class DateInput(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class MeasureForm(ClientKeyMixin, HubForm):
    value = forms.DecimalField(
        label=gettext_lazy("Value"),
        max_digits=10,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    measured_on = forms.DateField(
        label=gettext_lazy("Measured on"), widget=DateInput(), initial=clock.today
    )
    n = forms.IntegerField(
        label=gettext_lazy("How many people or pupils"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text=gettext_lazy(
            "Leave it empty where it is not known. Fewer than five are never shown in a report."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Where it comes from"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "Such as “reading test, Years 5 and 6, same paper as in September”. Do not name people."
        ),
    )

    link = forms.URLField(
        label=gettext_lazy("Link to the evidence"),
        max_length=500,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=gettext_lazy(
            "The address of a file in your school’s own store: no file is kept here, and who may "
            "open it is decided there. Everybody who sees the activity sees the link."
        ),
    )
    link_label = forms.CharField(
        label=gettext_lazy("What lies there"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Such as “Marks of both tests, without names”."),
    )

    def __init__(self, *args: Any, criterion: Criterion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criterion = criterion
        if criterion.unit:
            self.fields["value"].label = _("Value (%(unit)s)") % {"unit": criterion.unit}
        self.fields["value"].help_text = _way(criterion)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("link_label") and not data.get("link") and "link" not in self.errors:
            self.add_error("link", _("Give the address too, or leave both empty."))
        return data

    def clean_measured_on(self) -> date:
        found: date = self.cleaned_data["measured_on"]
        if found > clock.today():
            raise forms.ValidationError(_("Choose a day that is not in the future."))
        if found < FIRST:
            raise forms.ValidationError(_("Check the year."))
        return found


def _way(criterion: Criterion) -> str:
    target = _("Target %(target)s") % {"target": short(criterion.target)}
    if criterion.baseline is None:
        return _("No baseline is known, so it cannot be judged yet. %(target)s.") % {
            "target": target
        }
    return _("Baseline %(baseline)s. %(target)s.") % {
        "baseline": short(criterion.baseline),
        "target": target,
    }


def warnings(criterion: Criterion, value: Decimal, measured_on: date, n: int | None) -> list[str]:
    """What looks odd about a measurement, in words for the one who enters it."""
    return [
        text
        for text in (
            _unit_warning(criterion, value),
            _direction_warning(criterion, value),
            _size_warning(criterion, value),
            _date_warning(criterion, measured_on),
            _people_warning(criterion, n),
        )
        if text
    ]


def _unit_warning(criterion: Criterion, value: Decimal) -> str:
    if _is_percentage(criterion) and not 0 <= value <= 100:
        return _("%(value)s is no percentage between 0 and 100.") % {"value": short(value)}
    if value < 0 and criterion.target >= 0 and (criterion.baseline or 0) >= 0:
        return _("The value is below zero.")
    return ""


def _is_percentage(criterion: Criterion) -> bool:
    unit = criterion.unit.casefold()
    return "%" in unit or "per cent" in unit or "percent" in unit


def _direction_warning(criterion: Criterion, value: Decimal) -> str:
    if criterion.baseline is None:
        return ""
    up = criterion.direction == Direction.UP
    if up != (criterion.target > criterion.baseline):
        if up:
            return _("Higher is better here, and yet the target is lower than the baseline.")
        return _("Lower is better here, and yet the target is higher than the baseline.")
    if value != criterion.baseline and up != (value > criterion.baseline):
        return _("It has moved away from the target since the baseline.")
    return ""


def _size_warning(criterion: Criterion, value: Decimal) -> str:
    if criterion.baseline is None:
        return ""
    way = abs(criterion.target - criterion.baseline)
    if abs(value - criterion.baseline) > FAR * way:
        return _("It is more than three times as far from the baseline as the target is.")
    return ""


def _date_warning(criterion: Criterion, measured_on: date) -> str:
    if criterion.baseline_on and measured_on < criterion.baseline_on:
        return _("It is dated before the baseline (%(day)s).") % {"day": day(criterion.baseline_on)}
    return ""


def _people_warning(criterion: Criterion, n: int | None) -> str:
    if n is not None and n < LEAST:
        return _("It tells of fewer than five people, so reports will not show it.")
    if n is not None and n < FEW and _is_percentage(criterion):
        return _("A percentage of fewer than ten people says little: enter how many they are.")
    before = criterion.baseline_n
    if n and before and not before / 2 <= n <= before * 2:
        return _("The baseline was of %(before)d and this is of %(now)d: is it the same group?") % {
            "before": before,
            "now": n,
        }
    return ""


class ReportForm(ClientKeyMixin, HubForm):
    period = forms.ChoiceField(
        label=gettext_lazy("Which time?"),
        help_text=gettext_lazy(
            "Whole half-terms, terms and years that are over. Two reports a few days apart would "
            "show, by their difference, what one person did: those that overlap with a report "
            "that is there are not offered."
        ),
    )

    def __init__(
        self,
        *args: Any,
        offered: list[tuple[str, list[Period]]],
        about: Any = None,
        **kwargs: Any,
    ) -> None:
        """``offered`` are the periods, in named groups; ``about`` is for kinds' own forms. Of one
        alone nothing is asked: ``only`` says which it is."""
        super().__init__(*args, **kwargs)
        self.periods = {period.key: period for _group, found in offered for period in found}
        field: Any = self.fields["period"]
        field.choices = [(group, [_choice(one) for one in found]) for group, found in offered]
        field.initial = next(iter(self.periods))
        self.only = ""
        if len(self.periods) == 1:
            field.widget = forms.HiddenInput()
            self.only = _choice(next(iter(self.periods.values())))[1]

    def dates(self) -> tuple[date, date]:
        period = self.periods[self.cleaned_data["period"]]
        return period.first, period.last

    @property
    def asked(self) -> dict[str, Any]:
        """What was chosen beside the days."""
        return {}


def _choice(period: Period) -> tuple[str, str]:
    return period.key, f"{period.name}: {period.days}"


class CorrectReportForm(ClientKeyMixin, HubForm):
    why = forms.CharField(
        label=gettext_lazy("What was wrong?"),
        max_length=300,
        help_text=gettext_lazy("Every reader sees this. Do not name people."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
