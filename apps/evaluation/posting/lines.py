"""The lines of a report that are about one school, and what schools say beside them.

Tables with ``schools`` have a school's key (or None) for each row; ``named`` are sentences about
one school: ``{"school": key, "section": its name, "name": slug, "title": ..., "text": ...}``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.core.ui.dates import day
from apps.evaluation.posting.models import SchoolComment
from apps.evaluation.snapshot.tables import cell_words

Snapshot = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """``slug`` names it within the snapshot and school; ``figures`` are (column, words)."""

    slug: str
    section: str
    title: str
    figures: list[tuple[str, str]]
    text: str = ""


def schools_in(snapshot: Snapshot) -> set[int]:
    rows = (pk for _section, table in _tables(snapshot) for pk in table["schools"])
    named = (one["school"] for one in snapshot.get("named", []))
    return {pk for pk in (*rows, *named) if pk is not None}


def about(snapshot: Snapshot, school: int) -> list[Line]:
    found = []
    for section, table in _tables(snapshot):
        for pk, row in zip(table["schools"], table["rows"], strict=True):
            if pk == school:
                columns = [column["label"] for column in table["columns"]]
                cells = list(zip(columns, map(cell_words, row), strict=True))[1:]
                slug = f"{section['name']}.{table['name']}"
                found.append(Line(slug, section["title"], table["title"], cells))
    titles = {section["name"]: section["title"] for section in snapshot["sections"]}
    for one in snapshot.get("named", []):
        if one["school"] == school:
            slug = f"{one['section']}:{one['name']}"
            found.append(Line(slug, titles[one["section"]], one["title"], [], one["text"]))
    return found


def beside(snapshot: Snapshot, comments: Iterable[SchoolComment]) -> Snapshot:
    """A copy of the snapshot with ``said`` where a school said something: of a table a list of
    texts a row (empty ones too), of a section a list of texts about its sentences."""
    by_line: dict[tuple[str, int], str] = {}
    of_section: dict[str, list[str]] = defaultdict(list)
    for row in comments:
        if not row.text:
            continue
        by_line[row.line, row.organisation_id] = words(row)
        section, colon, _name = row.line.partition(":")
        if colon:
            of_section[section].append(words(row, with_school=True))
    if not by_line:
        return snapshot
    sections = [
        section
        | {
            "said": of_section[section["name"]],
            "tables": [_said(section, table, by_line) for table in section["tables"]],
        }
        for section in snapshot["sections"]
    ]
    return snapshot | {"sections": sections}


def words(comment: SchoolComment, *, with_school: bool = False) -> str:
    """Such as "The school says: “...” (Head, Mon 7 Dec 2026)"."""
    values = {
        "school": comment.organisation.name,
        "text": comment.text,
        "role": comment.get_role_display(),
        "day": day(comment.said_at),
    }
    if with_school:
        return _("%(school)s says: “%(text)s” (%(role)s, %(day)s)") % values
    return _("The school says: “%(text)s” (%(role)s, %(day)s)") % values


def _said(
    section: dict[str, Any], table: dict[str, Any], by_line: dict[tuple[str, int], str]
) -> dict[str, Any]:
    slug = f"{section['name']}.{table['name']}"
    said = [by_line.get((slug, pk), "") for pk in table.get("schools", [])]
    return table | {"said": said} if any(said) else table


def _tables(snapshot: Snapshot) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for section in snapshot["sections"]:
        for table in section["tables"]:
            if table.get("schools"):
                yield section, table
