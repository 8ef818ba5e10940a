"""Needs and offers that other schools of the alliance may see, with consent; goals that serve."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.models import Goal, Need, Offer
from apps.core import audit_trail
from apps.core.permissions import Refused
from apps.schools.models import AllianceMember


@transaction.atomic
def publish_need(*, by: Person, need: Need, published: bool) -> Need:
    """Show a school's need to its alliance under the school's name, or take it back."""
    row = Need.objects.select_for_update(of=("self",)).get(pk=need.pk)
    row.alliance_id = alliance_of(row.organisation_id) if published else None
    if published and row.alliance_id is None:
        raise Refused(_("The school is in no alliance, so there is nobody to show it to."))
    row.save(update_fields=["alliance"])
    action = "audits.publish_need" if published else "audits.unpublish_need"
    audit_trail.record(action, row, by=by)
    return row


@transaction.atomic
def share_offer(*, by: Person, offer: Offer, shared: bool) -> Offer:
    """Let the alliance's schools see my offer and my name, or my CPD lead alone."""
    row = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if row.withdrawn_at is not None:
        raise Refused(_("You have withdrawn this offer."))
    row.shared = shared
    row.alliance_id = alliance_of(row.organisation_id) if shared else row.alliance_id
    row.save(update_fields=["shared", "alliance"])
    audit_trail.record("audits.share_offer", row, by=by, shared=shared)
    return row


@transaction.atomic
def change_goal(*, by: Person, goal: Goal, **values: Any) -> Goal:
    """Reword a goal, or link it to the school's goal that it serves.

    A person's goal leaves no trail: what somebody works on is theirs alone.
    """
    row = Goal.objects.select_for_update(of=("self",)).get(pk=goal.pk)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    if row.person_id is None:
        audit_trail.record("audits.change_goal", row, by=by, fields=sorted(values))
    return row


def alliance_of(organisation: int) -> int | None:
    """The alliance that the school joined first, if several."""
    joined = AllianceMember.objects.joined().filter(organisation_id=organisation)
    found: int | None = joined.order_by("joined_at").values_list("alliance_id", flat=True).first()
    return found
