"""Reading a mapped file row by row, and writing its answers in batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.audits.collecting.cells import Cell, UnreadableCell
from apps.audits.collecting.mapping import Column, Mapped, UnusableMap, short
from apps.audits.models import Answer, AnswersFile, Audit, CollectedRow, Question, Response
from apps.core import clock
from apps.core.tabular import Row, Table
from apps.schools.models import AllianceMember, Organisation

BATCH = 500
Progress = Callable[[int, int], None]
Problem = tuple[str, str]  # in words with what the cell holds, and without it


@dataclass(slots=True)
class Summary:
    """Every row with something in it is imported, skipped (it is here already, or answers
    nothing) or an error. ``missing_values`` are blank cells of answers, and cells that stand for
    blank, in rows that were not here already."""

    imported: int = 0
    skipped: int = 0
    missing_values: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    kept: list[dict[str, Any]] = field(default_factory=list)  # the same without what cells hold

    def leave_out(self, row: int, reason: str, kept: str = "") -> None:
        self.errors.append({"row": row, "reason": reason})
        self.kept.append({"row": row, "reason": kept or reason})

    def as_json(self) -> dict[str, Any]:
        return {
            "imported": self.imported,
            "skipped": self.skipped,
            "missing_values": self.missing_values,
            "errors": self.errors,
        }

    @property
    def rows(self) -> int:
        return self.imported + self.skipped + len(self.errors)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the file, read."""

    number: int
    key: str
    school: str
    standing: dict[str, str]
    answers: dict[Question, Cell]
    missing: int


def run(
    table: Table,
    mapped: Mapped,
    audit: Audit,
    *,
    into: AnswersFile | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Read the whole table; write what it says ``into`` a file's row when one is given.

    The caller holds the transaction and the audit's lock. UnreadableFile may come midway.
    """
    refuse_mixture(mapped, audit)
    summary = Summary()
    schools = _schools(audit) if mapped.school is not None else {}
    entries = _entries(table.rows(), mapped, summary)
    while batch := list(islice(entries, BATCH)):
        fresh = _fresh(batch, audit)
        summary.skipped += len(batch) - len(fresh)
        summary.missing_values += sum(entry.missing for entry in fresh)
        wanted = [entry for entry in fresh if entry.answers]
        summary.skipped += len(fresh) - len(wanted)
        summary.imported += len(wanted)
        if into is not None:
            _write(wanted, audit, into, schools, clock.now())
        if progress is not None:
            progress(summary.rows, max(summary.rows, into.rows if into else 0))
    return summary


def refuse_mixture(mapped: Mapped, audit: Audit) -> None:
    """A question that has ratings takes no needs given elsewhere, and the other way round."""
    found = Answer.objects.filter(response__audit=audit)
    for part, other in (("need", Q(confidence__gt=0) | Q(priority__gt=0)), ("", Q(number__gt=0))):
        wanted = [
            column.question.pk
            for column in mapped.columns
            if column.question is not None
            and column.question.topic_id is not None
            and (_gives_need(column) == bool(part))
        ]
        mixed = found.filter(other, question__in=wanted, question__kind="grid").first()
        if wanted and mixed is not None:
            code = next(q.code for q in audit.asked_questions if q.pk == mixed.question_id)
            raise UnusableMap(
                _(
                    "“%s” has answers of the other kind already: confidence and priority, and the "
                    "need as it was asked elsewhere, cannot be counted together."
                )
                % code
            )


def _gives_need(column: Column) -> bool:
    return column.part in ("need", "both")


def _entries(rows: Iterable[Row], mapped: Mapped, summary: Summary) -> Iterator[Entry]:
    seen: Counter[bytes] = Counter()
    for row in rows:
        if row.problem:
            summary.leave_out(row.number, row.problem)
            continue
        digest = blake2b("\x1f".join(row.cells).encode(), digest_size=18).digest()
        seen[digest] += 1
        problems: list[Problem] = []
        entry = _entry(row, mapped, f"{digest.hex()}{seen[digest]:x}"[:40], problems)
        if problems:
            shown, kept = zip(*problems, strict=True)
            summary.leave_out(row.number, _reason(shown), _reason(kept))
        else:
            yield entry


def _entry(row: Row, mapped: Mapped, key: str, problems: list[Problem]) -> Entry:
    standing: dict[str, str] = {}
    answers: dict[Question, Cell] = {}
    missing = 0
    for column in mapped.columns:
        cell = _cell(column, row, problems)
        if column.question is None:
            standing |= {column.part: cell.standing} if cell else {}
        elif cell is None:
            missing += 1
        else:
            known = answers.get(column.question)
            answers[column.question] = known + cell if known else cell
    school = row.cells[mapped.school][:60] if mapped.school is not None else ""
    return Entry(row.number, key, school, standing, answers, missing)


def _cell(column: Column, row: Row, problems: list[Problem]) -> Cell | None:
    text = row.cells[column.place]
    try:
        return column.cell(text)
    except UnreadableCell as error:
        words = {"column": short(column.header), "text": short(text, 40), "reason": error}
        shown = _("%(column)s holds “%(text)s”. %(reason)s") % words
        problems.append((shown, _("%(column)s: %(reason)s") % words))
        return None


def _reason(problems: Sequence[str]) -> str:
    more = len(problems) - 1
    if not more:
        return problems[0]
    words = ngettext("%(first)s And %(n)d more.", "%(first)s And %(n)d more.", more)
    return words % {"first": problems[0], "n": more}


def _fresh(batch: list[Entry], audit: Audit) -> list[Entry]:
    known = set(
        CollectedRow.objects.filter(
            audit=audit, key__in=[entry.key for entry in batch]
        ).values_list("key", flat=True)
    )
    return [entry for entry in batch if entry.key not in known]


def _schools(audit: Audit) -> dict[str, int]:
    """Ids of the audit's schools by all that a file may call them."""
    if audit.alliance_id is None:
        rows = Organisation.objects.filter(pk=audit.school_id)
    else:
        joined = AllianceMember.objects.joined().filter(alliance=audit.alliance_id)
        rows = Organisation.objects.filter(pk__in=joined.values("organisation_id"))
    found: dict[str, int] = {}
    for pk, *names in rows.values_list("pk", "urn", "ref", "name"):
        found |= {str(name).casefold(): pk for name in names if name}
    return found


def _write(
    entries: list[Entry],
    audit: Audit,
    into: AnswersFile,
    schools: dict[str, int],
    at: datetime,
) -> None:
    responses = Response.objects.bulk_create(
        Response(
            audit=audit,
            organisation_id=schools.get(entry.school.casefold(), audit.organisation_id),
            started_at=at,
            submitted_at=at,
            **entry.standing,
        )
        for entry in entries
    )
    pairs = list(zip(entries, responses, strict=True))
    Answer.objects.bulk_create(
        _answer(response, question, cell)
        for entry, response in pairs
        for question, cell in entry.answers.items()
    )
    CollectedRow.objects.bulk_create(
        CollectedRow(file=into, audit=audit, key=e.key, school=e.school, response=response)
        for e, response in pairs
    )


def _answer(response: Response, question: Question, cell: Cell) -> Answer:
    return Answer(
        response=response,
        question=question,
        confidence=cell.confidence,
        priority=cell.priority,
        number=cell.number,
        not_my_role=cell.not_my_role,
        chosen=list(cell.chosen),
        text=cell.text,
    )
