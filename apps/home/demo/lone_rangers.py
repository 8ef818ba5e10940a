"""A network of the demonstration: the only careers leaders of three schools, a teacher and two of
the support staff, one meeting behind them and the next one planned at another school."""

from __future__ import annotations

from datetime import timedelta

from apps.activities import engine
from apps.activities.engine import Slot
from apps.activities.engine.criteria import save_criterion
from apps.activities.enums import Audience, OutcomeLevel, Source
from apps.activities.models import Activity
from apps.core import clock
from apps.home.demo.people import MAIN
from apps.home.demo.triads import Stage

KIND = "lone_ranger_network"
HOST, COLLEGE = "142490", "145004"
LENGTH = timedelta(minutes=90)


def play(stage: Stage) -> None:
    activity = _begun(stage)
    _met(stage, activity)
    _tested(stage, activity)


def _begun(stage: Stage) -> Activity:
    convenor = stage.cast.support[HOST][2]
    with clock.frozen(stage.when.days_ago(50)):
        activity = engine.start(
            by=convenor,
            kind=KIND,
            title="The only careers leader in school",
            organisation=stage.schools[HOST],
            alliance=stage.alliance,
            reason="chosen",
            focus="Careers talks that reach those who do not ask",
            pupil_outcome="More pupils in Year 9 can name two ways to a job that interests them",
            starts_on=clock.today(),
            ends_on=clock.today() + timedelta(days=240),
            minutes_available=270,
            equality="Meetings lie in everybody's paid hours, every other one online if need be",
            details={"post": "Careers leader"},
        )
        _criterion(activity)
        members = ((MAIN, stage.cast.teachers[MAIN][1]), (COLLEGE, stage.cast.support[COLLEGE][1]))
        for urn, person, role in (
            (HOST, convenor, "convenor"),
            *((urn, person, "member") for urn, person in members),
        ):
            school = stage.schools[urn]
            place = engine.invite(
                activity, by=convenor, person=person, organisation=school, role=role
            )
            engine.answer_invitation(place, by=person, accept=True)
    with clock.frozen(stage.when.days_ago(47)):
        engine.agree(activity, by=convenor)
        return engine.activate(activity, by=convenor)


def _criterion(activity: Activity) -> None:
    save_criterion(
        activity,
        by=activity.organiser,
        level=OutcomeLevel.PUPIL,
        guskey=5,
        indicator="Pupils who can name two ways to a job that interests them",
        measure="The same two questions in one form group, before and after",
        unit="pupils",
        source=Source.TASK,
        baseline=8,
        baseline_on=clock.today(),
        baseline_n=27,
        target=18,
        target_on=activity.ends_on,
        weight=100,
    )


def _met(stage: Stage, activity: Activity) -> None:
    """At the convenor's school; what each will test is written the day after."""
    convenor, college = activity.organiser, stage.cast.support[COLLEGE][1]
    teacher = stage.cast.teachers[MAIN][1]
    moment = stage.when.days_ago(41, hour=14)
    with clock.frozen(stage.when.days_ago(44)):
        session = engine.plan_session(
            activity,
            by=convenor,
            kind="meeting",
            slot=Slot(moment, moment + LENGTH, stage.schools[HOST]),
            despite_conflicts=True,
        )
        engine.record(
            by=college,
            kind="pupil_issue",
            activity=activity,
            text="Pupils whose families have not been to university do not come to talks.",
            data={"question": "Who of yours comes, and how do you know?"},
        )
    with clock.frozen(moment + LENGTH):
        engine.mark_held(session, by=convenor)
    with clock.frozen(stage.when.days_ago(38, hour=16)):
        for person, text in (
            (teacher, "Ask former pupils to talk in lessons, not after school."),
            (convenor, "Send the invitation home in the three languages most spoken."),
        ):
            engine.record(by=person, kind="action", activity=activity, text=text)
        engine.advance(activity, by=convenor)


def _tested(stage: Stage, activity: Activity) -> None:
    """One has written what came of it; the next meeting is at another school."""
    convenor, teacher = activity.organiser, stage.cast.teachers[MAIN][1]
    with clock.frozen(stage.when.days_ago(12)):
        written = engine.record(
            by=convenor,
            kind="tested",
            activity=activity,
            text="Nineteen families came instead of seven; eleven of them for the first time.",
            data={"keep": "Keep it, and ask who translates in the spring."},
        )
        engine.share_record(written, by=convenor, audience=Audience.CPD_LEAD)
    with clock.frozen(stage.when.days_ago(5)):
        engine.repeat(activity, by=convenor)
        coming = stage.when.ahead(9, hour=14)
        engine.plan_session(
            activity,
            by=teacher,
            kind="meeting",
            slot=Slot(coming, coming + LENGTH, stage.schools[MAIN]),
            despite_conflicts=True,
        )
