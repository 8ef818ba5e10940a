"""What each column of a register download means to us, found by name.

Downloads differ: ``X (name)`` with or without ``X (code)``, in any order, with columns we do not
know. A value that cannot be read becomes missing; only what would make a wrong school of it
(URN, name, status) rejects the row. Head teachers' names and Ofsted's results are not here.
Codes: https://get-information-schools.service.gov.uk/, as in the DfE's published enumerations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from apps.core.tabular import Row
from apps.schools.enums import OrganisationKind, OrganisationStatus, Phase
from apps.schools.models import Organisation

S, P, K = OrganisationStatus, Phase, OrganisationKind
LARGEST_COUNT = 100_000  # pupils; more is a slip

STATUS = {
    "1": S.OPEN,
    "2": S.CLOSED,
    "3": S.CLOSING,
    "4": S.PROPOSED,
    "open": S.OPEN,
    "closed": S.CLOSED,
    "openbutproposedtoclose": S.CLOSING,
    "openproposedtoclose": S.CLOSING,
    "proposedtoopen": S.PROPOSED,
    "pendingapproval": S.PROPOSED,
    "deregisteredaseysetting": S.CLOSED,
    "rejectedopening": S.CLOSED,
    "createdinerror": S.CLOSED,
}
PHASE = {
    "0": P.NOT_APPLICABLE,
    "1": P.NURSERY,
    "2": P.PRIMARY,
    "3": P.MIDDLE_PRIMARY,
    "4": P.SECONDARY,
    "5": P.MIDDLE_SECONDARY,
    "6": P.POST_16,
    "7": P.ALL_THROUGH,
    "notapplicable": P.NOT_APPLICABLE,
    "nursery": P.NURSERY,
    "primary": P.PRIMARY,
    "middledeemedprimary": P.MIDDLE_PRIMARY,
    "secondary": P.SECONDARY,
    "middledeemedsecondary": P.MIDDLE_SECONDARY,
    "16plus": P.POST_16,
    "allthrough": P.ALL_THROUGH,
}
KIND = {
    "1": K.COLLEGE,
    "2": K.UNIVERSITY,
    "colleges": K.COLLEGE,
    "universities": K.UNIVERSITY,
}
REGION = {
    "A": "North East",
    "B": "North West",
    "D": "Yorkshire and the Humber",
    "E": "East Midlands",
    "F": "West Midlands",
    "G": "East of England",
    "H": "London",
    "J": "South East",
    "K": "South West",
}


class RejectedRow(Exception):
    """Why this row is not taken, and how to mend it."""


def key(text: str) -> str:
    """``PhaseOfEducation (name)`` and ``Phase of education (Name)`` are one."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


# What a cell says. None is missing.


def count(cell: str) -> int | None:
    digits = cell.replace(",", "").removesuffix(".0")
    return (
        int(digits)
        if re.fullmatch(r"[0-9]{1,6}", digits) and int(digits) <= LARGEST_COUNT
        else None
    )


def metres(cell: str) -> int | None:
    """Of the national grid, which ends at 700 km east and 1,300 km north."""
    found = re.fullmatch(r"([0-9]{1,7})(\.[0-9]+)?", cell)
    return int(found[1]) if found and 0 < int(found[1]) <= 1_300_000 else None


def age(cell: str) -> int | None:
    found = count(cell)
    return found if found is not None and found < 100 else None


def percentage(cell: str) -> Decimal | None:
    try:
        found = Decimal(cell.removesuffix("%").strip())
    except InvalidOperation:
        return None
    return round(found, 1) if found.is_finite() and 0 <= found <= 100 else None


def day(cell: str) -> date | None:
    """dd-mm-yyyy, as the register writes it, or ISO."""
    found = re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: .*)?", cell)
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", cell)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date(int(iso[1]), int(iso[2]), int(iso[3])) if iso else None
    except ValueError:
        return None


def postcode(cell: str) -> str:
    tight = re.sub(r"\s", "", cell.upper())
    return f"{tight[:-3]} {tight[-3:]}" if re.fullmatch(r"[A-Z0-9]{5,7}", tight) else ""


def digits(cell: str) -> str:
    return cell if re.fullmatch(r"[0-9]+", cell) else ""


def words(cell: str) -> str:
    return " ".join(cell.split())


def status(cell: str) -> OrganisationStatus:
    found = STATUS.get(key(cell))
    if found is None:
        raise RejectedRow(
            _("The register has no status “%(status)s”. Write Open or Closed.") % {"status": cell}
        )
    return found


def phase(cell: str) -> Phase:
    return PHASE.get(key(cell), P.NOT_APPLICABLE)


def kind(cell: str) -> OrganisationKind:
    return KIND.get(key(cell), K.SCHOOL)


def region(cell: str) -> str:
    return REGION.get(cell, words(cell))


@dataclass(frozen=True, slots=True)
class Source:
    """A field, the columns that can fill it (the first filled one does), and how to read them."""

    field: str
    columns: tuple[str, ...]
    read: Callable[[str], Any] = words
    blank: Any = ""
    keep: bool = False  # a blank cell leaves what is stored


def _named(column: str) -> tuple[str, ...]:
    return f"{column} (name)", column


def _either(column: str) -> tuple[str, ...]:
    return f"{column} (name)", column, f"{column} (code)"


SOURCES = (
    Source("status", _either("EstablishmentStatus"), status, keep=True),
    Source("phase", _either("PhaseOfEducation"), phase, P.NOT_APPLICABLE),
    Source("kind", _either("EstablishmentTypeGroup"), kind, K.SCHOOL),
    Source("ukprn", ("UKPRN",), digits),
    Source("la_code", ("LA (code)",), digits),
    Source("la_name", ("LA (name)", "LA")),
    Source("establishment_number", ("EstablishmentNumber",), digits),
    Source("type_name", _named("TypeOfEstablishment")),
    Source("type_group", _named("EstablishmentTypeGroup")),
    Source("street", ("Street",)),
    Source("locality", ("Locality",)),
    Source("town", ("Town",)),
    Source("county", _named("County")),
    Source("postcode", ("Postcode",), postcode),
    Source("website", ("SchoolWebsite",)),
    Source("telephone", ("TelephoneNum",)),
    Source("easting", ("Easting",), metres, None),
    Source("northing", ("Northing",), metres, None),
    Source("low_age", ("StatutoryLowAge",), age, None),
    Source("high_age", ("StatutoryHighAge",), age, None),
    Source("gender", _named("Gender")),
    Source("religious_character", _named("ReligiousCharacter")),
    Source("admissions_policy", _named("AdmissionsPolicy")),
    Source("pupils", ("NumberOfPupils",), count, None),
    Source("capacity", ("SchoolCapacity",), count, None),
    Source("fsm_percent", ("PercentageFSM",), percentage, None),
    Source("sen_statement", ("SENStat",), count, None),
    Source("sen_no_statement", ("SENNoStat",), count, None),
    Source("census_date", ("CensusDate",), day, None),
    Source("region", _either("GOR"), region),
    Source("urban_rural", _named("UrbanRural")),
    Source("lsoa_code", ("LSOA (code)",)),
    Source("trust_code", ("Trusts (code)",)),
    Source("trust_name", _named("Trusts")),
    Source("federation_name", _named("Federations")),
    Source("open_date", ("OpenDate",), day, None),
    Source("close_date", ("CloseDate",), day, None),
    Source("last_changed", ("LastChangedDate",), day, None),
)
LENGTHS = {
    source.field: getattr(Organisation._meta.get_field(source.field), "max_length", None)
    for source in (*SOURCES, Source("name", ("EstablishmentName",)))
}
LINKED = "Linked establishments"
PROBLEM = "#problem"  # of a file that was read and kept: what was wrong with the row
USED = frozenset(
    key(column)
    for column in (
        "URN",
        "EstablishmentName",
        LINKED,
        *(column for source in SOURCES for column in source.columns),
        *("LinkURN", "LinkType", "LinkEstablishedDate"),
    )
)


class Reader:
    """Reads rows of one file, whose header says which fields it fills."""

    def __init__(self, headers: Sequence[str]) -> None:
        found: dict[str, int] = {}
        for index, header in enumerate(headers):
            found.setdefault(key(header), index)
        self.found: Mapping[str, int] = found
        self._width = len(headers)
        self._filled = [
            (source, places)
            for source in SOURCES
            if (places := [found[k] for c in source.columns if (k := key(c)) in found])
        ]

    def has(self, *columns: str) -> bool:
        return all(key(column) in self.found for column in columns)

    def cell(self, cells: Sequence[str], column: str) -> str:
        return cells[self.found[key(column)]]

    @property
    def fields(self) -> list[str]:
        return ["name", *(source.field for source, _places in self._filled)]

    def values(self, cells: Sequence[str]) -> dict[str, Any]:
        """Field values of one row; a kept field is absent where its cells are blank."""
        values: dict[str, Any] = {"name": self._name(cells)}
        for source, places in self._filled:
            cell = next((cells[place] for place in places if cells[place]), "")
            if not cell and source.keep:
                continue
            value = source.read(cell) if cell else source.blank
            length = LENGTHS[source.field]
            values[source.field] = value[:length] if length and type(value) is str else value
        return values

    def _name(self, cells: Sequence[str]) -> str:
        name = words(self.cell(cells, "EstablishmentName"))
        if not name:
            raise RejectedRow(_("The school has no name. Fill in EstablishmentName."))
        if len(name) > (LENGTHS["name"] or 0):
            raise RejectedRow(
                _("The name is longer than %(most)d characters. Shorten it.")
                % {"most": LENGTHS["name"]}
            )
        return name

    def problem(self, row: Row) -> str:
        place = self.found.get(key(PROBLEM))
        return row.problem or (row.cells[place] if place is not None else "")

    def linked(self, cells: Sequence[str]) -> list[tuple[str, str]]:
        """(URN, type) of each linked establishment; the last column may spill to the right."""
        place = self.found.get(key(LINKED))
        if place is None:
            return []
        text = ", ".join(cells[place:] if place == self._width - 1 else cells[place : place + 1])
        return re.findall(r"\b([0-9]{5,6})\s+([A-Za-z][^,;|0-9]*)", text)


def urn(cell: str) -> str:
    """A URN of five or six digits, or RejectedRow."""
    if re.fullmatch(r"[0-9]{5,6}", cell):
        return cell
    if not cell:
        raise RejectedRow(_("The URN is missing. Fill it in."))
    raise RejectedRow(
        _("“%(urn)s” is not a URN: it must be five or six digits.") % {"urn": cell[:20]}
    )
