"""The sums of one audit by kind of person, made by the database in one pass over the answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from apps.audits.enums import QuestionKind
from apps.audits.models import Audit
from apps.schools.enums import JobRole

LEADERS = (JobRole.MIDDLE_LEADER.value, JobRole.SENIOR_LEADER.value)


class Kind(NamedTuple):
    """People with the same standing. Of an alliance's audit only school, role and leading."""

    school: int | None
    role: str
    leads: bool
    phase: str = ""
    department: str = ""
    career_stage: str = ""
    kept: bool = False  # a CPD lead of theirs judges them: see `readers`


class Sums(NamedTuple):
    """Over ``n`` answers; a grid has the first three, a scale the last."""

    n: int
    need: int = 0
    confidence: int = 0
    priority: int = 0
    number: int = 0

    def plus(self, other: Sums) -> Sums:
        return Sums(*(a + b for a, b in zip(self, other, strict=True)))


@dataclass(frozen=True, slots=True)
class Option:
    """How often it was chosen, and the sum of the places it was put at."""

    n: int
    places: int = 0


@dataclass(slots=True)
class Measured:
    asked: dict[Kind, int]
    answered: dict[Kind, int]  # of those asked
    counted: dict[Kind, int]  # whose answers are there
    sums: dict[int, dict[Kind, Sums]] = field(default_factory=dict)
    options: dict[int, dict[str, Option]] = field(default_factory=dict)
    steps: dict[int, dict[int, int]] = field(default_factory=dict)
    # Of these, what schools have in it whose answers somebody reads one by one.
    options_at: dict[int, dict[int, dict[str, int]]] = field(default_factory=dict)
    steps_at: dict[int, dict[int, dict[int, int]]] = field(default_factory=dict)


_STANDING = "x.organisation_id, x.role, x.job_role = ANY(%(leaders)s)"
_MORE = ", x.phase, x.department, x.career_stage"
_LESS = ", '', '', ''"
_READ = "CASE WHEN x.organisation_id = ANY(%(read)s) THEN x.organisation_id END"
_KEPT = ", coalesce(x.person_id = ANY(%(kept)s), false)"
_ASKED = """
SELECT {kind}, count(*), count(x.answered_at)
FROM audits_participation x WHERE x.audit_id = %(audit)s GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
_COUNTED = """
SELECT {kind}, count(*) FROM audits_response x
WHERE x.audit_id = %(audit)s AND x.submitted_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
# Half an answer is none; "not my role" has neither half. Elsewhere the need itself is asked.
_SUMS = """
SELECT {kind}, a.question_id, count(*), sum(coalesce((5 - a.confidence) * a.priority, a.number)),
       sum(a.confidence), sum(a.priority), sum(a.number)
FROM audits_answer a
JOIN audits_response x ON x.id = a.response_id
JOIN audits_question q ON q.id = a.question_id
WHERE x.audit_id = %(audit)s AND x.submitted_at IS NOT NULL AND CASE q.kind
    WHEN 'grid' THEN NOT a.not_my_role
        AND (a.confidence + a.priority IS NOT NULL OR a.number IS NOT NULL)
    WHEN 'scale' THEN a.number IS NOT NULL
    ELSE a.chosen <> '{{}}' END
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""
_OPTIONS = """
SELECT a.question_id, {read}, o.label, count(*), sum(o.place)
FROM audits_answer a
JOIN audits_response x ON x.id = a.response_id
JOIN audits_question q ON q.id = a.question_id,
unnest(a.chosen) WITH ORDINALITY AS o(label, place)
WHERE x.audit_id = %(audit)s AND x.submitted_at IS NOT NULL AND q.kind = ANY(%(kinds)s)
  AND coalesce(x.person_id <> ALL(%(kept)s), true)
GROUP BY 1, 2, 3
"""
_STEPS = """
SELECT a.question_id, {read}, a.number, count(*)
FROM audits_answer a
JOIN audits_response x ON x.id = a.response_id
JOIN audits_question q ON q.id = a.question_id
WHERE x.audit_id = %(audit)s AND x.submitted_at IS NOT NULL AND q.kind = 'scale'
  AND a.number IS NOT NULL AND coalesce(x.person_id <> ALL(%(kept)s), true)
GROUP BY 1, 2, 3
"""
CHOSEN_FROM = (QuestionKind.CHOICE.value, QuestionKind.SINGLE.value, QuestionKind.RANKING.value)


def measure(audit: Audit, kept: Iterable[int] = (), read: Iterable[int] = ()) -> Measured:
    """Five queries. ``kept`` are people whose answers no reader of single answers sees, ``read``
    the schools of an alliance's audit whose answers somebody reads."""
    more = _MORE if audit.organisation_id else _LESS
    words = {"kind": _STANDING + more + _KEPT, "read": _READ}
    values: dict[str, Any] = {
        "audit": audit.pk,
        "leaders": list(LEADERS),
        "kept": list(kept),
        "read": list(read),
        "kinds": list(CHOSEN_FROM),
    }

    def rows(query: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query.format(**words), values)
            return cursor.fetchall()

    found = Measured({}, {}, {})
    for *kind, asked, answered in rows(_ASKED):
        found.asked[Kind(*kind)], found.answered[Kind(*kind)] = asked, answered
    for *kind, n in rows(_COUNTED):
        found.counted[Kind(*kind)] = n
    _add_sums(found, rows(_SUMS))
    for question, at, label, n, places in rows(_OPTIONS):
        chosen = found.options.setdefault(question, {})
        known = chosen.get(label, Option(0))
        chosen[label] = Option(known.n + n, known.places + int(places))
        if at is not None:
            found.options_at.setdefault(question, {}).setdefault(at, {})[label] = n
    for question, at, step, n in rows(_STEPS):
        steps = found.steps.setdefault(question, {})
        steps[step] = steps.get(step, 0) + n
        if at is not None:
            found.steps_at.setdefault(question, {}).setdefault(at, {})[step] = n
    return found


def _add_sums(found: Measured, rows: list[tuple[Any, ...]]) -> None:
    known: dict[tuple[Any, ...], Kind] = {}
    for row in rows:
        kind = known.get(row[:7])
        if kind is None:
            kind = known[row[:7]] = Kind(*row[:7])
        sums = Sums(row[8], *(int(value or 0) for value in row[9:]))
        found.sums.setdefault(row[7], {})[kind] = sums


# Whose three biggest needs (with those that are as big as the third) have one of some topics.
_SHARING = """
SELECT count(*), count(*) FILTER (WHERE shared) FROM (
    SELECT bool_or(place <= 3 AND topic_id = ANY(%(topics)s)) AS shared FROM (
        SELECT a.response_id, q.topic_id, rank() OVER (
            PARTITION BY a.response_id ORDER BY (5 - a.confidence) * a.priority DESC
        ) AS place
        FROM audits_answer a
        JOIN audits_response x ON x.id = a.response_id
        JOIN audits_question q ON q.id = a.question_id
        WHERE x.audit_id = %(audit)s AND x.submitted_at IS NOT NULL AND q.kind = 'grid'
          AND NOT a.not_my_role AND a.confidence + a.priority IS NOT NULL
          AND coalesce(x.person_id <> ALL(%(kept)s), true)
    ) ranked GROUP BY response_id
) people
"""


def sharing(audit: Audit, topics: Iterable[int], kept: Iterable[int] = ()) -> tuple[int, int]:
    """How many rated anything, and for how many of them one of ``topics`` is a biggest need."""
    values: dict[str, Any] = {"audit": audit.pk, "topics": list(topics), "kept": list(kept)}
    with connection.cursor() as cursor:
        cursor.execute(_SHARING, values)
        people, shared = cursor.fetchone() or (0, 0)
    return int(people), int(shared)
