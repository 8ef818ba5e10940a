"""Agreements to look at again: a promise of each head whose school has signed, a year on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.sweeps import sweep
from apps.followups import sources
from apps.followups.actions import create_followup, settle_kept
from apps.followups.models import FollowUp
from apps.followups.policies import LONG, open_day
from apps.schools.enums import AgreementState
from apps.schools.invitations import heads_of
from apps.schools.models import Agreement, Signature

RULE = "agreements.look_again"
A_YEAR, AHEAD = timedelta(days=365), timedelta(days=42)
AT_ONCE = 100

sources.register(
    "schools.agreement",
    title=str,
    url=lambda agreement: reverse("schools:agreement_version", args=[agreement.public_id]),
    along=("alliance",),
)


@sweep("followups.agreements", every=timedelta(hours=1))
def look_again(at: datetime) -> int:
    """Ask, and close what a new version has made needless; how many."""
    day = timezone.localdate(at)
    return sum(_ask(signature, day) for signature in _old(day)) + _settle_replaced()


def _old(day: date) -> list[Signature]:
    """Of agreements in force, those that are nearly a year old and have not been asked about."""
    asked = FollowUp.objects.filter(rule=RULE).values("source_id", "organisation_id")
    known = {(row["source_id"], row["organisation_id"]) for row in asked}
    rows = Signature.objects.filter(
        agreement__state=AgreementState.OUT, signed_at__date__lte=day - A_YEAR + AHEAD
    ).select_related("agreement__alliance", "organisation")
    fresh = [row for row in rows if (row.agreement_id, row.organisation_id) not in known]
    return fresh[:AT_ONCE]


def _ask(signature: Signature, day: date) -> int:
    heads = heads_of(signature.organisation)
    signed = timezone.localdate(signature.signed_at)
    for head in heads:
        create_followup(
            by=None,
            owner=head,
            organisation=signature.organisation,
            rule=RULE,
            promise=_("Look at the agreement of %(alliance)s again: does it still hold?")
            % {"alliance": signature.agreement.alliance.name},
            due=open_day(max(signed + A_YEAR, day), signature.organisation, head),
            source=signature.agreement,
            alliance=signature.agreement.alliance,
            reminds=LONG,
        )
    return len(heads)


def _settle_replaced() -> int:
    kind = ContentType.objects.get_for_model(Agreement)
    open_ones = FollowUp.objects.open().filter(rule=RULE, source_type=kind)
    replaced = Agreement.objects.exclude(state=AgreementState.OUT).filter(
        pk__in=open_ones.values("source_id")
    )
    return sum(
        settle_kept(by=None, source=row, rules={RULE}, outcome=_("A later version is out."))
        for row in replaced
    )
