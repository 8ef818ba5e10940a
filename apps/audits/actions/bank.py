"""The question bank: what is asked again word for word can be compared across years."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from apps.accounts.models import Person
from apps.audits.actions.building import append, check_room, parts_of, record, unused, write
from apps.audits.actions.drafting import locked_draft
from apps.audits.models import Audit, BankQuestion, Question
from apps.audits.models.bank import WORDING
from apps.core import audit_trail, clock


@transaction.atomic
def keep_in_bank(*, by: Person, question: Question) -> BankQuestion:
    """Keep a draft's question for later audits; the same words twice are one question."""
    audit = locked_draft(question.audit)
    question = Question.objects.get(pk=question.pk)
    if question.bank is not None:
        return question.bank
    wording = {name: getattr(question, name) for name in WORDING}
    mine = BankQuestion.objects.filter(
        organisation=audit.organisation, alliance=audit.alliance, retired_at=None
    )
    kept = mine.filter(**wording).first()
    if kept is None:
        taken = set(mine.model.objects.values_list("code", flat=True))
        kept = BankQuestion.objects.create(
            organisation=audit.organisation,
            alliance=audit.alliance,
            code=unused(question.code, taken),
            **wording,
        )
    question.bank = kept
    question.save(update_fields=["bank"])
    record(audit, by, "keep", question.code)
    return kept


@transaction.atomic
def add_from_bank(
    *, by: Person, audit: Audit, section: str, kept: Sequence[BankQuestion]
) -> list[Question]:
    """Ask kept questions word for word at the end of ``section``; those asked already are not."""
    audit = locked_draft(audit)
    parts = parts_of(audit)
    asked = {q.bank_id for part in parts for q in part}
    fresh = [row for row in kept if row.pk not in asked]
    check_room(parts, len(fresh))
    added = []
    for row in fresh:
        wording = {name: getattr(row, name) for name in WORDING}
        code = unused(row.code, {q.code for part in parts for q in part})
        question = Question(audit=audit, bank=row, code=code, section=section, **wording)
        append(parts, [question])
        added.append(question)
    write(audit, parts)
    record(audit, by, "from_bank", ", ".join(q.code for q in added))
    return added


@transaction.atomic
def retire(*, by: Person, kept: BankQuestion) -> None:
    """Offer it no more; audits that asked it keep it."""
    BankQuestion.objects.filter(pk=kept.pk, retired_at=None).update(retired_at=clock.now())
    owner = kept.organisation or kept.alliance
    if owner is not None:
        audit_trail.record("audits.retire", owner, by=by, question=kept.code)
