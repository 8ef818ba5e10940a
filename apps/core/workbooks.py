"""Reading Excel workbooks from strangers: bounded, and as the text that a CSV would hold."""

from __future__ import annotations

import datetime
import warnings
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _

# A sheet of 50,000 staff takes some 30 MB unpacked; a bomb takes gigabytes.
MOST_UNPACKED = 60 * 1024 * 1024
MOST_PARTS = 500
MOST_ROWS = 100_000
MOST_CELLS = 5_000_000
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})


def read_workbook(source: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Rows (number, cells) of the first visible sheet that has any; formulas as last computed."""
    from apps.core.tabular import UnreadableFile  # tabular hands workbooks to this module

    damaged = UnreadableFile(
        _("The workbook is damaged, or is not an Excel workbook."),
        _("Open it in Excel, save it as an Excel workbook (.xlsx) and try again."),
    )
    try:
        _check_parts(source)
        rows = _rows(source)
    except (UnreadableFile, MemoryError):
        raise
    except Exception as error:  # a hostile file can raise anything inside the libraries
        raise damaged from error
    return iter(rows)


def _check_parts(source: IO[bytes]) -> None:
    from apps.core.tabular import UnreadableFile

    with zipfile.ZipFile(source) as archive:
        parts = archive.infolist()
        if not any(part.filename == "[Content_Types].xml" for part in parts):
            raise UnreadableFile(
                _("This is a compressed folder."), _("Unpack it and choose the file inside.")
            )
        unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS:
        raise _too_large()


def _rows(source: IO[bytes]) -> list[tuple[int, list[str]]]:
    import openpyxl

    source.seek(0)
    found: list[tuple[int, list[str]]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions we do not read
        book = openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                found = _filled(sheet)
            if found:
                break
    return found


def _filled(sheet: Any) -> list[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # what a sheet says of its size is often wrong
    found: list[tuple[int, list[str]]] = []
    cells = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        row = [_text(value) for value in values]
        while row and not row[-1]:
            row.pop()
        cells += len(row)
        if row:
            found.append((number, row))
        if number > MOST_ROWS or cells > MOST_CELLS:
            raise _too_large()
    return found


def _text(value: Any) -> str:
    if value is None or value in ERRORS:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime.datetime):
        return str(value.date()) if value.time() == datetime.time() else value.isoformat(" ")
    return str(value).replace("\x00", "")


def _too_large() -> Exception:
    from apps.core.tabular import UnreadableFile

    return UnreadableFile(
        _("The workbook is too large once unpacked."),
        _("Delete the sheets, rows and columns that are not needed, or save it as CSV."),
    )
