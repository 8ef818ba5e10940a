"""Ann coaches Bob: how far they have come."""

from __future__ import annotations

from datetime import timedelta

from apps.accounts.models import Person
from apps.activities import engine
from apps.activities.engine import Slot
from apps.activities.kinds.coaching import actions
from apps.activities.kinds.coaching.models import CoachingStep
from apps.activities.models import Activity
from apps.core import clock
from tests.activities.triads import Stage, home_of

CONTRACT = {
    "goal": "canary-goal",
    "how_often": "Every second Tuesday",
    "confidentiality": "All of it",
    "ends_when": "At half-term",
}


def trained(stage: Stage, person: Person) -> None:
    actions.record_training(
        by=stage.lead, member=person.memberships.get(), on=clock.today(), provider="The hub"
    )


def place(stage: Stage, activity: Activity, person: Person, role: str) -> None:
    row = engine.invite(
        activity, by=stage.lead, person=person, organisation=home_of(person), role=role
    )
    engine.answer_invitation(row, by=person, accept=True)


def matched(stage: Stage, form: str = "instructional") -> Activity:
    """Ann coaches Bob."""
    trained(stage, stage.ann)
    activity = stage.planned(kind="coaching", alliance=None)
    activity = engine.plan(
        activity, by=stage.lead, version=activity.version, details={"form": form}
    )
    place(stage, activity, stage.ann, "coach")
    place(stage, activity, stage.bob, "coachee")
    stage.criterion(activity)
    return activity


def agreed(stage: Stage, form: str = "instructional") -> Activity:
    activity = matched(stage, form)
    written = actions.write_contract(activity, by=stage.ann, version=0, **CONTRACT)
    actions.agree_contract(activity, by=stage.bob, version=written.version)
    return engine.agree(activity, by=stage.lead)


def active(stage: Stage, form: str = "instructional") -> Activity:
    return engine.activate(agreed(stage, form), by=stage.lead)


def hold(stage: Stage, activity: Activity, kind: str, minutes: int = 15) -> None:
    start = clock.now() - timedelta(hours=1)
    pair = {"observer": stage.ann, "observed": stage.bob} if kind == "drop_in" else {}
    session = engine.plan_session(
        activity,
        by=stage.ann,
        kind=kind,
        slot=Slot(start, start + timedelta(minutes=minutes)),
        despite_conflicts=True,
        **pair,
    )
    engine.mark_held(session, by=stage.ann)


def whole_step(stage: Stage, activity: Activity, review: str = "secured") -> CoachingStep:
    hold(stage, activity, "drop_in")
    actions.choose_step(activity, by=stage.ann, version=0, step="canary-step")
    actions.rehearse(activity, by=stage.bob, version=1, rehearsal="Five times")
    actions.say_tried(
        activity, by=stage.bob, version=2, tried_on=clock.today(), evidence="canary-evidence"
    )
    return actions.review(activity, by=stage.bob, version=3, review=review)


def stage_of(activity: Activity) -> str:
    return Activity.objects.get(pk=activity.pk).stage
