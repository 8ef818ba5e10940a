"""The report's tables: what page, PDF, CSV and XLSX show alike.

A cell is a text, a number, None (not known), ``{"hidden": true}`` (too few people) or
``{"bar": 0..1, "text": ...}``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.evaluation.snapshot.people import FULL, PART, UNKNOWN
from apps.evaluation.snapshot.wording import (
    kind_name,
    number,
    share,
    state_name,
)

Facts = dict[str, Any]
Table = dict[str, Any]


def table(
    name: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    lead: str = "",
    note: str = "",
    total: bool = False,
    words: int = 1,
    schools: Sequence[int | None] = (),
) -> Table:
    """``words`` columns from the left hold text, the others numbers; ``total``: the last row.

    ``schools`` are the keys of the schools that the rows are about, which see and comment on
    their own before the report goes out; None for a row about all.
    """
    of_schools = {"schools": list(schools)} if any(schools) else {}
    return of_schools | {
        "name": name,
        "title": title,
        "lead": lead,
        "columns": [{"label": c, "num": at >= words} for at, c in enumerate(columns)],
        "rows": [list(row) for row in rows],
        "total": total,
        "note": note,
    }


def activities(found: Facts) -> Table:
    states = [state for state, n in found["by_state"].items() if n]
    rows = [
        [kind_name(kind), *(counts[s] for s in states), sum(counts.values())]
        for kind, counts in found["by_kind"].items()
    ]
    rows.append([_("All"), *(found["by_state"][s] for s in states), found["total"]])
    return table(
        "activities",
        _("Activities by kind and state"),
        [_("Kind"), *map(state_name, states), _("All")],
        rows,
        total=True,
    )


def time(facts: Facts) -> Table:
    sessions, release = facts["sessions"], facts["release"]
    return table(
        "time",
        _("Sessions and time"),
        ["", pgettext("how many", "Number")],
        [
            [_("Sessions held"), sessions["held"]],
            [_("Sessions to come"), sessions["to_come"]],
            [_("Sessions past and not marked"), sessions["not_marked"]],
            [_("Sessions postponed or cancelled"), sessions["postponed"] + sessions["cancelled"]],
            [_("Hours of sessions held"), sessions["hours_held"]],
            [_("Hours of sessions planned, those held included"), sessions["hours_planned"]],
            [_("Hours of release planned"), _kept(release, "hours_planned")],
            [_("Of them, waiting for approval"), _kept(release, "hours_waiting")],
            [_("Hours of release used"), _kept(release, "hours_used")],
            [_("Pounds for cover, travel, extra pay and fees"), _kept(release, "pounds")],
        ],
    )


def _kept(found: Facts, name: str) -> Any:
    """A figure of the ledger, unless too few people stand behind it."""
    return {"hidden": True} if found["hidden"] else found[name]


def by_school(found: Facts) -> Table:
    rows = [[row["school"], *map(cell, row["cells"])] for row in found["rows"]]
    rows.append([_("All schools"), *map(cell, found["total"])])
    return table(
        "people",
        _("Staff taking part, by school and role"),
        [_("School"), _("Teachers"), _("Support staff"), _("All")],
        rows,
        total=True,
        schools=[*(row.get("id") for row in found["rows"]), None],
    )


def by_hours(found: Facts) -> Table:
    labels = {
        FULL: _("Full-time"),
        PART: _("Part-time"),
        UNKNOWN: _("Hours not known"),
        "all": _("All"),
    }
    rows = [
        [labels[column], cell(shown)]
        for column, shown in zip(found["columns"], found["cells"], strict=True)
    ]
    return table(
        "hours", _("Equality: staff taking part, by hours"), ["", _("Staff")], rows, total=True
    )


def promises(found: Facts) -> Table | None:
    if found["hidden"]:
        return None
    return table(
        "promises",
        _("Shared promises that fell due"),
        ["", pgettext("how many", "Number")],
        [
            [_("Due"), found["due"]],
            [_("Kept"), found["done"]],
            [_("Overdue"), found["overdue"]],
            [_("Open, due later"), found["open"]],
            [_("Dropped"), found["dropped"]],
            [_("Moved to a later day"), found["moved"]],
        ],
    )


def needs(found: Facts) -> Table | None:
    if not found["biggest"]:
        return None
    return table(
        "needs",
        _("The biggest needs across the schools"),
        [_("Topic"), _("Mean need (1 to 16)"), _("People"), _("Schools")],
        [[t["topic"], t["need"], t["people"], t["schools"]] for t in found["biggest"]],
        note=_("Mean of (5 - confidence) x priority; only schools with five answers or more."),
    )


def partnership(found: Facts) -> Table:
    return table(
        "partnership",
        _("Schools and partners"),
        ["", pgettext("how many", "Number")],
        [
            [_("Invited"), found["invited"]],
            [_("Joined"), found["joined"]],
            [_("Signed the agreement"), found["signed"]],
        ],
    )


def obstacles(found: Facts) -> Table | None:
    rows = [
        [
            o["text"] or _("An obstacle that names somebody: see the agreement"),
            o["mitigation"] or "",
            _("Cleared")
            if o["cleared"]
            else _("Must be cleared")
            if o["must_clear"]
            else _("Open"),
        ]
        for o in found["obstacles"]
    ]
    if not rows:
        return None
    return table(
        "obstacles",
        _("Obstacles named in the agreement"),
        [_("Obstacle"), _("What we do about it"), _("State")],
        rows,
        words=3,
    )


def cell(shown: Facts) -> Any:
    return {"hidden": True} if shown.get("hidden") else share(shown)


def for_page(found: Table) -> dict[str, Any]:
    """The table with each cell beside its column, told as a page shows it; in ``lines`` each row
    with what the school that it is about says."""
    columns = found["columns"]
    rows = [list(zip(columns, map(_told, row), strict=True)) for row in found["rows"]]
    said = found.get("said") or [""] * len(rows)
    return found | {"rows": rows, "lines": list(zip(rows, said, strict=True))}


def _told(value: Any) -> dict[str, Any]:
    """All have the same keys: a template looks long for one that is not there."""
    if isinstance(value, dict) and not value.get("hidden"):
        return {"sort": "bar", "text": value["text"], "bar": value["bar"]}
    missing = value is None or isinstance(value, dict)
    return {"sort": "missing" if missing else "words", "text": cell_words(value), "bar": None}


def cell_words(value: Any) -> str:
    """A cell in words alone."""
    return number(value) if isinstance(value, int | float) else str(plain(value))


def plain(value: Any) -> Any:
    """A cell for a file."""
    if isinstance(value, dict):
        return _("not shown") if value.get("hidden") else value["text"]
    return _("not known") if value is None else value


def lines(snapshot: Facts) -> list[list[Any]]:
    """Every figure of the report, one a line: section, table, row, column, value. What a school
    says follows its row, or the tables of the section."""
    said = _("What the school says")
    found = []
    for section in snapshot["sections"]:
        for shown in section["tables"]:
            words = shown.get("said") or [""] * len(shown["rows"])
            for row, text in zip(shown["rows"], words, strict=True):
                start = [section["title"], shown["title"], str(row[0])]
                cells = list(zip(shown["columns"], row, strict=True))[1:]
                found += [[*start, column["label"], plain(value)] for column, value in cells]
                if text:
                    found.append([*start, said, text])
        found += [[section["title"], "", "", said, text] for text in section.get("said", [])]
    return found
