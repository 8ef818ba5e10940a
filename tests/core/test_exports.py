import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from apps.core import exports


def lines(*rows: list) -> list[list[str]]:
    text = "".join(exports.csv_lines(["Name", "Value"], rows))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))[1:]


@pytest.mark.parametrize(
    "hostile",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1+1",
        "\0=1+1",
        "\r=1+1",
        " =1+1",
        "\n\t=cmd|' /C'!A0",
        "\uff1d1+1",
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_is_inert(hostile):
    cell = lines([hostile, "x"])[0][0]
    assert cell.startswith("'")
    assert not exports.inert(cell).startswith(("=", "+", "-", "@", "\t", "\0"))


def test_plain_things_stay_plain():
    assert lines(["Zoë Müller", 3], ["-12.5", Decimal("0.6")], [None, date(2026, 11, 22)]) == [
        ["Zoë Müller", "3"],
        ["-12.5", "0.6"],
        ["", "2026-11-22"],
    ]


def test_a_workbook_holds_text_not_formulas():
    data = exports.xlsx_bytes(["Name", "Hours"], [["=1+1", 2.5], ["Zoë", None]])
    sheet = load_workbook(io.BytesIO(data)).active
    assert [c.data_type for c in sheet[2]] == ["s", "n"]
    assert sheet["A2"].value == "'=1+1"
    assert sheet["A3"].value == "Zoë"


def test_a_workbook_shows_its_dates_and_is_named() -> None:
    rows = [[date(2026, 11, 22), "x" * 100]]
    data = exports.xlsx_bytes(["Day", "What"], rows, title="release/2026")
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet.title == "release 2026"
    assert sheet.column_dimensions["A"].width >= len("2026-11-22")
    assert sheet.column_dimensions["B"].width == exports.WIDEST
    assert sheet["A1"].font.bold and not sheet["A2"].font.bold


def test_a_download_is_an_attachment():
    response = exports.csv_response("staff", ["Name"], [["A"]])
    assert response["Content-Disposition"] == 'attachment; filename="staff.csv"'
    assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbfName")
    assert exports.xlsx_response("staff", ["Name"], [["A"]])["Content-Type"] == exports.XLSX
