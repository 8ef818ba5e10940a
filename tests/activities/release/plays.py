"""What the tests of the ledger do over and over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from apps.activities import engine
from apps.activities.engine import Slot
from apps.activities.models import Activity, Release, Session
from apps.core import clock
from tests.activities.triads import Stage


def slot(days: int = 7, minutes: int = 60, **where: Any) -> Slot:
    start = clock.now() + timedelta(days=days)
    return Slot(start, start + timedelta(minutes=minutes), **where)


def visit(stage: Stage, activity: Activity, **values: Any) -> Session:
    """Ann of Ash School visits Cy of Beech School in a week."""
    return engine.plan_session(
        activity,
        **{
            "by": stage.ann,
            "kind": "observation",
            "slot": slot(organisation=stage.partner),
            "observer": stage.ann,
            "observed": stage.cy,
            "despite_conflicts": True,
            **values,
        },
    )


def row_of(session: Session, person: Any) -> Release:
    return Release.objects.get(session=session, person=person)


def say_where(stage: Stage) -> None:
    """Five miles of straight line between the two schools."""
    stage.school.easting, stage.school.northing = 500_000, 150_000
    stage.partner.easting, stage.partner.northing = 508_047, 150_000
    stage.school.save()
    stage.partner.save()
