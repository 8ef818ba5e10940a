"""Earlier versions of joint texts: kept at every saving, so that nobody's words are lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.activities.kinds.base import RecordKind, Text
from apps.activities.models import Record, RecordVersion
from apps.core import clock
from apps.core.textdiff import Piece, differences

if TYPE_CHECKING:
    from apps.accounts.models import Person

Stated = Record | RecordVersion


def keep(record: Record, *, by: Person) -> None:
    """The text as it was saved just now; of other than joint texts nothing is kept."""
    if record.joint:
        RecordVersion.objects.create(
            record=record,
            version=record.version,
            text=record.text,
            data=record.data,
            by=by,
            at=clock.now(),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a record: its label, and how the answer differs between two versions."""

    label: Text
    pieces: list[Piece]
    after: str

    @property
    def changed(self) -> bool:
        return any(piece.kind != "same" for piece in self.pieces)


def compare(before: Stated | None, after: Stated, declared: RecordKind | None) -> list[Part]:
    """The parts of ``after`` as they differ from ``before`` (None: as they stand)."""
    old = _answers(before or after, declared)
    new = _answers(after, declared)
    parts = [
        Part(label, differences(was, now), now)
        for (label, was), (_label, now) in zip(old, new, strict=True)
    ]
    return [part for part in parts if part.pieces]


def _answers(stated: Stated, declared: RecordKind | None) -> list[tuple[Text, str]]:
    """The questions of such a record with what is said to them, in words."""
    found: list[tuple[Text, str]] = [(declared.prompt if declared else "", stated.text)]
    for field in declared.fields if declared else ():
        found.append((field.label, str(field.words_for(stated.data.get(field.slug, "")))))
    return found
