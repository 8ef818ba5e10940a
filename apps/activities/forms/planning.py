"""Forms of the plan: starting, why, dates, criteria, moves. Input only."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Person
from apps.activities import kinds
from apps.activities.enums import Reason
from apps.activities.forms.fields import asked
from apps.activities.kinds.base import Field
from apps.activities.models import Activity, Criterion, Programme
from apps.audits.models import Goal, Need
from apps.core import clock
from apps.core.careful import Careful, CarefulMixin
from apps.core.forms import ClientKeyMixin, HubModelForm
from apps.schools.enums import AllianceMemberState, Role
from apps.schools.models import Alliance, AllianceMember, Organisation
from apps.schools.scope import scope_of


class DayInput(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class NeedChoice(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        if not isinstance(obj, Need):
            return str(obj.statement)
        words = obj.statement
        if str(obj.topic) not in ("", words):
            words = f"{words} ({obj.topic})"
        if obj.person_id:
            return _t("%(need)s: my own need") % {"need": words}
        return _t("%(need)s: need of %(school)s") % {"need": words, "school": obj.organisation.name}


class WhyFields(forms.Form):
    """Needs and goals served, or an honest other reason."""

    reason = forms.ChoiceField(label=_("Why?"), choices=Reason.choices, widget=forms.RadioSelect)
    needs = NeedChoice(label=_("Which needs?"), queryset=Need.objects.none(), required=False)
    goals = NeedChoice(label=_("Which goals?"), queryset=Goal.objects.none(), required=False)

    unseen: dict[str, list[Any]] = {}

    def offer(self, person: Person, keep: Activity | None = None) -> None:
        """Let ``person`` choose what they can see, and what the activity serves already.

        What somebody else needs or means to get better at stays chosen, and theirs to see.
        """
        mine: dict[str, Any] = {
            "needs": Need.objects.visible_to(person),
            "goals": Goal.objects.visible_to(person),
        }
        for name, seen in mine.items():
            offered = seen.open()
            if keep is not None:
                public = seen.model.objects.filter(person__isnull=True, activities=keep)
                offered = offered | public | seen.filter(activities=keep)
                others = getattr(keep, name).filter(person__isnull=False)
                self.unseen = self.unseen | {name: list(others.exclude(pk__in=seen.values("pk")))}
            if not offered.exists():
                del self.fields[name]
                continue
            if name == "needs":
                offered = offered.select_related("topic", "organisation")
            self.fields[name].queryset = offered.distinct()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        serves = data.get("needs") or data.get("goals") or any(self.unseen.values())
        for name, others in self.unseen.items():
            if others and name in data:
                data[name] = [*data[name], *others]
        if data.get("reason") == Reason.NEED and not serves and not self.errors:
            message = _("Choose a need or a goal, or say that it is required or chosen freely.")
            self.add_error("needs" if "needs" in self.fields else "reason", message)
        return data


class StartForm(ClientKeyMixin, WhyFields, Careful):
    careful_of = ("title",)  # type: ignore[assignment]
    field_order = ("kind", "title", "organisation", "alliance", "reason", "needs", "goals")

    kind = forms.ChoiceField(label=_("What kind of activity?"), widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("What shall we call it?"),
        max_length=120,
        help_text=_("Short and without names of pupils, such as “Questioning in Year 4”."),
    )
    organisation = forms.ModelChoiceField(
        label=_("Which school leads it?"), queryset=Organisation.objects.none(), to_field_name="ref"
    )
    alliance = forms.ModelChoiceField(
        label=_("Together with the schools of which alliance?"),
        queryset=Alliance.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("None: within one school"),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = kinds.all_kinds()
        self.fields["kind"].choices = [(k.slug, k.name) for k in found]  # type: ignore[attr-defined]
        self.fields["kind"].widget.choice_hints = {k.slug: k.purpose for k in found}  # type: ignore[attr-defined]
        self.initial.setdefault("kind", found[0].slug if len(found) == 1 else None)
        self._offer_places(person)
        self.offer(person)
        self.initial.setdefault("reason", Reason.NEED)

    def _offer_places(self, person: Person) -> None:
        schools, alliances = places_of(person)
        for name, rows in (("organisation", schools), ("alliance", alliances)):
            field: Any = self.fields[name]
            field.queryset = rows
            only = list(rows[:2])
            if len(only) == 1:
                self.initial.setdefault(name, getattr(only[0], field.to_field_name))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        alliance, school = data.get("alliance"), data.get("organisation")
        if alliance and school:
            joined = AllianceMember.objects.joined()
            if not joined.filter(alliance=alliance, organisation=school).exists():
                self.add_error("alliance", _("The leading school has not joined that alliance."))
        return data


def places_of(person: Person) -> tuple[Any, Any]:
    """Organisations that ``person`` may start an activity for, and alliances to do it in."""
    scope = scope_of(person)
    coordinated = AllianceMember.objects.filter(
        alliance_id__in=scope.alliances(Role.COORDINATOR), state=AllianceMemberState.JOINED
    )
    own = scope.organisations(Role.TEACHER, Role.SUPPORT, Role.CPD_LEAD, Role.HEAD)
    schools = Organisation.objects.filter(pk__in=own) | Organisation.objects.filter(
        pk__in=coordinated.values("organisation_id")
    )
    through = scope.alliances_through(Role.TEACHER, Role.SUPPORT, Role.CPD_LEAD, Role.HEAD)
    reachable = scope.alliances(Role.COORDINATOR) | through
    return schools.distinct(), Alliance.objects.filter(pk__in=reachable)


class VersionMixin(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


class WhyForm(VersionMixin, WhyFields, Careful):
    field_order = ("version", "title", "focus", "pupil_outcome", "reason", "needs", "goals")

    title = forms.CharField(label=_("Title"), max_length=120)
    focus = forms.CharField(
        label=_("Focus"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What will you look at together? One thing."),
    )
    pupil_outcome = forms.CharField(
        label=_("Intended pupil outcome"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What will pupils do, know or say that they do not now?"),
    )

    @property
    def careful_of(self) -> tuple[str, ...]:
        return ("title", "focus", "pupil_outcome", *(f.slug for f in self.extra if not f.choices))

    def ask_for(self, extra: tuple[Field, ...]) -> None:
        """The questions that the kind adds to the plan."""
        self.extra = extra
        for field in extra:
            self.fields[field.slug] = asked(field)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["details"] = {field.slug: data.pop(field.slug, "") for field in self.extra}
        return data


class DatesForm(VersionMixin, Careful):
    careful_of = ("equality",)  # type: ignore[assignment]

    starts_on = forms.DateField(label=_("First day"), widget=DayInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput())
    minutes_needed = forms.IntegerField(
        label=_("Release needed, minutes a person"), min_value=0, max_value=100_000
    )
    minutes_available = forms.IntegerField(
        label=_("Release available, minutes a person"),
        min_value=0,
        max_value=100_000,
        required=False,
        help_text=_("As agreed with those who arrange cover. Leave empty when nobody knows yet."),
    )
    equality = forms.CharField(
        label=_("How can part-timers, support staff and people with access needs take part?"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as “On Tuesdays, when everybody works; TAs are paid for the hour.”"),
    )
    programme = forms.ModelChoiceField(
        label=_("Part of a programme?"),
        queryset=Programme.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("No"),
    )

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programmes = Programme.objects.filter(alliance_id=activity.alliance_id)
        if activity.alliance_id is None or not programmes.exists():
            del self.fields["programme"]
        else:
            self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first."))
        return data


GUSKEY = (
    (5, _("5 Pupils: what they learn or do")),
    (4, _("4 Use: what colleagues do in practice")),
    (3, _("3 Support: what the school makes possible")),
    (2, _("2 Learning: what colleagues know or can do")),
    (1, _("1 Reactions: what colleagues think of it")),
)


class CriterionForm(CarefulMixin, HubModelForm):
    """Once the activity has started only the baseline can still be given (``agreed``)."""

    grades_fit = True
    careful_of = ("indicator", "measure", "unit")  # type: ignore[assignment]

    guskey = forms.TypedChoiceField(
        label=_("Level of evidence"), choices=GUSKEY, coerce=int, empty_value=None
    )

    class Meta:
        model = Criterion
        fields = (
            "level",
            "guskey",
            "indicator",
            "measure",
            "source",
            "unit",
            "direction",
            "baseline",
            "baseline_on",
            "baseline_n",
            "target",
            "target_on",
            "weight",
        )
        labels = {
            "direction": _("Which way is better?"),
            "baseline": _("Where we start: baseline"),
            "baseline_on": _("Measured on"),
            "baseline_n": _("How many people or pupils"),
            "target": _("Where we want to be: target"),
            "target_on": _("By"),
            "weight": _("Weight"),
        }
        help_texts = {
            "indicator": _("What you will see, such as “Pupils answer in full sentences”."),
            "measure": _("Such as “Tally in three lessons, same pupils”."),
            "source": _(
                "It decides how strong the evidence is. What people thought of it, and what they "
                "say of themselves, is weak; pupils’ work and a task before and after are stronger."
            ),
            "unit": _("Such as pupils, marks or per cent."),
            "baseline": _("Leave empty when nobody has measured it: it is then not evaluable yet."),
            "weight": _("All weights together make 100."),
        }
        widgets = {"baseline_on": DayInput(), "target_on": DayInput()}

    def __init__(self, *args: Any, agreed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if agreed:
            for name in list(self.fields):
                if not name.startswith("baseline"):
                    del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        baseline = data.get("baseline")
        target = data.get("target", self.instance.target)
        if baseline is not None and baseline == target:
            self.add_error("baseline", _("Baseline and target are the same."))
        if baseline is None and (data.get("baseline_on") or data.get("baseline_n")):
            self.add_error("baseline", _("Fill in the baseline too, or leave all three empty."))
        return data


class ReasonForm(Careful):
    careful_of = ("reason",)  # type: ignore[assignment]

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody who sees the activity reads it: nothing personal, nobody’s health."),
    )


class PostponeForm(ReasonForm):
    field_order = ("starts_on", "ends_on", "reason")

    starts_on = forms.DateField(label=_("New first day"), widget=DayInput())
    ends_on = forms.DateField(label=_("New last day"), widget=DayInput())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first."))
        return data


class CloseForm(Careful):
    """The follow-up that keeps it from being a one-off."""

    careful_of = ("promise",)  # type: ignore[assignment]

    promise = forms.CharField(
        label=_("What will you come back to?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    due = forms.DateField(label=_("When?"), widget=DayInput())

    def clean_due(self) -> date:
        due: date = self.cleaned_data["due"]
        if due <= clock.today():
            raise ValidationError(_("The day has to lie after today."))
        return due
