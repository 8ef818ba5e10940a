from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Person
from apps.audits.enums import NeedLevel, Progress, Together
from apps.audits.forms.building import date_input
from apps.audits.models import Audit, Goal, HeardBack, Need, Plan, PlanLine
from apps.audits.planning import PURPOSES, STANDARD
from apps.core.forms import ClientKeyMixin, HubForm, HubModelForm, LongSelect
from apps.core.years import year_bounds
from apps.schools.enums import STAFF_ROLES, Role
from apps.schools.models import Membership

OWNERS = (*STAFF_ROLES, Role.CPD_LEAD, Role.HEAD)
LONGEST = 4000
LINE = (
    "statement",
    "need",
    "goal",
    "level",
    "purpose",
    "together",
    "owner",
    "hours",
    "cost",
    "for_pupils",
    "baseline",
    "success",
    "follow_up_on",
    "evidence",
    "why_none",
)


def radios(hints: dict[Any, Any]) -> forms.RadioSelect:
    widget = forms.RadioSelect()
    widget.choice_hints = hints  # type: ignore[attr-defined]
    return widget


class HeardForm(HubModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    class Meta:
        model = HeardBack
        fields = ["heard", "will_do", "cannot"]
        help_texts = {
            "heard": gettext_lazy("In your own words: what people need most. Name nobody."),
            "will_do": gettext_lazy("What, by when, and who sees to it."),
            "cannot": gettext_lazy("What people asked for that will not happen, and honestly why."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = stored_version(self.instance)
        for name in self.Meta.fields:
            self.fields[name].widget.attrs |= {"rows": 5}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in self.Meta.fields:
            if len(data.get(name) or "") > LONGEST:
                self.add_error(name, _("Use at most 4,000 characters."))
        return data

    def values(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class LineForm(ClientKeyMixin, HubModelForm):
    """One line of a plan. What it serves and what it rests on are asked; the rest may wait."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    class Meta:
        model = PlanLine
        fields = list(LINE)
        widgets = {
            "level": forms.RadioSelect,
            "purpose": forms.RadioSelect,
            "together": forms.RadioSelect,
            "owner": LongSelect,
            "follow_up_on": date_input(),
        }
        labels = {
            "need": gettext_lazy("Which need it answers"),
            "goal": gettext_lazy("Which goal or priority of the school it serves"),
            "owner": gettext_lazy("Who sees to it"),
            "evidence": gettext_lazy("Which audit shows that it is needed"),
        }
        help_texts = {
            "statement": gettext_lazy("For example: six of us watch each other teach vocabulary."),
            "hours": gettext_lazy("All people together, preparation and follow-up included."),
            "cost": gettext_lazy("Fees, supply and travel. Write 0 if it costs nothing."),
            "baseline": gettext_lazy("What is so now, with a number and a date if you have them."),
            "success": gettext_lazy("What will be so, and how you will see it."),
            "follow_up_on": gettext_lazy("When you look at what changed in lessons."),
            "why_none": gettext_lazy("Only if no audit is chosen above."),
        }

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = stored_version(self.instance)
        school = plan.organisation_id
        self.year = plan.year
        fields: Any = self.fields
        fields["need"].queryset = Need.objects.of_schools([school]).open() | Need.objects.filter(
            pk=self.instance.need_id
        )
        fields["goal"].queryset = Goal.objects.of_schools().filter(organisation_id=school)
        fields["goal"].label_from_instance = goal_words
        fields["owner"].queryset = staff_of(school)
        fields["evidence"].queryset = Audit.objects.closed().filter(organisation_id=school)
        fields["level"].choices = NeedLevel.choices
        fields["purpose"].choices = [(p.value, words) for p, words in PURPOSES.items()]
        fields["together"].choices = Together.choices
        for name in ("need", "goal", "evidence"):
            fields[name].empty_label = _("None")
        fields["owner"].empty_label = _("Nobody yet")

    def clean_follow_up_on(self) -> Any:
        day = self.cleaned_data["follow_up_on"]
        first, last = year_bounds(self.year)
        if day and not first <= day <= last.replace(year=last.year + 1):
            raise forms.ValidationError(_("Choose a day from this academic year or the next."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("evidence"):
            data["why_none"] = ""
        elif not data.get("why_none") and "why_none" not in self.errors:
            self.add_error("why_none", _("Choose an audit, or say why none stands behind this."))
        for name in ("hours", "cost"):
            if data.get(name) is not None and data[name] < 0:
                self.add_error(name, _("This cannot be less than 0."))
        return data

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in LINE}


def stored_version(row: HeardBack | PlanLine) -> int:
    """What the form is written on; 0 for what is not stored yet."""
    return row.version if row.pk else 0


def staff_of(school: int) -> Any:
    held = Membership.objects.current().filter(organisation_id=school, role__in=OWNERS)
    people = Person.objects.active().filter(pk__in=held.values("person_id"))
    return people.order_by("family_name", "given_name", "pk")


def goal_words(goal: Goal) -> str:
    """A school's goal with its rank, a team's with its name."""
    if goal.priority:
        words = {"n": goal.priority, "goal": goal.statement}
        return _("Priority %(n)d: %(goal)s") % words
    if goal.team:
        return f"{goal.team}: {goal.statement}"
    return goal.statement


class FrameForm(HubForm):
    """What is kept for individuals, and the five parts of the standard."""

    reserve = forms.IntegerField(
        label=gettext_lazy("Time kept for what individuals choose, in per cent"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("One hour in five is a good rule."),
    )
    standard = forms.MultipleChoiceField(
        label=gettext_lazy("Which parts of the national standard does the plan meet?"),
        required=False,
        choices=[(key, title) for key, title, _hint in STANDARD],
        widget=forms.CheckboxSelectMultiple,
    )
    standard_note = forms.CharField(
        label=gettext_lazy("What is not met yet, and what you do about it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget: Any = self.fields["standard"].widget
        widget.choice_hints = {key: hint for key, _title, hint in STANDARD}


class ReviewForm(ClientKeyMixin, HubForm):
    progress = forms.ChoiceField(
        label=gettext_lazy("How is it going?"), choices=Progress.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=gettext_lazy("What you saw, and what you change"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Name no pupil and judge no colleague: all staff can read it."),
    )


class GoalEditForm(HubModelForm):
    """A goal: a school's may have a rank or a team, anybody's may serve one of the school's."""

    class Meta:
        model = Goal
        fields = ["statement", "due", "priority", "team", "serves"]
        widgets = {"due": date_input()}
        labels = {"serves": gettext_lazy("Which goal of the school it serves")}
        help_texts = {
            "priority": gettext_lazy("1 for what comes first. Leave it empty for a team’s goal."),
            "team": gettext_lazy("Such as Mathematics or Key stage 1, if it is one team’s goal."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        goal = self.instance
        wider = Goal.objects.of_schools().filter(organisation=goal.organisation_id)
        fields["serves"].queryset = wider.exclude(pk=goal.pk).exclude(serves=goal.pk)
        fields["serves"].label_from_instance = goal_words
        fields["serves"].empty_label = _("None")
        if goal.person_id is not None:
            del self.fields["priority"], self.fields["team"]

    def clean_priority(self) -> int | None:
        rank: int | None = self.cleaned_data["priority"]
        if rank is not None and not 1 <= rank <= 20:
            raise forms.ValidationError(_("Choose a number from 1 to 20."))
        return rank

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields}
