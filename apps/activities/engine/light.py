"""Light kinds move on by themselves: nothing that has to be agreed, accepted or held is skipped,
only the presses between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.activities.engine import checks, life
from apps.activities.engine.changes import UNDER_WAY
from apps.activities.engine.situation import Situation
from apps.activities.enums import ActivityState
from apps.activities.kinds import kind_of
from apps.activities.models import Activity

if TYPE_CHECKING:
    from apps.accounts.models import Person


def go_on(activity: Activity, *, by: Person) -> None:
    """Take every step that nothing stands against; for a kind that is not light, none."""
    if kind_of(activity.kind).light is None:
        return
    while _one_step(Activity.objects.get(pk=activity.pk), by):
        pass


def _one_step(activity: Activity, by: Person) -> bool:
    situation = Situation.of(activity)
    if activity.state == ActivityState.DRAFT:
        if checks.agree_missing(situation) or checks.planning_missing(situation):
            return False
        life.agree(activity, by=by)
    elif activity.state == ActivityState.AGREED:
        if checks.start_missing(situation):
            return False
        life.activate(activity, by=by)
    elif activity.state in UNDER_WAY:
        if situation.kind.next_stage(activity.stage) is None or checks.next_missing(situation):
            return False
        life.advance(activity, by=by)
    else:
        return False
    return True
