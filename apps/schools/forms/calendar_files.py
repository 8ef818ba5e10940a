"""Choosing a calendar file, and saying what each of its dates is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import HubForm, LongSelect
from apps.core.ui.dates import day
from apps.schools.enums import TermDateKind as Kind
from apps.schools.ics.planning import Planned, planned_from
from apps.schools.ics.reading import LARGEST
from apps.schools.models import CalendarFile

CHOICES = [("", gettext_lazy("Leave it out")), *Kind.choices]


class CalendarFileForm(HubForm):
    file = forms.FileField(
        label=gettext_lazy("Calendar file"),
        help_text=gettext_lazy(
            "A file that ends in .ics, of up to 4 MB. In Google Calendar: Settings, your calendar, "
            "Export. On a school’s website: “Subscribe” or “Add to calendar”."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".ics,.ical,text/calendar"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                _("The file is larger than 4 MB. Export only the calendar with the term dates.")
            )
        return file


@dataclass(frozen=True, slots=True)
class Line:
    """``change``: what reading it in does."""

    date: Planned
    field: BoundField
    change: str


class DatesForm(HubForm):
    """One select for each date of the file."""

    def __init__(self, *args: Any, file: CalendarFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = [planned_from(row) for row in file.entries["known"]]
        self.others = [planned_from(row) for row in file.entries["others"]]
        for n, one in enumerate([*self.known, *self.others]):
            label = _("What is “%(title)s”, %(day)s?") % {"title": one.title, "day": day(one.first)}
            self.fields[f"d{n}"] = forms.ChoiceField(
                label=label,
                choices=CHOICES,
                required=False,
                initial=one.kind,
                widget=LongSelect(attrs={"class": "input"}),
            )

    def lines(self, changed: dict[tuple[str, Any], str]) -> tuple[list[Line], list[Line]]:
        """Those that were understood and those that were not; ``changed`` by kind and day."""
        rows = [
            Line(one, self[f"d{n}"], changed.get((one.kind, one.first), ""))
            for n, one in enumerate([*self.known, *self.others])
        ]
        return rows[: len(self.known)], rows[len(self.known) :]

    def default_dates(self) -> list[Planned]:
        return _once(one for one in self.known if one.kind)

    def dates(self) -> list[Planned]:
        """Those to keep, once the form is valid."""
        return _once(one for _name, one in self._chosen())

    def _chosen(self) -> Iterator[tuple[str, Planned]]:
        for n, one in enumerate([*self.known, *self.others]):
            kind = self.cleaned_data.get(f"d{n}", "")
            if kind:
                yield f"d{n}", replace(one, kind=kind)

    def clean(self) -> dict[str, Any]:
        chosen = list(self._chosen())
        if not chosen and not self.errors:
            raise forms.ValidationError(
                _("Nothing would be read in: say of at least one date what it is.")
            )
        terms = [(name, one) for name, one in chosen if one.kind == Kind.TERM]
        for (_name, one), (name, other) in combinations(terms, 2):
            if one.first <= other.last and other.first <= one.last and one != other:
                self.add_error(
                    name,
                    _("This term lies across “%(other)s”: leave one of them out.")
                    % {"other": one.title},
                )
        for name, one in chosen:
            inside = any(t.first <= one.first and one.last <= t.last for _n, t in terms)
            if one.kind == Kind.HALF_TERM and terms and not inside:
                self.add_error(
                    name,
                    _("This half-term lies in no term. Between terms nothing need be kept."),
                )
        return self.cleaned_data


def _once(dates: Iterator[Planned]) -> list[Planned]:
    """One for each kind and first day, the longest."""
    found: dict[tuple[str, Any], Planned] = {}
    for one in dates:
        key = (one.kind, one.first)
        if key not in found or found[key].last < one.last:
            found[key] = one
    return list(found.values())
