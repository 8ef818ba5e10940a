"""The pages of an audit, as one person sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audits.enums import QuestionKind
from apps.audits.models import Answer, Question, Topic
from apps.schools.enums import JobRole, Role

if TYPE_CHECKING:
    from apps.audits.actions.answering import Given


# Whom a question may be for; a role or a job role, any of which is asked.
ONLY_FOR: dict[str, Promise] = {
    Role.TEACHER: _("Teaching staff"),
    Role.SUPPORT: _("Support staff"),
    JobRole.SENIOR_LEADER: _("Senior leaders"),
    JobRole.MIDDLE_LEADER: _("Middle leaders"),
    JobRole.TEACHING_ASSISTANT: _("Teaching assistants"),
    JobRole.ADMINISTRATION: _("Administration"),
    JobRole.PASTORAL: _("Pastoral staff"),
    JobRole.TECHNICIAN: _("Technicians"),
    JobRole.SITE: _("Site and catering"),
}
# As whom an audit can be looked at before it opens: role, job role.
LOOKED_AT_AS: dict[str, tuple[str, str]] = {
    Role.TEACHER: (Role.TEACHER, JobRole.TEACHER),
    JobRole.MIDDLE_LEADER: (Role.TEACHER, JobRole.MIDDLE_LEADER),
    JobRole.SENIOR_LEADER: (Role.TEACHER, JobRole.SENIOR_LEADER),
    Role.SUPPORT: (Role.SUPPORT, JobRole.OTHER),
    JobRole.TEACHING_ASSISTANT: (Role.SUPPORT, JobRole.TEACHING_ASSISTANT),
    JobRole.ADMINISTRATION: (Role.SUPPORT, JobRole.ADMINISTRATION),
    JobRole.PASTORAL: (Role.SUPPORT, JobRole.PASTORAL),
    JobRole.TECHNICIAN: (Role.SUPPORT, JobRole.TECHNICIAN),
    JobRole.SITE: (Role.SUPPORT, JobRole.SITE),
}


@dataclass(frozen=True, slots=True)
class Section:
    number: int  # from 1
    title: str
    questions: list[Question]
    answered: int = field(default=0)  # all that was asked for
    begun: bool = field(default=False)  # something, be it half a topic

    @property
    def asked(self) -> int:
        return len(self.questions)


def sections_for(
    questions: Iterable[Question],
    role: str,
    saved: dict[int, Answer] | None = None,
    *,
    job_role: str = "",
) -> list[Section]:
    """The sections with questions for ``role`` or ``job_role``, and how many ``saved`` answers."""
    mine = [q for q in questions if q.is_for(role, job_role)]
    grouped = [(title, list(found)) for title, found in groupby(mine, key=lambda q: q.section)]
    known = saved or {}
    return [
        Section(
            number,
            title,
            found,
            answered=sum(q.pk in known and answers(q, known[q.pk]) for q in found),
            begun=any(q.pk in known for q in found),
        )
        for number, (title, found) in enumerate(grouped, start=1)
    ]


def topics_in(sections: Sequence[Section]) -> list[Topic]:
    """The topics of the grids, once each: what somebody may offer help with."""
    return [q.topic for section in sections for q in section.questions if q.topic is not None]


def answers(question: Question, given: Given | Answer) -> bool:
    """Whether ``given`` is all that ``question`` asks for; half a grid is not."""
    if question.kind == QuestionKind.GRID and not given.not_my_role:
        return given.confidence is not None and given.priority is not None
    return bool(given.not_my_role or given.chosen or given.text.strip() or given.number is not None)


def missing_in(
    sections: Iterable[Section], given: Mapping[int, Given | Answer]
) -> list[tuple[Section, Question]]:
    """What must be answered and is not, with the section it stands in."""
    return [
        (section, question)
        for section in sections
        for question in section.questions
        if question.required
        and not (question.pk in given and answers(question, given[question.pk]))
    ]


def halves_in(
    sections: Iterable[Section], saved: Mapping[int, Answer]
) -> list[tuple[Section, Question]]:
    """Topics with one of their two ratings, with the section they stand in."""
    return [
        (section, question)
        for section in sections
        for question in section.questions
        if question.pk in saved and saved[question.pk].is_half
    ]


def only_for(for_roles: Iterable[str]) -> str:
    """In words; empty where everybody is asked."""
    return ", ".join(str(ONLY_FOR[role]) for role in ONLY_FOR if role in set(for_roles))
