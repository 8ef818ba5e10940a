"""Codes on paper, for those whom no e-mail reaches.

Whoever printed a code holds it first, and may hold a session of an older one. So a code opens a
sheet of its own: its session reads nothing that was entered in another way, learns not even
whether anything was, and changes nothing before it sends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.actions.answering import (
    Given,
    answer_row,
    as_sheet,
    from_sheet,
    insist,
    lock_open,
    refuse_nameless,
    response_of,
    submit,
)
from apps.audits.enums import AuditState
from apps.audits.models import Answer, AnswerCode, Audit, Participation
from apps.audits.passes import digest_of, digest_of_key, new_key
from apps.core import audit_trail
from apps.core.ids import spoken_code
from apps.core.permissions import Refused


@transaction.atomic
def print_codes(
    *, by: Person, audit: Audit, parts: Sequence[Participation]
) -> list[tuple[Participation, str]]:
    """A new code for each of ``parts``, in place of an older one; kept nowhere, so shown once.

    The session of an older one ends. Whoever has answered gets one too, which changes nothing:
    else the sheet would tell who has not.
    """
    state = Audit.objects.select_for_update(of=("self",), no_key=True).get(pk=audit.pk).state
    if state != AuditState.OPEN:
        raise Refused(_("The audit is not open, so there is nothing to answer."))
    printed = [(part, spoken_code()) for part in parts]
    AnswerCode.objects.filter(participation__in=parts).delete()
    AnswerCode.objects.bulk_create(
        AnswerCode(participation=part, digest=digest_of(code)) for part, code in printed
    )
    audit_trail.record("audits.print_codes", audit, by=by, codes=len(printed))
    return printed


@transaction.atomic
def redeem(*, code: str) -> tuple[Participation, str]:
    """Use a code up: the part in an audit that it opens, and the key for the one session that
    may answer it. Refused where it opens none.

    The sheet is empty, whatever the person has entered or sent in another way.
    """
    rows = AnswerCode.objects.select_for_update(of=("self",))
    found = (
        rows.filter(digest=digest_of(code))
        .select_related("participation__audit", "participation__person")
        .first()
    )
    if found is None:
        raise Refused(
            _(
                "No code is like this. It may have been used, or replaced by a newer one. Ask your "
                "CPD lead for a new card."
            )
        )
    part = found.participation
    asked = Participation.objects.of(part.person).filter(pk=part.pk).exists()
    if part.audit.state != AuditState.OPEN or not part.person.is_active or not asked:
        raise Refused(_("This audit can no longer be answered."))
    key = new_key()
    found.digest = digest_of_key(key)
    found.save(update_fields=["digest"])
    return part, key


@transaction.atomic
def save_sheet(*, code: AnswerCode, given: Mapping[int, Given]) -> None:
    """Keep answers on the sheet of a code, by question id; what was left out is missing."""
    refuse_nameless(code.participation)
    held = _held(code)
    held.sheet = as_sheet(from_sheet(held.sheet) | dict(given))
    held.save(update_fields=["sheet"])
    code.sheet = held.sheet


@transaction.atomic
def send_sheet(*, code: AnswerCode) -> None:
    """Send what is on the sheet of a code, which ends it.

    It takes the place of what the person had entered and not sent. Of somebody who has answered
    it is thrown away, and nothing tells.
    """
    part = code.participation
    lock_open(part)
    held = _held(code)
    given = from_sheet(held.sheet)
    insist(part, given)
    response = response_of(part.person, part)
    if response.submitted_at is None:
        response.answers.all().delete()
        rows = (answer_row(response, pk, value) for pk, value in given.items())
        Answer.objects.bulk_create(rows)
        submit(by=part.person, part=part)
    held.delete()


def end_code(*, code: AnswerCode) -> None:
    """Whoever came with it is done; what was not sent goes."""
    AnswerCode.objects.filter(pk=code.pk, digest=code.digest).delete()


def _held(code: AnswerCode) -> AnswerCode:
    """The code, locked; refused once it has ended, also when that was a moment ago."""
    rows = AnswerCode.objects.select_for_update()
    found = rows.filter(pk=code.pk, digest=code.digest).first()
    if found is None:
        raise Refused(_("This code has ended. Ask for a newer one."))
    return found
