"""Somebody has a database dump taken after closing, and the access log, and wants to know whose
answers are whose.

Forty people answer; each answer sheet bears a mark, so that the test knows the truth. The
attacker lines up what is known of the people (every column, the rows' order, place and
transaction, the log) with what is known of the answers in the same ways, forwards and
backwards, and joins on equal values. Of forty pairs made by chance one is right on average, and
more than twelve are with a probability of 1/13! (1.6e-10); a few hundred line-ups leave the
test a chance below 1e-6 to fail where all is well. The same attack finds everybody in a store
that keeps answers in the order in which they came.
"""

from __future__ import annotations

import random
from collections import Counter
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from apps.audits import actions
from apps.audits.actions.anonymous import mix
from apps.audits.enums import AuditMode, QuestionKind
from apps.audits.models import Answer, Audit
from tests.audits.school import make_school, opened, part_of

PEOPLE = 40
MOST_BY_CHANCE = 12
Rows = list[dict[str, Any]]
DUMP = """
SELECT *, ctid::text AS ctid, xmin::text::bigint AS xmin, xmax::text::bigint AS xmax
FROM {} WHERE {}
"""


def table(name: str, audit: Audit) -> Rows:
    """All columns, and where and by which transaction each row was written, as a dump lists it."""
    where = (
        "response_id IN (SELECT id FROM audits_response WHERE audit_id = %s)"
        if name == "audits_answer"
        else "audit_id = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(DUMP.format(name, where), [audit.pk])
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
    for row in rows:
        page, place = str(row["ctid"]).strip("()").split(",")
        row["ctid"] = (int(page), int(place))
    return [row | {"read": n} for n, row in enumerate(rows)]


def lined_up(left: Rows, right: Rows) -> dict[tuple[str, str, str], int]:
    """How many pairs are right for each way of putting the two in order; ``who`` is the truth."""
    hits = {}
    for a, b in product(keys_of(left), keys_of(right)):
        ours = sorted(left, key=lambda row: sortable(row[a]))
        theirs = sorted(right, key=lambda row: sortable(row[b]))
        for way, other in (("along", theirs), ("against", theirs[::-1])):
            pairs = zip(ours, other, strict=False)
            hits[a, b, way] = sum(x["who"] == y["who"] for x, y in pairs)
    return hits


def joined(left: Rows, right: Rows) -> dict[tuple[str, str], int]:
    """How many people are found by equal values that single one answer out."""
    hits = {}
    for a, b in product(keys_of(left), keys_of(right)):
        once = Counter(str(row[b]) for row in right)
        theirs = {str(row[b]): row["who"] for row in right if once[str(row[b])] == 1}
        hits[a, b] = sum(theirs.get(str(row[a])) == row["who"] for row in left)
    return hits


def keys_of(rows: Rows) -> list[str]:
    return [name for name in rows[0] if name != "who"]


def sortable(value: Any) -> tuple[bool, Any]:
    return (False, value) if isinstance(value, int | tuple) else (True, str(value))


def play(audit: Audit, people: list[Any]) -> Rows:
    """Everybody answers, in an order of its own; returns what the log and the sessions tell."""
    text = audit.questions.get(kind=QuestionKind.LONG_TEXT)
    grids = list(audit.questions.filter(kind=QuestionKind.GRID))
    order = random.Random(7).sample(people, k=len(people))
    for n, person in enumerate(order):
        given = {q.pk: actions.Given(1 + n % 4, 1 + n // 4 % 4) for q in grids}
        given[text.pk] = actions.Given(text=mark(person))
        part = part_of(audit, person)
        if audit.mode == AuditMode.ANONYMOUS:
            actions.send_anonymously(by=person, part=part, key=uuid4(), given=given)
        else:
            actions.save_section(by=person, part=part, number=1, given=given)
            actions.submit(by=person, part=part)
        if n % 9 == 8:
            mix(audit=audit)
    return [{"who": person.pk, "request": n} for n, person in enumerate(order)]


def mark(person: Any) -> str:
    return f"I am {person.pk}"


def known_of_people(audit: Audit, log: Rows) -> Rows:
    at = {row["who"]: row["request"] for row in log}
    people = table("audits_participation", audit)
    return [row | {"who": row["person_id"], "request": at[row["person_id"]]} for row in people]


def known_of_answers(audit: Audit) -> Rows:
    """The marked answers with their own columns and those of the row that they hang on."""
    sheets = {row["id"]: row for row in table("audits_response", audit)}
    found = []
    for row in table("audits_answer", audit):
        if row["text"].startswith("I am "):
            sheet = {f"sheet_{name}": value for name, value in sheets[row["response_id"]].items()}
            found.append(row | sheet | {"who": int(row.pop("text").removeprefix("I am "))})
    return [{name: value for name, value in row.items() if name != "text"} for row in found]


def attacked(mode: str) -> dict[Any, int]:
    made = make_school(PEOPLE // 2, PEOPLE // 2)
    audit = opened(made, topics=["autism", "eal"], mode=mode)
    log = play(audit, made.staff)
    actions.close_audit(by=made.lead, audit=audit)
    people, answers = known_of_people(audit, log), known_of_answers(audit)
    assert len(people) == len(answers) == PEOPLE
    return {**lined_up(people, answers), **joined(people, answers)}


@pytest.mark.django_db(transaction=True)
def test_nobody_is_found_in_an_anonymous_audit_and_everybody_in_a_confidential_one() -> None:
    hits = attacked(AuditMode.ANONYMOUS)
    assert len(hits) > 300
    assert max(hits.values()) <= MOST_BY_CHANCE, max(hits, key=lambda way: hits[way])
    assert max(attacked(AuditMode.CONFIDENTIAL).values()) == PEOPLE


@pytest.mark.django_db
def test_no_row_keeps_together_what_one_person_answered() -> None:
    """Everybody rates two topics alike; of forty rows two or three still look so, by chance."""
    made = make_school(PEOPLE // 2, PEOPLE // 2)
    audit = opened(made, topics=["autism", "eal"], mode=AuditMode.ANONYMOUS)
    play(audit, made.staff)
    actions.close_audit(by=made.lead, audit=audit)
    rated: dict[int, list[tuple[int | None, int | None]]] = {}
    for row in Answer.objects.filter(question__kind=QuestionKind.GRID):
        rated.setdefault(row.response_id, []).append((row.confidence, row.priority))
    assert len(rated) == PEOPLE
    # 16 ratings are about as frequent: P(more than 15 of 40) < 1e-8
    assert sum(pair[0] == pair[1] for pair in rated.values()) <= 15
