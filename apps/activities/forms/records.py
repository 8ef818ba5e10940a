"""The one-minute log, and changing what was written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Person
from apps.activities.engine.jobs import job_of
from apps.activities.enums import RecordForm
from apps.activities.forms.fields import asked
from apps.activities.forms.planning import DayInput
from apps.activities.kinds import kind_of
from apps.activities.kinds.base import Field, RecordKind
from apps.activities.models import Activity, Participant, Record
from apps.core import clock
from apps.core.careful import Careful
from apps.core.forms import ClientKeyMixin, HubForm, relabel

LONGEST = 6000


@dataclass(frozen=True, slots=True)
class Target:
    """What a log may be about: an activity, and whom in it I observed."""

    key: str
    label: str
    hint: str
    activity: Activity
    declared: RecordKind
    about: Person | None = None

    def asks_like(self, other: Target) -> bool:
        mine, theirs = self.declared, other.declared
        asked = (mine.prompt, mine.fields, mine.audiences)
        return asked == (theirs.prompt, theirs.fields, theirs.audiences)


def targets_of(person: Person, form: str) -> list[Target]:
    """What I can write such a record of now: one for each kind of record, and where it is about
    another, one for each person whom I could observe."""
    rows = Activity.objects.live().taken_part_in_by(person)
    if form == RecordForm.OBSERVATION:
        rows = rows.under_way()
    places = (
        Participant.objects.taking_part()
        .filter(activity__in=rows.order_by().values("pk"))
        .select_related("activity", "person", "organisation")
    )
    mine = {p.activity_id: p.role for p in places if p.person_id == person.pk}
    begun = _begun([p.activity for p in places], person)
    found: dict[str, Target] = {}
    for place in places:
        my_role = mine.get(place.activity_id, "")
        for declared in writable(place.activity, form, my_role):
            if (place.activity_id, declared.key) in begun:
                continue
            target = _target(place, worded(declared, place), person, my_role)
            if target is not None:
                found.setdefault(target.key, target)
    return list(found.values())


def writable(activity: Activity, form: str, role: str) -> list[RecordKind]:
    """The kinds of record that somebody of ``role`` writes at the activity's stage."""
    return [
        declared
        for declared in kind_of(activity.kind).records_of(form)
        if (not declared.stages or activity.stage in declared.stages)
        and (not declared.roles or role in declared.roles)
        and declared.suits(activity.details)
    ]


def _begun(activities: list[Activity], person: Person) -> set[tuple[int, str]]:
    """Activity and kind of what is there in their present cycles and cannot be begun again: joint
    texts, and those of which I have written my one."""
    cycles = {a.pk: a.cycle for a in activities}
    declared = [r for a in activities for r in kind_of(a.kind).records]
    joint = {r.key for r in declared if r.joint}
    once = {r.key for r in declared if r.once}
    if not joint | once:
        return set()
    rows = Record.objects.filter(activity_id__in=cycles).filter(
        Q(joint=True, kind__in=joint) | Q(author=person, kind__in=once)
    )
    return {
        (pk, kind)
        for pk, kind, cycle in rows.values_list("activity_id", "kind", "cycle")
        if cycles[pk] == cycle
    }


def key_of(activity: Activity, declared: RecordKind, place: Participant | None = None) -> str:
    """How the Log page names a target in ``about``."""
    parts = [activity.public_id, declared.key, place.public_id if place else ""]
    return ".".join(part for part in parts if part)


def worded(declared: RecordKind, place: Participant) -> RecordKind:
    """With the prompt for the job of whom it is about, where the kind has one."""
    if not declared.prompts:
        return declared
    return replace(declared, prompt=dict(declared.prompts).get(job_of(place), declared.prompt))


def _target(place: Participant, declared: RecordKind, me: Person, my_role: str) -> Target | None:
    activity = place.activity
    if not declared.about_another:
        key = key_of(activity, declared)
        return Target(key, activity.title, str(declared.name), activity, declared)
    sessions = kind_of(activity.kind).pair_sessions
    if place.person_id == me.pk or not any(s.may_pair(my_role, place.role) for s in sessions):
        return None
    key = key_of(activity, declared, place)
    hint = f"{activity.title}, {place.organisation.name}"
    return Target(key, place.person.name, hint, activity, declared, place.person)


class CarefulText(Careful):
    text = forms.CharField(
        label=_("What happened"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "autocapitalize": "sentences"}),
    )
    extra: tuple[Field, ...] = ()

    def ask_for(self, declared: RecordKind | None) -> None:
        """The words of the kind of record, and the fields that it adds."""
        if declared is None:
            return
        relabel(self.fields["text"], declared.prompt)
        self.extra = declared.fields
        for extra in declared.fields:
            self.fields[extra.slug] = asked(extra)

    @property
    def extra_data(self) -> dict[str, str]:
        return {extra.slug: self.cleaned_data.get(extra.slug, "") for extra in self.extra}

    @property
    def careful_of(self) -> tuple[str, ...]:
        return ("text", *(extra.slug for extra in self.extra))


class LogForm(ClientKeyMixin, CarefulText):
    field_order = ("client_key", "target", "text")

    target = forms.ChoiceField(widget=forms.RadioSelect)
    happened_on = forms.DateField(label=_("When?"), widget=DayInput())

    def __init__(self, *args: Any, form: str, targets: list[Target], **kwargs: Any) -> None:
        """``targets`` all of one kind of record."""
        super().__init__(*args, **kwargs)
        self.form = form
        self.targets = {target.key: target for target in targets}
        self.initial.setdefault("happened_on", clock.today())
        self._offer_targets()
        declared = next((t.declared for t in targets), None)
        self.ask_for(declared)
        if declared is None:
            words = _("What did you notice, and what will you do differently?")
            relabel(self.fields["text"], words)
        self.known = tuple(
            name for t in targets for name in (t.label, t.hint, t.activity.title) if name
        )
        day = self.fields.pop("happened_on")
        self.fields["happened_on"] = day  # last: it is right nearly always

    def _offer_targets(self) -> None:
        field: Any = self.fields["target"]
        choices = [(target.key, target.label) for target in self.targets.values()]
        field.widget.choice_hints = {t.key: t.hint for t in self.targets.values() if t.hint}
        if self.form == RecordForm.OBSERVATION:
            field.label = _("Whom did you observe?")
        else:
            field.label = _("Does it belong to an activity?")
            field.required = self.form != RecordForm.REFLECTION
            if not field.required:
                choices.insert(0, ("", _gettext("No, it is just for me")))
        field.choices = choices
        # Never a person by default: an observation belongs to whom it names.
        if len(choices) == 1 or not field.required:
            self.initial.setdefault("target", choices[0][0])
        if not field.required and not self.targets:
            del self.fields["target"]

    def clean_happened_on(self) -> Any:
        day = self.cleaned_data["happened_on"]
        if day > clock.today():
            raise forms.ValidationError(_("The date lies in the future."))
        return day

    @property
    def chosen(self) -> Target | None:
        return self.targets.get(self.cleaned_data.get("target", ""))


class EditForm(CarefulText):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, declared: RecordKind | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_for(declared)


class AudienceForm(HubForm):
    audience = forms.ChoiceField(label=_("Who can see it?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: list[tuple[str, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["audience"]
        field.choices = [(value, label) for value, label, _hint in choices]
        field.widget.choice_hints = {value: hint for value, _label, hint in choices}
