"""One reader for the tables people send us: CSV in any usual dress, and XLSX.

    with open_table(file, largest=5 * MEGABYTE) as table:
        table.headers            # as the file writes them, stripped
        for row in table.rows(): # Row(number, cells, problem)

The header is row 1, and rows are numbered as a spreadsheet numbers them. Rows are streamed.
Short rows are padded, surplus cells are kept at the end of `Row.cells`; blank rows are passed
over, and so is a row under the header that only explains ("Required: free text").
Whatever is wrong with the file as a whole is an `UnreadableFile`, which may come while the rows
are read: read to the end before writing anything.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
LONGEST_LINE = MEGABYTE
MOST_COLUMNS = 500
SAMPLE = 8192
DELIMITERS = ",;\t|"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LOOSE_QUOTE = re.compile(r'"[ \t]+(?=[,;|\t\r\n]|$)')
_INSTRUCTION = re.compile(
    r"^(required|optional|mandatory|free text|format|example|e\.?g\.?\b|must be|dd[/-]mm|yyyy)",
    re.I,
)
_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"{\\rtf", "document"),
)


class UnreadableFile(Exception):
    """The file as a whole cannot be read: why, and how to mend it."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(f"{reason} {fix}")
        self.reason = reason
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` as a spreadsheet shows it; ``problem`` says why the cells cannot be trusted."""

    number: int
    cells: tuple[str, ...]
    problem: str = ""


class Table:
    def __init__(self, records: Iterator[Row]) -> None:
        self._records = records
        self.headers = self._header()

    def rows(self) -> Iterator[Row]:
        width = len(self.headers)
        first = True
        for row in self._records:
            if not any(row.cells):
                continue
            if first and _only_explains(row.cells):
                first = False
                continue
            first = False
            missing = width - len(row.cells)
            yield Row(row.number, row.cells + ("",) * missing, row.problem) if missing > 0 else row

    def _header(self) -> tuple[str, ...]:
        found = next((row.cells for row in self._records if any(row.cells)), ())
        while found and not found[-1]:
            found = found[:-1]
        if not found:
            raise UnreadableFile(
                _("The file is empty."), _("Choose a file with column names in its first row.")
            )
        if len(found) == 1:
            raise UnreadableFile(
                _("The file has only one column."),
                _("Save it as “CSV (comma delimited)” or as an Excel workbook (.xlsx)."),
            )
        if len(found) > MOST_COLUMNS:
            raise UnreadableFile(
                _("The file has more than %(most)d columns.") % {"most": MOST_COLUMNS},
                _("Delete the columns that are not needed and save it again."),
            )
        return found


@contextmanager
def open_table(source: Path | IO[bytes], *, largest: int) -> Iterator[Table]:
    """Open a table of at most ``largest`` bytes; ``source`` must be seekable."""
    if isinstance(source, Path):
        with source.open("rb") as opened, open_table(opened, largest=largest) as table:
            yield table
        return
    _check_size(source, largest)
    source.seek(0)
    sample = source.read(SAMPLE)
    source.seek(0)
    if sample.startswith(b"PK\x03\x04"):
        from apps.core.workbooks import read_workbook  # openpyxl is slow to import

        yield Table(Row(n, _clean(cells)) for n, cells in read_workbook(source))
        return
    _refuse_other_formats(sample)
    encoding = _encoding(sample)
    buffered = io.BufferedReader(_Uncloseable(source))
    text = io.TextIOWrapper(buffered, encoding, "as_cp1252", newline="")
    yield Table(_csv_records(text, _delimiter(sample.decode(encoding, "as_cp1252"))))


def _check_size(source: IO[bytes], largest: int) -> None:
    size = source.seek(0, io.SEEK_END)
    if size > largest:
        raise UnreadableFile(
            _("The file is larger than %(most)d MB.") % {"most": largest // MEGABYTE},
            _("Delete the rows and columns that are not needed, or send it in parts."),
        )
    if not size:
        raise UnreadableFile(_("The file is empty."), _("Choose another file."))


def _refuse_other_formats(sample: bytes) -> None:
    kind = next((kind for magic, kind in _MAGIC if sample.startswith(magic)), "")
    if kind == "xls":
        raise UnreadableFile(
            _("This is an Excel 97–2003 workbook, or one with a password."),
            _("Open it in Excel and save it as an Excel workbook (.xlsx) without a password."),
        )
    if kind in ("zip", "gzip"):
        raise UnreadableFile(
            _("This is a compressed folder."), _("Unpack it and choose the CSV file inside.")
        )
    if kind or _looks_binary(sample):
        raise UnreadableFile(
            _("This is not a table."), _("Choose a CSV file or an Excel workbook (.xlsx).")
        )
    if re.match(rb"\s*(<!doctype|<html|<\?xml)", sample.removeprefix(codecs.BOM_UTF8), re.I):
        raise UnreadableFile(
            _("This is a web page, not a table."),
            _("Download the file again and choose CSV or Excel (.xlsx)."),
        )


def _looks_binary(sample: bytes) -> bool:
    if _encoding(sample) != "utf-8-sig":
        return False
    return len(re.findall(rb"[\x00-\x08\x0e-\x1f]", sample)) > max(len(sample) // 20, 8)


def _encoding(sample: bytes) -> str:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = len(sample) // 2
    if half >= 4 and sample[1::2].count(0) > half * 0.4 and sample[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if half >= 4 and sample[::2].count(0) > half * 0.4 and sample[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return "utf-8-sig"


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Read what is not UTF-8 as cp1252: whole files of it, and single bytes in a mixed one."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if not error.encoding.startswith("utf-8") and error.encoding != "utf8":
        return "�", error.end
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("as_cp1252", _as_cp1252)


class _Uncloseable(io.RawIOBase):
    """Lets a text wrapper go without closing the file, which is the caller's."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._source.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


class _Lines:
    """The lines of a text, without control characters; remembers those of the current record."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.record: list[str] = []
        self.ended = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.text.readline(LONGEST_LINE)
        if not line:
            self.ended = True
            raise StopIteration
        if len(line) >= LONGEST_LINE:
            raise UnreadableFile(
                _("A line of the file is longer than a million characters."),
                _("Choose a CSV file or an Excel workbook (.xlsx) with one row for each line."),
            )
        if _CONTROL.search(line):
            line = _CONTROL.sub("", line) or "\n"
        self.record.append(line)
        return line


def _csv_records(text: io.TextIOWrapper, delimiter: str) -> Iterator[Row]:
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter)
    for number in count(1):
        lines.record.clear()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _never_closed(number) from error
        if cells is None:
            return
        if lines.ended:  # the reader looked for the end of a cell and found that of the file
            raise _never_closed(number)
        if number == 1 and lines.record[0].lower().startswith("sep="):
            continue
        yield Row(number, _clean(cells), _quoting_problem(lines.record, delimiter))


def _delimiter(sample: str) -> str:
    """Of the usual ones, that which the first line has most of outside quotation marks."""
    lines = [line for line in sample.splitlines() if line.strip()] or [""]
    if lines[0].lower().startswith("sep=") and len(lines[0].strip()) == 5:
        return lines[0].strip()[-1] if lines[0].strip()[-1] in DELIMITERS else ","
    bare = re.sub(r'"[^"]*"', "", lines[0])
    return max(DELIMITERS, key=bare.count)


def _quoting_problem(lines: list[str], delimiter: str) -> str:
    """A record over several lines may have swallowed the next one through a stray mark."""
    if len(lines) < 2:
        return ""
    tidy = (_LOOSE_QUOTE.sub('"', line) for line in lines)
    try:
        list(csv.reader(tidy, delimiter=delimiter, strict=True))
    except csv.Error:
        return _("Quotation marks do not pair up here, so that rows run into each other.")
    return ""


def _never_closed(number: int) -> UnreadableFile:
    return UnreadableFile(
        _("A quotation mark opened in row %(row)d is never closed.") % {"row": number},
        _("Delete the stray quotation mark, or open the file in Excel and save it again."),
    )


def _clean(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell if cell.isascii() else _fold(cell) for cell in map(str.strip, cells))


def _fold(cell: str) -> str:
    """Composed accents, plain spaces, no invisible marks."""
    cell = unicodedata.normalize("NFC", cell).replace("\xa0", " ")
    return cell.strip("\u200b\u200e\u200f\ufeff ")


def _only_explains(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return len(filled) > 1 and all(_INSTRUCTION.match(cell) for cell in filled)
