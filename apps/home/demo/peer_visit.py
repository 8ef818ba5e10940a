"""Open classrooms of the demonstration, and one visit with its questions and doubts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from apps.accounts.models import Person
from apps.activities import engine
from apps.activities.engine import Slot
from apps.activities.engine.criteria import save_criterion
from apps.activities.enums import OutcomeLevel
from apps.activities.kinds.peer_visit.actions import book, open_classroom
from apps.activities.kinds.peer_visit.models import OpenSlot
from apps.activities.kinds.peer_visit.sharing import answer_sharing
from apps.activities.models import Activity
from apps.core import clock
from apps.home.demo.people import MAIN
from apps.home.demo.triads import Stage
from apps.schools.calendars import LONDON, Calendar, calendars_of

HOSTS = "142490"
BEGAN = 34  # days ago
# Whose classroom, what there is to see, days ahead, hour, visitors at most.
OPEN = (
    (HOSTS, 5, "Hinge questions half-way through a lesson", 11, 10, 2),
    ("143373", 3, "A quiet start: the first ten minutes of the day", 16, 9, 3),
    ("140057", 6, "Reading a demanding text together", 23, 11, 2),
    ("133731", 1, "Talk at the carpet: new words every day", 18, 9, 4),
)
QUESTIONS = (
    "How do you decide which question to stop at? What do you do when half of them have it and "
    "half do not? What did you give up to make the time?"
)
SEEN = (
    "Mini-whiteboards up after twelve minutes. She read all of them aloud by letter, taught one "
    "point again to everybody, then asked the same question with other numbers."
)


def play(stage: Stage) -> None:
    visitor, host = stage.cast.signed_in["teacher"], stage.cast.teachers[HOSTS][4]
    activity = _begin(stage, visitor, host)
    _visit(stage, activity, visitor, host)
    _open_classrooms(stage, visitor)
    _without_host(stage, visitor)


def _begin(stage: Stage, visitor: Person, host: Person) -> Activity:
    with clock.frozen(stage.when.days_ago(BEGAN)):
        activity = engine.start(
            by=visitor,
            kind="peer_visit",
            title="How Year 8 is stopped half-way",
            organisation=stage.schools[MAIN],
            alliance=stage.alliance,
            needs=[need]
            if (need := stage.needs.school.get((MAIN, "questioning-checking")))
            else [],
            focus="Deciding in the middle of a lesson whether to go on",
            pupil_outcome="Fewer pupils carry a misconception out of the lesson",
            starts_on=clock.today(),
            ends_on=clock.today() + timedelta(days=90),
            minutes_available=240,
            equality="The visit lies on a day when both work; cover is paid for.",
            details={"visit_aim": "contrast"},
        )
        for person, school, role in ((visitor, MAIN, "visitor"), (host, HOSTS, "host")):
            engine.invite(
                activity,
                by=person,
                person=person,
                organisation=stage.schools[school],
                role=role,
            )
        _criterion(activity, visitor)
        engine.agree(activity, by=visitor)
        return engine.activate(activity, by=visitor)


def _criterion(activity: Activity, by: Person) -> None:
    save_criterion(
        activity,
        by=by,
        level=OutcomeLevel.PUPIL,
        guskey=5,
        indicator="Pupils who can say what they got wrong",
        measure="Exit question in two lessons, same class, before and after",
        unit="pupils",
        baseline=8,
        baseline_on=clock.today(),
        baseline_n=27,
        target=18,
        weight=100,
    )


def _visit(stage: Stage, activity: Activity, visitor: Person, host: Person) -> None:
    with clock.frozen(stage.when.days_ago(BEGAN - 4)):
        engine.record(by=visitor, kind="questions", text=QUESTIONS, activity=activity)
        activity = engine.advance(activity, by=visitor)
    starts_at = stage.when.days_ago(BEGAN - 13, hour=10)
    with clock.frozen(starts_at - timedelta(days=6)):
        session = engine.plan_session(
            activity,
            by=visitor,
            kind="visit",
            slot=Slot(starts_at, starts_at + timedelta(minutes=75), stage.schools[HOSTS]),
            observer=visitor,
            observed=host,
            despite_conflicts=True,
        )
    with clock.frozen(starts_at + timedelta(hours=3)):
        engine.mark_held(session, by=visitor)
        engine.record(
            by=visitor, kind="evidence", text=SEEN, activity=activity, about=host,
            data={"surprise": "Nobody minded being wrong in public."},
        )  # fmt: skip
        activity = engine.advance(activity, by=visitor)
    with clock.frozen(starts_at + timedelta(days=2)):
        engine.record(
            by=visitor,
            kind="critical",
            text="Her class is set by attainment; ours is not.",
            data={
                "true": "A bank of questions for each unit, written together beforehand.",
                "unseen": "The lessons in which nobody had a whiteboard pen.",
                "sceptic": "It takes ten minutes that a mixed class cannot spare.",
            },
            activity=activity,
        )
        answer_sharing(activity, by=host, allowed=True)
        engine.advance(activity, by=visitor)


def _open_classrooms(stage: Stage, visitor: Person) -> None:
    calendars = calendars_of(school.pk for school in stage.schools.values())
    slots = []
    for urn, number, topic, days, hour, places in OPEN:
        host, school = stage.cast.teachers[urn][number], stage.schools[urn]
        day = _lesson_day(calendars[school.pk], stage.when.working_day(days))
        starts_at = datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)
        with clock.frozen(stage.when.days_ago(6)):
            slots.append(
                open_classroom(
                    by=host,
                    organisation=school,
                    alliance=stage.alliance,
                    topic=topic,
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(minutes=60),
                    places=places,
                    phase=school.phase,
                )
            )
    _book(stage, slots[1], visitor)


def _book(stage: Stage, slot: OpenSlot, visitor: Person) -> None:
    with clock.frozen(stage.when.days_ago(2)):
        book(slot, by=visitor, organisation=stage.schools[MAIN])
        other = stage.cast.teachers["145004"][1]
        book(slot, by=other, organisation=stage.schools["145004"])


def _without_host(stage: Stage, visitor: Person) -> None:
    """A second visit, for which a classroom is looked for."""
    with clock.frozen(stage.when.days_ago(3)):
        activity = engine.start(
            by=visitor,
            kind="peer_visit",
            title="How others read a hard text",
            organisation=stage.schools[MAIN],
            alliance=stage.alliance,
            focus="Reading a demanding text together",
            pupil_outcome="Pupils go on when a sentence is hard",
        )
        engine.invite(
            activity,
            by=visitor,
            person=visitor,
            organisation=stage.schools[MAIN],
            role="visitor",
        )


def _lesson_day(calendar: Calendar, day: date) -> date:
    """The first day from ``day`` on with lessons in that school."""
    while not calendar.is_open(day) or any(a <= day <= b for a, b in calendar.inset):
        day += timedelta(days=1)
    return day
