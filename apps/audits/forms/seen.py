"""What a page showed when it was opened, so that only what was changed on it is saved.

Two tabs, or two devices, then overwrite nothing that they did not touch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from apps.audits.actions.answering import Given
from apps.audits.models import Answer

MOST = 20_000  # characters that a page may send back


def given_of(answer: Answer | None) -> Given:
    if answer is None:
        return Given()
    return Given(
        confidence=answer.confidence,
        priority=answer.priority,
        not_my_role=answer.not_my_role,
        number=answer.number,
        chosen=tuple(answer.chosen),
        text=answer.text,
    )


def mark(given: Given) -> str:
    return sha256(repr(given).encode()).hexdigest()[:12] if given else ""


def marks(questions: list[Any], saved: Mapping[int, Answer]) -> str:
    """As JSON, for a hidden field: the mark of each question that has an answer."""
    found = {q.pk: mark(given_of(saved.get(q.pk))) for q in questions}
    return json.dumps({str(pk): value for pk, value in found.items() if value})


def read(sent: str) -> dict[int, str] | None:
    """The marks sent back; None where there are none to go by."""
    try:
        found = json.loads(sent[:MOST])
        return {int(pk): str(value) for pk, value in found.items()}
    except (ValueError, AttributeError, RecursionError):
        return None


def changed(
    given: Mapping[int, Given], seen: Mapping[int, str] | None, saved: Mapping[int, Answer]
) -> tuple[dict[int, Given], dict[int, str]]:
    """What was changed on the page, and the texts that somebody changed elsewhere meanwhile.

    A text changed in both places is not saved: it stands in the second part, as it is stored.
    """
    if seen is None:
        return dict(given), {}
    ours = {pk: value for pk, value in given.items() if mark(value) != seen.get(pk, "")}
    theirs = {}
    for pk, value in ours.items():
        stored = given_of(saved.get(pk))
        if stored.text and stored.text != value.text and mark(stored) != seen.get(pk, ""):
            theirs[pk] = stored.text
    return {pk: value for pk, value in ours.items() if pk not in theirs}, theirs
