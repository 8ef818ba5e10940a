from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.forms import ClientKeyMixin, HubForm
from apps.schools.actions.timetables import Rung, Span
from apps.schools.calendars import LONDON
from apps.schools.cycles import monday_of
from apps.schools.enums import PeriodUse
from apps.schools.forms.calendars import DateInput
from apps.schools.forms.staff import DAYS
from apps.schools.models import Cycle, Period
from apps.schools.models.timetables import WEEK_NAMES, WEEKS
from apps.schools.timetabling.plans import Cells

SHORT_DAYS = [(0, _("Mon")), (1, _("Tue")), (2, _("Wed")), (3, _("Thu")), (4, _("Fri"))]
ROWS = 9
OFFERS, LEAVE = 3, 2
USES = [("", _("Not known")), *PeriodUse.choices]
EMPTY = [
    (PeriodUse.FREE.value, _("Free (non-contact)")),
    ("", _("Not known: it is left open")),
]
TABLES = {"accept": ".csv,.txt,.xlsx,text/csv"}
CALENDARS = {"accept": ".ics,text/calendar"}


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class CycleForm(HubForm):
    """The school day: length of the cycle, where it begins, and a row for each period."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    weeks = forms.TypedChoiceField(
        label=_("Length of the cycle"), choices=WEEKS, coerce=int, widget=forms.RadioSelect
    )
    anchor_on = forms.DateField(
        label=_("A day in a week A"),
        widget=DateInput(),
        help_text=_("Any day of it. With one week: any day of the first week of term."),
    )
    most_released = forms.IntegerField(
        label=_("Most people out of their classes at once"),
        required=False,
        min_value=1,
        max_value=200,
        help_text=_("Leave it empty for no limit. More are a conflict that has to be accepted."),
    )
    miles_an_hour = forms.IntegerField(
        label=_("Speed of travel between schools, miles an hour"),
        min_value=2,
        max_value=70,
        initial=20,
        help_text=_("From door to door. The way is reckoned as 1.3 times the straight line."),
    )
    across_breaks = forms.BooleanField(
        label=_("A session may last through a break"),
        required=False,
        help_text=_("Where somebody is free before and after it. Otherwise breaks stay breaks."),
    )

    def __init__(self, *args: Any, cycle: Cycle | None, **kwargs: Any) -> None:
        initial = kwargs.pop("initial", {}) | _cycle_values(cycle)
        super().__init__(*args, initial=initial, **kwargs)
        groups = _groups(list(cycle.periods.all()) if cycle else [])
        self.count = max(ROWS, len(groups) + 2)
        for n in range(self.count):
            name, starts, ends, days = groups[n] if n < len(groups) else ("", None, None, [])
            self._add_row(n, name, starts, ends, days)

    def _add_row(self, n: int, name: str, starts: Any, ends: Any, days: list[int]) -> None:
        said = {"n": n + 1}
        fields: dict[str, Any] = self.fields
        fields[f"name_{n}"] = forms.CharField(
            label=_t("Period %(n)d") % said, required=False, max_length=20, initial=name
        )
        for key, label, value in (
            ("starts", _t("Period %(n)d, from"), starts),
            ("ends", _t("Period %(n)d, to"), ends),
        ):
            fields[f"{key}_{n}"] = forms.TimeField(
                label=label % said, required=False, initial=value, widget=TimeInput()
            )
        fields[f"days_{n}"] = forms.TypedMultipleChoiceField(
            label=_t("Period %(n)d, days") % said,
            required=False,
            choices=SHORT_DAYS,
            coerce=int,
            initial=days or [day for day, _name in SHORT_DAYS],
            widget=forms.CheckboxSelectMultiple,
        )

    def rows(self) -> Iterator[dict[str, Any]]:
        for n in range(self.count):
            yield {key: self[f"{key}_{n}"] for key in ("name", "starts", "ends", "days")}

    def clean(self) -> dict[str, Any]:
        rungs = list(self._typed())
        seen: dict[tuple[int, str], str] = {}
        for field, (weekday, name, starts, ends) in rungs:
            if ends <= starts:
                self.add_error(field.replace("name", "ends"), _t("It ends before it begins."))
            key = (weekday, name.lower())
            if key in seen:
                self.add_error(
                    field, _t("A day has this name twice. Take the day out of one of the rows.")
                )
            seen[key] = field
        if not rungs and not self.errors:
            self.add_error("name_0", _t("Type in at least one period."))
        self._check_overlap(rungs)
        return self.cleaned_data

    def _check_overlap(self, rungs: list[tuple[str, Rung]]) -> None:
        for weekday, _name in SHORT_DAYS:
            day = sorted((r[2], r[3], field) for field, r in rungs if r[0] == weekday)
            for (_a, ends, _f), (starts, _b, field) in pairwise(day):
                if starts < ends and field not in self.errors:
                    self.add_error(field, _t("It overlaps another period of the same day."))

    def _typed(self) -> Iterator[tuple[str, Rung]]:
        data = self.cleaned_data
        for n in range(self.count):
            name = (data.get(f"name_{n}") or "").strip()
            starts, ends = data.get(f"starts_{n}"), data.get(f"ends_{n}")
            if not name and not starts and not ends:
                continue
            for key, value in (("name", name), ("starts", starts), ("ends", ends)):
                if not value and f"{key}_{n}" not in self.errors:
                    self.add_error(f"{key}_{n}", _t("Fill in this one too, or empty the row."))
            if name and starts and ends:
                for weekday in data.get(f"days_{n}", []):
                    yield f"name_{n}", (weekday, name, starts, ends)

    def periods(self) -> list[Rung]:
        return [rung for _field, rung in self._typed()]

    @property
    def anchor(self) -> date:
        return monday_of(self.cleaned_data["anchor_on"])


def _cycle_values(cycle: Cycle | None) -> dict[str, Any]:
    if cycle is None:
        return {"seen": 0, "weeks": 1}
    names = ("weeks", "anchor_on", "most_released", "miles_an_hour", "across_breaks")
    return {"seen": cycle.version, **{name: getattr(cycle, name) for name in names}}


def _groups(periods: list[Period]) -> list[tuple[str, time, time, list[int]]]:
    """Periods of one name and time on several days are one row."""
    found: dict[tuple[str, time, time], list[int]] = {}
    for period in sorted(periods, key=lambda p: (p.starts, p.ends, p.name)):
        found.setdefault((period.name, period.starts, period.ends), []).append(period.weekday)
    return [(*key, sorted(days)) for key, days in found.items()]


class WeekForm(forms.Form):
    monday = forms.DateField()
    week = forms.TypedChoiceField(choices=WEEK_NAMES, coerce=int)

    def clean_monday(self) -> date:
        return monday_of(self.cleaned_data["monday"])


class TimetablesUploadForm(ClientKeyMixin, HubForm):
    file = forms.FileField(
        label=_("Timetables"),
        help_text=_("A CSV file or an Excel workbook (.xlsx) of up to 5 MB."),
        widget=forms.ClearableFileInput(attrs=TABLES),
    )
    empty = forms.ChoiceField(
        label=_("What is a period of which the file says nothing?"),
        choices=EMPTY,
        required=False,
        widget=forms.RadioSelect,
        initial=PeriodUse.FREE.value,
    )


class CalendarUploadForm(TimetablesUploadForm):
    file = forms.FileField(
        label=_("Calendar file"),
        help_text=_("A file that ends in .ics, as information systems export a timetable."),
        widget=forms.ClearableFileInput(attrs=CALENDARS),
    )


class TimetableForm(HubForm):
    """What each period holds for one person: a select for each period of each week."""

    def __init__(self, *args: Any, cycle: Cycle, cells: Cells, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cycle = cycle
        self.periods = list(cycle.periods.all())
        days = dict(DAYS)
        for week in range(1, cycle.weeks + 1):
            for period in self.periods:
                said = {"period": period.name, "day": days[period.weekday]}
                label = _t("%(day)s, %(period)s") % said
                if cycle.weeks == 2:
                    label = f"{label}, {dict(WEEK_NAMES)[week]}"
                self.fields[f"cell_{period.pk}_{week}"] = forms.ChoiceField(
                    label=label,
                    choices=USES,
                    required=False,
                    initial=cells.get((period.pk, week), ""),
                    widget=forms.Select(attrs={"class": "input", "aria-label": label}),
                )

    def cells(self) -> Cells:
        return {
            (period.pk, week): use
            for week in range(1, self.cycle.weeks + 1)
            for period in self.periods
            if (use := self.cleaned_data[f"cell_{period.pk}_{week}"])
        }

    def weeks(self) -> list[dict[str, Any]]:
        return grid_of(self.cycle, self.periods, lambda p, w: self[f"cell_{p.pk}_{w}"])


def grid_of(cycle: Cycle, periods: list[Period], cell: Any) -> list[dict[str, Any]]:
    """For each week its rows: a period's name and times, and a cell (or None) for each day."""
    names = list(dict.fromkeys(p.name for p in sorted(periods, key=lambda p: p.starts)))
    at = {(p.name, p.weekday): p for p in periods}
    return [
        {
            "name": dict(WEEK_NAMES)[week] if cycle.weeks == 2 else "",
            "rows": [
                {
                    "name": name,
                    "cells": [
                        {"period": p, "cell": cell(p, week)} if (p := at.get((name, day))) else None
                        for day, _label in SHORT_DAYS
                    ],
                }
                for name in names
            ],
        }
        for week in range(1, cycle.weeks + 1)
    ]


class SpansForm(HubForm):
    """Rows of which each has a first and a second field; empty ones are passed over."""

    names: tuple[str, ...] = ()
    count = 0

    def typed(self) -> Iterator[tuple[int, Any, Any]]:
        for n in range(self.count):
            values = [self.cleaned_data.get(f"{name}_{n}") for name in self.names]
            if not any(values):
                continue
            for name, value in zip(self.names, values, strict=True):
                if not value and f"{name}_{n}" not in self.errors:
                    self.add_error(f"{name}_{n}", _t("Fill in this one too, or empty the row."))
            if all(values):
                yield n, values[0], values[1:]

    def rows(self) -> list[list[Any]]:
        return [[self[f"{name}_{n}"] for name in self.names] for n in range(self.count)]


class PaidForm(SpansForm):
    """From when to when somebody is paid on each weekday."""

    names = ("starts", "ends")
    count = 5

    def __init__(self, *args: Any, paid: dict[int, tuple[time, time]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, name in DAYS:
            starts, ends = paid.get(day, (None, None))
            self.fields[f"starts_{day}"] = _time(_t("%(day)s, from") % {"day": name}, starts)
            self.fields[f"ends_{day}"] = _time(_t("%(day)s, to") % {"day": name}, ends)

    def clean(self) -> dict[str, Any]:
        for day, starts, (ends,) in self.typed():
            if ends <= starts:
                self.add_error(f"ends_{day}", _t("It ends before it begins."))
        return self.cleaned_data

    def days(self) -> dict[int, tuple[time, time]]:
        return {day: (starts, ends) for day, starts, (ends,) in self.typed()}


def _time(label: str, initial: Any = None) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, initial=initial, widget=TimeInput())


class OffersForm(SpansForm):
    """Three times I could do, or more if there are more already."""

    names = ("day", "starts", "ends")

    def __init__(self, *args: Any, offers: list[Span], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = max(OFFERS, len(offers))
        for n in range(self.count):
            span = [at.astimezone(LONDON) for at in offers[n]] if n < len(offers) else None
            said = {"n": n + 1}
            self.fields[f"day_{n}"] = forms.DateField(
                label=_t("Time %(n)d, day") % said,
                required=False,
                initial=span[0].date() if span else None,
                widget=DateInput(),
            )
            for key, words, at in (("starts", _t("Time %(n)d, from"), 0),
                                   ("ends", _t("Time %(n)d, to"), 1)):  # fmt: skip
                field = _time(words % said, span[at].time() if span else None)
                self.fields[f"{key}_{n}"] = field

    def clean(self) -> dict[str, Any]:
        for n, day, (starts, ends) in self.typed():
            if ends <= starts:
                self.add_error(f"ends_{n}", _t("It ends before it begins."))
            elif day < clock.today():
                self.add_error(f"day_{n}", _t("This day is over."))
        return self.cleaned_data

    def spans(self) -> list[Span]:
        return [(_at(day, starts), _at(day, ends)) for _n, day, (starts, ends) in self.typed()]


class LeaveForm(SpansForm):
    """Days on which I am away. There is no field for a reason."""

    names = ("first", "last")

    def __init__(self, *args: Any, leave: list[Span], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = max(LEAVE, len(leave) + 1)
        for n in range(self.count):
            span = leave[n] if n < len(leave) else None
            last = span[1].astimezone(LONDON).date() - timedelta(days=1) if span else None
            for key, words, initial in (
                ("first", _t("Leave %(n)d, first day"),
                 span[0].astimezone(LONDON).date() if span else None),
                ("last", _t("Leave %(n)d, last day"), last),
            ):  # fmt: skip
                self.fields[f"{key}_{n}"] = forms.DateField(
                    label=words % {"n": n + 1},
                    required=False,
                    initial=initial,
                    widget=DateInput(),
                )

    def clean(self) -> dict[str, Any]:
        for n, first, (last,) in self.typed():
            if last < first:
                self.add_error(f"last_{n}", _t("The last day lies before the first."))
        return self.cleaned_data

    def days(self) -> list[tuple[date, date]]:
        return [(first, last) for _n, first, (last,) in self.typed()]


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=LONDON)
