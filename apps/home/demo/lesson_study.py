"""Two lesson studies of the demonstration: one in its second discussion, one with its poster."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from apps.accounts.models import Person
from apps.activities import engine
from apps.activities.engine import Slot
from apps.activities.engine.criteria import save_criterion
from apps.activities.enums import OutcomeLevel
from apps.activities.kinds.lesson_study import actions
from apps.activities.kinds.lesson_study.actions import Answered, Predicted, Seen
from apps.activities.kinds.lesson_study.models import CasePupil
from apps.activities.kinds.lesson_study.study import Lesson, Study
from apps.activities.models import Activity
from apps.core import clock
from apps.home.demo.people import MAIN
from apps.home.demo.triads import Stage

RULES = (
    "We all teach and we all learn.\nThe lesson belongs to all of us.\nWe talk about what pupils "
    "learned, never about the teacher.\nWhat we see stays here."
)
PHASES = ("Opening", "Main task")
PUPILS = {
    "A": "explains quickly, rarely writes it down",
    "B": "follows with a sentence to start from",
    "C": "new to English, understands more than can be said",
}
# By case pupil: what is predicted and what would show it, and what was seen, phase by phase.
EXPECTED = {
    "A": (
        ("Says two causes at once, without the book", "Both are true"),
        ("Writes one sentence with “because”", "The cause stands after the because"),
    ),
    "B": (
        ("Recalls one cause with the card in sight", "Names it without the card"),
        ("Goes on from the sentence we give", "A second sentence without the start"),
    ),
    "C": (
        ("Points to the picture of the cause", "Says one word of it to a partner"),
        ("Says the whole sentence before writing", "A because that is true, spoken or written"),
    ),
}
SEEN = {
    "A": (
        "Said both causes to the table within a minute; nothing on paper.",
        "Wrote “because” twice; the second was a result, not a cause. Read it aloud, changed it.",
    ),
    "B": (
        "Looked at the card, turned it over, named the cause.",
        "Copied the start, then waited. Wrote on after the partner had said a sentence.",
    ),
    "C": (
        "Pointed, then said “hot” and “bigger” to the partner.",
        "Said the sentence three times, the last without help. Wrote four words of it.",
    ),
}
ASKED = (
    ("What can you do now, or do better, than before?", "Say why, not just what."),
    ("What in the lesson helped you most?", "The card with the three words, and saying it first."),
)
AGREED = (
    "Predicted a full answer; saw a full answer aloud and half of it on paper.",
    "The sentence to start from was dropped in the main task, where it was still needed.",
    "Said more than we had predicted once there was time with a partner.",
    "All three name speaking first as what helped.",
    "Half of the class wrote a cause in the wrong direction; nobody did so when speaking.",
    "We gave the writing before the talk. Next time: talk, card, then write.",
)


@dataclass(frozen=True, slots=True)
class Story:
    """``group``: (school, which teacher, role). ``lessons``: days ago of each lesson."""

    title: str
    topic: str
    what: str
    whom: str
    group: tuple[tuple[str, int, str], ...]
    began: int
    lessons: tuple[int, ...]
    sharing: int  # days from today; negative: held
    parts: int = 6  # of the last discussion
    poster: dict[str, str] = field(default_factory=dict)


STORIES = (
    Story(
        "Because: saying why in science",
        "speech-language",
        "explaining a cause in whole sentences",
        "Year 7 pupils who speak more than they write",
        ((MAIN, 1, "chair"), ("142490", 2, "scribe"), ("140057", 3, "member")),
        32,
        (18, 1),
        45,
        parts=2,
    ),
    Story(
        "Which fraction is larger, and how do you know?",
        "adaptive-teaching",
        "comparing fractions",
        "pupils who count pieces",
        (("143373", 3, "chair"), ("145004", 3, "scribe"), ("125079", 2, "member")),
        50,
        (41, 27, 14),
        -8,
        poster={
            "title": "Draw it, say it, then compute",
            "question": "How can we teach comparing fractions better to pupils who count pieces?",
            "did": "Three lessons in three schools. In each, pupils drew two fractions on one "
            "line before any rule was taught; from lesson to lesson the talk moved earlier.",
            "found": "Pupils who drew both on one line explained more, and more of them were "
            "right.\nA line each led them back to counting pieces.\nSpeaking to a partner before "
            "writing changed more answers than a second example did.",
            "keep": "One line for both. A minute of talk before the first written answer.",
        },
    ),
)


def play(stage: Stage) -> None:
    for story in STORIES:
        _play(stage, story)


def _play(stage: Stage, story: Story) -> None:
    people = [stage.cast.teachers[urn][n] for urn, n, _role in story.group]
    organiser = stage.cast.leads[story.group[0][0]]
    began = stage.when.days_ago(story.began)
    with clock.frozen(began):
        activity = _start(stage, story, organiser, people)
    for number, days in enumerate(story.lessons, 1):
        taught = stage.when.days_ago(days, hour=10)
        last = number == len(story.lessons)
        activity = _lesson(stage, activity, people, number, taught)
        parts = story.parts if last else len(AGREED)
        _talk(activity, people, taught + timedelta(hours=5), parts)
        if not last:
            with clock.frozen(taught + timedelta(days=1)):
                activity = engine.repeat(activity, by=people[0])
    if story.poster:
        _share(stage, story, activity, people)


def _start(stage: Stage, story: Story, organiser: Person, people: list[Person]) -> Activity:
    need = stage.needs.school.get((MAIN, story.topic))
    activity = engine.start(
        by=organiser,
        kind="lesson_study",
        title=story.title,
        organisation=stage.schools[story.group[0][0]],
        alliance=stage.alliance,
        needs=[need] if need else [],
        reason="need" if need else "chosen",
        focus=story.what.capitalize(),
        pupil_outcome=f"More of the {story.whom} can do it, and say how",
        details={"teach_what": story.what, "to_whom": story.whom, "ground_rules": RULES},
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=130),
        minutes_available=540,
        equality="Lessons lie on days when all work; the hour after school is paid for.",
    )
    for (urn, _n, role), person in zip(story.group, people, strict=True):
        place = engine.invite(
            activity, by=organiser, person=person, organisation=stage.schools[urn], role=role
        )
        engine.answer_invitation(place, by=person, accept=True)
    save_criterion(
        activity,
        by=organiser,
        level=OutcomeLevel.PUPIL,
        guskey=5,
        indicator="Pupils of the groups we follow who can do what the lessons aim at",
        measure="The same short task before the first and after the third lesson",
        unit="pupils",
        baseline=7,
        baseline_on=clock.today(),
        baseline_n=28,
        target=20,
        weight=100,
    )
    engine.agree(activity, by=organiser)
    _book_sharing(stage, story, activity, people[0])
    for person in people:
        actions.agree_rules(activity, by=person, words=RULES)
    activity = engine.activate(activity, by=organiser)
    engine.record(
        by=people[1],
        kind="research_notes",
        text="Two papers and the schemes of three schools: talk before writing is in all of them, "
        "a way to check it in none.",
        data={"try_first": "A card with three words, said to a partner before anything is written"},
        activity=activity,
    )
    return engine.advance(activity, by=people[0])


def _book_sharing(stage: Stage, story: Story, activity: Activity, by: Person) -> None:
    if story.sharing < 0:
        starts_at = stage.when.days_ago(-story.sharing, hour=16)
    else:
        starts_at = stage.when.ahead(story.sharing, hour=16)
    slot = Slot(starts_at, starts_at + timedelta(minutes=45), stage.schools[MAIN])
    engine.plan_session(activity, by=by, kind="sharing", slot=slot, despite_conflicts=True)


def _lesson(
    stage: Stage, activity: Activity, people: list[Person], number: int, taught: datetime
) -> Activity:
    """Planned in the week before, taught by another of the group each time, watched, asked."""
    chair, scribe, _member = people
    teacher = people[number % len(people)]
    with clock.frozen(taught - timedelta(days=4)):
        if number == 1:
            for code, typifies in PUPILS.items():
                actions.add_case_pupil(activity, by=chair, code=code, typifies=typifies)
        actions.name_lesson(activity, by=chair, version=0, taught_by=teacher, phases=list(PHASES))
        changed = "" if number == 1 else "The talk comes first; the card stays to the end."
        order = "write and talk" if number == 1 else "talk and write"
        engine.record(
            by=scribe,
            kind="lesson_plan",
            text=f"Recall, then the card, then {order}.",
            data={"objective": "Say why, in a whole sentence", "changed": changed},
            activity=activity,
        )
        lesson, pupils = _present(activity)
        for pupil in pupils:
            expected = [
                Predicted(phase.pk, 0, *EXPECTED[pupil.code][n])
                for n, phase in enumerate(lesson.phases)
            ]
            actions.predict(pupil, by=chair, answers=expected)
        home = next(p for p in activity.participants.all() if p.person_id == teacher.pk)
        session = engine.plan_session(
            activity,
            by=chair,
            kind="lesson",
            slot=Slot(taught, taught + timedelta(minutes=60), home.organisation),
            despite_conflicts=True,
        )
        activity = engine.advance(activity, by=chair)
    with clock.frozen(taught + timedelta(hours=2)):
        engine.mark_held(session, by=chair)
        _watch(activity, [p for p in people if p != teacher])
        activity = engine.advance(activity, by=chair)
        pupil = _present(activity)[1][number % len(PUPILS)]
        answers = [Answered(question, 0, said) for question, said in ASKED]
        actions.interview(pupil, by=people[0], answers=answers)
        return engine.advance(activity, by=chair)


def _present(activity: Activity) -> tuple[Lesson, list[CasePupil]]:
    lesson = Study(activity).lesson()
    for pupil in lesson.pupils:
        pupil.activity = activity
    return lesson, lesson.pupils


def _watch(activity: Activity, watchers: list[Person]) -> None:
    """Each watches one pupil closely, the last of them the pupils that are left."""
    lesson, pupils = _present(activity)
    for n, pupil in enumerate(pupils):
        seen = [Seen(phase.pk, 0, SEEN[pupil.code][m]) for m, phase in enumerate(lesson.phases)]
        by = watchers[min(n, len(watchers) - 1)]
        actions.write_notes(pupil, by=by, answers=seen)


def _talk(activity: Activity, people: list[Person], at: datetime, parts: int) -> None:
    with clock.frozen(at):
        actions.begin_talk(activity, by=people[0])
        keys = [part.key for part in Study(activity).lesson().parts]
        for key, text in list(zip(keys, AGREED, strict=True))[:parts]:
            actions.write_part(activity, by=people[1], part=key, version=0, text=text)
        if parts == len(AGREED):
            actions.end_talk(activity, by=people[0])


def _share(stage: Stage, story: Story, activity: Activity, people: list[Person]) -> None:
    last = stage.when.days_ago(story.lessons[-1], hour=16)
    with clock.frozen(last + timedelta(days=1)):
        activity = engine.advance(activity, by=people[0])
        engine.record(
            by=people[1],
            kind="learned",
            text="Speaking before writing changed more than any explanation of ours.",
            data={"technique": "One line for both fractions", "pupils": "More of them say how"},
            activity=activity,
        )
    event = activity.sessions.get(kind="sharing")
    with clock.frozen(event.ends_at + timedelta(hours=1)):
        engine.mark_held(event, by=people[0])
        poster = actions.save_poster(activity, by=people[2], version=0, **story.poster)
        actions.ask_for_approval(poster, by=people[0], version=1)
    with clock.frozen(event.ends_at + timedelta(days=1)):
        head = stage.cast.heads[story.group[0][0]]
        actions.answer_poster(poster, by=head, version=1, approve=True)
