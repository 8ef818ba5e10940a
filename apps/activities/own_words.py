"""What a record says, question by question: for its owner to take away."""

from __future__ import annotations

from typing import Any

from apps.activities.kinds import kind_of
from apps.activities.models import Record


def _declared(row: Record) -> Any:
    return kind_of(row.activity.kind).record(row.kind) if row.activity else None


def name_of(row: Record) -> str:
    declared = _declared(row)
    return str(declared.name) if declared else str(row.get_form_display())


def answers_of(row: Record) -> list[tuple[str, str]]:
    """Each question with what is said to it."""
    declared = _declared(row)
    found = [(str(declared.prompt) if declared else "", row.text)]
    for field in declared.fields if declared else ():
        words = str(field.words_for(row.data.get(field.slug, "")))
        if words:
            found.append((str(field.label), words))
    return found


def in_one_text(answers: list[tuple[str, str]]) -> str:
    return "\n\n".join(f"{label}\n{words}".strip() for label, words in answers)
