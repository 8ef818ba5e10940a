"""What all writes of a round need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.activities.kinds.work_shadowing.enums import (
    PlacementState,
)
from apps.activities.kinds.work_shadowing.models import (
    Placement,
    ShadowingRound,
)
from apps.core import audit_trail
from apps.schools.enums import Role
from apps.schools.models import Membership

if TYPE_CHECKING:
    from apps.accounts.models import Person


def heads_of(organisation: int) -> list[Person]:
    rows = Membership.objects.current().filter(organisation_id=organisation, role=Role.HEAD)
    return [row.person for row in rows.select_related("person") if row.person.is_active]


def end(row: Placement, by: Person, state: PlacementState) -> None:
    row.state = state
    row.save(update_fields=["state"])
    audit_trail.record(f"shadowing.placement_{state}", row, by=by)


def locked_round(row: ShadowingRound) -> ShadowingRound:
    rows = ShadowingRound.objects.select_related("alliance")
    return rows.select_for_update(of=("self",)).get(pk=row.pk)
