"""A school's academic year on one page: terms, half-terms, INSET days, closures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import HubForm
from apps.core.years import year_bounds, year_label
from apps.schools.actions.calendars import Entry, window
from apps.schools.enums import TermDateKind as Kind


@dataclass(frozen=True, slots=True)
class Section:
    """``rows`` are offered at least, and ``spare`` more than are filled in."""

    kind: Kind
    title: Any
    hint: Any
    row: Any
    rows: int
    spare: int


SECTIONS = (
    Section(
        Kind.TERM,
        gettext_lazy("Terms"),
        gettext_lazy("First and last day of each, INSET days included."),
        gettext_lazy("Term %(n)d"),
        3,
        0,
    ),
    Section(
        Kind.HALF_TERM,
        gettext_lazy("Half-terms"),
        gettext_lazy("The days off in the middle of a term."),
        gettext_lazy("Half-term %(n)d"),
        3,
        0,
    ),
    Section(
        Kind.INSET,
        gettext_lazy("INSET days"),
        gettext_lazy("Staff are in, pupils are not. Leave the last day empty for a single day."),
        gettext_lazy("INSET %(n)d"),
        5,
        1,
    ),
    Section(
        Kind.CLOSURE,
        gettext_lazy("Closures"),
        gettext_lazy("Days in term when nobody is in. Bank holidays are known already."),
        gettext_lazy("Closure %(n)d"),
        2,
        1,
    ),
)
SINGLE_DAYS = (Kind.INSET, Kind.CLOSURE)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class DrawnRow:
    title: str
    first: BoundField
    last: BoundField


class CalendarForm(HubForm):
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)

    def __init__(self, *args: Any, year: int, entries: list[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        self.counts: dict[str, int] = {}
        for section in SECTIONS:
            held = [(first, last) for kind, first, last in entries if kind == section.kind]
            self.counts[section.kind] = max(section.rows, len(held) + section.spare)
            for n in range(self.counts[section.kind]):
                first, last = held[n] if n < len(held) else (None, None)
                self._add(section, n, "first", _("%(row)s, first day"), first)
                self._add(section, n, "last", _("%(row)s, last day"), last)

    def _add(self, section: Section, n: int, end: str, label: str, initial: date | None) -> None:
        self.fields[f"{section.kind}_{n}_{end}"] = forms.DateField(
            label=label % {"row": _row_title(section, n)},
            required=False,
            initial=initial,
            widget=DateInput(),
        )

    def sections(self) -> Iterator[tuple[Section, list[DrawnRow]]]:
        for section in SECTIONS:
            yield (
                section,
                [
                    DrawnRow(
                        _row_title(section, n),
                        self[f"{section.kind}_{n}_first"],
                        self[f"{section.kind}_{n}_last"],
                    )
                    for n in range(self.counts[section.kind])
                ],
            )

    def entries(self) -> list[Entry]:
        """What was typed, once the form is valid."""
        return sorted((kind, first, last) for _n, kind, first, last in self._typed())

    def clean(self) -> dict[str, Any]:
        typed = list(self._typed())
        for name, kind, first, last in typed:
            self._check_row(name, kind, first, last)
        terms = [(first, last) for _name, kind, first, last in typed if kind == Kind.TERM]
        if any(a[0] <= b[1] and b[0] <= a[1] for a, b in combinations(terms, 2)):
            self.add_error("term_0_first", _("Two terms overlap: check their first and last days."))
        for name, kind, first, last in typed:
            inside = any(start <= first and last <= end for start, end in terms)
            if kind == Kind.HALF_TERM and terms and not inside:
                self.add_error(name, _("This half-term lies in none of the terms above."))
        starts = [(kind, first) for _name, kind, first, _last in typed]
        for name, kind, first, _last in typed:
            if starts.count((kind, first)) > 1:
                self.add_error(name, _("This day is here twice: take one of them out."))
        return self.cleaned_data

    def _check_row(self, name: str, kind: str, first: date, last: date) -> None:
        if last < first:
            self.add_error(
                name.replace("_first", "_last"), _("The last day must not be before the first.")
            )
        earliest, latest = window(self.year)
        if not earliest <= first <= latest:
            self.add_error(
                name, _("This day is not in %(year)s.") % {"year": year_label(self.year)}
            )
        elif last > year_bounds(self.year)[1]:
            self.add_error(
                name.replace("_first", "_last"),
                _("This day is not in %(year)s.") % {"year": year_label(self.year)},
            )

    def _typed(self) -> Iterator[tuple[str, str, date, date]]:
        """(name of the first field, kind, first, last) of the rows that can be read."""
        for kind, count in self.counts.items():
            for n in range(count):
                name = f"{kind}_{n}_first"
                other = f"{kind}_{n}_last"
                first, last = self.cleaned_data.get(name), self.cleaned_data.get(other)
                if first and not last and kind in SINGLE_DAYS:
                    last = first
                if first and last:
                    yield name, kind, first, last
                elif (first or last) and name not in self.errors and other not in self.errors:
                    self.add_error(name if last else other, _("Fill in this day too."))


def _row_title(section: Section, n: int) -> str:
    return str(section.row) % {"n": n + 1}
