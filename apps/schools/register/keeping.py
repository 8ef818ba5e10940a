"""A register file as it is kept between upload and import: only the columns that we read."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.core.files import File

from apps.core.tabular import Row, open_table
from apps.schools.register import importing
from apps.schools.register.columns import LINKED, PROBLEM, USED, Reader, key


@dataclass(frozen=True, slots=True)
class Kept:
    rows: int
    file: File[Any]


@contextmanager
def keep(upload: IO[bytes], largest: int) -> Iterator[Kept]:
    """Read an upload to its end; UnreadableFile when it cannot be used."""
    with tempfile.TemporaryFile() as target:
        rows = _copy(upload, target, largest)
        target.seek(0)
        yield Kept(rows, File(target, name="register.csv"))


def _copy(upload: IO[bytes], target: IO[bytes], largest: int) -> int:
    text = io.TextIOWrapper(target, "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    last, rows = 1, 0
    with open_table(upload, largest=largest) as table:
        importing.check_headers(Reader(table.headers))
        places = [i for i, header in enumerate(table.headers) if key(header) in USED]
        writer.writerow([*(table.headers[place] for place in places), PROBLEM])
        for row in table.rows():
            text.write("\r\n" * (row.number - last - 1))  # rows keep the numbers they had
            writer.writerow([*_cells(row, places, table.headers), row.problem])
            last, rows = row.number, rows + 1
    text.detach()
    return rows


def _cells(row: Row, places: list[int], headers: tuple[str, ...]) -> list[str]:
    cells = [row.cells[place] for place in places]
    if places[-1] == len(headers) - 1 and key(headers[-1]) == key(LINKED):
        cells[-1] = ", ".join(row.cells[places[-1] :])  # the last column spills to the right
    return cells
