"""Two twilights of the demonstration: one whose promises are six weeks old, one next week."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.accounts.models import Person
from apps.activities import engine
from apps.activities.engine import Slot
from apps.activities.engine.attendance import record_attendance
from apps.activities.engine.criteria import save_criterion
from apps.activities.enums import Audience, OutcomeLevel
from apps.activities.models import Activity, Session
from apps.core import clock
from apps.home.demo.people import MAIN
from apps.home.demo.triads import Stage
from apps.schools.models import Membership

KIND = "training_event"
LENGTH = timedelta(minutes=90)
PROMISES = (
    "Begin every lesson with three questions from last week",
    "Ask for the answer on whiteboards before I say whether it is right",
    "Put one question from last term into every quiz",
    "Let pupils mark their own quiz and write down what to look at again",
)


def play(stage: Stage) -> None:
    past = stage.when.days_ago(50, hour=16)
    done = _booked(stage, "Remembering for longer", past, cost="240.00")
    _attended(stage, done, past)
    _promised(stage, done, past)
    coming = stage.when.ahead(6, hour=16)
    _booked(stage, "Talk that helps pupils think", coming, cost="0.00")


def _booked(stage: Stage, title: str, moment: datetime, cost: str) -> Activity:
    """Planned, with twelve colleagues invited at once; all but the last have said yes."""
    lead, school = stage.cast.leads[MAIN], stage.schools[MAIN]
    need = stage.needs.school.get((MAIN, "questioning-checking"))
    begun = min(moment, stage.when.days_ago(2)) - timedelta(days=9)
    with clock.frozen(begun):
        activity = engine.start(
            by=lead,
            kind=KIND,
            title=title,
            organisation=school,
            needs=[need] if need else [],
            focus="What pupils still know a month later",
            pupil_outcome="Pupils remember more of what they learnt last term",
            starts_on=clock.today(),
            ends_on=clock.today() + timedelta(days=150),
            minutes_available=90,
            equality="Recorded for part-timers; support staff are paid for the time",
            details={
                "form": "twilight",
                "topic": "Retrieval",
                "provider": str(school.name),
                "hours": "1.5",
                "cost": cost,
                "place": "Library",
            },
        )
        _criterion(activity, lead)
        done = engine.invite_many(activity, by=lead, members=_colleagues(stage))
        for place in done.places[:-1]:
            engine.answer_invitation(place, by=place.person, accept=True)
        engine.agree(activity, by=lead)
        activity = engine.activate(activity, by=lead)
        engine.plan_session(
            activity,
            by=lead,
            kind="training",
            slot=Slot(moment, moment + LENGTH, school, extra_pay=True),
            despite_conflicts=True,
        )
    return activity


def _colleagues(stage: Stage) -> list[Membership]:
    people = [*stage.cast.teachers[MAIN][:9], *stage.cast.support[MAIN][:3]]
    rows = (
        Membership.objects.current()
        .staff()
        .filter(organisation=stage.schools[MAIN], person__in=people)
    )
    return list(rows.select_related("person", "organisation").order_by("pk"))


def _criterion(activity: Activity, lead: Person) -> None:
    save_criterion(
        activity,
        by=lead,
        level=OutcomeLevel.PUPIL,
        guskey=5,
        indicator="Pupils who answer a question from last term",
        measure="Five questions, same class, before and twelve weeks after",
        unit="pupils",
        baseline=11,
        baseline_on=clock.today(),
        baseline_n=28,
        target=20,
        target_on=activity.ends_on,
        weight=100,
    )


def _attended(stage: Stage, activity: Activity, moment: datetime) -> None:
    """Ten were there, one was not, and of one nobody has said anything."""
    lead = stage.cast.leads[MAIN]
    session = Session.objects.get(activity=activity)
    people = [p.person_id for p in activity.participants.taking_part()]
    with clock.frozen(moment + LENGTH):
        answers = {pk: n > 0 for n, pk in enumerate(people[:-1])}
        record_attendance(session, by=lead, answers=answers)
        engine.mark_held(session, by=lead)
        engine.advance(activity, by=lead)


def _promised(stage: Stage, activity: Activity, moment: datetime) -> None:
    lead = stage.cast.leads[MAIN]
    places = list(activity.participants.taking_part().select_related("person"))[1:]
    with clock.frozen(moment + timedelta(days=1)):
        for place, text in zip(places, PROMISES, strict=False):
            written = engine.record(by=place.person, kind="promise", text=text, activity=activity)
            if len(text) % 2:
                engine.share_record(written, by=place.person, audience=Audience.CPD_LEAD)
    with clock.frozen(moment + timedelta(days=3)):
        engine.advance(activity, by=lead)
    with clock.frozen(moment + timedelta(days=43)):
        engine.advance(activity, by=lead)
