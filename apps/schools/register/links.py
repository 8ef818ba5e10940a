"""Who follows whom: successor links, of a links file or of the column in a download."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from apps.core.tabular import Row
from apps.schools.models import Organisation
from apps.schools.register.columns import Reader, RejectedRow, day, key, urn


@dataclass(frozen=True, slots=True)
class Link:
    """``before`` was followed by ``after``; ``row`` is where the file says so."""

    before: str
    after: str
    row: int
    since: date = date.min


def is_links_file(reader: Reader) -> bool:
    return reader.has("URN", "LinkURN", "LinkType")


def link(kind: str, one: str, other: str, row: int, since: date | None = None) -> Link | None:
    """The link that ``kind`` makes of ``one`` to ``other``; None for those that are not of time."""
    if one == other:
        return None
    if key(kind).startswith("successor"):
        return Link(one, other, row, since or date.min)
    if key(kind).startswith("predecessor"):
        return Link(other, one, row, since or date.min)
    return None


def read_link(reader: Reader, row: Row) -> Link | None:
    """The link of one row of a links file; RejectedRow when a URN in it is no URN."""
    if problem := reader.problem(row):
        raise RejectedRow(problem)
    one = urn(reader.cell(row.cells, "URN"))
    other = urn(reader.cell(row.cells, "LinkURN"))
    has_date = reader.has("LinkEstablishedDate")
    since = day(reader.cell(row.cells, "LinkEstablishedDate")) if has_date else None
    return link(reader.cell(row.cells, "LinkType"), one, other, row.number, since)


class Links:
    """At most one successor a school: the latest link wins, then the first in the file."""

    def __init__(self) -> None:
        self._best: dict[str, Link] = {}

    def add(self, found: Link | None) -> None:
        if found is None:
            return
        known = self._best.get(found.before)
        if known is None or found.since > known.since:
            self._best[found.before] = found

    def changes(self, befores: Sequence[str]) -> list[tuple[Organisation, int, Link]]:
        """(school, primary key of its new successor, link) where the stored one differs."""
        wanted = [self._best[before] for before in befores]
        urns = {found.before for found in wanted} | {found.after for found in wanted}
        rows = Organisation.objects.filter(urn__in=urns).only("urn", "successor_id")
        stored = {row.urn: row for row in rows}
        return [
            (stored[found.before], stored[found.after].pk, found)
            for found in wanted
            if found.before in stored
            and found.after in stored
            and stored[found.before].successor_id != stored[found.after].pk
        ]

    @property
    def befores(self) -> list[str]:
        return list(self._best)


def write(changes: Iterable[tuple[Organisation, int, Link]]) -> set[int]:
    """Store the changes; the rows of the file that made them."""
    schools, rows = [], set()
    for school, successor, found in changes:
        school.successor_id = successor
        schools.append(school)
        rows.add(found.row)
    Organisation.objects.bulk_update(schools, ["successor_id"], batch_size=1000)
    return rows


def unknown(found: Link, known: Collection[str | None]) -> str:
    """Why a link cannot be stored: a school of it is not in the register; else empty."""
    missing = next((one for one in (found.before, found.after) if one not in known), "")
    if not missing:
        return ""
    return _("URN %(urn)s is not in the register. Import that school first.") % {"urn": missing}
