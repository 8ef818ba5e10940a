import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from apps.core import workbooks
from apps.core.tabular import MEGABYTE, Row, UnreadableFile, open_table

DATA = Path(__file__).parents[1] / "data"


def read(data: bytes, largest: int = MEGABYTE) -> tuple[tuple[str, ...], list[Row]]:
    with open_table(io.BytesIO(data), largest=largest) as table:
        return table.headers, list(table.rows())


def cells(data: bytes) -> list[tuple[str, ...]]:
    headers, rows = read(data)
    return [headers, *(row.cells for row in rows)]


def workbook(*rows: list) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


ACCENTED = [("Name", "Town"), ("Zoë Müller", "Árd")]


@pytest.mark.parametrize(
    "data",
    [
        "Name,Town\nZoë Müller,Árd\n".encode(),
        "\ufeffName,Town\r\nZoë Müller,Árd\r\n".encode(),
        "Name,Town\rZoë Müller,Árd".encode(),
        "Name,Town\r\nZoë Müller,Árd\r\n".encode("cp1252"),
        "Name;Town\nZoë Müller;Árd\n".encode("cp1252"),
        "Name\tTown\nZoë Müller\tÁrd\n".encode("utf-16"),
        "Name,Town\nZoë Müller,Árd\n".encode("utf-16-le"),
        "Name,Town\nZoë Müller,Árd\n".encode("utf-16-be"),
        b"sep=;\nName;Town\n" + "Zoë Müller;Árd\n".encode(),
        '"Name"   ,"Town" \n"Zoë Müller" ,"Árd"\n'.encode(),
        "Na\0me,To\0wn\nZoë\0 Müller,Á\0rd\n".encode(),
        "Name,Town\n Zoë\xa0Müller , Árd\u200b\n".encode(),
    ],
)
def test_usual_dresses_read_alike(data):
    assert cells(data) == ACCENTED


def test_one_byte_of_cp1252_does_not_spoil_the_rest():
    assert cells("a,b\né,ü\n".encode() + b"\xe9,\xfc\n")[1:] == [("é", "ü"), ("é", "ü")]


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    _headers, rows = read(b'a,b\n1,2\n\n"3\n4",5\n6,7\n')
    assert [(row.number, row.cells) for row in rows] == [
        (2, ("1", "2")),
        (4, ("3\n4", "5")),
        (5, ("6", "7")),
    ]


def test_short_rows_are_padded_and_surplus_cells_kept():
    assert cells(b"a,b,c\n1\n1,2,3,4,5\n")[1:] == [("1", "", ""), ("1", "2", "3", "4", "5")]


def test_a_row_that_only_explains_is_passed_over():
    _headers, rows = read(
        (DATA / "awkward/mavis_class_import_valid_instruction_row.csv").read_bytes()
    )
    assert [(row.number, row.cells[0]) for row in rows] == [(3, "Jennifer")]


def test_files_that_break_naive_importers():
    _headers, rows = read((DATA / "awkward/claims_illegal_encoding.csv").read_bytes())
    assert rows[0].cells[1] == "£4,000"
    headers, rows = read((DATA / "awkward/rect_malformed_claim.csv").read_bytes())
    assert headers[0] == "TRN"
    assert rows[0].cells[0] == "3002586"


def test_rows_run_together_by_a_stray_quotation_mark_say_so():
    _headers, rows = read(b'a,b\n"Smith,Ann\n"Jones",Bob\nLast,One\n')
    assert [bool(row.problem) for row in rows] == [True, False]
    assert rows[1].cells == ("Last", "One")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b'a,b\n1,2\n"3,4\n5,6\n', "row 3 is never closed"),
        (b'a,b\n"' + b"x" * 200_000 + b'",1\n', "never closed"),
        (b"a,b\n" + b"x" * (MEGABYTE + 1), "longer than a million"),
        (b"One column\nonly\n", "only one column"),
        (b",".join([b"a"] * 501), "500 columns"),
        (b"%PDF-1.7 ...", "not a table"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "not a table"),
        (bytes(range(32)) * 40, "not a table"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "97"),
        (b"\x1f\x8b\x08\x00", "compressed"),
        (b"PK\x03\x04 but no more", "damaged"),
    ],
)
def test_what_cannot_be_read_says_why_and_how_to_mend_it(data, words):
    with pytest.raises(UnreadableFile, match=words) as caught:
        read(data, largest=10 * MEGABYTE)
    assert caught.value.fix.endswith(".")


def test_an_oversized_file_is_not_read():
    with pytest.raises(UnreadableFile, match="larger than 1 MB"):
        read(b"a,b\n" + b"1,2\n" * 400_000)


def test_a_workbook_reads_as_its_csv_would():
    data = workbook(
        ["ID", "FTE", "From", "Here", "At", "Sum"],
        [101.0, 0.6, date(2024, 9, 1), True, datetime(2024, 9, 1, 8, 30), "=1+1"],  # noqa: DTZ001 - cells have no zone
        [None] * 6,
        ["=HYPERLINK()", "#N/A", None, "x\u00a0y"],
    )
    headers, rows = read(data)
    assert headers == ("ID", "FTE", "From", "Here", "At", "Sum")
    assert rows[0].cells == ("101", "0.6", "2024-09-01", "TRUE", "2024-09-01 08:30:00", "")
    assert (rows[1].number, rows[1].cells) == (4, ("", "", "", "x y", "", ""))


def test_the_first_visible_sheet_with_rows_is_read():
    book = Workbook()
    book.active.append(["not", "this"])
    book.active.sheet_state = "hidden"
    book.create_sheet("empty")
    book.create_sheet("staff").append(["a", "b"])
    target = io.BytesIO()
    book.save(target)
    assert read(target.getvalue())[0] == ("a", "b")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (workbooks.MOST_UNPACKED + 1))
    assert len(target.getvalue()) < MEGABYTE
    with pytest.raises(UnreadableFile, match="too large once unpacked"):
        read(target.getvalue())


def test_a_zip_of_something_else_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("staff.csv", "a,b\n1,2\n")
    with pytest.raises(UnreadableFile, match="compressed folder"):
        read(target.getvalue())


def test_the_callers_file_stays_open():
    source = io.BytesIO(b"a,b\n1,2\n")
    with open_table(source, largest=MEGABYTE) as table:
        list(table.rows())
    del table
    assert not source.closed


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00")
@example(b"\xff\xfea\x00,\x00b")
@example(b"PK\x03\x04")
@example(b'"')
@example(b"\xef\xbb\xbf")
def test_any_bytes_are_read_or_refused_in_words(data):
    try:
        headers, rows = read(data)
    except UnreadableFile as error:
        assert error.reason
        assert error.fix
    else:
        assert all(len(row.cells) >= len(headers) for row in rows)
        assert not any("\0" in cell for row in rows for cell in row.cells)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8).map(
    lambda text: text.strip()
)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(TEXT, min_size=2, max_size=4), min_size=1, max_size=5),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([",", ";", "\t"]),
)
def test_what_a_csv_writer_writes_comes_back(rows, encoding, delimiter):
    import csv
    import unicodedata

    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["first", "second"])
    writer.writerows(rows)
    found = [row.cells for row in read(text.getvalue().encode(encoding))[1]]
    plain = [[unicodedata.normalize("NFC", c).replace("\xa0", " ") for c in row] for row in rows]
    assert len(found) <= len(plain)
    wanted = [[c.strip("\u200b\u200e\u200f\ufeff ") for c in row] for row in plain]
    assert [list(row) for row in found] == [row for row in wanted if any(row)]


# Made once: it holds the time, and so is not always of the same length.
WHOLE = workbook(["a", "b"], [1, "x"], [2, "y"])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_in_words(data):
    whole = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 20))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(bytes(whole))
    except UnreadableFile as error:
        assert error.fix
