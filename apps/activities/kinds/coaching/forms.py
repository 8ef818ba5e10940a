from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.activities.forms.people import StaffChoice
from apps.activities.forms.planning import DayInput, VersionMixin
from apps.activities.forms.records import Careful
from apps.activities.kinds.coaching.models import USUAL_CAP, StepReview
from apps.core import clock
from apps.core.forms import HubForm
from apps.schools.models import Membership, Organisation


def area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ContractForm(VersionMixin, Careful):
    goal = forms.CharField(
        label=_("What does the coachee want to get better at?"), max_length=300, widget=area()
    )
    how_often = forms.CharField(
        label=_("How often, and how long?"),
        max_length=200,
        help_text=_("Such as “every second Tuesday, a 15-minute drop-in and 30 minutes to talk”."),
    )
    confidentiality = forms.CharField(
        label=_("What stays between you?"), max_length=400, widget=area(3)
    )
    ends_when = forms.CharField(
        label=_("When does it end?"),
        max_length=200,
        help_text=_("Such as “at half-term, or when the goal is a habit”."),
    )

    careful_of = ("goal", "how_often", "confidentiality", "ends_when")


class StepForm(VersionMixin, Careful):
    step = forms.CharField(
        label=_("The one step"),
        max_length=300,
        widget=area(),
        help_text=_("Small enough to try within a week. One only."),
    )
    careful_of = ("step",)


class RehearsalForm(VersionMixin, Careful):
    rehearsal = forms.CharField(
        label=_("How did you rehearse it?"),
        max_length=600,
        widget=area(3),
        help_text=_("The coach shows it first; then the coachee does it until it sits."),
    )
    careful_of = ("rehearsal",)


class TriedForm(VersionMixin, Careful):
    tried_on = forms.DateField(label=_("When was it tried?"), widget=DayInput())
    evidence = forms.CharField(
        label=_("What happened?"), max_length=600, required=False, widget=area(3)
    )
    careful_of = ("evidence",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("tried_on", clock.today())


class ReviewForm(VersionMixin, HubForm):
    review = forms.ChoiceField(
        label=_("What became of the step?"), choices=StepReview.choices, widget=forms.RadioSelect
    )


class TrainingForm(HubForm):
    member = StaffChoice(
        label=_("Who was trained?"),
        queryset=Membership.objects.none(),
        to_field_name="public_id",
    )
    on = forms.DateField(label=_("When?"), widget=DayInput())
    provider = forms.CharField(label=_("By whom?"), max_length=120)
    words = forms.CharField(label=_("What was it?"), max_length=300, required=False, widget=area())

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Membership.objects.current().staff().filter(organisation=organisation)
        self.fields["member"].queryset = (  # type: ignore[attr-defined]
            rows.filter(person__is_active=True)
            .select_related("person")
            .order_by("person__family_name", "person__given_name", "pk")
        )


class TimeForm(HubForm):
    most = forms.IntegerField(
        label=_("Coachees at most"), min_value=0, max_value=30, initial=USUAL_CAP
    )
    minutes = forms.IntegerField(
        label=_("Protected minutes a fortnight"),
        min_value=0,
        max_value=3000,
        required=False,
        help_text=_("A coachee takes about 45: a drop-in and a meeting. Empty: nobody has said."),
    )
