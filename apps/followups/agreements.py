"""Agreements to look at again: a promise of each head whose school has signed, a year on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.sweeps import sweep
from apps.followups import sources
from apps.followups.actions import create_followup, settle_kept
from apps.followups.models import FollowUp, FollowUpQuerySet
from apps.followups.policies import LONG, diaries_of
from apps.schools.enums import AgreementState, Role
from apps.schools.invitations import heads_of
from apps.schools.models import Agreement, Membership, Signature

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
    return _ask(_old(day), day) + _settle_replaced()


def _asked() -> FollowUpQuerySet:
    kind = ContentType.objects.get_for_model(Agreement)
    return FollowUp.objects.filter(rule=RULE, source_type=kind).order_by()


def _old(day: date) -> list[Signature]:
    """Of agreements in force, those that are nearly a year old, whose school has a head to ask
    and has not been asked about them."""
    here = {"organisation_id": OuterRef("organisation_id")}
    heads = Membership.objects.current().filter(role=Role.HEAD, person__is_active=True, **here)
    rows = Signature.objects.filter(
        ~Exists(_asked().filter(source_id=OuterRef("agreement_id"), **here)),
        Exists(heads),
        agreement__state=AgreementState.OUT,
        signed_at__date__lte=day - A_YEAR + AHEAD,
    )
    rows = rows.order_by("signed_at", "pk")
    return list(rows.select_related("agreement__alliance", "organisation")[:AT_ONCE])


def _ask(signatures: list[Signature], day: date) -> int:
    asked = [(row, head) for row in signatures for head in heads_of(row.organisation)]
    diaries = diaries_of((head, row.organisation) for row, head in asked)
    for row, head in asked:
        create_followup(
            by=None,
            owner=head,
            organisation=row.organisation,
            rule=RULE,
            promise=_("Look at the agreement of %(alliance)s again: does it still hold?")
            % {"alliance": row.agreement.alliance.name},
            due=max(timezone.localdate(row.signed_at) + A_YEAR, day),
            source=row.agreement,
            alliance=row.agreement.alliance,
            reminds=LONG,
            diaries=diaries,
        )
    return len(asked)


def _settle_replaced() -> int:
    replaced = Agreement.objects.exclude(state=AgreementState.OUT).filter(
        pk__in=_asked().open().values("source_id")
    )
    return sum(
        settle_kept(by=None, source=row, rules={RULE}, outcome=_("A later version is out."))
        for row in replaced
    )
