"""A staff list as it is kept between upload and import: no passwords, rows still numbered.

A second file with roles (School Data Sync has one) is joined to the first by staff ID: each
person stands once for every school in which the second file gives them a role.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from apps.core.tabular import MEGABYTE, Row, Table, UnreadableFile, open_table
from apps.schools.models import FileImport
from apps.schools.staff import words
from apps.schools.staff.columns import guess, is_secret, normal

LARGEST = 5 * MEGABYTE
MOST_ROWS = 20_000
ROW, PROBLEM = "#row", "#problem"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of an upload: its headings, how many rows, and the bytes of its table."""

    headers: list[str]
    rows: int
    content: ContentFile[bytes]


def keep(upload: IO[bytes], roles_upload: IO[bytes] | None = None) -> Kept:
    """Read an upload to its end and return what is kept; UnreadableFile when it cannot be used."""
    with open_table(upload, largest=LARGEST) as table:
        headers, rows = list(table.headers), list(_limited(table))
    if roles_upload is not None:
        with open_table(roles_upload, largest=LARGEST) as table:
            headers, rows = _with_roles(headers, rows, list(table.headers), list(_limited(table)))
    if not rows:
        raise UnreadableFile(
            _("There are no people under the column names."), _("Choose a file with one row each.")
        )
    return _written(headers, rows)


def _limited(table: Table) -> Iterator[Row]:
    for count, row in enumerate(table.rows(), start=1):
        if count > MOST_ROWS:
            raise UnreadableFile(
                _("The file has more than %(most)d rows.") % {"most": MOST_ROWS},
                _("Export the staff of your own school only."),
            )
        yield row


def _written(headers: list[str], rows: list[Row]) -> Kept:
    places = [i for i, header in enumerate(headers) if header and not is_secret(header)]
    if len(places) < 2:
        raise UnreadableFile(
            _("The columns of the file have no names."),
            _("Write in the first row what each column holds, such as Given name and E-mail."),
        )
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    names = [headers[place] for place in places]
    writer.writerow([ROW, PROBLEM, *names])
    for row in rows:
        writer.writerow([row.number, row.problem, *(row.cells[place] for place in places)])
    return Kept(names, len(rows), ContentFile(text.getvalue().encode(), name="staff.csv"))


def read(kept: FileImport) -> tuple[list[str], list[Row]]:
    """(headings, rows) of a kept list."""
    with kept.table.open("rb") as opened:
        records = csv.reader(io.TextIOWrapper(opened, "utf-8", newline=""))
        headers = next(records)[2:]
        rows = [Row(int(record[0]), tuple(record[2:]), record[1]) for record in records]
    return headers, rows


def schools_in(headers: Sequence[str], rows: Sequence[Row], place: int | None) -> Counter[str]:
    """How many rows each school of the list has; empty when the list names none."""
    counts = Counter(row.cells[place] for row in rows) if place is not None else Counter()
    return counts if any(counts) else Counter()


def _with_roles(
    headers: list[str], rows: list[Row], role_headers: list[str], role_rows: list[Row]
) -> tuple[list[str], list[Row]]:
    person_at = _place(guess(headers, {}), "staff_id")
    found = guess(role_headers, {})
    id_at, role_at = _place(found, "staff_id"), _place(found, "role")
    school_at = _place(found, "school")
    if person_at is None or id_at is None or role_at is None:
        raise UnreadableFile(
            _("The second file cannot be joined to the first."),
            _("Both need a column with the staff ID, and the second one a column with the role."),
        )
    posts: dict[str, dict[str, str]] = {}
    for row in role_rows:
        school = row.cells[school_at] if school_at is not None else ""
        known = posts.setdefault(row.cells[id_at], {})
        if school not in known or not words.is_staff(known[school]):
            known[school] = row.cells[role_at]
    joined = [
        Row(row.number, (*row.cells[: len(headers)], role, school), row.problem)
        for row in rows
        for school, role in posts.get(row.cells[person_at], {"": ""}).items()
    ]
    # Their own headings, so that a school's choice of columns is remembered.
    role_name = role_headers[role_at]
    school_name = role_headers[school_at] if school_at is not None else "School"
    return [*_renamed(headers, {role_name, school_name}), role_name, school_name], joined


def _renamed(headers: list[str], taken: set[str]) -> list[str]:
    known = {normal(name) for name in taken}
    return [f"{header} (1)" if normal(header) in known else header for header in headers]


def _place(found: dict[int, str], name: str) -> int | None:
    return next((index for index, field in found.items() if field == name), None)


def examples(headers: Sequence[str], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Each column with up to three different things that stand in it."""
    found = []
    for place, header in enumerate(headers):
        seen = dict.fromkeys(row.cells[place] for row in rows[:200] if row.cells[place])
        found.append({"place": place, "header": header, "examples": list(seen)[:3]})
    return found
