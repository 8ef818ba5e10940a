"""A short observation of the demonstration: asked for, visited, and something tried since."""

from __future__ import annotations

from datetime import timedelta

from apps.activities import engine
from apps.activities.engine import Slot
from apps.activities.kinds.short_observation import actions
from apps.activities.models import Activity
from apps.core import clock
from apps.home.demo.people import MAIN
from apps.home.demo.triads import Stage
from apps.schools.models import Membership


def play(stage: Stage) -> None:
    me, observer = stage.cast.support[MAIN][0], stage.cast.teachers[MAIN][2]
    visit = stage.when.days_ago(9, hour=10)
    with clock.frozen(visit - timedelta(days=4)):
        activity = actions.ask(
            by=me,
            observer=Membership.objects.current().staff().get(person=observer),
            point="How long I wait before I help",
            pupil_outcome="Pupils begin a task by themselves more often",
        )
    with clock.frozen(visit - timedelta(days=3)):
        place = activity.participants.get(person=observer)
        place.activity = Activity.objects.get(pk=activity.pk)
        engine.answer_invitation(place, by=observer, accept=True)
        session = engine.plan_session(
            activity,
            by=me,
            kind="visit",
            slot=Slot(visit, visit + timedelta(minutes=15), activity.organisation),
            observer=observer,
            observed=me,
            despite_conflicts=True,
        )
    with clock.frozen(visit + timedelta(hours=1)):
        engine.mark_held(session, by=observer)
        engine.record(
            by=observer,
            kind="observation",
            activity=activity,
            about=me,
            text="Five seconds before the first word; three pupils had begun by then.",
            data={
                "times": "10:05 to 10:17",
                "strength": "The pause before the first help",
                "question": "What if the second help were a question?",
            },
        )
    with clock.frozen(stage.when.days_ago(3, hour=15)):
        engine.record(
            by=me,
            kind="tried",
            activity=activity,
            text="I asked “what comes first?” instead of showing it. Two of four went on alone.",
        )
