"""What stands in a released table: numbers in a fixed order, None where nothing is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from apps.audits.disclosure import Group
from apps.audits.enums import QuestionKind
from apps.audits.measuring import Kind, Measured, Sums
from apps.audits.models import Question
from apps.audits.suppression import RULE, is_small, left_out

Cell = list[Any]
NOTHING = Sums(0)
WRITTEN = (QuestionKind.OFFER, QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT)


def counted_questions(questions: Iterable[Question]) -> list[Question]:
    """Those with figures: not what people write, nor what they offer."""
    return [question for question in questions if question.kind not in WRITTEN]


def total_of(sums: Mapping[Kind, Sums], kinds: Iterable[Any]) -> Sums:
    found = NOTHING
    for kind in kinds:
        row = sums.get(kind)
        if row is not None:
            found = found.plus(row)
    return found


def cell(question: Question, sums: Sums) -> Cell:
    """[n, need, confidence, priority] of a grid, [n, mean] of a scale, [n] of others."""
    n = sums.n
    if question.kind == QuestionKind.GRID:
        halves = (sums.confidence, sums.priority)  # of a need asked elsewhere there are none
        return [n, _mean(sums.need, n), *(_mean(half, n) if half else None for half in halves)]
    if question.kind == QuestionKind.SCALE:
        return [n, _mean(sums.number, n)]
    return [n]


def _mean(total: int, n: int) -> float | None:
    """Two decimals, half up, in whole numbers: a large audit has half a million of them."""
    return (200 * total + n) // (2 * n) / 100 if n else None


def spread(question: Question, found: Measured, *, suppress: bool = True) -> dict[str, Any]:
    """How the answers to one question fall, over everybody; counts of one to four are kept back.

    A scale comes with its mean, which with all steps but two would give these away: so either
    all of its steps are shown or none.
    """
    if question.kind == QuestionKind.SCALE:
        steps = found.steps.get(question.pk, {})
        if suppress and any(is_small(n) for n in steps.values()):
            return {"steps": None}
        return {"steps": [[at, steps.get(at, 0)] for at in range(1, (question.steps or 0) + 1)]}
    options = found.options.get(question.pk, {})
    if question.kind == QuestionKind.RANKING:
        rows: list[Cell] = []
        for label in question.choices:
            chosen = options.get(label)
            if chosen is None or (suppress and chosen.n < RULE):
                rows.append([label, None, None])
            else:
                rows.append([label, chosen.n, _mean(chosen.places, chosen.n)])
        return {"ranks": rows}
    if question.kind not in (QuestionKind.CHOICE, QuestionKind.SINGLE):
        return {}
    counts = {label: options[label].n if label in options else 0 for label in question.choices}
    hidden = _hidden(question, counts) if suppress else frozenset()
    return {"options": [[x, None if x in hidden else n] for x, n in counts.items()]}


def _hidden(question: Question, counts: Mapping[str, int]) -> frozenset[str]:
    """Of "choose one" the counts add up to all, so a second one goes with a small one."""
    if question.kind == QuestionKind.SINGLE:
        return left_out(counts)
    return frozenset(label for label, n in counts.items() if n < RULE)


def people(groups: Iterable[Group], found: Measured) -> list[dict[str, Any]]:
    """The groups of a table with how many were asked and have answered."""
    rows = []
    for group in groups:
        asked = sum(n for kind, n in found.asked.items() if _unkept(kind) in group.kinds)
        answered = sum(n for kind, n in found.answered.items() if _unkept(kind) in group.kinds)
        counted = sum(n for kind, n in found.counted.items() if kind in group.kinds)
        rows.append({"key": group.key, "asked": asked, "answered": answered, "counted": counted})
    return rows


def _unkept(kind: Kind) -> Kind:
    return kind._replace(kept=False)
