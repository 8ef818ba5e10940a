"""The report's tables: what page, PDF, CSV and XLSX show alike.

A cell is a text, a number, None (not known), ``{"hidden": true}`` (too few people) or
``{"bar": 0..1, "text": ...}``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.evaluation.scoring import Lack
from apps.evaluation.snapshot.people import FULL, PART, UNKNOWN
from apps.evaluation.snapshot.wording import (
    evidence_name,
    kind_name,
    level_name,
    number,
    share,
    state_name,
    status_name,
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
) -> Table:
    """``words`` columns from the left hold text, the others numbers; ``total``: the last row."""
    return {
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
            [_("Hours out of class needed by those taking part"), release["hours_needed"]],
            [_("Hours out of class available to them"), release["hours_available"]],
            [_("Money spent"), None],
        ],
    )


def by_school(found: Facts) -> Table:
    rows = [[row["school"], *map(cell, row["cells"])] for row in found["rows"]]
    rows.append([_("All schools"), *map(cell, found["total"])])
    return table(
        "people",
        _("Staff taking part, by school and role"),
        [_("School"), _("Teachers"), _("Support staff"), _("All")],
        rows,
        total=True,
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


def outcome(found: Facts) -> Table:
    """One activity: its score and every part of it."""
    title = found["title"] or _("%(kind)s led by %(school)s") % {
        "kind": kind_name(found["kind"]),
        "school": found["school"],
    }
    return table(
        "criteria",
        title,
        [
            _("Criterion"),
            _("Verdict"),
            _("Weight"),
            _("Baseline"),
            _("Now"),
            _("Target"),
            _("Progress"),
        ],
        [_part(part) for part in found["parts"]],
        lead=". ".join(
            [
                _("%(kind)s led by %(school)s")
                % {"kind": kind_name(found["kind"]), "school": found["school"]},
                state_name(found["state"]),
                score_words(found["score"], found["evaluable_weight"], found["total_weight"]),
            ]
        )
        + ".",
        words=2,
    )


def score_words(score: float | None, evaluable: int, whole: int) -> str:
    """Such as "35 of 60 points that can be judged, of 100 in all"."""
    if score is None:
        return _("Not evaluable yet")
    words = _("%(score)s of %(evaluable)d points that can be judged") % {
        "score": number(score),
        "evaluable": evaluable,
    }
    return words if whole == evaluable else _("%(words)s, of %(whole)d in all") % {
        "words": words, "whole": whole,
    }  # fmt: skip


def _part(part: Facts) -> list[Any]:
    verdict = status_name(part["status"])
    if part["lack"]:
        verdict = f"{verdict}: {Lack(part['lack']).label}"
    unit = f" ({part['unit']})" if part["unit"] else ""
    few = part["status"] == "too_few"
    progress = part["progress"]
    return [
        (part["criterion"] or _("A criterion about %(level)s") % {
            "level": level_name(part["level"]).lower()
        }) + unit,
        verdict,
        part["weight"],
        {"hidden": True} if few else part["baseline"],
        {"hidden": True} if few else part["value"],
        part["target"],
        {"hidden": True}
        if few
        else None
        if progress is None
        else {"bar": progress, "text": f"{round(100 * progress)}%"},
    ]  # fmt: skip


def overall(found: Facts) -> Table:
    return table(
        "overall",
        _("The agreement's weights, and progress so far"),
        ["", _("Weight"), _("Criteria judged"), _("Mean progress")],
        [
            [
                level_name(part["level"]),
                part["weight"],
                part["criteria"],
                None
                if part["progress"] is None
                else {"bar": part["progress"], "text": f"{round(100 * part['progress'])}%"},
            ]
            for part in found["parts"]
        ],
    )


def evidence(found: Sequence[Facts]) -> Table:
    keys = ("agreed", "evaluable", "met", "partly_met", "not_met", "too_few")
    rows: list[list[Any]] = [
        [evidence_name(row["level"]), *(row[key] for key in keys)] for row in found
    ]
    rows.append([_("All"), *(sum(row[key] for row in found) for key in keys)])
    return table(
        "evidence",
        _("Criteria at the five levels of evidence"),
        [
            _("Level"),
            _("Agreed"),
            _("Can be judged"),
            _("Met"),
            _("Partly met"),
            _("Not yet nearer"),
            _("Too few people"),
        ],
        rows,
        total=True,
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


def plain(value: Any) -> Any:
    """A cell for a file."""
    if isinstance(value, dict):
        return _("not shown") if value.get("hidden") else value["text"]
    return _("not known") if value is None else value


def lines(snapshot: Facts) -> list[list[Any]]:
    """Every figure of the report, one a line: section, table, row, column, value."""
    return [
        [section["title"], found["title"], str(row[0]), column["label"], plain(value)]
        for section in snapshot["sections"]
        for found in section["tables"]
        for row in found["rows"]
        for column, value in list(zip(found["columns"], row, strict=True))[1:]
    ]
