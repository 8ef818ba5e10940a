"""Importing the register: read all of it, then write it in batches that can be repeated.

Nothing is written until every file has been read to its end. Each batch is one transaction, and
a second run finds it unchanged, so that a job that dies can simply be run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.tabular import MEGABYTE, Row, UnreadableFile, open_table
from apps.schools.models import Organisation
from apps.schools.register import links
from apps.schools.register.columns import Reader, RejectedRow, urn

LARGEST = 250 * MEGABYTE
BATCH = 1000
SAMPLES = 10

Progress = Callable[[int, int], None]


@dataclass
class Summary:
    """Counts of rows, what was wrong with the rejected ones, and some of each for a preview."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    samples: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {"created": [], "updated": []}
    )

    def reject(self, row: int, urn: str, reason: str) -> None:
        self.rejected += 1
        self.errors.append({"row": row, "urn": urn, "reason": reason})

    def count(self, kind: str, sample: dict[str, Any]) -> None:
        setattr(self, kind, getattr(self, kind) + 1)
        samples = self.samples.get(kind)
        if samples is not None and len(samples) < SAMPLES:
            samples.append(sample)

    def as_json(self) -> dict[str, Any]:
        names = ("created", "updated", "unchanged", "rejected", "errors")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Parsed:
    row: int
    urn: str
    values: dict[str, Any]
    linked: list[tuple[str, str]]


def run(paths: Sequence[Path], *, write: bool, progress: Progress | None = None) -> Summary:
    """Import ``paths`` (downloads and links files, in any order), or only look at them.

    Raises UnreadableFile before anything is written.
    """
    progress = progress or (lambda _done, _total: None)
    sizes = {path: _read_through(path) for path in paths}
    summary = _Run(write, progress, sum(rows for rows, _is_links in sizes.values()))
    for path in sorted(paths, key=lambda path: sizes[path][1]):
        summary.file(path)
    return summary.found


def _read_through(path: Path) -> tuple[int, bool]:
    """(rows, whether it is a links file) of a file that can be read to its end."""
    with open_table(path, largest=LARGEST) as table:
        reader = Reader(table.headers)
        check_headers(reader)
        return sum(1 for _row in table.rows()), links.is_links_file(reader)


def check_headers(reader: Reader) -> None:
    """UnreadableFile unless it is a download of the register or a links file."""
    if links.is_links_file(reader):
        return
    for column in ("URN", "EstablishmentName"):
        if not reader.has(column):
            raise UnreadableFile(
                _("The file has no column called %(column)s.") % {"column": column},
                _("Choose a CSV download of the register of schools (GIAS)."),
            )


class _Run:
    def __init__(self, write: bool, progress: Progress, total: int) -> None:
        self.write = write
        self.progress = progress
        self.total = total
        self.done = 0
        self.found = Summary()
        self.seen: set[str] = set()

    def file(self, path: Path) -> None:
        with open_table(path, largest=LARGEST) as table:
            reader = Reader(table.headers)
            if links.is_links_file(reader):
                self._links(reader, table.rows())
            else:
                self._schools(reader, table.rows())

    def _schools(self, reader: Reader, rows: Iterator[Row]) -> None:
        followed = links.Links()
        unchanged: set[int] = set()
        for batch in batches(self._parsed(reader, rows)):
            with transaction.atomic():
                unchanged |= self._batch(batch, reader)
            for parsed in batch:
                for other, kind in parsed.linked:
                    followed.add(links.link(kind, parsed.urn, other, parsed.row))
            self.done += len(batch)
            self.progress(self.done, self.total)
        moved = unchanged & self._follow(followed)
        self.found.unchanged -= len(moved)
        self.found.updated += len(moved)
        self._arrive()

    def _links(self, reader: Reader, rows: Iterator[Row]) -> None:
        followed = links.Links()
        held: list[links.Link] = []
        for row in rows:
            try:
                found = links.read_link(reader, row)
            except RejectedRow as error:
                self.found.reject(row.number, reader.cell(row.cells, "URN")[:20], str(error))
                continue
            if found is None:
                self.found.unchanged += 1
            else:
                held.append(found)
        known = set(Organisation.objects.exclude(urn=None).values_list("urn", flat=True))
        for found in held:
            if reason := links.unknown(found, known):
                self.found.reject(found.row, found.before, reason)
            else:
                followed.add(found)
                self.found.unchanged += 1
        moved = len(self._follow(followed))
        self.found.unchanged -= moved
        self.found.updated += moved
        self._arrive()

    def _arrive(self) -> None:
        """Rejected rows are in no batch: they are done when the file is."""
        found = self.found
        self.done = found.created + found.updated + found.unchanged + found.rejected
        self.progress(self.done, self.total)

    def _follow(self, followed: links.Links) -> set[int]:
        rows: set[int] = set()
        for batch in batches(followed.befores):
            with transaction.atomic():
                changes = followed.changes(batch)
                rows |= links.write(changes) if self.write else {link.row for *_, link in changes}
        return rows

    def _parsed(self, reader: Reader, rows: Iterator[Row]) -> Iterator[Parsed]:
        for row in rows:
            cell = reader.cell(row.cells, "URN")
            try:
                if problem := reader.problem(row):
                    raise RejectedRow(problem)
                found = urn(cell)
                if found in self.seen:
                    raise RejectedRow(_("The URN stands in an earlier row. Delete one of them."))
                values = reader.values(row.cells)
            except RejectedRow as error:
                self.found.reject(row.number, cell[:20], str(error))
            else:
                self.seen.add(found)
                yield Parsed(row.number, found, values, reader.linked(row.cells))

    def _batch(self, batch: list[Parsed], reader: Reader) -> set[int]:
        """Write what is new or different; the rows that were neither."""
        stored = _stored([parsed.urn for parsed in batch], reader.fields, lock=self.write)
        fresh: list[Organisation] = []
        unchanged: set[int] = set()
        for parsed in batch:
            known = stored.get(parsed.urn)
            changes = _changes(known, parsed.values)
            sample = {"row": parsed.row, "urn": parsed.urn, "name": parsed.values["name"]}
            if known is None:
                self.found.count("created", sample)
            elif changes:
                self.found.count("updated", {**sample, "changes": changes[:4]})
            else:
                self.found.count("unchanged", sample)
                unchanged.add(parsed.row)
                continue
            fresh.append(
                Organisation(ref=parsed.urn, urn=parsed.urn, **{**(known or {}), **parsed.values})
            )
        if self.write and fresh:
            Organisation.objects.bulk_create(
                fresh,
                update_conflicts=True,
                unique_fields=["urn"],
                update_fields=reader.fields,
            )
        return unchanged


def _stored(urns: list[str], fields: list[str], *, lock: bool) -> dict[str, dict[str, Any]]:
    rows = Organisation.objects.filter(urn__in=urns)
    if lock:
        rows = rows.select_for_update()
    return {row.pop("urn"): row for row in rows.values("urn", *fields)}


def _changes(known: dict[str, Any] | None, values: dict[str, Any]) -> list[dict[str, str]]:
    if known is None:
        return []
    return [
        {"field": label(name), "before": _shown(name, known[name]), "after": _shown(name, value)}
        for name, value in values.items()
        if known[name] != value
    ]


def label(name: str) -> str:
    return str(getattr(Organisation._meta.get_field(name), "verbose_name", name))


def _shown(name: str, value: Any) -> str:
    choices: Any = getattr(Organisation._meta.get_field(name), "choices", None) or ()
    return "" if value is None else str(dict(choices).get(value, value))


def batches(items: Any, size: int = BATCH) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
