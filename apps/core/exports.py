"""Files that people take away: CSV and XLSX that no spreadsheet can be made to run.

Cells that begin with = + - @ (or | %) are written as text; TAB and NUL, which would hide such a
beginning, go first. CSV carries a byte order mark, so that accents survive Excel.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from defusedcsv import csv
from django.http import HttpResponse, StreamingHttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NARROWEST, WIDEST, LOOKED_AT = 8, 48, 500  # characters, characters, rows
_SHEET_NAME = re.compile(r"[\[\]:*?/\\]+")  # what a sheet may not be called
_HIDING = re.compile(r"[\x00-\x1f\x7f\ufeff\u200b]+")
_RUNS = ("=", "+", "-", "@", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER = re.compile(r"-?[0-9][0-9.,]*")


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Any:
    """A download called ``name``.csv, streamed."""
    return _attachment(
        StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8"),
        f"{name}.csv",
    )


def xlsx_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Any:
    return _attachment(
        HttpResponse(xlsx_bytes(header, rows, title=name), content_type=XLSX),
        f"{name}.xlsx",
    )


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
        yield _emptied(buffer)
    yield _emptied(buffer)


def xlsx_bytes(
    header: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "Sheet"
) -> bytes:
    """A workbook of one sheet, with columns as wide as what is in them: a date that does not fit
    would be shown as ####."""
    from openpyxl import Workbook  # slow to import
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_SHEET_NAME.sub(" ", title)[:31])
    sheet.freeze_panes = "A2"
    lines = [header, *rows]
    for number, width in enumerate(_widths(lines), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for count, row in enumerate(lines):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=inert(value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"
            if count == 0:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _widths(lines: Sequence[Sequence[Any]]) -> list[int]:
    """In characters, from the first rows."""
    longest = [0] * max(len(line) for line in lines)
    for line in lines[:LOOKED_AT]:
        for n, value in enumerate(line):
            longest[n] = max(longest[n], len("" if value is None else str(value)))
    return [min(max(length + 2, NARROWEST), WIDEST) for length in longest]


def inert(text: str) -> str:
    """The text, led by an apostrophe where a spreadsheet would run it."""
    text = _HIDING.sub(" ", text).strip()
    if text.startswith(_RUNS) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    return inert(str(value))


def _emptied(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _attachment(response: Any, name: str) -> Any:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
