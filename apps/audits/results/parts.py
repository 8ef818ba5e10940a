"""The parts of a results page as plain rows: the same for the page, the files and the charts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from apps.audits.enums import Grouping, QuestionKind, TopicArea
from apps.audits.figures import is_as_asked
from apps.audits.models import Question
from apps.audits.results.sources import Source, group_label
from apps.audits.suppression import RULE

N, MEAN, CONFIDENCE = 0, 1, 2  # places in a cell: a grid's mean need, a scale's mean
FIRST = ("teacher", "support", "leaders", "staff", "nursery", "primary")
MEANS = (QuestionKind.GRID, QuestionKind.SCALE)


@dataclass(frozen=True, slots=True)
class Gap:
    """What leaders and the other staff said to one question; need, or mean of a scale."""

    label: str
    is_need: bool
    leaders: float
    leaders_n: int
    staff: float
    staff_n: int

    @property
    def gap(self) -> float:
        return round(self.leaders - self.staff, 2)


def ranked(source: Source) -> list[dict[str, Any]]:
    """Topics with figures, the biggest need first; those that few rated follow the others, and
    needs as they were asked elsewhere follow all that are on our scale."""
    rows = [
        row
        | {
            "area": str(TopicArea(row["area"]).label),
            "few": row["all"]["n"] < RULE,
            "as_asked": is_as_asked(row["all"]),
        }
        for row in source.summary["topics"]
        if row["all"] and row["all"]["n"]
    ]
    return sorted(rows, key=lambda row: (row["as_asked"], row["few"]))


def unranked(source: Source) -> list[str]:
    return [
        row["name"] for row in source.summary["topics"] if not row["all"] or not row["all"]["n"]
    ]


def in_order(source: Source) -> list[Question]:
    """The grids in the order of the ranking."""
    by_topic = {q.topic_id: q for q in source.of_kind(QuestionKind.GRID)}
    return [by_topic[row["topic"]] for row in ranked(source) if row["topic"] in by_topic]


def label_of(question: Question) -> str:
    """A grid is known by its topic: its question is the same for all of them."""
    return question.topic.name if question.topic is not None else question.text


def columns(source: Source, grouping: str) -> list[tuple[str, str]]:
    """(key, label) of the groups of a table."""
    keys = [row["key"] for row in source.tables[grouping]["groups"]]
    return [(key, group_label(grouping, key)) for key in sorted(keys, key=_place)]


def _place(key: str) -> tuple[int, str]:
    """Teachers before support staff, leaders before the others; who did not say comes last."""
    return (FIRST.index(key) if key in FIRST else len(FIRST) + (not key), key)


def across(
    source: Source, grouping: str, questions: Iterable[Question]
) -> list[tuple[Question, list[list[Any] | None]]]:
    """A row a question: its cells by the groups of one released table."""
    keys = [key for key, _label in columns(source, grouping)]
    return [(q, [source.cell(grouping, q.code, key) for key in keys]) for q in questions]


def gaps(source: Source) -> list[Gap]:
    """Leaders against staff, the widest gap first; only where both have answers."""
    found = []
    for question in source.of_kind(*MEANS):
        leaders = source.cell(Grouping.LEADERS, question.code, "leaders")
        staff = source.cell(Grouping.LEADERS, question.code, "staff")
        if leaders and staff and leaders[N] and staff[N]:
            found.append(
                Gap(
                    label_of(question),
                    question.kind == QuestionKind.GRID,
                    leaders[MEAN],
                    leaders[N],
                    staff[MEAN],
                    staff[N],
                )
            )
    return sorted(found, key=lambda row: (-abs(row.gap), row.label))


def scales(source: Source) -> list[dict[str, Any]]:
    """Every scale with its mean and, where it may be shown, how the answers fall."""
    rows = []
    for question in source.of_kind(QuestionKind.SCALE):
        cell = source.whole(question.code)
        table = source.tables.get(Grouping.ALL, {"questions": {}})["questions"]
        rows.append(
            {
                "question": question,
                "n": cell[N] if cell else None,
                "mean": cell[MEAN] if cell else None,
                "steps": table.get(question.code, {}).get("steps") if cell else None,
            }
        )
    return rows


def choices(source: Source) -> list[dict[str, Any]]:
    """Counts of "choose one" and "choose any", the most frequent first."""
    return [
        {
            "question": question,
            "n": n,
            "options": sorted(
                ({"label": label, "n": count} for label, count in options),
                key=lambda option: -(option["n"] or 0),
            ),
        }
        for question, n, options in _spread(
            source, "options", QuestionKind.CHOICE, QuestionKind.SINGLE
        )
    ]


def rankings(source: Source) -> list[dict[str, Any]]:
    """Options put in order, the best mean place first; those not shown last."""
    return [
        {
            "question": question,
            "n": n,
            "options": sorted(
                ({"label": x, "n": count, "place": place} for x, count, place in options),
                key=lambda option: (option["place"] is None, option["place"] or 0),
            ),
        }
        for question, n, options in _spread(source, "ranks", QuestionKind.RANKING)
    ]


def _spread(
    source: Source, name: str, *kinds: QuestionKind
) -> Iterable[tuple[Question, int, list[Any]]]:
    table = source.tables.get(Grouping.ALL, {"questions": {}})["questions"]
    for question in source.of_kind(*kinds):
        row = table.get(question.code)
        cell = source.whole(question.code)
        if row and cell and row.get(name) is not None:
            yield question, cell[N], row[name]
