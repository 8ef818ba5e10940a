"""Triads of the demonstration, each played through the engine up to where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import permutations

from apps.accounts.models import Person
from apps.activities import engine
from apps.activities.engine.sessions import Slot
from apps.activities.enums import Audience, OutcomeLevel, RecordForm, Source
from apps.activities.models import Activity, Criterion, Participant, Programme, Record
from apps.core import clock
from apps.home.demo.needs import Needs
from apps.home.demo.people import MAIN, NINE_STAFF, Cast
from apps.home.demo.timeline import Timeline
from apps.schools.models import Alliance, Organisation

KIND = "triad"
EQUALITY = "Visits lie on days when all three work; the teaching assistant is paid for the hour."
# How far each has come; every step includes those before it.
STEPS = ("draft", "invited", "agreed", "active", "visits", "debrief", "shared", "closed")


@dataclass(frozen=True, slots=True)
class Story:
    """``members``: (URN, "teachers" or "support", which one). ``visits``: how many of six."""

    title: str
    topic: str
    focus: str
    outcome: str
    members: tuple[tuple[str, str, int], ...]
    until: str
    began: int  # days ago
    visits: int = 6
    ending: str = ""


STORIES = (
    Story(
        "Wait time and whole sentences",
        "questioning-checking",
        "Waiting longer, then asking for a full sentence",
        "More pupils in Year 8 answer, and in whole sentences",
        ((MAIN, "teachers", 1), ("140057", "teachers", 2), ("142490", "teachers", 1)),
        "visits",
        38,
        visits=4,
    ),
    Story(
        "Checking before moving on",
        "questioning-checking",
        "Hinge questions half-way through a lesson",
        "Fewer pupils carry a misconception out of the lesson",
        ((MAIN, "teachers", 4), ("143373", "teachers", 2), ("145004", "teachers", 2)),
        "closed",
        66,
    ),
    Story(
        "One goal, different ladders",
        "adaptive-teaching",
        "The same task with different support",
        "Pupils with lower prior attainment finish the main task",
        ((MAIN, "teachers", 6), ("125079", "teachers", 1), ("142490", "teachers", 3)),
        "shared",
        60,
    ),
    Story(
        "Talk at the carpet and at the bench",
        "speech-language",
        "Modelling new words and expecting them back",
        "Children use three new words a week in their own talk",
        ((NINE_STAFF, "teachers", 1), ("133731", "teachers", 1), ("140057", "teachers", 4)),
        "visits",
        30,
        visits=2,
    ),
    Story(
        "Interventions that close the gap",
        "interventions",
        "Starting from what the class teacher is teaching",
        "Pupils meet again in class what they practised outside it",
        ((MAIN, "support", 0), ("143373", "support", 0), ("140057", "support", 1)),
        "debrief",
        45,
    ),
    Story(
        "Quiet starts in reception and the office",
        "interventions",
        "Greeting pupils who arrive late",
        "Pupils who arrive late are in their lesson within five minutes",
        ((MAIN, "support", 2), ("142490", "support", 1), ("125079", "support", 0)),
        "agreed",
        16,
    ),
    Story(
        "Reading aloud across phases",
        "adaptive-teaching",
        "Reading a demanding text together",
        "Pupils read the set text without losing the thread",
        ((MAIN, "teachers", 8), ("143373", "teachers", 5), ("125079", "teachers", 3)),
        "invited",
        8,
    ),
    Story(
        "What artificial intelligence is good for",
        "artificial-intelligence",
        "Planning with and without it",
        "Pupils get models of good work sooner",
        ((MAIN, "teachers", 10), ("142490", "teachers", 6), ("145004", "teachers", 4)),
        "draft",
        4,
    ),
    Story(
        "Vocabulary in science",
        "questioning-checking",
        "Saying, writing and using five words a week",
        "Pupils explain a practical with the right words",
        ((MAIN, "teachers", 3), ("142490", "teachers", 8), ("145004", "teachers", 6)),
        "visits",
        50,
        visits=3,
        ending="paused",
    ),
    Story(
        "Feedback without marking",
        "adaptive-teaching",
        "Whole-class feedback",
        "Pupils redraft at once",
        ((MAIN, "teachers", 12), ("140057", "teachers", 7), ("143373", "teachers", 7)),
        "agreed",
        40,
        ending="cancelled",
    ),
)
NOTICED = (
    "Fourteen hands after a five-second wait; four before it. Two pupils at the back answered "
    "for the first time.",
    "The question went to a named pupil after everybody had written something down.",
    "The teaching assistant used the same three words as the teacher, and pupils used them back.",
    "Pupils compared answers in pairs, then two pairs changed theirs.",
    "The task had one goal and three ladders; nobody was given a different goal.",
    "After the pause the second answer was longer than the first.",
)
STEPS_NEXT = (
    "Could the pause come before the name as well?",
    "What would you see if you stood by the window table?",
    "Try the same question at the start of the next lesson.",
)
REFLECTIONS = (
    "I filled the silence twice. The third time I counted to five, and it worked.",
    "I was nervous for the first ten minutes and then forgot that anybody was there.",
    "I talk more than I thought. Next week I shall plan three questions and no more.",
)


@dataclass
class Stage:
    """What every story needs at hand."""

    schools: dict[str, Organisation]
    cast: Cast
    alliance: Alliance
    needs: Needs
    when: Timeline


def play_all(stage: Stage, coordinator: Person) -> list[Activity]:
    """Play every story; the activities in the order of STORIES."""
    with clock.frozen(stage.when.past(0.3)):
        programme = Programme.objects.create(
            alliance=stage.alliance,
            name="Triads, autumn and spring",
            purpose="Everybody who wants to sees and is seen in another school",
            starts_on=stage.when.start,
            ends_on=stage.when.working_day(150),
        )
    return [_play(stage, programme, story) for story in STORIES]


def _play(stage: Stage, programme: Programme, story: Story) -> Activity:
    organiser = stage.cast.leads[MAIN]
    began = stage.when.days_ago(story.began)
    reached = STEPS.index(story.until)
    with clock.frozen(began):
        activity = _start(stage, programme, story, organiser)
        _criteria(activity, story)
    people = _people(stage, story)
    if reached >= STEPS.index("invited"):
        _invite(stage, activity, story, organiser, people)
    if reached >= STEPS.index("agreed"):
        with clock.frozen(began + timedelta(days=3)):
            engine.agree(activity, by=organiser)
    if reached >= STEPS.index("active"):
        with clock.frozen(began + timedelta(days=5)):
            engine.activate(activity, by=organiser)
        _visits(stage, activity, story, people)
    if reached >= STEPS.index("debrief"):
        _debrief(stage, activity, organiser, story)
    if reached >= STEPS.index("shared"):
        with clock.frozen(stage.when.days_ago(max(2, story.began - 50))):
            engine.advance(activity, by=organiser)
    if story.until == "closed":
        _close(stage, activity, organiser)
    _end_early(stage, activity, story, organiser)
    return Activity.objects.get(pk=activity.pk)


def _start(stage: Stage, programme: Programme, story: Story, organiser: Person) -> Activity:
    need = stage.needs.school.get((MAIN, story.topic))
    return engine.start(
        by=organiser,
        kind=KIND,
        title=story.title,
        organisation=stage.schools[MAIN],
        alliance=stage.alliance,
        programme=programme,
        needs=[need] if need else [],
        focus=story.focus,
        pupil_outcome=story.outcome,
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=120),
        minutes_available=300,
        equality=EQUALITY,
    )


def _criteria(activity: Activity, story: Story) -> None:
    """Sixty to forty, as the agreement says; one story has no baseline, as happens."""
    bare = story.until == "debrief"
    Criterion.objects.bulk_create(
        [
            Criterion(
                activity=activity,
                level=OutcomeLevel.PUPIL,
                guskey=5,
                indicator=story.outcome,
                measure="Tally in three lessons, same class, before and after",
                source=Source.SEEN,
                unit="pupils",
                baseline=None if bare else 9,
                baseline_on=None if bare else clock.today(),
                baseline_n=None if bare else 28,
                target=20,
                target_on=activity.ends_on,
                weight=60,
            ),
            Criterion(
                activity=activity,
                level=OutcomeLevel.STAFF,
                guskey=4,
                indicator="Members using what they tried in most lessons",
                measure="Each member says so at the debrief, with an example",
                source=Source.STAFF_SAY,
                unit="people",
                baseline=0,
                baseline_on=clock.today(),
                baseline_n=3,
                target=3,
                target_on=activity.ends_on,
                weight=40,
            ),
        ]
    )


def _people(stage: Stage, story: Story) -> list[tuple[Person, Organisation]]:
    return [
        (getattr(stage.cast, group)[urn][number], stage.schools[urn])
        for urn, group, number in story.members
    ]


def _invite(
    stage: Stage,
    activity: Activity,
    story: Story,
    organiser: Person,
    people: list[tuple[Person, Organisation]],
) -> None:
    """Everybody is invited; all say yes, unless the story stops here: then the first has not."""
    began = stage.when.days_ago(story.began)
    with clock.frozen(began + timedelta(hours=1)):
        for person, school in people:
            engine.invite(activity, by=organiser, person=person, organisation=school)
    waiting = story.until == "invited"
    places = Participant.objects.filter(activity=activity).select_related("activity", "person")
    with clock.frozen(began + timedelta(days=1)):
        for place in list(places)[1 if waiting else 0 :]:
            engine.answer_invitation(place, by=place.person, accept=True)


def _visits(
    stage: Stage, activity: Activity, story: Story, people: list[tuple[Person, Organisation]]
) -> None:
    """The first ``visits`` of the six pairs have been held, the next one is booked."""
    pairs = list(permutations(people, 2))
    first = story.began - 7
    for n, (observer, observed) in enumerate(pairs[: story.visits]):
        moment = stage.when.days_ago(max(2, first - 4 * n), hour=9 + n % 4)
        _visit(activity, n, moment, observer[0], observed[0])
    if story.visits < len(pairs) and not story.ending:
        observer, observed = pairs[story.visits]
        starts_at = stage.when.ahead(4 + story.began % 5, hour=11)
        with clock.frozen(stage.when.days_ago(3)):
            engine.plan_session(
                activity,
                by=observer[0],
                kind="observation",
                slot=Slot(starts_at, starts_at + timedelta(minutes=50), observed[1]),
                observer=observer[0],
                observed=observed[0],
                despite_conflicts=True,
            )


def _visit(
    activity: Activity, number: int, moment: datetime, observer: Person, observed: Person
) -> None:
    with clock.frozen(moment + timedelta(hours=2)):
        seen = engine.record(
            by=observer,
            kind=RecordForm.OBSERVATION,
            activity=activity,
            about=observed,
            text=NOTICED[number % len(NOTICED)],
            data={"next_step": STEPS_NEXT[number % len(STEPS_NEXT)]},
            happened_on=clock.today(),
        )
    with clock.frozen(moment + timedelta(hours=7)):
        engine.record(
            by=observed,
            kind=RecordForm.REFLECTION,
            activity=activity,
            text=REFLECTIONS[number % len(REFLECTIONS)],
        )
        if number % 3 == 1:
            engine.share_record(
                Record.objects.get(pk=seen.pk), by=observed, audience=Audience.PARTICIPANTS
            )


def _debrief(stage: Stage, activity: Activity, organiser: Person, story: Story) -> None:
    day = max(4, story.began - 40)
    with clock.frozen(stage.when.days_ago(day)):
        engine.advance(activity, by=organiser)
    if story.until == "debrief":
        return
    starts_at = stage.when.days_ago(max(3, day - 3), hour=15)
    with clock.frozen(starts_at - timedelta(days=1)):
        session = engine.plan_session(
            activity,
            by=organiser,
            kind="debrief",
            slot=Slot(
                starts_at, starts_at + timedelta(minutes=60), link="https://meet.example/wvla"
            ),
            despite_conflicts=True,
        )
    with clock.frozen(starts_at + timedelta(hours=2)):
        engine.mark_held(session, by=organiser)


def _close(stage: Stage, activity: Activity, organiser: Person) -> None:
    with clock.frozen(stage.when.days_ago(5)):
        engine.close(
            activity,
            by=organiser,
            promise="Ask the three what is still in use, and what changed for pupils",
            due=stage.when.working_day(37),
        )


def _end_early(stage: Stage, activity: Activity, story: Story, organiser: Person) -> None:
    if story.ending == "paused":
        place = Participant.objects.filter(activity=activity).select_related("activity", "person")[
            2
        ]
        with clock.frozen(stage.when.days_ago(9)):
            engine.withdraw(place, by=place.person)
    elif story.ending == "cancelled":
        with clock.frozen(stage.when.days_ago(20)):
            engine.cancel(activity, by=organiser, reason="Two of the three changed year groups")
