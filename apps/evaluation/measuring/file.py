"""Measurements of several criteria, read from a table: one row for each value.

A file is stored whole or not at all, so that nobody has to work out what is still missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.forms import DateField
from django.utils.translation import gettext as _

from apps.activities.models import Criterion
from apps.core.permissions import Denied, Permission
from apps.core.tabular import MEGABYTE, UnreadableFile, open_table
from apps.core.ui.dates import day
from apps.evaluation.forms import MeasureForm, warnings
from apps.evaluation.measuring.words import short
from apps.evaluation.models import Measurement

LARGEST, MOST_ROWS = MEGABYTE, 500
COLUMNS = {
    "id": ("id", "criterionid"),
    "activity": ("activity",),
    "indicator": ("indicator", "criterion"),
    "measured_on": ("measuredon", "date", "day", "when"),
    "value": ("value", "result", "now"),
    "n": ("n", "howmany", "people", "pupils", "peopleorpupils"),
    "note": ("whereitcomesfrom", "note", "notes"),
}
FILLED_IN = ("value", "measured_on", "n", "note")
WRITTEN = DateField(
    input_formats=[
        "%Y-%m-%d",
        "%d/%m/%Y",
        "%d/%m/%y",
        "%d.%m.%Y",
        "%d-%m-%Y",
        "%d %b %Y",
        "%d %B %Y",
    ]
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Which row and which field, what is wrong, and how to mend it."""

    row: int
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is understood; ``there`` where this very value is stored already."""

    row: int
    criterion: Criterion
    value: Decimal
    measured_on: date
    n: int | None
    note: str
    there: bool = False

    @property
    def key(self) -> tuple[int, date]:
        return self.criterion.pk, self.measured_on

    @property
    def cautions(self) -> list[str]:
        return warnings(self.criterion, self.value, self.measured_on, self.n)


@dataclass
class Preview:
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    empty: int = 0

    @property
    def new(self) -> list[Line]:
        return [line for line in self.lines if not line.there]

    @property
    def there(self) -> list[Line]:
        return [line for line in self.lines if line.there]


class Known:
    """The criteria that a file may speak of, by their ids and their words."""

    def __init__(
        self, criteria: Sequence[Criterion], may_enter: Callable[[Criterion], Permission]
    ) -> None:
        self.may_enter = may_enter
        self.by_id = {row.public_id: row for row in criteria}
        self.by_words: dict[str, list[Criterion]] = {}
        for row in criteria:
            self.by_words.setdefault(_plain(row.indicator), []).append(row)
        stored = Measurement.objects.filter(criterion__in=criteria)
        self.stored: dict[tuple[int, date], set[Decimal]] = {}
        self.standing: dict[tuple[int, date], Decimal] = {}
        for found in stored.select_related("corrected_by"):
            key = (found.criterion_id, found.measured_on)
            self.stored.setdefault(key, set()).add(found.value)
            if not hasattr(found, "corrected_by"):
                self.standing[key] = found.value

    def find(self, cells: dict[str, str]) -> tuple[Criterion | None, str, str]:
        """The criterion; or the field that does not name one, and why."""
        asked = cells.get("id", "")
        if asked:
            found = self.by_id.get(asked)
            wrong = _("No criterion here has this ID: take it from the file to fill in.")
            return found, "id", "" if found else wrong
        words = cells.get("indicator", "")
        if not words:
            return None, "indicator", _("Say which criterion: fill in its ID or its indicator.")
        rows = self.by_words.get(_plain(words), [])
        of = _plain(cells.get("activity", ""))
        if of:
            rows = [row for row in rows if _plain(row.activity.title) == of]  # type: ignore[union-attr]
        if len(rows) == 1:
            return rows[0], "indicator", ""
        if rows:
            return None, "indicator", _("Several criteria have these words: fill in the ID.")
        return None, "indicator", _("No criterion here has these words: copy them as they are.")


def read(file: IO[bytes], known: Known) -> Preview:
    """What the file says. Raises UnreadableFile."""
    preview = Preview()
    with open_table(file, largest=LARGEST) as table:
        columns = _columns(table.headers)
        for count, row in enumerate(table.rows(), 1):
            if count > MOST_ROWS:
                raise UnreadableFile(
                    _("It has more than %(most)d rows.") % {"most": MOST_ROWS},
                    _("Send it in parts: each part is stored whole."),
                )
            cells = {name: row.cells[at].strip() for name, at in columns.items()}
            if row.problem:
                preview.problems.append(Problem(row.number, "", row.problem))
            elif any(cells.get(name) for name in FILLED_IN):
                _take(preview, row.number, cells, known)
            else:
                preview.empty += 1
    return preview


def _columns(headers: Iterable[str]) -> dict[str, int]:
    plain = [re.sub(r"[^a-z]", "", header.casefold()) for header in headers]
    found = {}
    for name, words in COLUMNS.items():
        at = next((plain.index(word) for word in words if word in plain), None)
        if at is not None:
            found[name] = at
    if not {"value", "measured_on"} <= set(found) or not {"id", "indicator"} & set(found):
        raise UnreadableFile(
            _("It needs the columns Indicator (or ID), Measured on and Value."),
            _("Download the file to fill in: it has them, and a row for each criterion."),
        )
    return found


def _take(preview: Preview, number: int, cells: dict[str, str], known: Known) -> None:
    criterion, name, wrong = known.find(cells)
    if criterion is None:
        preview.problems.append(Problem(number, label_of(name), wrong))
        return
    allowed = known.may_enter(criterion)
    if isinstance(allowed, Denied):
        preview.problems.append(Problem(number, label_of(name), str(allowed.reason)))
        return
    form = MeasureForm(_fields(cells), criterion=criterion)
    if not form.is_valid():
        preview.problems += [
            Problem(number, label_of(name), _mend(name, str(text)))
            for name, texts in form.errors.items()
            if name != "client_key"
            for text in texts
        ]
        return
    data = form.cleaned_data
    key = (criterion.pk, data["measured_on"])
    line = Line(
        number,
        criterion,
        data["value"],
        data["measured_on"],
        data["n"],
        data["note"],
        there=data["value"] in known.stored.get(key, ()),
    )
    problem = _contradiction(preview, line, known)
    if problem:
        preview.problems.append(Problem(number, label_of("value"), problem))
    elif all(line.key != other.key for other in preview.lines):
        preview.lines.append(line)


def _contradiction(preview: Preview, line: Line, known: Known) -> str:
    for other in preview.lines:
        if other.key == line.key and other.value != line.value:
            words = _("Row %(row)d gives another value of the same criterion and day: keep one.")
            return words % {"row": other.row}
    standing = known.standing.get(line.key)
    if standing is None or line.there:
        return ""
    words = _(
        "%(value)s is stored for %(day)s already: correct it on its page, or leave the row out."
    )
    return words % {"value": short(standing), "day": day(line.measured_on)}


def _fields(cells: dict[str, str]) -> dict[str, Any]:
    return {
        "client_key": "00000000-0000-0000-0000-000000000000",
        "value": re.sub(r"\s|%$", "", cells["value"]).replace(",", "."),
        "measured_on": _iso(cells["measured_on"]),
        "n": cells.get("n", ""),
        "note": cells.get("note", ""),
    }


def _iso(text: str) -> str:
    """A day as schools write it; what is no day stays as it is, and is refused by the form."""
    try:
        return WRITTEN.clean(text.removesuffix(" 00:00:00")).isoformat()
    except ValidationError:
        return text


def _mend(name: str, text: str) -> str:
    if name == "measured_on":
        return _("%(wrong)s Write it as in 12/11/2026.") % {"wrong": text}
    if name == "value":
        return _("%(wrong)s Write a number alone, such as 14 or 14.5.") % {"wrong": text}
    return text


def label_of(name: str) -> str:
    return {
        "id": _("ID"),
        "indicator": _("Indicator"),
        "measured_on": _("Measured on"),
        "value": _("Value"),
        "n": _("How many"),
        "note": _("Where it comes from"),
    }.get(name, "")


def header() -> list[str]:
    """Of the file to fill in."""
    return [
        _("ID"),
        _("Activity"),
        _("Indicator"),
        _("Unit"),
        _("Baseline"),
        _("Target"),
        _("Measured on"),
        _("Value"),
        _("How many"),
        _("Where it comes from"),
    ]


def rows(criteria: Iterable[Criterion]) -> Iterable[list[Any]]:
    for row in criteria:
        title = row.activity.title if row.activity else ""
        known = [row.public_id, title, row.indicator, row.unit, row.baseline, row.target]
        yield [*known, "", "", "", ""]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).lstrip("'")
