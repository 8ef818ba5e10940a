from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.activities.enums import ActivityState
from apps.activities.models import Criterion
from apps.core import clock
from apps.core.forms import ClientKeyMixin, HubForm
from apps.evaluation.forms import FIRST, DateInput
from apps.evaluation.periods import Period
from apps.evaluation.process.enums import Aspect
from apps.schools.enums import AgreementState
from apps.schools.models import Alliance, Obstacle

LONGEST = 1000
MOST = 200  # criteria to choose from


class HalfForm(HubForm):
    """``half`` is the last day of a half-term."""

    half = forms.ChoiceField(label=_("Half-term"), required=False)

    def __init__(self, *args: Any, halves: list[Period], chosen: Period, **kwargs: Any) -> None:
        super().__init__({"half": chosen.last.isoformat()}, *args, **kwargs)
        field: Any = self.fields["half"]
        field.choices = [(half.last.isoformat(), half.name) for half in halves]


def _text(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )


class ReviewForm(ClientKeyMixin, HubForm):
    communication = _text(
        _("Communication"),
        _("How well did everybody know what was planned, decided and changed?"),
    )
    worked = _text(_("What worked"), _("And what will you therefore go on doing?"))
    not_worked = _text(
        _("What did not work"), _("What you will change belongs in the log of adjustments.")
    )


class CorrectReviewForm(ReviewForm):
    correction = forms.CharField(
        label=_("What was wrong?"),
        max_length=300,
        help_text=_("Everybody who reads the review sees this. Do not name people."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    field_order = ("correction", "communication", "worked", "not_worked")


class AdjustmentForm(ClientKeyMixin, HubForm):
    aspect = forms.ChoiceField(label=_("What is it about?"), choices=[("", ""), *Aspect.choices])
    about = forms.ChoiceField(
        label=_("One obstacle or success criterion in particular?"),
        required=False,
        help_text=_("Leave it out where it is about the partnership as a whole."),
    )
    what = forms.CharField(label=_("What was changed?"), max_length=300)
    why = forms.CharField(label=_("Why?"), max_length=300)
    decided_by = forms.CharField(
        label=_("Who decided?"),
        max_length=120,
        help_text=_("A meeting or a role, such as “the heads’ meeting”, rather than a name."),
    )
    decided_on = forms.DateField(label=_("When?"), widget=DateInput(), initial=clock.today)

    def __init__(self, *args: Any, alliance: Alliance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.obstacles = {row.public_id: row for row in _obstacles(alliance)}
        self.criteria = {row.public_id: row for row in _criteria(alliance)}
        field: Any = self.fields["about"]
        field.choices = [
            ("", _now("No, the whole")),
            *_group(_now("Obstacles"), self.obstacles),
            *_by_activity(self.criteria),
        ]

    def clean_decided_on(self) -> date:
        found: date = self.cleaned_data["decided_on"]
        if found > clock.today():
            raise forms.ValidationError(_now("Choose a day that is not in the future."))
        if found < FIRST:
            raise forms.ValidationError(_now("Check the year."))
        return found

    def values(self) -> dict[str, Any]:
        """As `actions.adjust` takes them."""
        data = dict(self.cleaned_data)
        about = data.pop("about")
        return data | {
            "obstacle": self.obstacles.get(about),
            "criterion": self.criteria.get(about),
        }


def _group(label: str, rows: dict[str, Any]) -> list[Any]:
    return [(label, [(pid, str(row)) for pid, row in rows.items()])] if rows else []


def _by_activity(rows: dict[str, Criterion]) -> list[Any]:
    """Several activities have criteria of the same words."""
    found: dict[str, dict[str, Criterion]] = {}
    for pid, row in rows.items():
        found.setdefault(str(row.activity), {})[pid] = row
    return [group for title, mine in found.items() for group in _group(title, mine)]


def _obstacles(alliance: Alliance) -> Any:
    """Of the version in force."""
    return Obstacle.objects.filter(
        agreement__alliance=alliance, agreement__state=AgreementState.OUT
    )


def _criteria(alliance: Alliance) -> Any:
    rows = Criterion.objects.filter(activity__alliance=alliance).select_related("activity")
    unsuited = (ActivityState.DRAFT, ActivityState.CANCELLED)
    return rows.exclude(activity__state__in=unsuited).order_by("-pk")[:MOST]


class AfterwardsForm(HubForm):
    text = forms.CharField(
        label=_("What changed afterwards?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Say also if nothing did, and how you know. It is written once and stays. Do not name "
            "people."
        ),
    )
