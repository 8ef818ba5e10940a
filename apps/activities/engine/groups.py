"""Inviting many people at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apps.activities.engine.changes import locked
from apps.activities.engine.people import invite_locked
from apps.activities.engine.refusals import Blocked
from apps.activities.kinds.base import Block
from apps.activities.models import Activity, Participant
from apps.schools.models import Membership

if TYPE_CHECKING:
    from apps.accounts.models import Person


@dataclass
class Invited:
    places: list[Participant] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)  # why others were not


def invite_many(
    activity: Activity, *, by: Person, members: Iterable[Membership], role: str = ""
) -> Invited:
    """Ask each of ``members``; those whom a rule of the kind refuses are passed over and named."""
    found = Invited()
    with locked(activity) as row:
        for member in members:
            if member.organisation is None:
                continue
            try:
                place = invite_locked(
                    row, by=by, person=member.person, organisation=member.organisation, role=role
                )
            except Blocked as blocked:
                found.blocks += blocked.blocks
            else:
                found.places.append(place)
    return found
