"""What stands in a released table: numbers in a fixed order, None where nothing is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from apps.audits.disclosure import Group
from apps.audits.enums import QuestionKind
from apps.audits.measuring import CHOSEN_FROM, Kind, Measured, Sums
from apps.audits.models import Question
from apps.audits.suppression import RULE, is_small, left_out

T = TypeVar("T", str, int)
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


def spread(
    question: Question,
    found: Measured,
    *,
    suppress: bool = True,
    readers: Iterable[frozenset[int]] = (),
) -> dict[str, Any]:
    """How the answers to one question fall, over everybody; counts of one to four are kept back,
    and those that would leave so few to ``readers``, who know the answers of some schools.

    A scale comes with its mean, which with all steps but two would give these away: so either
    all of its steps are shown or none.
    """
    if question.kind == QuestionKind.SCALE:
        steps = found.steps.get(question.pk, {})
        seen = _seen(steps, found.steps_at.get(question.pk, {}), readers)
        if suppress and any(is_small(n) for counts in seen for n in counts.values()):
            return {"steps": None}
        return {"steps": [[at, steps.get(at, 0)] for at in range(1, (question.steps or 0) + 1)]}
    if question.kind not in CHOSEN_FROM:
        return {}
    options = found.options.get(question.pk, {})
    whole = {label: options[label].n if label in options else 0 for label in question.choices}
    views = _seen(whole, found.options_at.get(question.pk, {}), readers)
    hidden = _hidden(question, views) if suppress else frozenset()
    if question.kind == QuestionKind.RANKING:
        rows = [
            [label, None, None]
            if label in hidden or label not in options
            else [label, options[label].n, _mean(options[label].places, options[label].n)]
            for label in question.choices
        ]
        return {"ranks": rows}
    return {"options": [[x, None if x in hidden else n] for x, n in whole.items()]}


def _seen(
    whole: Mapping[T, int],
    at: Mapping[int, Mapping[T, int]],
    readers: Iterable[frozenset[int]],
) -> list[dict[T, int]]:
    """The counts for everybody, and those of the others for each reader, if there are others."""
    found = [dict(whole)]
    for known in readers:
        left = dict(whole)
        for school in known & at.keys():
            for key, n in at[school].items():
                left[key] = left.get(key, 0) - n
        if left != whole and any(left.values()):
            found.append(left)
    return found


def _hidden(question: Question, views: Sequence[Mapping[str, int]]) -> frozenset[str]:
    """Of "choose one" the counts add up to all, so a second one goes with a small one."""
    if question.kind != QuestionKind.SINGLE:
        return frozenset(label for counts in views for label, n in counts.items() if n < RULE)
    before, hidden = None, frozenset[str]()
    while hidden != before:
        before = hidden
        for counts in views:
            hidden = left_out(counts, hidden)
    return hidden


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
