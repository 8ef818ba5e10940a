"""Forms of what a school sets for itself. Input only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.activities.release.forms import DayInput, MemberChoice, PoundsField
from apps.core.forms import HubForm, LongSelect
from apps.schools.enums import DelegateKind
from apps.schools.models import Membership
from apps.schools.models.release import DIRECTED_HOURS


class RateForm(HubForm):
    pence = PoundsField(label=gettext_lazy("A day of supply costs, £"), required=True)
    lessons = forms.IntegerField(
        label=gettext_lazy("Lessons in a day"),
        min_value=1,
        max_value=12,
        initial=5,
        help_text=gettext_lazy("One lesson costs that part of a day."),
    )
    extra_hour_pence = PoundsField(
        label=gettext_lazy("An hour outside the paid hours of support staff costs, £"),
        help_text=gettext_lazy(
            "What it costs the school. Empty: extra pay is typed in row by row in the ledger."
        ),
    )
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput())


class BudgetForm(HubForm):
    directed_hours = forms.IntegerField(
        label=gettext_lazy("Directed hours a year of a full-time teacher"),
        min_value=1,
        max_value=2000,
        initial=DIRECTED_HOURS,
    )
    cpd_hours = forms.IntegerField(
        label=gettext_lazy("Hours of them set aside for CPD"),
        min_value=0,
        max_value=2000,
        required=False,
        help_text=gettext_lazy(
            "Part-timers pro rata. Empty: not decided, and nothing is warned of."
        ),
    )
    most_out = forms.IntegerField(
        label=gettext_lazy("Most colleagues out on one day"),
        min_value=0,
        max_value=1000,
        required=False,
        help_text=gettext_lazy(
            "When an alliance places people in other schools, no more of yours are out together. "
            "Empty: not decided."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        hours, cpd = data.get("directed_hours"), data.get("cpd_hours")
        if hours is not None and cpd is not None and cpd > hours:
            self.add_error("cpd_hours", _("That is more than all directed hours."))
        return data


class AllowanceForm(HubForm):
    term_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes a term, for the whole school"),
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text=gettext_lazy("Empty: every release waits for approval."),
    )


class DelegateForm(HubForm):
    member = MemberChoice(
        label=gettext_lazy("Who?"),
        queryset=Membership.objects.none(),
        to_field_name="public_id",
        widget=LongSelect,
        empty_label=gettext_lazy("Choose somebody"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("May do what?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, members: Any, kinds: Iterable[DelegateKind], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(k.value, k.label) for k in kinds]  # type: ignore[attr-defined]
