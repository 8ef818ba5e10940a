"""Answering: saved section by section, sent once. Nothing of it goes into the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.enums import AuditMode, AuditState
from apps.audits.models import Answer, Audit, Participation, Response
from apps.audits.models.audits import STANDING
from apps.audits.sections import missing_in, sections_for
from apps.core import clock
from apps.core.permissions import Refused

WRITTEN = ["confidence", "priority", "not_my_role", "number", "chosen", "text"]


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody answered to one question; nothing at all where it was left out."""

    confidence: int | None = None
    priority: int | None = None
    not_my_role: bool = False
    number: int | None = None
    chosen: tuple[str, ...] = ()
    text: str = ""

    def __bool__(self) -> bool:
        return self != Given()


def as_sheet(given: Mapping[int, Given]) -> dict[str, Any]:
    """What was answered, as JSON."""
    return {str(pk): asdict(value) for pk, value in given.items() if value}


def from_sheet(sheet: Mapping[str, Any]) -> dict[int, Given]:
    return {
        int(pk): Given(**values | {"chosen": tuple(values["chosen"])})
        for pk, values in sheet.items()
    }


@transaction.atomic
def save_section(
    *, by: Person, part: Participation, number: int, given: Mapping[int, Given]
) -> Response:
    """Keep the answers of one section, by question id; what was left out is missing, not zero.

    After closing, an unsent response may still be written to (it is the person's own and counts
    nowhere); a sent one is refused.
    """
    response = response_of(by, part, number)
    if response.submitted_at and _state(part) == AuditState.CLOSED:
        raise Refused(_("The audit has closed. The answers you sent stay as they were."))
    rows = [answer_row(response, pk, value) for pk, value in given.items() if value]
    blank = [pk for pk, value in given.items() if not value]
    Answer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["response", "question"],
        update_fields=WRITTEN,
    )
    Answer.objects.filter(response=response, question_id__in=blank).delete()
    if number > response.reached:
        response.reached = number
        response.save(update_fields=["reached"])
    return response


@transaction.atomic
def submit(*, by: Person, part: Participation) -> Response:
    """Send the answers; a second time changes nothing. Refused once the audit has closed."""
    lock_open(part)
    response = response_of(by, part)
    insist(part, {answer.question_id: answer for answer in response.answers.all()})
    if response.submitted_at is None:
        response.submitted_at = clock.now()
        response.save(update_fields=["submitted_at"])
    Participation.objects.filter(pk=part.pk, answered_at__isnull=True).update(
        answered_at=response.submitted_at
    )
    return response


def lock_open(part: Participation) -> Audit:
    """The audit, which nobody can close before the transaction ends; refused once it has."""
    rows = Audit.objects.select_for_update(of=("self",), no_key=True)
    audit = rows.get(pk=part.audit_id)
    if audit.state != AuditState.OPEN:
        raise Refused(_("The audit has closed, so your answers could not be sent."))
    return audit


def insist(part: Participation, given: Mapping[int, Given | Answer]) -> None:
    """Refused when something that must be answered is not."""
    required = list(part.audit.questions.filter(required=True).select_related("topic"))
    if not required:
        return
    sections = sections_for(required, part.role, job_role=part.job_role)
    for section, question in missing_in(sections, given):
        raise Refused(
            _("Not sent yet: “%(question)s” in “%(section)s” must be answered.")
            % {"question": question.topic or question.text, "section": section.title}
        )


def refuse_nameless(part: Participation) -> None:
    if part.promised == AuditMode.ANONYMOUS:
        raise Refused(_("This audit is anonymous: answers with a name are not taken."))


def response_of(by: Person, part: Participation, reached: int = 0) -> Response:
    """The person's response, locked; made when there is none, whatever else arrives meanwhile."""
    refuse_nameless(part)
    mine = Response.objects.select_for_update().filter(audit_id=part.audit_id, person=by)
    found = mine.first()
    if found is None:
        fresh = Response(
            audit_id=part.audit_id,
            person=by,
            organisation_id=part.organisation_id,
            reached=reached,
            **{name: getattr(part, name) for name in STANDING},
        )
        Response.objects.bulk_create([fresh], ignore_conflicts=True)
        found = mine.get()
    return found


def _state(part: Participation) -> str:
    return Audit.objects.values_list("state", flat=True).get(pk=part.audit_id)


def answer_row(response: Response, question: int, given: Given) -> Answer:
    return Answer(
        response=response,
        question_id=question,
        confidence=None if given.not_my_role else given.confidence,
        priority=None if given.not_my_role else given.priority,
        not_my_role=given.not_my_role,
        number=given.number,
        chosen=list(given.chosen),
        text=given.text,
    )
