from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Person
from apps.activities.forms.alliances import OfAnAllianceForm
from apps.activities.forms.planning import DayInput
from apps.activities.kinds.work_shadowing.enums import Focus, HalfDay, Item, Strand
from apps.activities.kinds.work_shadowing.models import Application, ShadowingRound
from apps.activities.kinds.work_shadowing.permissions import LEADS, WORKS_THERE
from apps.core import clock
from apps.core.careful import Careful
from apps.core.forms import ClientKeyMixin, HubForm, LongSelect
from apps.schools.models import Alliance, AllianceMember, Membership, Organisation
from apps.schools.scope import scope_of
from apps.schools.staff.names import names_of_staff

NONE = [("", _("No further focus"))]


class RoundForm(ClientKeyMixin, OfAnAllianceForm):
    name = forms.CharField(
        label=_("Name of the round"), max_length=120, help_text=_("Such as “Spring 2027”.")
    )
    strands = forms.MultipleChoiceField(
        label=_("For whom?"), choices=Strand.choices, widget=forms.CheckboxSelectMultiple
    )
    closes_on = forms.DateField(label=_("Applications and offers until"), widget=DayInput())
    starts_on = forms.DateField(label=_("Placements from"), widget=DayInput())
    ends_on = forms.DateField(label=_("Placements to"), widget=DayInput())
    most_miles = forms.IntegerField(
        label=_("No placement further than, in miles"),
        min_value=1,
        max_value=300,
        required=False,
        help_text=_("In a straight line. Leave empty when each applicant’s own limit is enough."),
    )
    rules = forms.CharField(
        label=_("Rules of the round"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Such as who pays for supply, and what schools promise each other."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        closes, first, last = (data.get(n) for n in ("closes_on", "starts_on", "ends_on"))
        if closes and first and first <= closes:
            self.add_error("starts_on", _now("Placements begin after applications have closed."))
        if first and last and last < first:
            self.add_error("ends_on", _now("The last day lies before the first."))
        if closes and closes < clock.today():
            self.add_error("closes_on", _now("It lies in the past."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        return {k: v for k, v in self.cleaned_data.items() if k not in ("alliance", "client_key")}

    @property
    def chosen(self) -> Alliance:
        return self.alliances[self.cleaned_data["alliance"]]


class SchoolField(forms.Form):
    """The school somebody speaks for; hidden where there is one only."""

    def offer_schools(self, person: Person, roles: Any, alliance: int | None) -> None:
        rows = Organisation.objects.filter(pk__in=scope_of(person).organisations(*roles))
        if alliance is not None:
            joined = AllianceMember.objects.joined().filter(alliance_id=alliance)
            rows = rows.filter(pk__in=joined.values("organisation_id"))
        self.schools = {school.ref: school for school in rows}
        field: Any = self.fields["organisation"]
        field.choices = [(ref, school.name) for ref, school in self.schools.items()]
        if len(self.schools) == 1:
            field.widget = forms.HiddenInput()
            self.initial.setdefault("organisation", next(iter(self.schools)))

    @property
    def school(self) -> Organisation:
        return self.schools[self.cleaned_data["organisation"]]


class ApplicationForm(ClientKeyMixin, SchoolField, Careful):
    careful_of = ("career_goal", "pupil_outcome")  # type: ignore[assignment]
    strand = forms.ChoiceField(label=_("Which describes you best?"), widget=forms.RadioSelect)
    focus_1 = forms.ChoiceField(
        label=_("What would you like to see most?"),
        choices=[("", _("Choose one")), *Focus.choices],
    )
    focus_2 = forms.ChoiceField(
        label=_("And second?"), choices=[*NONE, *Focus.choices], required=False
    )
    focus_3 = forms.ChoiceField(
        label=_("And third?"), choices=[*NONE, *Focus.choices], required=False
    )
    career_goal = forms.CharField(
        label=_("Your career goal"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Only you, your own head and the alliance’s coordinators read this. Hosts do not."
        ),
    )
    pupil_outcome = forms.CharField(
        label=_("What should pupils of your school gain from it?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It goes into the plan of the placement, which the host reads."),
    )
    half_days = forms.IntegerField(
        label=_("How many half-days?"), min_value=1, max_value=20, initial=4
    )
    possible = forms.MultipleChoiceField(
        label=_("On which half-days could you be away?"),
        choices=HalfDay.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    most_miles = forms.IntegerField(
        label=_("How far would you travel, in miles?"),
        min_value=1,
        max_value=300,
        initial=15,
        help_text=_("From your school, in a straight line."),
    )
    other_phase = forms.BooleanField(
        label=_("I would like to see another phase than mine"), required=False
    )
    apart_1 = forms.TypedChoiceField(
        label=_("Is there a school where you would rather not go?"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=LongSelect,
        help_text=_(
            "Nobody reads this, neither your head nor the coordinators: a place there is never "
            "proposed, and nobody is told why. It is forgotten when the round closes."
        ),
    )
    apart_2 = forms.TypedChoiceField(
        label=_("And another?"), coerce=int, empty_value=None, required=False, widget=LongSelect
    )
    organisation = forms.ChoiceField(label=_("Your school"), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, person: Person, shadowing_round: ShadowingRound | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        alliance = shadowing_round.alliance_id if shadowing_round else None
        self.offer_schools(person, WORKS_THERE, alliance)
        self.known = partial(names_of_staff, scope_of(person).organisations())
        self._offer_apart(alliance)
        strands = shadowing_round.strands if shadowing_round else Strand.values
        field: Any = self.fields["strand"]
        field.choices = [(s.value, s.label) for s in Strand if s in strands]
        if shadowing_round and shadowing_round.most_miles:
            self.fields["most_miles"].help_text = _now(
                "From your school, in a straight line. In this round nobody goes further than "
                "%(most)d miles."
            ) % {"most": shadowing_round.most_miles}

    def _offer_apart(self, alliance: int | None) -> None:
        if alliance is None:
            del self.fields["apart_1"], self.fields["apart_2"]
            return
        joined = AllianceMember.objects.joined().filter(alliance_id=alliance)
        rows = Organisation.objects.filter(alliance_members__in=joined).order_by("name")
        choices = [("", _now("No")), *rows.values_list("pk", "name")]
        for name in ("apart_1", "apart_2"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["apart"] = sorted({data[n] for n in ("apart_1", "apart_2") if data.get(n)})
        foci = [data.get(f"focus_{n}") for n in (1, 2, 3)]
        data["foci"] = [focus for focus in foci if focus]
        if len(set(data["foci"])) < len(data["foci"]):
            self.add_error("focus_2", _now("Choose each focus once."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        names = (
            "strand",
            "foci",
            "career_goal",
            "pupil_outcome",
            "half_days",
            "possible",
            "most_miles",
            "other_phase",
            "apart",
        )
        return {name: self.cleaned_data[name] for name in names}

    @staticmethod
    def initial_of(row: Application) -> dict[str, Any]:
        names = ("strand", "career_goal", "pupil_outcome", "half_days", "possible", "most_miles")
        foci = {f"focus_{n}": focus for n, focus in enumerate(row.foci, 1)}
        found = {name: getattr(row, name) for name in (*names, "other_phase")}
        apart = {f"apart_{n}": school for n, school in enumerate(row.apart, 1)}
        return {**found, **foci, **apart, "organisation": row.organisation.ref}


class OfferForm(ClientKeyMixin, Careful):
    careful_of = ("details",)  # type: ignore[assignment]
    host = forms.ChoiceField(
        label=_("Who would host?"),
        widget=LongSelect,
        help_text=_("They say yes to each placement themselves."),
    )
    foci = forms.MultipleChoiceField(
        label=_("What can be seen?"),
        choices=Focus.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Up to five."),
    )
    possible = forms.MultipleChoiceField(
        label=_("On which half-days?"),
        choices=HalfDay.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    capacity = forms.IntegerField(
        label=_("How many people in this round?"), min_value=1, max_value=10, initial=1
    )
    details = forms.CharField(
        label=_("Anything that people should know"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, *args: Any, person: Person, shadowing_round: ShadowingRound, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        joined = AllianceMember.objects.joined().filter(alliance_id=shadowing_round.alliance_id)
        self.known = partial(names_of_staff, scope_of(person).organisations())
        led = scope_of(person).organisations(*LEADS)
        rows = Membership.objects.current().filter(
            organisation_id__in=joined.filter(organisation_id__in=led).values("organisation_id"),
            role__in=WORKS_THERE,
            person__is_active=True,
        )
        ordered = rows.select_related("person", "organisation").order_by(
            "person__family_name", "person__given_name", "pk"
        )
        self.members: dict[str, Membership] = {}
        seen: set[tuple[int, int | None]] = set()
        for row in ordered:
            if (row.person_id, row.organisation_id) not in seen:
                seen.add((row.person_id, row.organisation_id))
                self.members[row.public_id] = row
        schools = {row.organisation_id for row in self.members.values()}
        field: Any = self.fields["host"]
        field.choices = [
            ("", _now("Choose a colleague")),
            *((pid, _label(row, many=len(schools) > 1)) for pid, row in self.members.items()),
        ]

    def clean_foci(self) -> list[str]:
        foci: list[str] = self.cleaned_data["foci"]
        if len(foci) > 5:
            raise forms.ValidationError(_now("Choose at most five."))
        return foci

    @property
    def values(self) -> dict[str, Any]:
        names = ("foci", "possible", "capacity", "details", "client_key")
        member: Any = self.members[self.cleaned_data["host"]]
        chosen = {name: self.cleaned_data[name] for name in names}
        return {**chosen, "host": member.person, "organisation": member.organisation}


def _label(row: Membership, *, many: bool) -> str:
    role = row.job_title or row.get_job_role_display() or row.get_role_display()
    school = f", {row.organisation.name}" if many and row.organisation else ""
    return f"{row.person.name} ({role}{school})"


class DecisionForm(HubForm):
    reason = forms.CharField(
        label=_("Reason, if you do not approve it"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only the applicant and the coordinators read it."),
    )


class BriefingForm(HubForm):
    """One of the two at a time: ``role`` is host or shadow."""

    items = forms.MultipleChoiceField(
        label=_("Done"),
        choices=Item.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    dsl_name = forms.CharField(
        label=_("Name of your school’s designated safeguarding lead"),
        max_length=120,
        required=False,
    )
    ask_name = forms.CharField(
        label=_("Whom to ask on the day, and where to report"), max_length=120, required=False
    )

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role = role
        if role == "shadow":
            del self.fields["dsl_name"]
            del self.fields["ask_name"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.role == "host" and Item.DSL in data.get("items", ()) and not data.get("dsl_name"):
            self.add_error("dsl_name", _now("Name the designated safeguarding lead."))
        return data
