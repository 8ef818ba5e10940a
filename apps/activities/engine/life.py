"""The life of an activity: start, plan, agree, activate, advance, pause, close, reopen."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.activities.engine import booking, checks, notify
from apps.activities.engine.calling_off import call_off
from apps.activities.engine.changes import (
    OVER,
    PLANNING,
    UNDER_WAY,
    change,
    locked,
    refuse_unless_at,
    refuse_unless_in,
    state_before_pause,
)
from apps.activities.engine.filling import fill_in
from apps.activities.engine.refusals import Blocked, Stale, refuse_if, required
from apps.activities.engine.situation import Situation
from apps.activities.enums import ActivityState, Reason
from apps.activities.kinds import kind_of
from apps.activities.kinds.base import Moment
from apps.activities.models import Activity
from apps.activities.release import hooks as release
from apps.audits.enums import NeedState
from apps.audits.models import Goal, Need
from apps.core import audit_trail, clock

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.schools.models import Alliance, Organisation

PLAN_FIELDS = frozenset(
    {
        "title",
        "focus",
        "pupil_outcome",
        "starts_on",
        "ends_on",
        "minutes_needed",
        "minutes_available",
        "programme",
        "details",
        "equality",
    }
)


def start(
    *,
    by: Person,
    kind: str,
    title: str,
    organisation: Organisation,
    alliance: Alliance | None = None,
    needs: Iterable[Need] = (),
    goals: Iterable[Goal] = (),
    reason: str = Reason.NEED,
    client_key: uuid.UUID | None = None,
    **plan: Any,
) -> Activity:
    """Make a draft; the same ``client_key`` sent again by the same person returns the first one.

    ``plan`` may hold any of PLAN_FIELDS. Raises KeyError for an unknown kind.
    """
    declared = kind_of(kind)
    client_key = client_key or uuid.uuid4()
    activity = Activity(
        client_key=client_key,
        kind=kind,
        title=title,
        stage=declared.stages[0].slug,
        organisation=organisation,
        alliance=alliance,
        organiser=by,
        reason=reason,
        **{"minutes_needed": declared.minutes, **_known(plan)},
    )
    try:
        with transaction.atomic():
            activity.save()
            activity.needs.set(needs)
            activity.goals.set(goals)
            change(activity, by=by, action="started", new=True)
            if declared.light is not None:
                fill_in(activity, declared, declared.light, by=by)
    except IntegrityError:
        return _sent_before(client_key, by)
    return activity


def _sent_before(client_key: uuid.UUID, by: Person) -> Activity:
    activity = Activity.objects.filter(client_key=client_key, organiser=by).first()
    if activity is None:
        raise Blocked([])
    return activity


def _known(plan: dict[str, Any]) -> dict[str, Any]:
    unknown = set(plan) - PLAN_FIELDS
    if unknown:
        raise TypeError(f"not part of a plan: {', '.join(sorted(unknown))}")
    return plan


def plan(
    activity: Activity,
    *,
    by: Person,
    version: int,
    reason: str | None = None,
    needs: Iterable[Need] | None = None,
    goals: Iterable[Goal] | None = None,
    **fields: Any,
) -> Activity:
    """Change the plan; Stale when somebody saved since ``version``."""
    with locked(activity) as row:
        refuse_if(row.state in OVER, _("It is over: reopen it to change its plan."))
        if row.version != version:
            raise Stale(row)
        for name, value in _known(fields).items():
            setattr(row, name, value)
        if reason is not None:
            row.reason = reason
        row.version += 1
        row.save()
        if needs is not None:
            row.needs.set(needs)
        if goals is not None:
            row.goals.set(goals)
        audit_trail.record("activity.planned", row, by=by, version=row.version)
    return row


def agree(activity: Activity, *, by: Person, seen: str = "") -> Activity:
    """All who take part have said yes and the plan is written."""
    with locked(activity) as row:
        refuse_unless_at(row, seen)
        refuse_unless_in(row, ActivityState.DRAFT)
        situation = Situation.of(row)
        _raise_if([*checks.agree_missing(situation), *checks.planning_missing(situation)])
        last = situation.kind.last_planning
        for stage in checks.planning_left(situation):
            if stage != last:
                change(row, by=by, action="planned_on", stage=stage.slug)
        change(row, by=by, action="agreed", state=ActivityState.AGREED, stage=last.slug)
    return row


def go_on_planning(activity: Activity, *, by: Person | None) -> Activity:
    """Enter the next stage of a draft; Blocked when it is the last one before the start."""
    with locked(activity) as row:
        refuse_unless_in(row, ActivityState.DRAFT)
        situation = Situation.of(row)
        left = checks.planning_left(situation)
        refuse_if(not left, _("The plan has to be agreed now."))
        _raise_if(checks.stage_missing(situation, left[0]))
        change(row, by=by, action="planned_on", stage=left[0].slug)
    return row


def activate(activity: Activity, *, by: Person, seen: str = "") -> Activity:
    """Go under way. Blocked with the full list of what is missing."""
    with locked(activity) as row:
        refuse_unless_at(row, seen)
        refuse_unless_in(row, ActivityState.AGREED)
        situation = Situation.of(row)
        _raise_if(checks.start_missing(situation))
        stage = situation.kind.first_active
        change(row, by=by, action="activated", state=ActivityState.ACTIVE, stage=stage.slug)
        row.needs.filter(state=NeedState.OPEN).update(state=NeedState.PLANNED)
        booking.on_entering(situation, by=by)
        notify.tell_everybody(situation, "started", by=by)
    return row


def advance(activity: Activity, *, by: Person, seen: str = "") -> Activity:
    """Enter the next stage once all that unlocks it holds."""
    with locked(activity) as row:
        refuse_unless_at(row, seen)
        refuse_unless_in(row, *UNDER_WAY)
        situation = Situation.of(row)
        following = required(
            situation.kind.next_stage(row.stage),
            _("It is in its last stage: close it, or go round again."),
        )
        _raise_if(checks.stage_missing(situation, following))
        change(row, by=by, action="advanced", stage=following.slug)
        booking.on_entering(situation, by=by)
    return row


def repeat(activity: Activity, *, by: Person, seen: str = "") -> Activity:
    """Go round again: a further cycle from the kind's repeating stage."""
    with locked(activity) as row:
        refuse_unless_at(row, seen)
        refuse_unless_in(row, *UNDER_WAY)
        kind = kind_of(row.kind)
        refuse_if(
            not kind.repeats_from or kind.place_of(row.stage) <= kind.place_of(kind.repeats_from),
            _("This cycle has to be finished first."),
        )
        _raise_if(checks.repeat_missing(Situation.of(row)))
        change(
            row,
            by=by,
            action="repeated",
            state=ActivityState.ACTIVE,
            stage=kind.repeats_from,
            cycle=row.cycle + 1,
        )
        booking.on_entering(Situation.of(row), by=by)
    return row


def pause(activity: Activity, *, by: Person | None, reason: str, seen: str = "") -> Activity:
    with locked(activity) as row:
        refuse_unless_at(row, seen)
        refuse_unless_in(row, *PLANNING, *UNDER_WAY)
        pause_locked(row, by=by, reason=reason)
    return row


def pause_locked(row: Activity, *, by: Person | None, reason: str) -> None:
    """Pause a row that the caller has locked."""
    change(row, by=by, action="paused", state=ActivityState.PAUSED, reason=reason)
    notify.tell_everybody(Situation.of(row), "paused", by=by)


def resume(activity: Activity, *, by: Person, seen: str = "") -> Activity:
    """Go on where it stopped, if all rules hold again."""
    with locked(activity) as row:
        refuse_unless_at(row, seen)
        refuse_unless_in(row, ActivityState.PAUSED)
        state = state_before_pause(row)
        if state in (*UNDER_WAY, ActivityState.AGREED):
            situation = Situation.of(row)
            missing = checks.rules_failing(situation, Moment.START)
            if state in UNDER_WAY:
                missing += checks.agreement_missing(situation)
            _raise_if(missing)
        change(row, by=by, action="resumed", state=state)
    return row


def cancel(activity: Activity, *, by: Person, reason: str, seen: str = "") -> Activity:
    with locked(activity) as row:
        refuse_unless_at(row, seen)
        refuse_if(row.state in OVER, _("It is over already."))
        refuse_if(not reason.strip(), _("Give a reason."))
        row.cancelled_reason = reason
        _forget_access_needs(row)
        change(row, by=by, action="cancelled", state=ActivityState.CANCELLED, reason=reason)
        release.activity_off(row, by=by)
        call_off(row.sessions.all(), by=by)
        notify.tell_everybody(Situation.of(row), "cancelled", by=by)
    return row


def close(
    activity: Activity,
    *,
    by: Person,
    promise: str = "",
    due: date | None = None,
    seen: str = "",
) -> Activity:
    """Close it, with a follow-up booked before or by this very step (``promise`` and ``due``)."""
    with locked(activity) as row:
        refuse_unless_at(row, seen)
        situation = Situation.of(row)
        booking_now = bool(promise and due)
        _raise_if(checks.close_missing(situation, booking=booking_now))
        if promise and due:
            refuse_if(due <= clock.today(), _("The follow-up has to be due after today."))
            booking.book_lasting(situation, promise=promise, due=due, by=by)
        row.closed_at = clock.now()
        _forget_access_needs(row)
        change(row, by=by, action="closed", state=ActivityState.CLOSED)
    return row


def _forget_access_needs(row: Activity) -> None:
    row.participants.exclude(access_needs="").update(access_needs="")


def reopen(activity: Activity, *, by: Person, reason: str = "", seen: str = "") -> Activity:
    """What was closed goes on; what was cancelled is planned anew."""
    with locked(activity) as row:
        refuse_unless_at(row, seen)
        refuse_unless_in(row, *OVER)
        was_closed = row.state == ActivityState.CLOSED
        row.closed_at, row.cancelled_reason = None, ""
        if was_closed:
            change(row, by=by, action="reopened", state=ActivityState.ACTIVE, reason=reason)
        else:
            first = kind_of(row.kind).stages[0].slug
            change(
                row,
                by=by,
                action="reopened",
                state=ActivityState.DRAFT,
                stage=first,
                reason=reason,
            )
    return row


def call_review(activity: Activity) -> bool:
    """Its last day has passed: it waits for its review. False when that is no longer so."""
    with locked(activity) as row:
        if row.state != ActivityState.ACTIVE or not row.ends_on or row.ends_on >= clock.today():
            return False
        change(row, by=None, action="review_due", state=ActivityState.REVIEW_DUE)
    return True


def _raise_if(blocks: list[Any]) -> None:
    if blocks:
        raise Blocked(blocks)
