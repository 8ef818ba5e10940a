"""The pages of an audit, as one person sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from apps.audits.models import Answer, Question, Topic


@dataclass(frozen=True, slots=True)
class Section:
    number: int  # from 1
    title: str
    questions: list[Question]
    answered: int = field(default=0)

    @property
    def asked(self) -> int:
        return len(self.questions)


def sections_for(
    questions: Iterable[Question], role: str, saved: dict[int, Answer] | None = None
) -> list[Section]:
    """The sections with questions for ``role``, with how many of them ``saved`` answers."""
    mine = [q for q in questions if not q.for_roles or role in q.for_roles]
    grouped = [(title, list(found)) for title, found in groupby(mine, key=lambda q: q.section)]
    known = saved or {}
    return [
        Section(number, title, found, sum(q.pk in known for q in found))
        for number, (title, found) in enumerate(grouped, start=1)
    ]


def topics_in(sections: Sequence[Section]) -> list[Topic]:
    """The topics of the grids, once each: what somebody may offer help with."""
    return [q.topic for section in sections for q in section.questions if q.topic is not None]
