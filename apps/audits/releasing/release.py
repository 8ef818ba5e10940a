"""The release of one audit: its tables, and the summary that other pages and letters read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from apps.audits.disclosure import chosen
from apps.audits.enums import NOT_ALONE, AuditMode, Grouping, QuestionKind, SmallChoice
from apps.audits.figures import measured, presented, rank
from apps.audits.measuring import Measured, measure, sharing
from apps.audits.models import Audit, Question, ReleasedTable
from apps.audits.readers import kept_across, kept_from_readers, readers_across
from apps.audits.releasing import alliance, school
from apps.audits.releasing.cells import counted_questions
from apps.audits.suppression import RULE, is_small

Tell = Callable[[int, int], None]
SHARED = 3  # of the school's biggest needs
Made = dict[tuple[int | None, str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is to be written: from answers that do not change any more."""

    found: Measured
    tables: Made


def release(audit: Audit) -> dict[str, Any]:
    """Write the tables of a closed audit and return its `Audit.results`, which the caller saves.

    Runs inside the transaction that closes the audit, once. Anonymous answers must all be in by
    then, with the standing of who gave them.
    """
    return write(audit, prepare(audit))


def prepare(audit: Audit, tell: Tell | None = None) -> Prepared:
    """Measure and protect; reads only. ``tell`` hears how many of how many steps are done."""
    kept = kept_from_readers(audit) if audit.organisation_id else kept_across(audit)
    readers = readers_across(audit) if audit.alliance_id else frozenset()
    found = measure(audit, kept, frozenset().union(*readers))
    questions = counted_questions(audit.asked_questions)

    def steps() -> Iterator[Question]:
        for done, question in enumerate(questions, start=1):
            if tell is not None:
                tell(done, len(questions) + 1)
            yield question

    if audit.organisation_id:
        tables = school.tables(steps(), found)
        return Prepared(found, {(None, grouping): data for grouping, data in tables.items()})
    places = list(audit.schools.select_related("organisation"))
    phases = {row.organisation_id: row.organisation.phase for row in places}
    pooled = {row.organisation_id for row in places if row.small in NOT_ALONE}
    named = set(audit.schools.by_name().values_list("organisation_id", flat=True))
    totals = {row.organisation_id for row in places if row.small == SmallChoice.TOTAL}
    asked = alliance.Schools(
        phases,
        frozenset(pooled | {alliance.NO_SCHOOL}),
        frozenset(named),
        frozenset(totals),
        readers,
    )
    return Prepared(found, alliance.tables(steps(), found, asked))


def write(audit: Audit, made: Prepared) -> dict[str, Any]:
    """Keep the tables and return the results; see `release`."""
    ReleasedTable.objects.bulk_create(
        (
            ReleasedTable(audit=audit, organisation_id=of, grouping=grouping, data=data)
            for (of, grouping), data in made.tables.items()
        ),
        batch_size=200,
    )
    results = {"shared": summary(audit, made.found, made.tables)}
    results["shared"]["balance"] = _balance(audit, results["shared"]["topics"])
    if audit.mode == AuditMode.NAMED and audit.organisation_id:
        # Who reads single answers sees exact figures.
        results["lead"] = presented(audit, measured(audit, closing=True))
    return results


def summary(audit: Audit, found: Measured | None, made: Made) -> dict[str, Any]:
    """What is under the rule of five, in short: everybody and by role.

    Without ``found``, from the tables alone: of one school of an alliance's audit.
    """
    whole = made.get((None, Grouping.ALL), {"groups": [], "questions": {}})
    by_role = made.get((None, Grouping.ROLE), {"groups": [], "questions": {}})
    if found is None or audit.alliance_id:
        shown = _rates_across(whole, by_role)
        counted = all_counted = sum(row["counted"] for row in whole["groups"])
        roles = [row["key"] for row in by_role["groups"]]
    else:
        shown = rates(found)
        counted = sum(school.with_kept(found).counted.values())
        all_counted = sum(found.counted.values())
        roles = sorted({kind.role for kind in found.counted if kind.role})
    questions = audit.asked_questions
    return {
        "rule": RULE,
        "rates": shown,
        "answered": counted,
        "kept_out": all_counted - counted,
        "topics": sorted(
            (_topic(q, whole, by_role, roles) for q in questions if q.topic is not None),
            key=rank,
        ),
        "choices": [_choice(q, whole) for q in questions if _is_chosen(q, whole)],
        "scales": [_scale(q, whole) for q in questions if q.kind == QuestionKind.SCALE],
    }


def _balance(audit: Audit, topics: list[dict[str, Any]]) -> dict[str, int] | None:
    """For how many one of the school's three biggest needs is among their own three.

    None where that, or the rest, would be of fewer than RULE; or of many schools.
    """
    rated = [row for row in topics if row["all"] and row["all"]["confidence"] is not None]
    first = [row["topic"] for row in rated][:SHARED]
    if audit.organisation_id is None or len(first) < SHARED:
        return None
    people, shared = sharing(audit, first, kept_from_readers(audit))
    if people < RULE or is_small(shared) or is_small(people - shared):
        return None
    return {"people": people, "shared": shared, "own": people - shared}


def rates(found: Measured) -> list[dict[str, Any]]:
    """How many were asked and answered: all of them, and by role as far as that is safe."""
    asked = school.unkept(found.asked)
    total, groupings = school.candidates({}, asked)
    by_role = [groups for groups in groupings if groups[0].grouping == Grouping.ROLE]
    return [
        {
            "group": group.key,
            "asked": sum(asked.get(kind, 0) for kind in group.kinds),
            "answered": sum(
                n for kind, n in found.answered.items() if kind._replace(kept=False) in group.kinds
            ),
        }
        for group in chosen(total, by_role, [asked])
    ]


def _rates_across(*tables: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"group": row["key"], "asked": row["asked"], "answered": row["answered"]}
        for table in tables
        for row in table["groups"]
    ]


def _topic(
    question: Question, whole: dict[str, Any], by_role: dict[str, Any], roles: list[str]
) -> dict[str, Any]:
    topic = question.topic
    assert topic is not None
    split = by_role["questions"].get(question.code, {"cells": {}})["cells"]
    return {
        "topic": topic.pk,
        "slug": topic.slug,
        "name": topic.name,
        "area": topic.area,
        "all": _named(_cell(whole, question)),
        "groups": {role: _named(split.get(role)) for role in roles},
    }


def _cell(table: dict[str, Any], question: Question) -> list[Any] | None:
    found: list[Any] | None = (
        table["questions"].get(question.code, {"cells": {}})["cells"].get(school.ALL)
    )
    return found


def _named(cell: list[Any] | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    return dict(zip(("n", "need", "confidence", "priority"), cell, strict=True))


def _is_chosen(question: Question, whole: dict[str, Any]) -> bool:
    """One school of an alliance's audit has no such counts."""
    return "options" in whole["questions"].get(question.code, {})


def _choice(question: Question, whole: dict[str, Any]) -> dict[str, Any]:
    options = whole["questions"][question.code]["options"]
    options = sorted(options, key=lambda option: -(option[1] or 0))
    shown = [{"label": label, "n": n} for label, n in options]
    return {"code": question.code, "text": question.text, "options": shown}


def _scale(question: Question, whole: dict[str, Any]) -> dict[str, Any]:
    cell = _cell(whole, question)
    n, mean = cell or (None, None)
    return {
        "code": question.code,
        "bank": question.bank_id,
        "text": question.text,
        "steps": question.steps,
        "n": n,
        "mean": mean,
    }
