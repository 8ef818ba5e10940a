"""Lesson studies played on the stage of triads: two schools, a chair, a scribe, two others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from apps.accounts.models import Person
from apps.activities import engine
from apps.activities.engine import Situation, Slot
from apps.activities.kinds.lesson_study import actions
from apps.activities.kinds.lesson_study.actions import Answered, Predicted, Seen
from apps.activities.kinds.lesson_study.models import CasePupil, Poster, PosterState
from apps.activities.kinds.lesson_study.study import Lesson, Study
from apps.activities.models import Activity, Participant, Session
from apps.core import clock
from tests import factories as f
from tests.activities.triads import Stage, home_of

RULES = "We all teach and we all learn."
DETAILS = {
    "teach_what": "comparing fractions",
    "to_whom": "Year 5 pupils who are unsure with number",
    "ground_rules": RULES,
}
ROLES = {"ann": "chair", "cy": "scribe", "bob": "member", "dee": "expert"}
GROUPS = {"A": "finds it easy", "B": "manages with help", "C": "struggles"}
POSTER = {
    "title": "Fractions on a line",
    "question": "How can we teach comparing fractions better?",
    "did": "Three lessons with number lines.",
    "found": "Pupils who drew first explained more.",
    "keep": "Draw before you compute.",
}


def draft(stage: Stage, **values: Any) -> Activity:
    today = clock.today()
    return stage.draft(
        **{
            "kind": "lesson_study",
            "title": "Fractions in Year 5",
            "focus": "Comparing fractions",
            "pupil_outcome": "Pupils compare fractions and say why",
            "details": DETAILS,
            "minutes_available": 600,
            "equality": "On Tuesdays, when everybody works",
            "starts_on": today,
            "ends_on": today + timedelta(days=120),
            **values,
        }
    )


def join(stage: Stage, activity: Activity, name: str, role: str = "") -> Participant:
    person = getattr(stage, name)
    place = engine.invite(
        activity,
        by=stage.lead,
        person=person,
        organisation=home_of(person),
        role=role or ROLES[name],
    )
    return engine.answer_invitation(place, by=person, accept=True)


def agreed(stage: Stage, names: tuple[str, ...] = ("ann", "cy", "bob")) -> Activity:
    activity = draft(stage)
    for name in names:
        join(stage, activity, name)
    stage.criterion(activity)
    return engine.agree(activity, by=stage.lead)


def book_sharing(stage: Stage, activity: Activity, days: int = 60) -> Session:
    starts_at = clock.now() + timedelta(days=days)
    slot = Slot(starts_at, starts_at + timedelta(minutes=45), stage.school)
    return engine.plan_session(
        activity, by=stage.ann, kind="sharing", slot=slot, despite_conflicts=True
    )


def everybody_agrees(activity: Activity) -> None:
    for place in activity.participants.taking_part().select_related("person"):
        actions.agree_rules(activity, by=place.person, words=RULES)


def active(stage: Stage, names: tuple[str, ...] = ("ann", "cy", "bob")) -> Activity:
    activity = agreed(stage, names)
    book_sharing(stage, activity)
    everybody_agrees(activity)
    return engine.activate(activity, by=stage.lead)


def lesson_of(activity: Activity) -> Lesson:
    return Study(Activity.objects.get(pk=activity.pk)).lesson()


def pupils_of(activity: Activity) -> list[CasePupil]:
    return lesson_of(activity).pupils


def planning(stage: Stage, activity: Activity | None = None) -> Activity:
    """In the plan stage of the first lesson, nothing planned yet."""
    activity = activity or active(stage)
    engine.record(by=stage.ann, kind="research_notes", text="Lines help", activity=activity)
    return engine.advance(activity, by=stage.ann)


def choose_pupils(stage: Stage, activity: Activity) -> None:
    for code, typifies in GROUPS.items():
        actions.add_case_pupil(activity, by=stage.ann, code=code, typifies=typifies)


def name_lesson(stage: Stage, activity: Activity, teacher: Person | None = None) -> None:
    row = lesson_of(activity).row
    actions.name_lesson(
        activity,
        by=stage.ann,
        version=row.version if row else 0,
        taught_by=teacher or stage.cy,
        phases=["Opening", "Main task"],
    )


def predict(stage: Stage, activity: Activity, *, only: str = "") -> None:
    lesson = lesson_of(activity)
    for pupil in lesson.pupils:
        if only in ("", pupil.code):
            answers = [
                Predicted(p.pk, 0, f"{pupil.code} draws", f"{pupil.code} says why")
                for p in lesson.phases
            ]
            actions.predict(pupil, by=stage.ann, answers=answers)


def ready_to_teach(stage: Stage, activity: Activity) -> Activity:
    """Plan, teacher, case pupils and predictions are there; on to the teach stage."""
    if not pupils_of(activity):
        choose_pupils(stage, activity)
    name_lesson(stage, activity)
    engine.record(by=stage.cy, kind="lesson_plan", text="Draw, then compare", activity=activity)
    predict(stage, activity)
    return engine.advance(activity, by=stage.ann)


def plan_lesson(stage: Stage, activity: Activity, *, hours_ago: float) -> Session:
    starts_at = clock.now() - timedelta(hours=hours_ago)
    slot = Slot(starts_at, starts_at + timedelta(minutes=60), stage.school)
    return engine.plan_session(
        activity, by=stage.ann, kind="lesson", slot=slot, despite_conflicts=True
    )


def teach(stage: Stage, activity: Activity, *, hours_ago: float = 3) -> Session:
    return engine.mark_held(plan_lesson(stage, activity, hours_ago=hours_ago), by=stage.ann)


def observe(stage: Stage, activity: Activity, author: Person | None = None) -> None:
    lesson = lesson_of(activity)
    for pupil in lesson.pupils:
        answers = [Seen(p.pk, 0, f"canary note on {pupil.code}") for p in lesson.phases]
        actions.write_notes(pupil, by=author or stage.bob, answers=answers)


def ask(stage: Stage, activity: Activity) -> None:
    for pupil in pupils_of(activity):
        answers = [Answered("What helped you?", 0, f"canary words of {pupil.code}")]
        actions.interview(pupil, by=stage.bob, answers=answers)


def to_discussion(stage: Stage, activity: Activity, *, hours_ago: float = 3) -> Activity:
    """From the teach stage: taught, watched, asked."""
    teach(stage, activity, hours_ago=hours_ago)
    observe(stage, activity)
    engine.advance(activity, by=stage.ann)
    ask(stage, activity)
    return engine.advance(activity, by=stage.ann)


def write_parts(stage: Stage, activity: Activity) -> None:
    for part in lesson_of(activity).parts:
        actions.write_part(
            activity, by=stage.cy, part=part.key, version=0, text=f"canary agreed {part.key}"
        )


def discuss(stage: Stage, activity: Activity) -> None:
    actions.begin_talk(activity, by=stage.ann)
    write_parts(stage, activity)
    actions.end_talk(activity, by=stage.ann)


def one_lesson(stage: Stage, activity: Activity) -> Activity:
    """A whole research lesson, from the plan stage to its end."""
    ready_to_teach(stage, activity)
    to_discussion(stage, activity)
    discuss(stage, activity)
    return Activity.objects.get(pk=activity.pk)


def shared(stage: Stage) -> Activity:
    """After three lessons, in the last stage."""
    activity = one_lesson(stage, planning(stage))
    for _ in range(2):
        activity = one_lesson(stage, engine.repeat(activity, by=stage.ann))
    return engine.advance(activity, by=stage.ann)


def situation(activity: Activity) -> Situation:
    return Situation.of(Activity.objects.get(pk=activity.pk))


def furnish(place: Any) -> None:
    """A study of the same people as ``place.activity``, whose poster waits, for the matrix."""
    group = [p.person for p in place.activity.participants.select_related("person")]
    place.study = f.ActivityFactory(
        kind="lesson_study",
        stage="shared",
        cycle=1,
        details=DETAILS,
        organisation=place.school,
        alliance=place.alliance,
        organiser=place.activity.organiser,
    )
    for person, role in zip(group, ("chair", "scribe", "member"), strict=True):
        f.ParticipantFactory(
            activity=place.study, person=person, organisation=home_of(person), role=role
        )
    place.case_pupil = CasePupil.objects.create(
        activity=place.study, code="A", typifies="canary-group"
    )
    place.poster = Poster.objects.create(
        activity=place.study, state=PosterState.ASKED, asked_by=group[0], **POSTER
    )
