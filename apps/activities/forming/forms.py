from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Person
from apps.activities.forming import foci
from apps.activities.forming.enums import WeekTime
from apps.activities.forming.matchmaking import forming_of
from apps.activities.forming.models import GroupCall, GroupWish
from apps.activities.forming.permissions import WORKS_THERE
from apps.activities.forms.alliances import OfAnAllianceForm
from apps.activities.forms.planning import DayInput
from apps.activities.kinds import declared, kind_of
from apps.activities.matchmaking import Asked
from apps.core import clock
from apps.core.forms import ClientKeyMixin, HubForm, relabel
from apps.schools.models import AllianceMember, Organisation
from apps.schools.scope import scope_of

NONE = ("", _("No further focus"))


class CallForm(ClientKeyMixin, OfAnAllianceForm):
    kind = forms.ChoiceField(label=_("Groups of which kind?"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Name of the call"), max_length=120, help_text=_("Such as “Spring 2027”.")
    )
    closes_on = forms.DateField(label=_("Wishes until"), widget=DayInput())
    note = forms.CharField(
        label=_("What people should know"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as how much release time schools have promised."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kind"]
        kinds.choices = [(row.kind, kind_of(row.kind).name) for row in declared("FORMING")]

    def clean_closes_on(self) -> Any:
        if self.cleaned_data["closes_on"] < clock.today():
            raise forms.ValidationError(_now("It lies in the past."))
        return self.cleaned_data["closes_on"]

    @property
    def values(self) -> dict[str, Any]:
        names = ("kind", "name", "closes_on", "note", "client_key")
        return {
            "alliance": self.alliances[self.cleaned_data["alliance"]],
            **{name: self.cleaned_data[name] for name in names},
        }


class WishForm(HubForm):
    focus_1 = forms.ChoiceField(
        label=_("What would you like to work on most?"),
        help_text=_("A problem of pupils, or a topic. Groups share one or the other."),
    )
    focus_2 = forms.ChoiceField(label=_("And second?"), required=False)
    focus_3 = forms.ChoiceField(label=_("And third?"), required=False)
    times = forms.MultipleChoiceField(
        label=_("When could you meet or visit?"),
        choices=WeekTime.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The more you tick, the easier it is to find others."),
    )
    most_miles = forms.IntegerField(
        label=_("How far would you travel, in miles?"),
        min_value=1,
        max_value=300,
        initial=15,
        help_text=_("From your school, in a straight line."),
    )
    school_only = forms.BooleanField(
        label=_("With colleagues of my own school only"),
        required=False,
        help_text=_("Your CPD lead then organises it, and no other school hears of it."),
    )
    organisation = forms.ChoiceField(label=_("Your school"), widget=forms.RadioSelect)
    agreed = forms.BooleanField(
        label=_("The alliance’s coordinators may see this to find a group for me"),
        help_text=_(
            "They see your name, your school and what you say here. These count too: your "
            "department and how long you have taught, as your school’s staff list has them, so "
            "that groups are mixed; whether you are support staff or work part-time, so that "
            "groups are fair; with whom you were in a group before, and whether you went without "
            "one. Nobody who manages, appraises or tutors you is put into your group."
        ),
    )

    def __init__(self, *args: Any, person: Person, call: GroupCall, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        forming = forming_of(call.kind)
        self._ask(forming.asked)
        if forming.most_of_one_school == 1:
            del self.fields["school_only"]
        joined = AllianceMember.objects.joined().filter(alliance_id=call.alliance_id)
        mine = scope_of(person).organisations(*WORKS_THERE)
        rows = Organisation.objects.filter(pk__in=joined.values("organisation_id"))
        self.schools = {school.ref: school for school in rows.filter(pk__in=mine)}
        field: Any = self.fields["organisation"]
        field.choices = [(ref, school.name) for ref, school in self.schools.items()]
        if len(self.schools) == 1:
            field.widget = forms.HiddenInput()
            self.initial.setdefault("organisation", next(iter(self.schools)))

    def _ask(self, asked: Asked | None) -> None:
        """One answer to what the kind asks, or up to three topics."""
        first: Any = self.fields["focus_1"]
        if asked is not None:
            relabel(first, asked.question)
            first.help_text = asked.hint
            first.choices = [("", _now("Choose one")), *asked.choices]
            for name in FOCI[1:]:
                del self.fields[name]
            return
        choices = foci.choices()
        first.choices = [("", _now("Choose one")), *choices]
        for name in FOCI[1:]:
            further: Any = self.fields[name]
            further.choices = [NONE, *choices]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["foci"] = [data[name] for name in FOCI if data.get(name)]
        if len(set(data["foci"])) < len(data["foci"]):
            self.add_error("focus_2", _now("Choose each focus once."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        names = ("foci", "times", "most_miles")
        return {
            "organisation": self.schools[self.cleaned_data["organisation"]],
            "school_only": self.cleaned_data.get("school_only", False),
            **{name: self.cleaned_data[name] for name in names},
        }

    @staticmethod
    def initial_of(wish: GroupWish) -> dict[str, Any]:
        ranked = dict(zip(FOCI, wish.foci, strict=False))
        names = ("times", "most_miles", "school_only")
        found = {name: getattr(wish, name) for name in names}
        return {**found, **ranked, "organisation": wish.organisation.ref, "agreed": True}


FOCI = ("focus_1", "focus_2", "focus_3")
