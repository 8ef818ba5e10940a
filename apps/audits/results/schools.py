"""The schools of an alliance's audit side by side: by name those that agreed, the others pooled."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from apps.audits.enums import Grouping
from apps.audits.models import Question
from apps.audits.releasing import school
from apps.audits.results.parts import MEAN, N
from apps.audits.results.sources import Source

_SQL = """
SELECT o.id, o.name, t.data #> %s
FROM audits_releasedtable t JOIN schools_organisation o ON o.id = t.organisation_id
WHERE t.audit_id = %s AND t.grouping = 'all' AND o.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Side:
    name: str
    n: int
    mean: float


@dataclass(frozen=True, slots=True)
class Compared:
    """``others`` are all schools that are not shown by name, together; None: too few of them."""

    rows: list[Side] = field(default_factory=list)
    others: Side | None = None
    not_shown: int = 0  # schools that agreed and have too few answers to this question


def compared(source: Source, question: Question) -> Compared | None:
    """The mean of ``question`` by school, the highest first; None where there is no such table."""
    table = source.tables.get(Grouping.SCHOOL)
    if table is None or source.school is not None:
        return None
    found = table["questions"].get(question.code, {"cells": {}, "apart": []})
    agreed = {int(row["key"]) for row in table["groups"]}
    named = sorted(agreed - set(found["apart"]))
    path = ["questions", question.code, "cells", school.ALL]
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [path, source.audit.pk, named])
        rows = [(name, _cell(cell)) for _pk, name, cell in cursor.fetchall()]
    sides = [Side(name, cell[N], cell[MEAN]) for name, cell in rows if cell and cell[N]]
    others = found["cells"].get("others")
    return Compared(
        sorted(sides, key=lambda side: (-side.mean, side.name)),
        Side("", others[N], others[MEAN]) if others and others[N] else None,
        len(agreed) - len(sides),
    )


def _cell(raw: Any) -> list[Any] | None:
    """What the driver gives of JSON: text or, read already, a list."""
    found: list[Any] | None = json.loads(raw) if isinstance(raw, str) else raw
    return found
