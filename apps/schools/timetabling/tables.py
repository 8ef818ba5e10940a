"""Timetables of a school's staff from a CSV file or workbook, in either of two shapes:

- a row for each person, a column for each period ("A Mon 3"), as a printed timetable has it;
- a row for each lesson, with columns for person, day, period, perhaps week, and what it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO

from django.utils.translation import gettext as _

from apps.core.tabular import MEGABYTE, Row, UnreadableFile, open_table
from apps.schools.models import Membership, Organisation
from apps.schools.staff.columns import normal
from apps.schools.timetabling import words
from apps.schools.timetabling.plans import Bell, Mend, Plan, fill

LARGEST = 5 * MEGABYTE
MOST_ROWS = 20_000
HEADINGS = {
    "staff_id": ("staffid", "staffcode", "staffnumber", "employeeid", "initials", "teachercode",
                 "teacherid", "staff", "teacher", "id", "code"),
    "email": ("email", "emailaddress", "workemail", "mail", "schoolemail"),
    "name": ("name", "staffname", "teachername", "fullname"),
    "week": ("week", "wk", "weekname", "cycleweek", "weekno"),
    "day": ("day", "weekday", "dayname", "dayofweek"),
    "period": ("period", "periodname", "lesson", "lessonno", "slot", "periodno", "per"),
    "use": ("holds", "use", "activity", "class", "classname", "group", "teachinggroup", "subject",
            "event", "content", "type", "course", "lessontype"),
}  # fmt: skip


def read_table(source: IO[bytes], organisation: Organisation, bell: Bell, empty: str) -> Plan:
    """UnreadableFile when nothing in it can be used."""
    with open_table(source, largest=LARGEST) as table:
        headers = list(table.headers)
        rows = list(_limited(table.rows()))
    reader = Reader(headers, bell)
    people = _Staff(organisation)
    plan = Plan(rows=len(rows))
    for row in rows:
        person = _person(row, reader, people, plan)
        if person is not None:
            _take(row, reader, person, people.names[person], plan)
    plan.people = {person: fill(cells, bell, empty) for person, cells in plan.people.items()}
    return plan


def _limited(rows: Iterator[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise UnreadableFile(
                _("The file has more than %(most)d rows.") % {"most": MOST_ROWS},
                _("Export the timetables of your own school only."),
            )
        yield row


class Reader:
    """Which column holds what."""

    def __init__(self, headers: Sequence[str], bell: Bell) -> None:
        self.bell = bell
        self.at = {
            name: next((headers.index(h) for u in usual for h in headers if normal(h) == u), None)
            for name, usual in HEADINGS.items()
        }
        names = [period.name for period in bell.periods]
        headed = {n: words.heading_of(header, names) for n, header in enumerate(headers)}
        self.columns = {n: heading for n, heading in headed.items() if heading is not None}
        if self.at["staff_id"] is None and self.at["email"] is None:
            raise UnreadableFile(
                _("No column says whose timetable it is."),
                _("Name one column “Staff ID” or “E-mail”, as in your staff list."),
            )
        if not self.columns and None in (self.at["day"], self.at["period"], self.at["use"]):
            raise UnreadableFile(
                _("No column can be recognised as a period of your school day."),
                _(
                    "Name the columns by day and period, such as “Mon P1” or “A Mon P1”; or give "
                    "each lesson a row, with the columns Day, Period and Holds."
                ),
            )

    def cell(self, row: Row, name: str) -> str:
        place = self.at[name]
        return row.cells[place] if place is not None else ""

    def cells(self, row: Row) -> Iterator[tuple[int, str, int | None, str]]:
        """(weekday, period, week, what it holds). LookupError with what is wrong."""
        if self.columns:
            for place, heading in self.columns.items():
                yield heading.weekday, heading.period, heading.week, row.cells[place]
            return
        day, week = words.day_of(self.cell(row, "day")), self.cell(row, "week")
        found_week = words.week_of(week) if week else words.week_of(self.cell(row, "day")[-1:])
        if day is None:
            words_ = _("“%(cell)s” is no weekday. Write Monday to Friday.")
            raise LookupError(words_ % {"cell": self.cell(row, "day")[:40]})
        if week and found_week is None:
            raise LookupError(_("“%(cell)s” is no week. Write A or B.") % {"cell": week[:40]})
        yield (
            day,
            words.plain(self.cell(row, "period")),
            found_week if week else None,
            (self.cell(row, "use")),
        )


class _Staff:
    """Who is on the staff list, by staff ID and by e-mail address."""

    def __init__(self, organisation: Organisation) -> None:
        rows = Membership.objects.current().at(organisation).staff().select_related("person")
        self.names = {row.person_id: row.person.name for row in rows}
        self.by_id = {row.staff_id.lower(): row.person_id for row in rows if row.staff_id}
        self.by_email = {
            row.person.email.lower(): row.person_id for row in rows if row.person.email
        }


def _person(row: Row, reader: Reader, people: _Staff, plan: Plan) -> int | None:
    staff_id, email = reader.cell(row, "staff_id"), reader.cell(row, "email").lower()
    named = reader.cell(row, "name") or staff_id or email
    found = people.by_id.get(staff_id.lower()) or people.by_email.get(email)
    if found is None and "@" in staff_id:
        found = people.by_email.get(staff_id.lower())
    if row.problem:
        plan.errors.append(Mend(row.number, named, row.problem))
        return None
    if not staff_id and not email:
        text = _("Neither staff ID nor e-mail address. Fill in one of them.")
        plan.errors.append(Mend(row.number, named, text))
    elif found is None:
        text = _(
            "Nobody on your staff list has this staff ID or e-mail address. Correct it, or add "
            "the person to the list first."
        )
        plan.errors.append(Mend(row.number, named, text))
    return found


def _take(row: Row, reader: Reader, person: int, name: str, plan: Plan) -> None:
    bell = reader.bell
    known = {(p.weekday, words.plain(p.name)): p.pk for p in bell.periods}
    cells = plan.people.setdefault(person, {})
    try:
        for weekday, period, week, text in reader.cells(row):
            pk = known.get((weekday, period))
            if pk is None:
                raise LookupError(
                    _("Your school day has no such period on that day. Correct it, or the periods.")
                )
            if week is not None and week not in bell.weeks:
                raise LookupError(_("Your school has no week B. Leave the row out."))
            _hold(cells, [(pk, w) for w in ([week] if week else bell.weeks)], words.use_of(text))
    except LookupError as error:
        plan.errors.append(Mend(row.number, name, str(error.args[0])))


def _hold(cells: dict[tuple[int, int], str], keys: list[tuple[int, int]], use: str) -> None:
    """LookupError when the file has said something else of the period before."""
    for key in keys:
        if use and cells.get(key, use) != use:
            raise LookupError(
                _("The same period is there twice with different contents. The first one counts.")
            )
        if use:
            cells[key] = use
