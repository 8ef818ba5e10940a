"""Answering without a name: what is sent waits apart, is mixed, and at closing is taken apart.

That somebody has answered and what somebody answered are written in two transactions that share
no key and no time, and nothing of either goes into the audit trail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import SystemRandom
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.actions.answering import Given, answer_row, as_sheet, from_sheet, lock_open
from apps.audits.enums import AuditMode
from apps.audits.models import Answer, AnswerCode, Audit, HeldAnswers, Participation, Response
from apps.audits.models.audits import STANDING
from apps.audits.sections import missing_in, sections_for
from apps.audits.suppression import RULE
from apps.core.permissions import Refused

LOCK = 0x616E6F6E  # "anon": advisory locks of this module
AT_ONCE = 200
chance = SystemRandom()


class AnsweredAlready(Refused):
    """This person's answers have been sent, and stay."""


def send_anonymously(
    *, by: Person, part: Participation, key: UUID, given: Mapping[int, Given]
) -> None:
    """Take the answers of ``by``, once. The same ``key`` again is harmless; another is refused.

    The answers are kept first. Should the server die before it has noted that this person has
    answered, the same device sends them again under the same key and nothing is counted twice.
    Refused once the audit has closed, or when something that must be answered is not.
    """
    _insist(part, given)
    with _one_at_a_time(part):
        if _has_answered(part) and not HeldAnswers.objects.filter(pk=key).exists():
            raise AnsweredAlready(
                _("You have answered already. What you entered now was thrown away unread.")
            )
        _hold(part, key, given)
        _note(part)


def _insist(part: Participation, given: Mapping[int, Given]) -> None:
    required = list(part.audit.questions.filter(required=True).select_related("topic"))
    for _section, question in missing_in(
        sections_for(required, part.role, job_role=part.job_role), given
    ):
        raise Refused(
            _("Not sent yet: “%(question)s” must be answered.")
            % {"question": question.topic or question.text}
        )


@contextmanager
def _one_at_a_time(part: Participation) -> Iterator[None]:
    """No row is locked over both transactions, or they would be one; a lock in memory is."""
    place = [LOCK, part.pk % 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", place)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", place)


def _has_answered(part: Participation) -> bool:
    return Participation.objects.answered().filter(pk=part.pk).exists()


@transaction.atomic(durable=True)
def _hold(part: Participation, key: UUID, given: Mapping[int, Given]) -> None:
    audit = lock_open(part)
    standing = {name: getattr(part, name) for name in STANDING}
    standing |= {"organisation_id": part.organisation_id}
    sheet = {"standing": standing, "answers": as_sheet(given)}
    HeldAnswers.objects.bulk_create(
        [HeldAnswers(key=key, audit=audit, sheet=sheet)], ignore_conflicts=True
    )


@transaction.atomic(durable=True)
def _note(part: Participation) -> None:
    """That, not when: the moment is the same for everybody."""
    Participation.objects.filter(pk=part.pk).unanswered().update(answered_at=part.audit.opened_at)


def mix(*, audit: Audit, everything: bool = False) -> int:
    """Move held sheets, shuffled, to the answers; fewer than five wait, unless ``everything``.

    A few hundred at a time, and without a lock on the audit, so that nobody who sends waits.
    """
    moved = 0
    while some := _mix_some(audit, everything):
        moved += some
    return moved


@transaction.atomic
def _mix_some(audit: Audit, everything: bool) -> int:
    waiting = HeldAnswers.objects.filter(audit=audit, sheet__isnull=False)
    held = list(waiting.select_for_update(skip_locked=not everything).order_by("pk")[:AT_ONCE])
    if len(held) < RULE and not everything:
        return 0
    chance.shuffle(held)
    _write(audit, [row.sheet or {} for row in held])
    HeldAnswers.objects.filter(pk__in=[row.pk for row in held]).update(sheet=None)
    return len(held)


def _write(audit: Audit, sheets: Sequence[Mapping[str, Any]]) -> None:
    responses = Response.objects.bulk_create(_blank(audit, **sheet["standing"]) for sheet in sheets)
    known = set(audit.questions.values_list("pk", flat=True))
    Answer.objects.bulk_create(
        (
            answer_row(response, pk, given)
            for response, sheet in zip(responses, sheets, strict=True)
            for pk, given in from_sheet(sheet["answers"]).items()
            if pk in known
        ),
        batch_size=AT_ONCE * 10,
    )


def _blank(audit: Audit, **standing: Any) -> Response:
    moment: Any = audit.opened_at
    return Response(audit=audit, started_at=moment, submitted_at=moment, **standing)


@transaction.atomic
def settle(*, audit: Audit) -> None:
    """Before the release of a closing audit: codes on paper end; what is held is mixed in.

    Of fewer than five people nothing may ever be shown, so what they sent is thrown away.
    """
    AnswerCode.objects.filter(participation__audit=audit).delete()
    if audit.mode != AuditMode.ANONYMOUS:
        return
    mix(audit=audit, everything=True)
    audit.held.all().delete()
    if _nameless(audit).count() < RULE:
        _nameless(audit).delete()


def _nameless(audit: Audit) -> QuerySet[Response]:
    """Without those of small schools that chose to be named."""
    return audit.responses.filter(person__isnull=True)


@transaction.atomic
def take_apart(*, audit: Audit) -> None:
    """After the release: let no row tell which answers one person gave, or who they were.

    Groups have been counted, so standing goes. Answers to questions that were put to fewer than
    five of those who answered go too. Each question's other answers are dealt out afresh over as
    many blank rows as there were people; these rows and the answers are all new, in random
    order, from this one transaction.
    """
    if audit.mode != AuditMode.ANONYMOUS:
        return
    last = _nameless(audit).order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        return
    people = Counter(_nameless(audit).values_list("role", "job_role"))
    few = [
        question.pk
        for question in audit.questions.all()
        if sum(n for (role, job), n in people.items() if question.is_for(role, job)) < RULE
    ]
    ours = Answer.objects.filter(response__audit=audit, response__person__isnull=True)
    ours.filter(question__in=few).delete()
    Response.objects.bulk_create(
        (_blank(audit) for _person in range(people.total())), batch_size=AT_ONCE
    )
    _deal(audit, last)
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR, {"audit": audit.pk, "last": last})


_DEAL = """
INSERT INTO audits_answer (response_id, {columns})
SELECT blank.id, {columns}
FROM (
    SELECT answer.*, row_number() OVER (
        PARTITION BY answer.question_id ORDER BY gen_random_uuid()
    ) AS place
    FROM audits_answer answer
    JOIN audits_response response ON response.id = answer.response_id
    WHERE response.audit_id = %(audit)s AND response.person_id IS NULL
        AND response.id <= %(last)s
) given
JOIN (
    SELECT id, row_number() OVER (ORDER BY gen_random_uuid()) AS place
    FROM audits_response
    WHERE audit_id = %(audit)s AND person_id IS NULL AND id > %(last)s
) blank USING (place)
ORDER BY gen_random_uuid()
"""
_CLEAR = """
DELETE FROM audits_answer answer USING audits_response response
WHERE response.id = answer.response_id AND response.audit_id = %(audit)s
  AND response.person_id IS NULL AND response.id <= %(last)s;
DELETE FROM audits_response
WHERE audit_id = %(audit)s AND person_id IS NULL AND id <= %(last)s;
"""


def _deal(audit: Audit, last: int) -> None:
    """Copy the answers of the rows up to ``last`` to those after it; gen_random_uuid() is drawn
    from the strong source of chance, which random() is not."""
    fields = [
        field for field in Answer._meta.concrete_fields if field.name not in ("id", "response")
    ]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(_DEAL.format(columns=columns), {"audit": audit.pk, "last": last})
