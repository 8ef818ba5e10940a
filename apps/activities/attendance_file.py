"""A list of who came, read from a table: one row for each person."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core.tabular import MEGABYTE, UnreadableFile, open_table
from apps.schools.models import Membership, Organisation

LARGEST, MOST_ROWS = MEGABYTE, 2000
WHO = {
    "email": ("email", "emailaddress", "mail", "workemail"),
    "staff_id": ("staffid", "id", "staffcode", "teachercode", "payrollnumber", "username"),
    "name": ("name", "fullname", "attendee", "participant", "staffname"),
}
PRESENCE = ("present", "attended", "attendance", "status", "came", "here")
YES = {"yes", "y", "1", "true", "present", "attended", "x", "✓", "p", "/"}
NO = {"no", "n", "0", "false", "absent", "a", "dna", "didnotattend"}


@dataclass(frozen=True, slots=True)
class Line:
    """``problem`` says why the row counts for nothing, and how to mend it."""

    number: int
    who: str
    present: bool | None = None
    problem: str = ""


@dataclass
class Preview:
    lines: list[Line] = field(default_factory=list)
    answers: dict[int, bool] = field(default_factory=dict)

    @property
    def problems(self) -> list[Line]:
        return [line for line in self.lines if line.problem]

    @property
    def good(self) -> list[Line]:
        return [line for line in self.lines if not line.problem]


def read(file: IO[bytes], people: Iterable[Person], schools: Iterable[Organisation]) -> Preview:
    """What the file says of ``people``, those expected. Raises UnreadableFile."""
    known = _Known(list(people), list(schools))
    with open_table(file, largest=LARGEST) as table:
        columns = _columns(table.headers)
        preview = Preview()
        for row in table.rows():
            if len(preview.lines) >= MOST_ROWS:
                raise UnreadableFile(
                    _("It has more than %(most)d rows.") % {"most": MOST_ROWS},
                    _("Keep only the rows of this session."),
                )
            cells = {name: row.cells[at].strip() for name, at in columns.items()}
            _read_row(preview, row.number, row.problem, cells, known)
    return preview


def _columns(headers: Iterable[str]) -> dict[str, int]:
    plain = [re.sub(r"[^a-z]", "", header.casefold()) for header in headers]
    found = {
        name: plain.index(header)
        for name, headers_ in {**WHO, "present": PRESENCE}.items()
        for header in headers_
        if header in plain
    }
    if not set(found) & set(WHO):
        raise UnreadableFile(
            _("No column says who came."),
            _("Call one “E-mail”, “Staff ID” or “Name”, and another “Present” with yes or no."),
        )
    return found


def _read_row(
    preview: Preview, number: int, problem: str, cells: dict[str, str], known: _Known
) -> None:
    who = next((cells[name] for name in WHO if cells.get(name)), "")
    person, why = known.find(cells)
    present, wrong = _presence(cells)
    problem = problem or why or wrong
    if person is not None and not problem:
        if person.pk in preview.answers and preview.answers[person.pk] != present:
            problem = _("Another row says the opposite of the same person.")
        elif present is not None:
            preview.answers[person.pk] = present
    name = person.name if person else who
    preview.lines.append(Line(number, name, None if problem else present, problem))


def _presence(cells: dict[str, str]) -> tuple[bool | None, str]:
    """Whoever is on a list without a column for it was there; an empty cell says nothing."""
    if "present" not in cells:
        return True, ""
    text = re.sub(r"\s", "", cells["present"].casefold())
    if not text:
        return None, ""
    if text in YES or text in NO:
        return text in YES, ""
    return None, _("“%(text)s” is neither yes nor no.") % {"text": cells["present"][:40]}


class _Known:
    def __init__(self, people: list[Person], schools: list[Organisation]) -> None:
        self.by: dict[str, dict[str, list[Person]]] = {name: {} for name in WHO}
        ids = Membership.objects.current().filter(organisation__in=schools, person__in=people)
        staff: dict[int, set[str]] = {}
        for person_id, staff_id in ids.exclude(staff_id="").values_list("person_id", "staff_id"):
            staff.setdefault(person_id, set()).add(staff_id)
        for person in people:
            self._add("email", person.email or "", person)
            self._add("name", person.name, person)
            self._add("name", f"{person.family_name}, {person.given_name}", person)
            for staff_id in staff.get(person.pk, ()):
                self._add("staff_id", staff_id, person)

    def _add(self, column: str, key: str, person: Person) -> None:
        if key:
            self.by[column].setdefault(_plain(key), []).append(person)

    def find(self, cells: dict[str, Any]) -> tuple[Person | None, str]:
        """By the first column that has something: e-mail, staff ID, name."""
        for column, people in self.by.items():
            if not cells.get(column):
                continue
            found = {person.pk: person for person in people.get(_plain(cells[column]), [])}
            if len(found) == 1:
                return next(iter(found.values())), ""
            if found:
                return None, _("Two people have that name: use the e-mail address or staff ID.")
            return None, _("Not booked for this session: invite them first.")
        return None, _("The row names nobody.")


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
