"""How far one person is with an audit: for their reminder, and for nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from apps.audits.models import Participation, Response
from apps.audits.reading import minutes
from apps.audits.sections import sections_for


@dataclass(frozen=True, slots=True)
class Remaining:
    sections: int  # not saved yet
    of: int
    minutes: int


def remaining(part: Participation) -> Remaining:
    """What ``part``'s person has not saved; not to be asked of an anonymous audit."""
    response = Response.objects.filter(audit_id=part.audit_id, person_id=part.person_id).first()
    reached = response.reached if response else 0
    sections = sections_for(part.audit.asked_questions, part.role, job_role=part.job_role)
    left = [section for section in sections if section.number > reached]
    kinds = [question.kind for section in left for question in section.questions]
    return Remaining(len(left), len(sections), minutes(kinds) if kinds else 0)
