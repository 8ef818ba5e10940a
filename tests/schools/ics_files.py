"""Calendar files as schools' programs write them, around real dates."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TITLES = {
    "autumn": "Autumn Term",
    "spring": "Spring Term",
    "summer": "Summer Term",
    "half_term": "Half Term",
    "holiday": "School holidays",
    "inset": "INSET Day",
    "occasional": "Occasional day",
}


def real_dates() -> dict[str, list[dict[str, str]]]:
    """The term dates of six schools, by the page they were read off."""
    found = defaultdict(list)
    with (HERE / "term_dates.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["school_page"]].append(row)
    return dict(found)


def bank_holidays() -> list[dict[str, Any]]:
    data = json.loads((HERE.parent / "data" / "bank-holidays.json").read_text(encoding="utf-8"))
    return list(data["england-and-wales"]["events"])


def all_day(
    uid: Any, title: str, first: str | date, last: str | date | None = None, *more: str
) -> str:
    """An event whose DTEND is, as it should be, the day after its ``last``."""
    start = date.fromisoformat(str(first))
    end = date.fromisoformat(str(last or first)) + timedelta(days=1)
    return event(
        uid, title, f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"DTEND;VALUE=DATE:{end:%Y%m%d}", *more
    )


def event(uid: Any, title: str, *lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", *lines, "END:VEVENT"])


def calendar(*parts: str, newline: str = "\r\n") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", *parts, "END:VCALENDAR", ""]
    return newline.join("\r\n".join(lines).split("\r\n")).encode()


def of_school(rows: Iterable[dict[str, str]]) -> bytes:
    return calendar(
        *(
            all_day(
                f"{row['kind']}-{row['start']}@school",
                TITLES[row["kind"]],
                row["start"],
                row["end"],
            )
            for row in rows
        )
    )
