"""For mapping on screen: what columns could answer, and what the values in them could mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _

from apps.audits.collecting.cells import (
    CHOICES,
    LONGEST,
    UnreadableCell,
    as_written,
    plain,
    reader_of,
)
from apps.audits.collecting.mapping import understood
from apps.audits.enums import QuestionKind
from apps.audits.models import Audit, Question
from apps.audits.wording import SCALES
from apps.core.tabular import MEGABYTE, UnreadableFile, open_table

LARGEST = 5 * MEGABYTE
MOST_ROWS = 20_000
MOST_VALUES = 40  # a column with more different values holds no codes
SCHOOL, MISSING, AS_WRITTEN = "@school", "-", "="


@dataclass(slots=True)
class Seen:
    """A column of the file: its heading, how many cells are filled, and what stands in them."""

    place: int
    header: str
    values: Counter[str] = field(default_factory=Counter)

    @property
    def examples(self) -> list[str]:
        return [value[:60] for value, _n in self.values.most_common(3)]


@dataclass(frozen=True, slots=True)
class Codes:
    """Values that mean the same wherever they stand: of all columns that answer in one way."""

    label: str
    headers: tuple[str, ...]
    values: tuple[tuple[str, int], ...]
    answers: tuple[tuple[str, str], ...]  # what may be chosen beside "as written" and "missing"
    readable: frozenset[str]


def look(source: IO[bytes]) -> tuple[int, list[Seen]]:
    """Read a file to its end: its rows, and each column. UnreadableFile when it cannot be used."""
    with open_table(source, largest=LARGEST) as table:
        seen = [Seen(place, header) for place, header in enumerate(table.headers)]
        rows = 0
        for rows, row in enumerate(table.rows(), start=1):
            if rows > MOST_ROWS:
                raise UnreadableFile(
                    _("The file has more than %(most)d rows.") % {"most": MOST_ROWS},
                    _("Send it in parts, or ask whoever runs cpdhub to import it."),
                )
            for column in seen:
                value = row.cells[column.place]
                if value and (value in column.values or len(column.values) <= MOST_VALUES):
                    column.values[value] += 1
    if not rows:
        raise UnreadableFile(
            _("There are no answers under the column names."), _("Choose another file.")
        )
    return rows, [column for column in seen if column.header]


def targets(audit: Audit) -> Iterator[tuple[str, str]]:
    """What a column may answer, with its words."""
    for question in audit.asked_questions:
        if question.kind == QuestionKind.GRID:
            words = {"topic": question.topic}
            yield f"{question.code}.confidence", _("%(topic)s: confidence") % words
            yield f"{question.code}.priority", _("%(topic)s: priority") % words
            yield f"{question.code}.need", _("%(topic)s: need, asked as one question") % words
        else:
            yield question.code, question.text
    yield "@role", _("Who answered: teacher or support staff")
    yield "@phase", _("Who answered: phase")
    yield "@department", _("Who answered: department")
    yield "@career_stage", _("Who answered: career stage")
    yield "@job_role", _("Who answered: post")
    yield SCHOOL, _("Which school it is from")


def guess(headers: Iterable[str], audit: Audit) -> dict[str, str]:
    """The likeliest target of each column; none twice."""
    found: dict[str, str] = {}
    for header in headers:
        target = _target(_words(header), audit.asked_questions)
        if target and target not in found.values():
            found[header] = target
    return found


def _target(header: str, questions: Sequence[Question]) -> str:
    for question in questions:
        names = {_words(question.code), _words(question.text)}
        if question.kind != QuestionKind.GRID:
            if header in names:
                return question.code
        elif header in names or _words(str(question.topic)) in header:
            return f"{question.code}.{_half(header)}"
    known = {"role": "@role", "department": "@department", "phase": "@phase", "school": SCHOOL}
    return known.get(header, "")


def _half(header: str) -> str:
    if re.search(r"confiden|\bsure\b|\bable\b", header):
        return "confidence"
    return "priority" if re.search(r"priorit|\bhelp\b|important", header) else "need"


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def codes(seen: Sequence[Seen], columns: Mapping[str, str], audit: Audit) -> list[Codes]:
    """The values to settle, of columns that hold codes; free text and names have none."""
    by_header = {column.header: column for column in seen}
    mapped = understood({"columns": dict(columns)}, audit, [column.header for column in seen])
    groups: dict[tuple[Any, ...], list[Seen]] = {}
    first: dict[tuple[Any, ...], tuple[Question | None, str]] = {}
    for column in mapped.columns:
        found = by_header[column.header]
        text = column.question is not None and column.question.kind in LONGEST
        if text or column.part == "department" or len(found.values) > MOST_VALUES:
            continue
        key = _alike(column.question, column.part)
        groups.setdefault(key, []).append(found)
        first.setdefault(key, (column.question, column.part))
    return [_codes(groups[key], *first[key], audit) for key in groups]


def _alike(question: Question | None, part: str) -> tuple[Any, ...]:
    if question is None or question.kind == QuestionKind.GRID:
        return (question is None, part)
    return (question.kind, question.steps, tuple(question.choices))


def _codes(columns: list[Seen], question: Question | None, part: str, audit: Audit) -> Codes:
    totals: Counter[str] = Counter()
    for column in columns:
        for value, n in column.values.items():
            totals[plain(value)] += n
    read = reader_of(question, part, audit)
    readable = set()
    for value in totals:
        try:
            as_written(read(value), part)
        except UnreadableCell:
            continue
        readable.add(value)
    return Codes(
        label=_label(question, part),
        headers=tuple(column.header for column in columns),
        values=tuple(sorted(totals.items())),
        answers=tuple(_answers(question, part)),
        readable=frozenset(readable),
    )


def _label(question: Question | None, part: str) -> str:
    words = {
        "confidence": _("Confidence"),
        "priority": _("Priority"),
        "need": _("Need"),
        "both": _("Need"),
    }
    if question is None:
        return _("Who answered")
    return words.get(part, question.text)


def _answers(question: Question | None, part: str) -> Iterator[tuple[str, str]]:
    if part in SCALES:
        for value, word in SCALES[part]:
            yield str(value), f"{value}: {word}"
    elif question is None:
        yield from _standing(part)
    elif question.kind == QuestionKind.GRID:
        yield from ((str(value), str(value)) for value in range(1, 5))
    elif question.kind == QuestionKind.SCALE:
        yield from ((str(n), str(n)) for n in range(1, (question.steps or 5) + 1))
    else:
        yield from ((choice, choice) for choice in question.choices)
    if question is not None and question.kind == QuestionKind.GRID:
        yield "not my role", _("Not my role")


def _standing(part: str) -> Iterator[tuple[str, str]]:
    for value, label in CHOICES.get(part, ()):
        yield str(value), str(label)


def mapping_of(
    columns: Mapping[str, str], found: Sequence[Codes], chosen: Mapping[tuple[int, str], str]
) -> dict[str, Any]:
    """MAP.json from what was chosen on screen; ``chosen`` by place in ``found`` and value."""
    values: dict[str, dict[str, str]] = {}
    for number, group in enumerate(found):
        told = {value: chosen.get((number, value), AS_WRITTEN) for value, _n in group.values}
        meant = {
            value: "" if said == MISSING else said
            for value, said in told.items()
            if said != AS_WRITTEN
        }
        if meant:
            values |= dict.fromkeys(group.headers, meant)
    school = next((header for header, target in columns.items() if target == SCHOOL), None)
    answered = {header: target for header, target in columns.items() if target != SCHOOL}
    return {"columns": answered, "values": values, "missing": [], "school": school}
