"""The one way in which an activity's state or stage changes: locked, re-checked, recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from apps.activities.engine.refusals import Blocked, refuse_if
from apps.activities.enums import ActivityState
from apps.activities.kinds import kind_of
from apps.activities.kinds.base import Block
from apps.activities.models import Activity, StageChange
from apps.core import audit_trail, clock

if TYPE_CHECKING:
    from apps.accounts.models import Person

OVER = (ActivityState.CLOSED, ActivityState.CANCELLED)
PLANNING = (ActivityState.DRAFT, ActivityState.AGREED)
UNDER_WAY = (ActivityState.ACTIVE, ActivityState.REVIEW_DUE)


@contextmanager
def locked(activity: Activity) -> Iterator[Activity]:
    """One transaction with the row locked and read anew."""
    with transaction.atomic():
        rows = Activity.objects.select_related("organisation", "alliance", "organiser")
        yield rows.select_for_update(of=("self",)).get(pk=activity.pk)


def token(activity: Activity) -> str:
    """Where the activity stands; a button sends it back, so that a second press does nothing."""
    return f"{activity.state}:{activity.stage}:{activity.cycle}"


def refuse_unless_at(activity: Activity, seen: str) -> None:
    refuse_if(
        seen and seen != token(activity),
        _("It has moved on since you opened this page."),
    )


def refuse_unless_in(activity: Activity, *states: str) -> None:
    if activity.state not in states:
        reason = _("That cannot be done while it is “%(state)s”.")
        raise Blocked([Block(reason % {"state": ActivityState(activity.state).label})])


def change(
    activity: Activity,
    *,
    by: Person | None,
    action: str,
    state: str | None = None,
    stage: str | None = None,
    cycle: int | None = None,
    reason: str = "",
    new: bool = False,
) -> StageChange:
    """Write the new state and stage, the row that tells of it and the audit row."""
    row = StageChange(
        activity=activity,
        at=clock.now(),
        by=by,
        from_state="" if new else activity.state,
        from_stage="" if new else activity.stage,
        to_state=state or activity.state,
        to_stage=stage or activity.stage,
        cycle=cycle or activity.cycle,
        reason=reason,
    )
    activity.state, activity.stage, activity.cycle = row.to_state, row.to_stage, row.cycle
    activity.next_step_on = _next_step_on(activity)
    activity.save()
    row.save()
    audit_trail.record(
        f"activity.{action}",
        activity,
        by=by,
        state=row.to_state,
        stage=row.to_stage,
        cycle=row.cycle,
    )
    return row


def _next_step_on(activity: Activity) -> date | None:
    if activity.state in OVER or activity.state == ActivityState.PAUSED:
        return None
    days = kind_of(activity.kind).stage(activity.stage).days
    return clock.today() + timedelta(days=days)


def state_before_pause(activity: Activity) -> str:
    last = StageChange.objects.filter(activity=activity, to_state=ActivityState.PAUSED).last()
    return last.from_state if last else ActivityState.DRAFT
