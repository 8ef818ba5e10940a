"""Finding a time: what to look for, and what to propose in a poll."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.activities.engine import Situation
from apps.activities.engine.diaries import in_lesson
from apps.activities.engine.finding import LONGEST, Wanted
from apps.activities.enums import PollChoice
from apps.activities.forms.planning import DayInput
from apps.activities.forms.sessions import TimeInput, session_options
from apps.activities.models import Poll
from apps.core import clock
from apps.core.forms import ClientKeyMixin, HubForm
from apps.schools.models import Organisation

ONLINE = "online"
DAYS = 28
OPTIONS = 5


class WhatForm(HubForm):
    """Which session, with whom, how long and where."""

    what = forms.ChoiceField(label=_("What?"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=480)

    def __init__(self, *args: Any, situation: Situation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.situation = situation
        self.options = session_options(situation)
        self.fields["what"].choices = [(key, label) for key, (label, *_) in self.options.items()]  # type: ignore[attr-defined]
        self.schools = {o.ref: o for o in _schools(situation)}

    @property
    def pair(self) -> Any:
        _label, _kind, observer, observed = self.options[self.cleaned_data["what"]]
        return (observer, observed) if observer and observed else None

    @property
    def session_kind(self) -> str:
        return str(self.options[self.cleaned_data["what"]][1])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        declared = self.situation.kind.session(self.session_kind) if data.get("what") else None
        minutes = data.get("minutes")
        if declared and minutes:
            least, most = declared.least_minutes, declared.most_minutes
            if not least <= minutes <= most:
                words = _t("It takes between %(least)d and %(most)d minutes.")
                self.add_error("minutes", words % {"least": least, "most": most})
        return data


def _schools(situation: Situation) -> list[Organisation]:
    """Those of the people who take part; the leading school first."""
    found = {p.organisation_id: p.organisation for p in situation.people}
    first = situation.activity.organisation_id
    return sorted(found.values(), key=lambda o: (o.pk != first, o.name))


class FindForm(WhatForm):
    """``was``: the session that the rest of the form was filled in for."""

    was = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    first = forms.DateField(label=_("From"), widget=DayInput())
    last = forms.DateField(label=_("To"), widget=DayInput())
    places = forms.MultipleChoiceField(
        label=_("Where could it be?"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(ref, school.name) for ref, school in self.schools.items()]
        self.fields["places"].choices = [*names, (ONLINE, _("Online"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("first"), data.get("last")
        if first and last:
            if last < first:
                self.add_error("last", _t("The last day lies before the first."))
            elif last < clock.today():
                self.add_error("last", _t("The last day lies in the past."))
            elif (last - first).days >= LONGEST:
                words = _t("Look through at most %(days)d days at once.")
                self.add_error("last", words % {"days": LONGEST})
        if data.get("what") and data.get("places"):
            self._keep_to_the_lesson(data)
        return data

    def _keep_to_the_lesson(self, data: dict[str, Any]) -> None:
        """A lesson is visited where it is taught, or watched online."""
        place = self.situation.place_of(self.pair[1].pk) if self.pair else None
        if place is None or not in_lesson(self.situation.activity.kind, self.session_kind):
            return
        fitting = [ref for ref in data["places"] if ref in (ONLINE, place.organisation.ref)]
        if not fitting:
            words = _t("%(name)s teaches at %(school)s: choose that school, or online.")
            names = {"name": place.person.name, "school": place.organisation.name}
            self.add_error("places", words % names)
        data["places"] = fitting

    @property
    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(
            self.session_kind,
            data["minutes"],
            max(data["first"], clock.today()),
            data["last"],
            tuple(None if ref == ONLINE else self.schools[ref] for ref in data["places"]),
            self.pair,
        )


def usual(situation: Situation, chosen: str = "") -> dict[str, Any]:
    """What is looked for unless somebody says otherwise: the session that comes next, in four
    weeks, at the school of the person visited, or at any of the schools."""
    options = session_options(situation)
    here = situation.activity.stage
    fitting = [
        key
        for key, (_label, slug, *_pair) in options.items()
        if (declared := situation.kind.session(slug)) and here in declared.stages
    ]
    what = chosen if chosen in options else next(iter(fitting or options), "")
    declared = situation.kind.session(options[what][1]) if what else None
    observed = options[what][3] if what else None
    place = situation.place_of(observed.pk) if observed else None
    refs = [place.organisation.ref] if place else [o.ref for o in _schools(situation)] + [ONLINE]
    today = clock.today()
    first = max(today, situation.activity.starts_on or today)
    return {
        "what": what,
        "minutes": declared.minutes if declared else 60,
        "first": first,
        "last": first + timedelta(days=DAYS),
        "places": refs,
    }


class SuggestionForm(forms.Form):
    """The one press: everything that the suggestion says."""

    what = forms.CharField(max_length=80)
    starts = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M:%S%z"])
    minutes = forms.IntegerField(min_value=5, max_value=480)
    place = forms.CharField(max_length=20)
    accepting = forms.BooleanField(required=False)
    client_key = forms.UUIDField()


class PollForm(ClientKeyMixin, WhatForm):
    """``place`` is a school's ref or online; each option a day and a start."""

    place = forms.ChoiceField(label=_("Where?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(ref, school.name) for ref, school in self.schools.items()]
        self.fields["place"].choices = [*names, (ONLINE, _("Online"))]  # type: ignore[attr-defined]
        for n in range(OPTIONS):
            numbered = {"n": n + 1}
            self.fields[f"day_{n}"] = forms.DateField(
                label=_t("Time %(n)d, day") % numbered, required=False, widget=DayInput()
            )
            self.fields[f"start_{n}"] = forms.TimeField(
                label=_t("Time %(n)d, from") % numbered, required=False, widget=TimeInput()
            )

    def rows(self) -> list[dict[str, Any]]:
        return [{"day": self[f"day_{n}"], "start": self[f"start_{n}"]} for n in range(OPTIONS)]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for n in range(OPTIONS):
            day, start = data.get(f"day_{n}"), data.get(f"start_{n}")
            missing = f"day_{n}" if start and not day else f"start_{n}" if day and not start else ""
            if missing and missing not in self.errors:
                self.add_error(missing, _t("Fill in this one too, or empty the other."))
        if not self.errors and not self.times:
            self.add_error("day_0", _t("Propose at least one time."))
        elif not self.errors and min(self.times)[0] < clock.now():
            self.add_error(None, _t("One of the times lies in the past."))
        return data

    @property
    def times(self) -> list[tuple[datetime, datetime]]:
        data, found = self.cleaned_data, []
        for n in range(OPTIONS):
            day, start = data.get(f"day_{n}"), data.get(f"start_{n}")
            if day and start:
                at = timezone.make_aware(datetime.combine(day, start))
                found.append((at, at + timedelta(minutes=data["minutes"])))
        return found

    @property
    def organisation(self) -> Organisation | None:
        return self.schools.get(self.cleaned_data["place"])


class AnswerPollForm(HubForm):
    def __init__(self, *args: Any, poll: Poll, given: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.poll_options = list(poll.options.all())
        for option in self.poll_options:
            self.fields[f"option_{option.pk}"] = forms.ChoiceField(
                label=_when(option.starts_at, option.ends_at),
                choices=PollChoice.choices,
                initial=given.get(option.pk, ""),
                widget=forms.RadioSelect,
                error_messages={"required": _t("Choose an answer for this time.")},
            )

    def choices(self) -> dict[int, str]:
        return {o.pk: self.cleaned_data[f"option_{o.pk}"] for o in self.poll_options}


def _when(starts: datetime, ends: datetime) -> str:
    from apps.core.ui.dates import moment

    return f"{moment(starts)}–{timezone.localtime(ends):%H:%M}"


def day_of(moment: datetime) -> date:
    return timezone.localdate(moment)
