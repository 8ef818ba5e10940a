"""One row of a staff list as we understand it: a person, a post, and what to mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from apps.core.tabular import Row
from apps.schools.staff import words

MANAGERS = ("line_manager", "appraiser", "induction_tutor")
TEXTS = ("job_title", "subject", "department")
ONE_LINE = ("staff_id", "given_name", "family_name", "full_name", "email")
LONGEST_NAME = 80
LONGEST_ID = 60
LONGEST_TEXT = 120


class RejectedPerson(Exception):
    """Why the row is not taken, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something in a row that was left out, and how to mend it."""

    row: int
    person: str
    text: str


@dataclass(slots=True)
class Entry:
    """``values`` are Membership fields that the row fills; blank cells fill nothing."""

    row: int
    staff_id: str = ""
    email: str = ""
    given_name: str = ""
    family_name: str = ""
    role: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    managers: dict[str, str] = field(default_factory=dict)
    starts_on: date | None = None
    ends_on: date | None = None
    has_left: bool = False
    notes: list[Note] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    def note(self, text: str) -> None:
        self.notes.append(Note(self.row, self.name, text))


class Cells:
    """The cells of one row by field."""

    def __init__(self, row: Row, mapping: Mapping[int, str]) -> None:
        self._cells = {name: row.cells[place] for place, name in mapping.items() if name}

    def __getitem__(self, name: str) -> str:
        return self._cells.get(name, "")


def person_of(cells: Cells) -> str:
    """How the row names its person, for an error."""
    given, family = _names(cells)
    return f"{given} {family}".strip() or cells["email"] or cells["staff_id"]


def read(row: Row, mapping: Mapping[int, str], default_role: str, today: date) -> Entry:
    """The entry of one row; RejectedPerson when it cannot be one."""
    cells = Cells(row, mapping)
    if row.problem or any("\n" in cells[name] for name in ONE_LINE):
        raise RejectedPerson(
            _("Two rows run into each other. Mend the quotation marks in this row and the next.")
        )
    if not words.is_staff(cells["role"]):
        raise RejectedPerson(
            _("“%(role)s” is not a member of staff. Leave this row out.") % {"role": cells["role"]}
        )
    entry = Entry(row.number)
    entry.given_name, entry.family_name = _names(cells)
    _check_name(entry)
    _keys(entry, cells)
    _post(entry, cells, default_role)
    _dates(entry, cells, today)
    entry.managers = {name: cells[name] for name in MANAGERS if cells[name]}
    return entry


def _names(cells: Cells) -> tuple[str, str]:
    given, family = cells["given_name"], cells["family_name"]
    return (given, family) if given or family else words.split_name(cells["full_name"])


def _check_name(entry: Entry) -> None:
    if not entry.name:
        raise RejectedPerson(_("The name is missing. Fill in given name and family name."))
    if max(len(entry.given_name), len(entry.family_name)) > LONGEST_NAME:
        raise RejectedPerson(
            _("The name is longer than %(most)d characters. Shorten it.") % {"most": LONGEST_NAME}
        )


def _keys(entry: Entry, cells: Cells) -> None:
    entry.staff_id = cells["staff_id"]
    if len(entry.staff_id) > LONGEST_ID:
        raise RejectedPerson(_("The staff ID is too long. Check that it is in the right column."))
    email = cells["email"].lower()
    try:
        if email:
            validate_email(email)
            entry.email = email
    except ValidationError:
        words_ = _("“%(email)s” is not an e-mail address. Correct it.") % {"email": email[:60]}
        if not entry.staff_id:
            raise RejectedPerson(words_) from None
        entry.note(words_)
    if not entry.staff_id and not entry.email:
        raise RejectedPerson(_("Neither staff ID nor e-mail address. Fill in one of them."))


def _post(entry: Entry, cells: Cells, default_role: str) -> None:
    entry.role, job_role = words.roles(cells["role"], cells["job_title"])
    if not entry.role:
        entry.role = default_role
    values = entry.values
    if job_role:
        values["job_role"] = job_role
    for name in TEXTS:
        if cells[name]:
            values[name] = cells[name][:LONGEST_TEXT]
    for name, reader, wanted in _readers():
        cell = cells[name]
        if not cell:
            continue
        found = reader(cell)
        if found:
            values[name] = found
        elif not (name == "career_stage" and words.normal_answer(cell) is False):
            entry.note(
                _("“%(cell)s” was left out: %(wanted)s") % {"cell": cell[:40], "wanted": wanted}
            )


def _readers() -> Sequence[tuple[str, Any, str]]:
    return (
        ("phase", words.phase, _("write a phase such as Primary.")),
        ("career_stage", words.career_stage, _("write a career stage such as ECT 1.")),
        ("fte", words.fte, _("FTE is a number above 0 and at most 1, such as 0.6.")),
        ("paid_hours", words.hours, _("write hours a week, such as 32.5.")),
        ("working_days", words.working_days, _("write working days such as Mon, Tue, Wed.")),
    )


def _dates(entry: Entry, cells: Cells, today: date) -> None:
    for name in ("starts_on", "ends_on"):
        cell = cells[name]
        found = words.date_of(cell) if cell else None
        if cell and found is None:
            entry.note(_("“%(cell)s” is not a date. Write it as 1/9/2026.") % {"cell": cell[:40]})
        setattr(entry, name, found)
    if entry.starts_on and entry.ends_on and entry.ends_on < entry.starts_on:
        entry.note(_("The leaving date is before the start date. Correct one of them."))
        entry.ends_on = None
    left = entry.ends_on is not None and entry.ends_on < today
    entry.has_left = left or words.normal_answer(cells["status"]) is False
