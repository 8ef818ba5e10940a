"""Codes on paper, for those whom no e-mail reaches."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.enums import AuditState
from apps.audits.models import AnswerCode, Audit, Participation, Response
from apps.audits.passes import digest_of
from apps.core import audit_trail
from apps.core.ids import spoken_code
from apps.core.permissions import Refused


@transaction.atomic
def print_codes(
    *, by: Person, audit: Audit, parts: Sequence[Participation]
) -> list[tuple[Participation, str]]:
    """A new code for each of ``parts``, in place of an older one; kept nowhere, so shown once.

    Whoever has answered gets one too, which opens nothing: else the sheet would tell who has not.
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
def redeem(*, code: str) -> Participation:
    """Use a code up: the part in an audit that it opens. Refused where it opens none.

    It opens an empty sheet. What the person had entered before goes, so that nobody who has
    printed or found a code can read it.
    """
    rows = AnswerCode.objects.select_for_update(of=("self",))
    found = (
        rows.filter(digest=digest_of(code))
        .select_related("participation__audit", "participation__person")
        .first()
    )
    if found is None:
        raise Refused(_("No code is like this. It may have been used, or replaced by a newer one."))
    part = found.participation
    asked = Participation.objects.of(part.person).filter(pk=part.pk).exists()
    if part.audit.state != AuditState.OPEN or not part.person.is_active or not asked:
        raise Refused(_("This audit can no longer be answered."))
    if part.answered_at is not None:
        raise Refused(_("The answers have been sent already. Thank you."))
    found.delete()
    Response.objects.filter(
        audit_id=part.audit_id, person_id=part.person_id, submitted_at__isnull=True
    ).delete()
    return part
