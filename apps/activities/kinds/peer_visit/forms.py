from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Person
from apps.activities.forms.planning import DayInput
from apps.activities.forms.sessions import TimeInput
from apps.activities.kinds.peer_visit.models import MOST_PLACES, OpenSlot, OpenSlotQuerySet
from apps.activities.kinds.peer_visit.permissions import WORKS_THERE
from apps.activities.models import Activity
from apps.core import clock
from apps.core.careful import Careful
from apps.core.forms import ClientKeyMixin, HubForm
from apps.schools.enums import Phase
from apps.schools.models import Alliance, AllianceMember, Organisation
from apps.schools.scope import scope_of
from apps.schools.staff.names import names_of_staff


class PlaceFields(forms.Form):
    """Which school, where somebody works at several; one is not asked about."""

    def offer_schools(self, person: Person, alliance: int | None = None) -> None:
        scope = scope_of(person)
        joined = AllianceMember.objects.joined().filter(
            alliance_id__in=[alliance] if alliance else scope.alliances_through(*WORKS_THERE)
        )
        self.schools = list(
            Organisation.objects.filter(
                pk__in=scope.organisations(*WORKS_THERE), alliance_members__in=joined
            ).distinct()
        )
        field: Any = self.fields["organisation"]
        field.choices = [(school.ref, school.name) for school in self.schools]
        if len(self.schools) == 1:
            field.widget = forms.HiddenInput()
            self.initial["organisation"] = self.schools[0].ref

    @property
    def school(self) -> Organisation:
        return next(s for s in self.schools if s.ref == self.cleaned_data["organisation"])


class OpenSlotForm(ClientKeyMixin, PlaceFields, Careful):
    careful_of = ("topic", "details")  # type: ignore[assignment]
    field_order = (
        "topic",
        "details",
        "day",
        "start",
        "minutes",
        "places",
        "phase",
        "organisation",
        "alliance",
    )
    topic = forms.CharField(
        label=_("What is there to see?"),
        max_length=120,
        help_text=_("Such as “Talk partners in Year 2 mathematics”. No names of pupils."),
    )
    details = forms.CharField(
        label=_("Anything that visitors should know"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Such as where to report, or that it is an ordinary lesson."),
    )
    day = forms.DateField(label=_("Day"), widget=DayInput())
    start = forms.TimeField(label=_("From"), widget=TimeInput())
    minutes = forms.IntegerField(label=_("Minutes"), min_value=20, max_value=240, initial=60)
    places = forms.IntegerField(
        label=_("How many visitors at most?"), min_value=1, max_value=MOST_PLACES, initial=2
    )
    phase = forms.ChoiceField(label=_("Phase"), required=False)
    organisation = forms.ChoiceField(label=_("At which school?"), widget=forms.RadioSelect)
    alliance = forms.ChoiceField(label=_("For the staff of"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_schools(person)
        self.known = partial(names_of_staff, scope_of(person).organisations())
        through = scope_of(person).alliances_through(*WORKS_THERE)
        self.alliances = list(Alliance.objects.filter(pk__in=through))
        self.fields["phase"].choices = [("", _now("Any or mixed")), *Phase.choices]  # type: ignore[attr-defined]
        field: Any = self.fields["alliance"]
        field.choices = [(a.public_id, a.name) for a in self.alliances]
        if len(self.alliances) == 1:
            field.widget = forms.HiddenInput()
            self.initial["alliance"] = self.alliances[0].public_id
        if len(self.schools) == 1:
            self.initial.setdefault("phase", self.schools[0].phase)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("day") and data.get("start"):
            starts_at = timezone.make_aware(datetime.combine(data["day"], data["start"]))
            data["starts_at"] = starts_at
            data["ends_at"] = starts_at + timedelta(minutes=data.get("minutes") or 60)
            if starts_at <= clock.now():
                self.add_error("day", _now("It lies in the past."))
        if data.get("organisation") and data.get("alliance"):
            joined = AllianceMember.objects.joined().filter(
                alliance__public_id=data["alliance"], organisation__ref=data["organisation"]
            )
            if not joined.exists():
                self.add_error("alliance", _now("The school has not joined that alliance."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        names = ("topic", "details", "starts_at", "ends_at", "places", "phase", "client_key")
        alliance = next(a for a in self.alliances if a.public_id == self.cleaned_data["alliance"])
        chosen = {name: self.cleaned_data[name] for name in names}
        return {**chosen, "organisation": self.school, "alliance": alliance}


class SlotFilter(forms.Form):
    q = forms.CharField(label=_("Topic or school"), max_length=60, required=False)
    phase = forms.ChoiceField(label=_("Phase"), required=False)
    room = forms.ChoiceField(
        label=_("Places"),
        required=False,
        choices=[("", _("Any")), ("free", _("With free places")), ("mine", _("Mine"))],
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["phase"].choices = [("", _now("Any")), *Phase.choices]  # type: ignore[attr-defined]

    def apply(self, rows: OpenSlotQuerySet) -> OpenSlotQuerySet:
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        for word in asked["q"].split()[:6]:
            rows = rows.matching(word)
        if asked["phase"]:
            rows = rows.filter(phase__in=(asked["phase"], ""))
        if asked["room"] == "free":
            rows = rows.with_room()
        if asked["room"] == "mine":
            rows = rows.mine(self.person)
        return rows

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


class BookForm(PlaceFields, HubForm):
    """For a visit of mine that is being planned or under way, or for a new one."""

    activity = forms.ChoiceField(
        label=_("Which visit is it for?"), required=False, widget=forms.RadioSelect
    )
    organisation = forms.ChoiceField(label=_("From which school?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, person: Person, slot: OpenSlot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_schools(person, slot.alliance_id)
        self.visits = {a.public_id: a for a in visits_of(person, slot)}
        field: Any = self.fields["activity"]
        field.choices = [("", _now("A new one")), *((p, a.title) for p, a in self.visits.items())]
        if self.initial.get("activity") not in self.visits:
            self.initial.pop("activity", None)
        if not self.visits:
            field.widget = forms.HiddenInput()

    @property
    def visit(self) -> Activity | None:
        return self.visits.get(self.cleaned_data["activity"])


def visits_of(person: Person, slot: OpenSlot) -> list[Activity]:
    """My live visits that have this host, or none yet."""
    rows = Activity.objects.live().of_kind("peer_visit").taken_part_in_by(person)
    rows = rows.filter(participants__person=person, participants__role="visitor")
    others = rows.filter(
        participants__role="host", participants__state__in=("invited", "accepted")
    ).exclude(participants__person=slot.host_id)
    return list(rows.exclude(pk__in=others.values("pk")).distinct()[:10])
