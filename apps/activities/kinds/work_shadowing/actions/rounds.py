"""Opening, changing and closing a round."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.activities.engine.refusals import refuse_if
from apps.activities.kinds.work_shadowing import emails
from apps.activities.kinds.work_shadowing.actions.shared import locked_round
from apps.activities.kinds.work_shadowing.enums import (
    PlacementState,
    RoundState,
)
from apps.activities.kinds.work_shadowing.models import (
    ShadowingRound,
)
from apps.core import audit_trail

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.schools.models import Alliance

ROUND_FIELDS = frozenset(
    {"name", "strands", "rules", "closes_on", "starts_on", "ends_on", "most_miles"}
)


def open_round(
    *, by: Person, alliance: Alliance, client_key: uuid.UUID | None = None, **values: Any
) -> ShadowingRound:
    """Open a round; the CPD leads and heads of the alliance's schools are told."""
    client_key = client_key or uuid.uuid4()
    before = ShadowingRound.objects.filter(client_key=client_key, created_by=by).first()
    if before is not None:
        return before
    with transaction.atomic():
        row = ShadowingRound.objects.create(
            client_key=client_key, created_by=by, alliance=alliance, **_known(values)
        )
        audit_trail.record("shadowing.round_opened", row, by=by, alliance=alliance.pk)
        emails.opened(row)
    return row


def change_round(shadowing_round: ShadowingRound, *, by: Person, **values: Any) -> ShadowingRound:
    """While it is open. What was applied for and offered stays."""
    with transaction.atomic():
        row = locked_round(shadowing_round)
        refuse_if(row.state != RoundState.OPEN, _("Its placements have been published."))
        for name, value in _known(values).items():
            setattr(row, name, value)
        row.save()
        audit_trail.record("shadowing.round_changed", row, by=by)
    return row


def close_round(shadowing_round: ShadowingRound, *, by: Person) -> ShadowingRound:
    """No more placements come of it; those proposed and never published are taken back,
    and where people would rather not go is forgotten."""
    with transaction.atomic():
        row = locked_round(shadowing_round)
        if row.state == RoundState.CLOSED:
            return row
        row.placements.filter(state=PlacementState.PROPOSED).update(state=PlacementState.WITHDRAWN)
        row.applications.update(apart=[])
        row.state = RoundState.CLOSED
        row.save(update_fields=["state"])
        audit_trail.record("shadowing.round_closed", row, by=by)
    return row


def _known(values: dict[str, Any]) -> dict[str, Any]:
    unknown = set(values) - ROUND_FIELDS
    if unknown:
        raise TypeError(f"not part of a round: {', '.join(sorted(unknown))}")
    return values
