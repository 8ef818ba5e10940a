from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.activities.engine import Conflicts, Situation, Slot
from apps.activities.forms.planning import DayInput
from apps.activities.kinds import session_words
from apps.activities.models import Session
from apps.core import clock
from apps.core.careful import Careful
from apps.core.forms import ClientKeyMixin, HubForm, relabel
from apps.schools.models import Organisation

TICKED = ("on", "True", "1")


class TimeInput(forms.TimeInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "time"}, format="%H:%M")


class WhenForm(HubForm):
    """Day, time and place. What it takes to save it in spite of what speaks against it (see
    `engine.clashes`) is asked once that has been shown, and the tick is of what was shown only."""

    day = forms.DateField(label=_("Day"), widget=DayInput())
    start = forms.TimeField(label=_("From"), widget=TimeInput())
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=480)
    organisation = forms.ModelChoiceField(
        label=_("At which school?"),
        queryset=Organisation.objects.none(),
        to_field_name="ref",
        required=False,
        empty_label=_("Online"),
    )
    link = forms.URLField(label=_("Link, when it is online"), required=False, assume_scheme="https")
    extra_pay = forms.BooleanField(
        label=_("Extra pay is recorded for those outside their paid hours"), required=False
    )
    despite_conflicts = forms.BooleanField(label=_("Save it all the same"), required=False)
    shown = forms.CharField(widget=forms.HiddenInput(), required=False)

    def __init__(self, *args: Any, situation: Situation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = {p.organisation_id for p in situation.asked}
        self.fields["organisation"].queryset = Organisation.objects.filter(  # type: ignore[attr-defined]
            pk__in=schools | {situation.activity.organisation_id}
        )
        for name in ("despite_conflicts", "extra_pay"):
            if self.data.get(name) not in TICKED:
                self.fields[name].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and self._past and self._past not in self.accepting:
            self._ask_for([self._past])
            self.add_error(None, _t("This time lies in the past. Is the day right?"))
        return data

    def ask(self, conflicts: Conflicts) -> None:
        """Show what may be ticked against ``conflicts``."""
        if conflicts.need_extra_pay:
            self.fields["extra_pay"].widget = forms.CheckboxInput()
        if conflicts.keys:
            self._ask_for([*filter(None, [self._past]), *conflicts.keys])

    def _ask_for(self, keys: list[str]) -> None:
        """The next tick is of ``keys``; one for something else is taken out again."""
        self.fields["despite_conflicts"].widget = forms.CheckboxInput()
        self.data = self.data.copy()
        if not set(keys) <= set(self.accepting):
            self.data.pop("despite_conflicts", None)
        self.data["shown"] = " ".join(keys)

    @property
    def accepting(self) -> list[str]:
        """Keys of what speaks against it, as far as it was shown and then ticked."""
        data = self.cleaned_data
        return data["shown"].split() if data["despite_conflicts"] else []

    @property
    def _past(self) -> str:
        """What names the time where it lies in the past."""
        starts_at, ends_at = self.slot.starts_at, self.slot.ends_at
        return f"past-{starts_at.timestamp():.0f}" if ends_at < clock.now() else ""

    @property
    def slot(self) -> Slot:
        data = self.cleaned_data
        starts_at = timezone.make_aware(datetime.combine(data["day"], data["start"]))
        ends_at = starts_at + timedelta(minutes=data["minutes"])
        return Slot(starts_at, ends_at, data["organisation"], data["link"], data["extra_pay"])

    @staticmethod
    def initial_of(session: Session) -> dict[str, Any]:
        starts_at = timezone.localtime(session.starts_at)
        minutes = (session.ends_at - session.starts_at).total_seconds() // 60
        return {
            "day": starts_at.date(),
            "start": starts_at.time(),
            "minutes": int(minutes),
            "organisation": session.organisation.ref if session.organisation else "",
            "link": session.link,
            "extra_pay": session.extra_pay,
        }


class SessionForm(ClientKeyMixin, WhenForm):
    """A new session. ``what`` is a session kind, with the pair where one observes another."""

    field_order = ("what", "day", "start", "minutes", "organisation", "link")
    what = forms.ChoiceField(label=_("What?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, situation: Situation, **kwargs: Any) -> None:
        super().__init__(*args, situation=situation, **kwargs)
        self.situation = situation
        self.options = session_options(situation)
        self.fields["what"].choices = [(key, label) for key, (label, *_) in self.options.items()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        _label, kind, observer, observed = self.options[self.cleaned_data["what"]]
        return {"kind": kind, "observer": observer, "observed": observed}


def session_options(situation: Situation) -> dict[str, tuple[Any, ...]]:
    """Every pair still to come for each session kind with pairs, those without a time first, then
    the other kinds."""
    found: dict[str, tuple[Any, ...]] = {}
    for declared in situation.kind.sessions:
        if not declared.pairs:
            found[declared.slug] = (declared.name, declared.slug, None, None)
            continue
        pairs = situation.missing_pairs(declared.slug) or situation.all_pairs(declared.slug)
        planned = situation.pairs_planned
        for observer, observed in sorted(
            pairs, key=lambda pair: (pair[0].person_id, pair[1].person_id) in planned
        ):
            key = f"{declared.slug}.{observer.public_id}.{observed.public_id}"
            label = session_words(situation.kind, declared.slug, observer.person, observed.person)
            found[key] = (label, declared.slug, observer.person, observed.person)
    return found


class MoveSessionForm(WhenForm):
    sequence = forms.IntegerField(widget=forms.HiddenInput)


class PostponeForm(Careful):
    careful_of = ("reason",)  # type: ignore[assignment]

    reason = forms.CharField(
        label=_("Why is it postponed?"),
        max_length=200,
        help_text=_(
            "Everybody who is to come is told. Say nothing about anybody’s health or family."
        ),
    )


class CancelForm(PostponeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self.fields["reason"], _("Why does it not take place?"))


class AttendanceForm(HubForm):
    """One answer for each person; what is not recorded is open, and never counts as absent."""

    PRESENT, ABSENT, OPEN = "present", "absent", ""
    CHOICES = ((PRESENT, _("Present")), (ABSENT, _("Absent")), (OPEN, _("Not recorded")))

    def __init__(self, *args: Any, people: list[Any], recorded: dict[int, bool], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.people = people
        words = {True: self.PRESENT, False: self.ABSENT, None: self.OPEN}
        for person in people:
            self.fields[f"person_{person.public_id}"] = forms.ChoiceField(
                label=person.name,
                choices=self.CHOICES,
                required=False,
                initial=words[recorded.get(person.pk)],
                widget=forms.RadioSelect,
            )

    def answers(self) -> dict[int, bool | None]:
        """Whether each was there, by person; None where it is not recorded."""
        values = {self.PRESENT: True, self.ABSENT: False}
        return {
            person.pk: values.get(self.cleaned_data[f"person_{person.public_id}"])
            for person in self.people
        }
