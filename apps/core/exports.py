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
        HttpResponse(xlsx_bytes(header, rows), content_type=XLSX),
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


def xlsx_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    from openpyxl import Workbook  # slow to import
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for row in (header, *rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=inert(value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


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
