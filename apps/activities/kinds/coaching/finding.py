"""Coaches of a school who could take somebody on: the best few, for those who look after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps.activities.enums import ActivityState
from apps.activities.kinds.coaching.models import may_keep_coaches
from apps.activities.kinds.coaching.pairs import (
    COACH,
    COACHEE,
    MINUTES_A_COACHEE,
    Coach,
    coaches_at,
)
from apps.activities.ties import ties_among

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.engine.situation import Situation

BEST = 3
PLANNED = (ActivityState.DRAFT, ActivityState.AGREED)


def find_panel(situation: Situation, person: Person) -> dict[str, Any] | None:
    """While there is a coachee and nobody is asked to coach, for the CPD lead of the school: the
    same numbers that they see of its coaches anyway."""
    activity, coachees = situation.activity, situation.asked_as(COACHEE)
    is_looking = activity.state in PLANNED and coachees and not situation.asked_as(COACH)
    if not is_looking or activity.organisation_id not in may_keep_coaches(person):
        return None
    found = coaches_at(activity.organisation)
    shut = {place.person_id for place in coachees}
    ties = ties_among(shut | {coach.member.person_id for coach in found})
    shut |= {other for one in list(shut) for other in ties.get(one, ())}
    could = [c for c in found if not c.load.is_full and c.member.person_id not in shut]
    best = sorted(could, key=_order)[:BEST]
    return {"coaches": best, "pid": activity.public_id, "role": COACH}


def _order(coach: Coach) -> tuple[bool, int, int]:
    """Whose protected time is known to do for one more first, then who has most room."""
    load = coach.load
    enough = load.minutes is not None and load.minutes >= load.needed + MINUTES_A_COACHEE
    return not enough, load.coachees - load.most, coach.member.pk
