"""Forms of release time. Input only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Person
from apps.activities.models import Release
from apps.activities.release.actions import When
from apps.activities.release.enums import Cover, InClass, Payer, ReleaseState, SupplyUnit
from apps.activities.release.models import ReleaseQuerySet
from apps.core import clock
from apps.core.forms import ClientKeyMixin, HubForm, LongSelect
from apps.core.years import academic_year, year_label
from apps.schools.models import Membership, Organisation

MOST_MINUTES = 60 * 24 * 14
MOST_POUNDS = 99_999
ANY = gettext_lazy("Any")


class DayInput(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "time"}, format="%H:%M")


class PoundsField(forms.DecimalField):
    """Pounds as typed, pence as stored; empty is not known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"max_value": MOST_POUNDS, "required": False, **kwargs},
            min_value=0,
            decimal_places=2,
        )

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value) / 100:.2f}" if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        text = str(value or "").replace("£", "").replace(",", "").strip()
        return super().to_python(text)

    def clean(self, value: Any) -> int | None:
        pounds = super().clean(value)
        return None if pounds is None else int(pounds * 100)


def minutes_field(label: Any, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_MINUTES, **kwargs)


# The ledger's filters

STATES = [
    ("", ANY),
    ("live", gettext_lazy("Planned or used")),
    *((state.value, state.label) for state in ReleaseState),
]
NEEDS = [("", ANY), ("release", gettext_lazy("Out of class, or not known"))]


class LedgerFilter(forms.Form):
    """What fits is `ReleaseQuerySet` methods only, so that every number can link to its rows."""

    school = forms.ModelChoiceField(
        label=gettext_lazy("School"),
        queryset=Organisation.objects.none(),
        to_field_name="ref",
        required=False,
        empty_label=ANY,
    )
    year = forms.TypedChoiceField(
        label=gettext_lazy("Year"), required=False, coerce=int, empty_value=None
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=STATES, required=False)
    needs = forms.ChoiceField(label=gettext_lazy("Release"), choices=NEEDS, required=False)
    cover = forms.ChoiceField(
        label=gettext_lazy("Cover"), choices=[("", ANY), *Cover.choices], required=False
    )
    person = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    activity = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    payer = forms.ChoiceField(
        choices=[("", ANY), *Payer.choices], required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, schools: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = academic_year(clock.today())
        years = [(year, year_label(year)) for year in (now + 1, now, now - 1, now - 2)]
        self.fields["year"].choices = [("", ANY), *years]  # type: ignore[attr-defined]
        rows = Organisation.objects.filter(pk__in=list(schools)).order_by("name")
        self.fields["school"].queryset = rows  # type: ignore[attr-defined]

    def apply(self, rows: ReleaseQuerySet) -> ReleaseQuerySet:
        """The rows that fit; a value that makes no sense finds nothing."""
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        if asked["school"]:
            rows = rows.at(asked["school"])
        if asked["year"] is not None:
            rows = rows.in_year(asked["year"])
        if asked["state"]:
            live = asked["state"] == "live"
            rows = rows.live() if live else rows.filter(state=asked["state"])
        if asked["needs"]:
            rows = rows.from_work()
        plain = {
            "cover": asked["cover"],
            "payer": asked["payer"],
            "person__public_id": asked["person"],
            "activity__public_id": asked["activity"],
        }
        return rows.filter(**{name: value for name, value in plain.items() if value})

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


# One row


class CorrectForm(HubForm):
    """Minutes, cover and costs; what the reader may not change is left out."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    actual_minutes = minutes_field(
        gettext_lazy("Minutes it took, the way included"),
        required=False,
        help_text=gettext_lazy("Leave empty until it is over."),
    )
    in_class = forms.ChoiceField(
        label=gettext_lazy("Are they in class or on duty then?"),
        choices=InClass.choices,
        widget=forms.RadioSelect,
    )
    cover = forms.ChoiceField(
        label=gettext_lazy("Cover"),
        choices=[("", gettext_lazy("Not arranged yet")), *Cover.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    supply_count = forms.IntegerField(
        label=gettext_lazy("Supply: how many"), min_value=1, max_value=60, required=False
    )
    supply_unit = forms.ChoiceField(
        label=gettext_lazy("Days, half days or lessons"),
        choices=[("", gettext_lazy("Choose")), *SupplyUnit.choices],
        required=False,
        help_text=gettext_lazy("Priced by the school’s rate of that day."),
    )
    travel_pence = PoundsField(label=gettext_lazy("Travel, £"))
    extra_pay_pence = PoundsField(
        label=gettext_lazy("Extra pay, £"),
        help_text=gettext_lazy("For support staff outside their paid hours."),
    )
    fee_pence = PoundsField(label=gettext_lazy("Fee, £"))
    payer = forms.ChoiceField(label=gettext_lazy("Who pays?"), choices=Payer.choices)

    GROUPS = {
        "minutes": ("actual_minutes",),
        "cover": ("in_class", "cover", "supply_count", "supply_unit"),
        "costs": ("travel_pence", "extra_pay_pence", "fee_pence", "payer"),
    }

    def __init__(self, *args: Any, row: Release, may: Iterable[str], **kwargs: Any) -> None:
        initial = {name: getattr(row, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, **kwargs)
        allowed = {"version"}.union(*(self.GROUPS[group] for group in may))
        for name in list(self.fields):
            if name not in allowed:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "cover" not in self.fields:
            return data
        if data.get("cover") != Cover.SUPPLY:
            data["supply_count"], data["supply_unit"] = None, ""
            return data
        if not data.get("supply_count") and "supply_count" not in self.errors:
            self.add_error("supply_count", _("How much supply? Fill in how many."))
        if not data.get("supply_unit"):
            self.add_error("supply_unit", _("Days, half days or lessons? Choose one."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class RefuseForm(HubForm):
    reason = forms.CharField(
        label=gettext_lazy("Why not?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "The person and whoever organises it read this, so that another time can be found."
        ),
    )


class MemberChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.person.name)


class AskForm(ClientKeyMixin, HubForm):
    """Time that belongs to no session."""

    field_order = ("member", "what_for", "day", "start", "end", "minutes", "in_class")

    member = MemberChoice(
        label=gettext_lazy("For whom?"),
        queryset=Membership.objects.none(),
        to_field_name="public_id",
        widget=LongSelect,
    )
    what_for = forms.CharField(
        label=gettext_lazy("What for?"),
        max_length=120,
        help_text=gettext_lazy("Such as “Planning the lesson together” or “Course: phonics”."),
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=DayInput())
    start = forms.TimeField(label=gettext_lazy("Leaves at"), widget=TimeInput(), required=False)
    end = forms.TimeField(label=gettext_lazy("Is back at"), widget=TimeInput(), required=False)
    minutes = minutes_field(
        gettext_lazy("Minutes"),
        required=False,
        help_text=gettext_lazy("Needed where you give no times, such as 330 for a whole day."),
    )
    in_class = forms.ChoiceField(
        label=gettext_lazy("In class or on duty then?"),
        choices=[
            ("", gettext_lazy("Work it out from the timetable, where there is one")),
            (InClass.YES.value, InClass.YES.label),
            (InClass.NO.value, InClass.NO.label),
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        if bool(start) != bool(end):
            self.add_error("end" if start else "start", _("Fill in this time too."))
        elif start and end and end <= start:
            self.add_error("end", _("They are back before they leave."))
        elif not start and not data.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", _("Fill in the minutes, or from when to when."))
        return data

    @property
    def when(self) -> When:
        data = self.cleaned_data
        if not data["start"]:
            return When(data["day"])
        return When(data["day"], _at(data["day"], data["start"]), _at(data["day"], data["end"]))

    @property
    def planned(self) -> int:
        data, when = self.cleaned_data, self.when
        if data["minutes"] or when.starts_at is None or when.ends_at is None:
            return int(data["minutes"])
        return int((when.ends_at - when.starts_at).total_seconds() // 60)


def _at(day: date, clock_time: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock_time))


class WeekForm(forms.Form):
    """Which week and school of the cover list; nonsense means next week and the first school."""

    week = forms.DateField(required=False)
    school = forms.CharField(required=False, max_length=12)

    def clean_week(self) -> date | None:
        week: date | None = self.cleaned_data["week"]
        if week is not None and abs((week - clock.today()).days) > 400:
            raise ValidationError("too far")
        return week


def staff_choices(organisations: Iterable[int], only: Person | None = None) -> Any:
    """Current staff rows, each person once a school, in the order of a staff list."""
    rows = Membership.objects.current().filter(organisation_id__in=list(organisations))
    rows = rows.filter(person__is_active=True)
    if only is not None:
        rows = rows.filter(person=only)
    first = rows.order_by("person_id", "organisation_id", "pk").distinct(
        "person_id", "organisation_id"
    )
    chosen = Membership.objects.filter(pk__in=first.values("pk")).select_related(
        "person", "organisation"
    )
    return chosen.order_by("person__family_name", "person__given_name", "pk")
