"""Results to take away. A file is passed on, so all in it is released, under the rule of five."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.audits.enums import Grouping, QuestionKind
from apps.audits.reading import counts_of
from apps.audits.results import parts
from apps.audits.results.charts import gap_words
from apps.audits.results.sources import Source
from apps.audits.results.trend import Trend
from apps.audits.wording import FORMULA
from apps.core.ui.dates import day

NONE = "–"  # there is none: nobody answered, or it was not asked in that way
Rows = list[list[Any]]


def lines_header() -> list[str]:
    return [_("Table"), _("Question"), _("Group"), _("Figure"), _("Value")]


def lines(source: Source) -> Rows:
    """Every released figure, one a line."""
    return [
        [table["title"], *_place(table, str(row[0]), column), plain(value)]
        for table in tables(source)
        for row in table["rows"]
        for column, value in list(zip(table["columns"], row, strict=True))[1:]
    ]


def _place(table: dict[str, Any], first: str, column: str) -> list[str]:
    """Question, group and figure of a cell."""
    if table["of_groups"]:
        return ["", first, column]
    if ": " in column:
        return [first, *column.rsplit(": ", 1)]
    return [first, "", column]


def plain(value: Any) -> Any:
    """A group that is left out may be large: another could be worked out from it."""
    return _("not shown") if value is None else value


def tables(source: Source) -> list[dict[str, Any]]:
    """Everything on the page as tables of plain cells; None is what is not shown."""
    found = [_people(source), needs_table(source)]
    found += [by_table(source, grouping) for grouping in source.groupings]
    found += [_leaders(source), _scales(source)]
    found += [
        _table(row["question"].text, [_("Answer"), _("People")], _options(row, "n"))
        for row in parts.choices(source)
    ]
    found += [
        _table(
            row["question"].text,
            [_("Answer"), _("People"), _("Mean place")],
            _options(row, "n", "place"),
        )
        for row in parts.rankings(source)
    ]
    return [table for table in found if table["rows"]]


def _table(title: str, columns: list[str], rows: Rows, note: str = "") -> dict[str, Any]:
    return {
        "title": str(title),
        "columns": list(map(str, columns)),
        "rows": rows,
        "note": note,
        "of_groups": False,
    }


def _people(source: Source) -> dict[str, Any]:
    rows = []
    for grouping, table in source.tables.items():
        for row in table["groups"]:
            if "asked" in row:
                label = parts.group_label(grouping, row["key"])
                if grouping != Grouping.ALL:  # "not stated" there is in more than one
                    label = f"{Grouping(grouping).label}: {label}"
                counts = counts_of(row, exact=source.exact)
                answered = counts.answered_words if counts.rough else counts.answered
                rows.append([label, answered, counts.asked])
    found = _table(_("Who has answered"), [_("Group"), _("Answered"), _("Asked")], rows)
    return found | {"of_groups": True}


def needs_table(source: Source) -> dict[str, Any]:
    """With both ratings where they were asked for: elsewhere the need itself may have been."""
    ranked = parts.ranked(source)
    columns = [_("Topic"), _("Answers"), _("Mean need")]
    figures = ["n", "need"]
    rated = any(not row["as_asked"] for row in ranked)
    if rated:
        columns += [_("Mean confidence"), _("Mean priority")]
        figures += ["confidence", "priority"]
    rows: Rows = [
        [row["name"], *(NONE if (value := row["all"][name]) is None else value for name in figures)]
        for row in ranked
    ]
    return _table(_("Needs, the biggest first"), columns, rows, str(FORMULA) if rated else "")


def by_table(source: Source, grouping: str) -> dict[str, Any]:
    columns = [_("Question")]
    for _key, label in parts.columns(source, grouping):
        columns += [f"{label}: {_('mean')}", f"{label}: {_('answers')}"]
    questions = [*parts.in_order(source), *source.of_kind(QuestionKind.SCALE)]
    rows = []
    for question, cells in parts.across(source, grouping, questions):
        row: list[Any] = [parts.label_of(question)]
        for cell in cells:
            row += [None, None] if cell is None else _mean_and_n(cell[parts.MEAN], cell[parts.N])
        rows.append(row)
    return _table(str(Grouping(grouping).label), columns, rows)


def _mean_and_n(mean: float | None, n: int | None) -> list[Any]:
    return [NONE if mean is None else mean, NONE if n is None else n]


def _leaders(source: Source) -> dict[str, Any]:
    gaps = parts.gaps(source)
    rows: Rows = [[gap.label, gap.leaders, gap.staff, gap.gap] for gap in gaps]
    columns = [_("Question"), _("Leaders"), _("Staff who do not lead"), _("Difference")]
    note = gap_words(gaps[0]) if gaps else ""
    return _table(_("Leaders against staff"), columns, rows, note)


def _scales(source: Source) -> dict[str, Any]:
    rows: Rows = [
        [row["question"].text, row["mean"], row["n"], row["question"].steps]
        for row in parts.scales(source)
    ]
    return _table(_("Statements"), [_("Question"), _("Mean"), _("Answers"), _("Of")], rows)


def _options(row: dict[str, Any], *names: str) -> Rows:
    return [[option["label"], *(option[name] for name in names)] for option in row["options"]]


def trend_table(found: Trend) -> dict[str, Any]:
    columns = [_("Question")]
    for at in found.days:
        columns += [f"{day(at)}: {_('mean')}", f"{day(at)}: {_('answers')}"]
    rows: Rows = [
        [line.label, *(x for point in line.points for x in _mean_and_n(point.mean, point.n))]
        for line in found.lines
    ]
    return _table(_("The same questions before"), columns, rows)
