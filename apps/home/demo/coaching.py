"""A coaching of the demonstration: one step secured, the second being rehearsed."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.accounts.models import Person
from apps.activities import engine
from apps.activities.engine import Slot
from apps.activities.engine.criteria import save_criterion
from apps.activities.enums import OutcomeLevel, Reason
from apps.activities.kinds.coaching import actions
from apps.activities.models import Activity
from apps.core import clock
from apps.home.demo.people import MAIN
from apps.home.demo.triads import Stage
from apps.schools.models import Membership

KIND = "coaching"


def play(stage: Stage) -> None:
    lead, coach = stage.cast.leads[MAIN], stage.cast.teachers[MAIN][5]
    coachee = stage.cast.teachers[MAIN][0]
    began = stage.when.days_ago(40)
    with clock.frozen(began):
        member = Membership.objects.current().staff().get(person=coach)
        actions.record_training(
            by=lead,
            member=member,
            on=clock.today() - timedelta(days=60),
            provider="The teaching school hub",
            words="Three days on instructional coaching",
        )
        actions.set_time(by=lead, member=member, most=3, minutes=60)
        activity = _planned(stage, lead, coach, coachee)
        engine.activate(activity, by=lead)
    first = stage.when.days_ago(30, hour=9)
    _looked(stage, activity, coach, coachee, first)
    _stepped(activity, coach, coachee, first)
    with clock.frozen(stage.when.days_ago(14)):
        engine.repeat(activity, by=coachee)
    _looked(stage, activity, coach, coachee, stage.when.days_ago(8, hour=9))
    with clock.frozen(stage.when.days_ago(7)):
        actions.choose_step(
            activity, by=coach, version=0, step="Say the instruction once, then wait"
        )
    _without_coach(stage, lead)


def _planned(stage: Stage, lead: Person, coach: Person, coachee: Person) -> Activity:
    school = stage.schools[MAIN]
    activity = engine.start(
        by=lead,
        kind=KIND,
        title="Clear beginnings",
        organisation=school,
        reason=Reason.CHOSEN,
        focus="The first five minutes of a lesson",
        pupil_outcome="Pupils are at work within two minutes",
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=120),
        minutes_available=270,
        equality="Meetings lie in the non-contact time of both",
        details={"form": "instructional"},
    )
    save_criterion(
        activity,
        by=lead,
        level=OutcomeLevel.PUPIL,
        guskey=5,
        indicator="Pupils at work two minutes into the lesson",
        measure="Tally in three lessons, same class",
        unit="pupils",
        baseline=11,
        target=26,
        weight=100,
    )
    for person, role in ((coach, "coach"), (coachee, "coachee")):
        place = engine.invite(activity, by=lead, person=person, organisation=school, role=role)
        engine.answer_invitation(place, by=person, accept=True)
    written = actions.write_contract(
        activity,
        by=coachee,
        version=0,
        goal="A calm start that does not depend on my mood",
        how_often="Every second week: a drop-in and half an hour to talk",
        confidentiality="What we say and write stays between the two of us",
        ends_when="At Easter, or when it is a habit",
    )
    actions.agree_contract(activity, by=coach, version=written.version)
    return engine.agree(activity, by=lead)


def _without_coach(stage: Stage, lead: Person) -> None:
    """A plan for which a coach is looked for."""
    school = stage.schools[MAIN]
    with clock.frozen(stage.when.days_ago(2)):
        activity = engine.start(
            by=lead,
            kind=KIND,
            title="Questions that make pupils think",
            organisation=school,
            reason=Reason.CHOSEN,
            focus="Waiting after a question",
            pupil_outcome="More pupils answer in whole sentences",
        )
        coachee = stage.cast.teachers[MAIN][6]
        engine.invite(activity, by=lead, person=coachee, organisation=school, role="coachee")


def _looked(stage: Stage, activity: Activity, coach: Person, coachee: Person, at: datetime) -> None:
    pair = {"observer": coach, "observed": coachee}
    for kind, minutes, who, start in (
        ("drop_in", 15, pair, at),
        ("meeting", 30, {}, at + timedelta(hours=6)),
    ):
        with clock.frozen(start - timedelta(days=1)):
            session = engine.plan_session(
                activity,
                by=coach,
                kind=kind,
                slot=Slot(start, start + timedelta(minutes=minutes), activity.organisation),
                despite_conflicts=True,
                **who,  # type: ignore[arg-type]
            )
        with clock.frozen(start + timedelta(hours=1)):
            engine.mark_held(session, by=coach)


def _stepped(activity: Activity, coach: Person, coachee: Person, at: datetime) -> None:
    with clock.frozen(at + timedelta(hours=8)):
        actions.choose_step(activity, by=coach, version=0, step="Stand at the door and greet")
        actions.rehearse(
            activity, by=coachee, version=1, rehearsal="Four times, with the coach as a late pupil"
        )
    with clock.frozen(at + timedelta(days=10)):
        actions.say_tried(
            activity,
            by=coachee,
            version=2,
            tried_on=clock.today(),
            evidence="Twenty-two were at work after two minutes",
        )
        actions.review(activity, by=coachee, version=3, review="secured")
