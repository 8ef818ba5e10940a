"""What a small kind of activity fills in for whoever asks for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from apps.activities.enums import ParticipantState
from apps.activities.kinds.base import Kind, Light
from apps.activities.models import Activity, Criterion, Participant
from apps.core import audit_trail, clock
from apps.schools.models import Membership

if TYPE_CHECKING:
    from apps.accounts.models import Person


def fill_in(activity: Activity, kind: Kind, light: Light, *, by: Person) -> None:
    """Dates, time, criteria and the place of ``by``, where the plan does not say otherwise."""
    activity.starts_on = activity.starts_on or clock.today()
    activity.ends_on = activity.ends_on or activity.starts_on + timedelta(days=light.days)
    if activity.minutes_available is None:
        activity.minutes_available = activity.minutes_needed
    activity.equality = activity.equality or str(light.equality)
    activity.save()
    _criteria(activity, kind)
    works_there = (
        Membership.objects.current().staff().filter(person=by, organisation=activity.organisation)
    )
    if works_there.exists():
        place = Participant.objects.create(
            activity=activity,
            person=by,
            organisation=activity.organisation,
            role=light.own_role,
            state=ParticipantState.ACCEPTED,
            answered_at=clock.now(),
        )
        audit_trail.record("participant.joined", place, by=by, activity=activity.pk, person=by.pk)


def _criteria(activity: Activity, kind: Kind) -> None:
    Criterion.objects.bulk_create(
        Criterion(
            activity=activity,
            level=usual.level,
            guskey=usual.guskey,
            indicator=str(usual.indicator),
            measure=str(usual.measure),
            source=usual.source,
            unit=str(usual.unit),
            direction=usual.direction,
            weight=usual.weight,
            baseline=usual.baseline,
            baseline_on=None if usual.baseline is None else clock.today(),
            target=usual.target,
            target_on=activity.ends_on,
        )
        for usual in kind.criteria
        if usual.target is not None
    )
