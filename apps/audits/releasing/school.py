"""The tables of one school's audit: every grouping as far as it is safe beside the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from apps.audits.disclosure import Group, chosen
from apps.audits.enums import Grouping
from apps.audits.measuring import Kind, Measured, Sums
from apps.audits.models import Question
from apps.audits.releasing.cells import cell, people, spread, total_of
from apps.audits.suppression import RULE

T = TypeVar("T", int, Sums)
Tables = dict[str, dict[str, Any]]
ALL = "all"
# In this order: what comes first is shown as far as it can be, and takes room from the others.
KEYS: dict[str, Callable[[Kind], str]] = {
    Grouping.ROLE: lambda kind: kind.role,
    Grouping.LEADERS: lambda kind: "leaders" if kind.leads else "staff",
    Grouping.PHASE: lambda kind: kind.phase,
    Grouping.DEPARTMENT: lambda kind: kind.department,
    Grouping.STAGE: lambda kind: kind.career_stage,
}


def tables(questions: Iterable[Question], found: Measured) -> Tables:
    """By grouping what is stored of a closed audit; see `ReleasedTable`. Empty: of too few."""
    found = with_kept(found)
    asked = unkept(found.asked)
    total, groupings = candidates(found.counted, asked)
    invited = chosen(total, groupings, [asked])
    if not invited:
        return {}
    shown = fitting(invited, found.counted)
    if not shown:
        return {}
    made: Tables = {
        grouping: {"groups": people(groups, found), "questions": {}}
        for grouping, groups in by_grouping(shown).items()
    }
    for question in questions:
        sums = found.sums.get(question.pk, {})
        fit = frozenset(fitting(shown, {kind: row.n for kind, row in sums.items()}))
        for group in shown:
            row = made[group.grouping]["questions"].setdefault(question.code, {"cells": {}})
            row["cells"][group.key] = (
                cell(question, total_of(sums, group.kinds)) if group in fit else None
            )
        if total in fit:
            made[Grouping.ALL]["questions"][question.code] |= spread(question, found)
    return made


def candidates(
    counted: Mapping[Kind, int], asked: Mapping[Kind, int]
) -> tuple[Group, list[list[Group]]]:
    """Everybody, and the groups of each grouping, the largest first.

    Those whose answers nobody reads one by one count in no grouping but the one by role.
    """
    known = frozenset([*asked, *counted])

    def size(key_and_kinds: tuple[str, set[Kind]]) -> tuple[int, str]:
        key, kinds = key_and_kinds
        return -sum(counted.get(kind, 0) for kind in kinds), key

    groupings = []
    for grouping, key_of in KEYS.items():
        groups: dict[str, set[Kind]] = {}
        for kind in known:
            if not kind.kept or grouping == Grouping.ROLE:
                groups.setdefault(key_of(kind), set()).add(kind)
        if len(groups) > 1:
            groupings.append(
                [
                    Group(grouping, key, frozenset(of))
                    for key, of in sorted(groups.items(), key=size)
                ]
            )
    return Group(Grouping.ALL, ALL, known), groupings


def fitting(shown: list[Group], weights: Mapping[Any, int]) -> list[Group]:
    """Those of ``shown`` (the total first) whose sums of one question may be released."""
    total, *others = shown
    return chosen(total, by_grouping(others).values(), [weights])


def by_grouping(groups: Iterable[Group]) -> dict[str, list[Group]]:
    found: dict[str, list[Group]] = {}
    for group in groups:
        found.setdefault(group.grouping, []).append(group)
    return found


def unkept(counts: Mapping[Kind, int]) -> dict[Kind, int]:
    """Counts without the distinction between people whose answers are read and who are kept."""
    found: Counter[Kind] = Counter()
    for kind, n in counts.items():
        found[kind._replace(kept=False)] += n
    return dict(found)


def with_kept(found: Measured) -> Measured:
    """Kept people only where at least RULE of their role are, question by question."""
    return Measured(
        asked=found.asked,
        answered=found.answered,
        counted=_enough(found.counted, found.counted),
        sums={
            question: _enough(sums, {kind: row.n for kind, row in sums.items()})
            for question, sums in found.sums.items()
        },
        options=found.options,
        steps=found.steps,
    )


def _enough(rows: Mapping[Kind, T], counts: Mapping[Kind, int]) -> dict[Kind, T]:
    by_role: Counter[str] = Counter()
    for kind, n in counts.items():
        if kind.kept:
            by_role[kind.role] += n
    return {k: row for k, row in rows.items() if not k.kept or by_role[k.role] >= RULE}


def as_asked(found: Measured, grouping: str, questions: list[Question]) -> Any:
    """The table by ``grouping`` without the rule of five, for who reads single answers.

    Kept people count in none of it: else it could be set against what is read one by one.
    """
    key_of = KEYS.get(grouping, lambda _kind: ALL)
    groups: dict[str, set[Kind]] = {}
    for kind in {*unkept(found.asked), *found.counted}:
        if not kind.kept:
            groups.setdefault(key_of(kind), set()).add(kind)
    rows = [Group(grouping, key, frozenset(groups[key])) for key in sorted(groups)]
    cells = {}
    for question in questions:
        sums = found.sums.get(question.pk, {})
        cells[question.code] = {
            "cells": {row.key: cell(question, total_of(sums, row.kinds)) for row in rows}
        }
    return {"groups": people(rows, found), "questions": cells}
