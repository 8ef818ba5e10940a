"""What people wrote: by question, never by group, in an order that tells nothing."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

from apps.audits.enums import NOT_ALONE, AuditMode, AuditState, QuestionKind
from apps.audits.figures import submitted
from apps.audits.models import Answer, Audit
from apps.audits.permissions import can_read_answers
from apps.audits.readers import kept_across, kept_from_readers
from apps.audits.suppression import RULE
from apps.schools.enums import Role
from apps.schools.models import Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.accounts.models import Person
    from apps.audits.models import Question, Response

TEXTS = (QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT)
Texts = list[tuple[str, list[str]]]


def texts(person: Person, audit: Audit, of: Organisation | None = None) -> Texts | None:
    """(question, what was written) for CPD leads of the school; None: not for ``person``.

    Of an audit that is not named: after closing only, and only of questions that were put to
    RULE respondents or more. Of an alliance's audit: their own school's alone, without those
    whom a lead judges who reads names there; what is anonymous there belongs to no school, and
    is for the alliance's coordinators.
    """
    if not _is_reader(person, audit, of):
        return None
    rows = _readable(person, audit, of)
    if rows is None:
        return []
    answers = Answer.objects.filter(response__in=rows, question__kind__in=TEXTS).exclude(text="")
    found: dict[int, list[str]] = {}
    for question, text in answers.values_list("question_id", "text"):
        found.setdefault(question, []).append(text)
    asked = [question for question in audit.asked_questions if question.kind in TEXTS]
    if audit.mode != AuditMode.NAMED or of is not None:
        asked = _put_to_enough(asked, rows)
    return [
        (question.text, sorted(found[question.pk], key=lambda text: _place(audit, text)))
        for question in asked
        if question.pk in found
    ]


def _is_reader(person: Person, audit: Audit, of: Organisation | None) -> bool:
    scope = scope_of(person)
    if of is None and audit.alliance_id and audit.mode == AuditMode.ANONYMOUS:
        return audit.alliance_id in scope.alliances(Role.COORDINATOR)
    school = of.pk if of is not None else audit.organisation_id
    return school in scope.organisations(Role.CPD_LEAD)


def _readable(person: Person, audit: Audit, of: Organisation | None) -> QuerySet[Response] | None:
    rows = submitted(audit)
    if audit.mode == AuditMode.NAMED and of is None:
        if not can_read_answers(person, audit):
            return None
        return rows.exclude(person_id__in=kept_from_readers(audit))
    if audit.state != AuditState.CLOSED or not audit.results:
        return None
    if of is not None:
        place = audit.schools.filter(organisation=of).first()
        if place is None or place.small in NOT_ALONE:
            return None
        return rows.filter(organisation=of).exclude(person_id__in=kept_across(audit))
    # Of an alliance's anonymous audit without small schools that chose to answer by name.
    return rows.filter(person__isnull=True) if audit.alliance_id else rows


def _put_to_enough(questions: list[Question], rows: QuerySet[Response]) -> list[Question]:
    """Without those put to fewer than RULE of who answered: among so few a writer is known.

    Who has no standing may have been asked anything: of anonymous answers it is gone, and so are
    those to such questions; a file need not have any.
    """
    people = Counter(rows.values_list("role", "job_role"))
    return [
        question
        for question in questions
        if sum(n for (role, job), n in people.items() if not role or question.is_for(role, job))
        >= RULE
    ]


def _place(audit: Audit, text: str) -> str:
    return sha256(f"{audit.public_id}{text}".encode()).hexdigest()
