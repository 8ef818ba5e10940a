"""Every rule of a lesson study, each with a test named after it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.urls import reverse

from apps.activities import engine
from apps.activities.engine import Blocked, Stale, checks
from apps.activities.enums import ActivityState, Audience
from apps.activities.kinds import kind_of
from apps.activities.kinds.lesson_study import actions
from apps.activities.kinds.lesson_study.actions import Predicted, Seen
from apps.activities.kinds.lesson_study.models import CasePupil
from apps.activities.models import Record
from apps.schools.models import Membership
from tests.activities import studies
from tests.activities.triads import Stage
from tests.support.clients import signed_in

CHAIN = [
    "ground_rules",
    "research",
    "plan",
    "teach",
    "pupil_interviews",
    "discussion",
    "shared",
]


def reasons(blocked: pytest.ExceptionInfo[Blocked]) -> str:
    return " ".join(block.reason for block in blocked.value.blocks)


def test_the_chain_of_stages(stage: Stage) -> None:
    kind = kind_of("lesson_study")
    assert [s.slug for s in kind.stages] == CHAIN
    assert (kind.repeats_from, kind.least_cycles) == ("plan", 3)
    activity = studies.shared(stage)
    entered = [c.to_stage for c in activity.changes.all()]
    entered = [a for a, b in pairwise([*entered, ""]) if a != b]
    assert entered == [*CHAIN[:2], *(CHAIN[2:6] * 3), "shared"]


def test_group_of_two_or_more_with_chair_and_scribe(stage: Stage) -> None:
    activity = studies.draft(stage)
    studies.join(stage, activity, "ann")
    with pytest.raises(Blocked) as blocked:
        engine.agree(activity, by=stage.lead)
    assert "nobody yet for: Scribe" in reasons(blocked)
    studies.join(stage, activity, "cy")
    assert engine.agree(activity, by=stage.lead).state == ActivityState.AGREED


def test_optional_expert(stage: Stage) -> None:
    activity = studies.active(stage, ("ann", "cy"))
    studies.join(stage, activity, "dee")
    with pytest.raises(Blocked):
        studies.join(stage, activity, "bob", "expert")


def test_one_chair_one_scribe(stage: Stage) -> None:
    activity = studies.draft(stage)
    studies.join(stage, activity, "ann")
    with pytest.raises(Blocked) as blocked:
        studies.join(stage, activity, "bob", "chair")
    assert "room for 1 person" in reasons(blocked)


def test_at_least_two_schools_but_in_any_order(stage: Stage) -> None:
    activity = studies.draft(stage)
    studies.join(stage, activity, "ann", "chair")
    studies.join(stage, activity, "bob", "scribe")
    with pytest.raises(Blocked) as blocked:
        engine.agree(activity, by=stage.lead)
    assert "at least two schools" in reasons(blocked)
    studies.join(stage, activity, "cy", "member")
    assert engine.agree(activity, by=stage.lead)


def test_nobody_judges_another(stage: Stage) -> None:
    Membership.objects.filter(person=stage.bob).update(line_manager=stage.ann)
    activity = studies.draft(stage)
    studies.join(stage, activity, "ann")
    with pytest.raises(Blocked) as blocked:
        studies.join(stage, activity, "bob")
    assert "manages, appraises or tutors" in reasons(blocked)


def test_leaver_pauses(stage: Stage) -> None:
    activity = studies.active(stage)
    engine.withdraw(activity.participants.get(person=stage.bob), by=stage.bob)
    activity.refresh_from_db()
    assert activity.state == ActivityState.ACTIVE
    engine.withdraw(activity.participants.get(person=stage.cy), by=stage.cy)
    activity.refresh_from_db()
    assert activity.state == ActivityState.PAUSED
    studies.join(stage, activity, "dee", "scribe")
    assert engine.resume(activity, by=stage.lead).state == ActivityState.ACTIVE


def test_question_is_asked_as_teach_x_better_to_y(stage: Stage) -> None:
    activity = studies.draft(stage, details={})
    for name in ("ann", "cy"):
        studies.join(stage, activity, name)
    with pytest.raises(Blocked) as blocked:
        engine.agree(activity, by=stage.lead)
    assert "We want to teach" in reasons(blocked)
    assert "better to" in reasons(blocked)
    assert "Our ground rules" in reasons(blocked)


def test_sharing_event_is_booked_at_the_start(stage: Stage) -> None:
    activity = studies.agreed(stage)
    studies.everybody_agrees(activity)
    with pytest.raises(Blocked) as blocked:
        engine.activate(activity, by=stage.lead)
    assert "No sharing event is booked" in reasons(blocked)
    booked = studies.book_sharing(stage, activity)
    engine.cancel_session(booked, by=stage.ann)
    with pytest.raises(Blocked):
        engine.activate(activity, by=stage.lead)
    studies.book_sharing(stage, activity)
    assert engine.activate(activity, by=stage.lead).stage == "research"


def test_a_sharing_event_of_the_past_is_none(stage: Stage) -> None:
    activity = studies.agreed(stage)
    studies.everybody_agrees(activity)
    studies.book_sharing(stage, activity, days=-3)
    with pytest.raises(Blocked) as blocked:
        engine.activate(activity, by=stage.lead)
    assert "No sharing event is booked" in reasons(blocked)


def test_ground_rules_are_agreed_by_everybody_as_they_stand(stage: Stage) -> None:
    activity = studies.agreed(stage)
    studies.book_sharing(stage, activity)
    actions.agree_rules(activity, by=stage.ann, words=studies.RULES)
    with pytest.raises(Blocked) as blocked:
        engine.activate(activity, by=stage.lead)
    waiting = next(b for b in blocked.value.blocks if "ground rules" in b.reason)
    assert stage.cy.name in waiting.who
    assert stage.ann.name not in waiting.who
    studies.everybody_agrees(activity)
    activity.refresh_from_db()
    engine.plan(
        activity,
        by=stage.lead,
        version=activity.version,
        details={**studies.DETAILS, "ground_rules": "Other rules"},
    )
    with pytest.raises(Blocked):
        engine.activate(activity, by=stage.lead)
    with pytest.raises(Stale):
        actions.agree_rules(activity, by=stage.ann, words=studies.RULES)


def test_research_comes_before_the_plan(stage: Stage) -> None:
    activity = studies.active(stage)
    with pytest.raises(Blocked) as blocked:
        engine.advance(activity, by=stage.ann)
    assert "What is known already" in reasons(blocked)


def test_three_case_pupils_or_multiples(stage: Stage) -> None:
    activity = studies.planning(stage)
    for count, code in enumerate(["A", "B", "C", "A1", "B1", "C1"], 1):
        actions.add_case_pupil(activity, by=stage.ann, code=code, typifies="needs time")
        missing = [b.reason for b in checks.next_missing(studies.situation(activity))]
        blocked = any("multiple of three" in reason for reason in missing)
        assert blocked == (count % 3 != 0), count


@pytest.mark.parametrize("code", ["Tom", "AB", "a", "T.S.", "", "A123", "Z112233445566"])
def test_case_pupils_are_codes_and_a_name_is_refused_with_the_reason(
    stage: Stage, code: str
) -> None:
    activity = studies.planning(stage)
    with pytest.raises(Blocked) as blocked:
        actions.add_case_pupil(activity, by=stage.ann, code=code, typifies="needs time")
    assert "could be a name" in reasons(blocked)
    assert not CasePupil.objects.exists()


def test_a_name_in_the_group_that_a_case_pupil_stands_for_is_refused(stage: Stage) -> None:
    activity = studies.planning(stage)
    with pytest.raises(Blocked) as blocked:
        actions.add_case_pupil(
            activity, by=stage.ann, code="A", typifies="like Oliver Smithson, quick"
        )
    assert "Oliver Smithson" in reasons(blocked)


def test_predictions_are_written_for_each_pupil_and_phase_before_the_lesson(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.choose_pupils(stage, activity)
    studies.name_lesson(stage, activity)
    engine.record(by=stage.cy, kind="lesson_plan", text="Draw", activity=activity)
    studies.predict(stage, activity, only="A")
    with pytest.raises(Blocked) as blocked:
        engine.advance(activity, by=stage.ann)
    assert "not complete: case pupil B and C" in reasons(blocked)
    lesson = studies.lesson_of(activity)
    half = [Predicted(lesson.phases[0].pk, 0, "does", "")]
    actions.predict(lesson.pupils[1], by=stage.ann, answers=half)
    with pytest.raises(Blocked) as blocked:
        engine.advance(activity, by=stage.ann)
    assert "case pupil B and C" in reasons(blocked)


def test_predictions_are_locked_once_taught(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.ready_to_teach(stage, activity)
    lesson = studies.lesson_of(activity)
    pupil, phase = lesson.pupils[0], lesson.phases[0]
    actions.predict(pupil, by=stage.cy, answers=[Predicted(phase.pk, 1, "other", "other")])
    studies.plan_lesson(stage, activity, hours_ago=0.1)  # its hour has come
    with pytest.raises(Blocked) as blocked:
        actions.predict(pupil, by=stage.cy, answers=[Predicted(phase.pk, 2, "late", "late")])
    assert "locked" in reasons(blocked)
    with pytest.raises(Blocked):
        actions.add_case_pupil(activity, by=stage.ann, code="D", typifies="new")
    with pytest.raises(Blocked):
        actions.leave_out(pupil, by=stage.ann)
    assert studies.lesson_of(activity).predictions[phase.pk, pupil.pk].will_do == "other"


def test_observers_write_against_predictions_each_their_own(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.ready_to_teach(stage, activity)
    lesson = studies.lesson_of(activity)
    seen = [Seen(lesson.phases[0].pk, 0, "drew a line")]
    with pytest.raises(Blocked) as blocked:
        actions.write_notes(lesson.pupils[0], by=stage.bob, answers=seen)
    assert "in the lesson and after it" in reasons(blocked)
    studies.teach(stage, activity)
    with pytest.raises(Blocked) as blocked:
        engine.advance(activity, by=stage.ann)
    assert "what was seen of case pupil A, B and C" in reasons(blocked)
    for observer in (stage.bob, stage.ann):
        studies.observe(stage, activity, observer)
    notes = studies.lesson_of(activity).notes[lesson.phases[0].pk, lesson.pupils[0].pk]
    assert {note.author for note in notes} == {stage.bob, stage.ann}


def test_a_lesson_has_somebody_of_the_group_who_teaches(stage: Stage) -> None:
    activity = studies.planning(stage)
    with pytest.raises(Blocked) as blocked:
        engine.advance(activity, by=stage.ann)
    assert "Nobody is named yet who teaches" in reasons(blocked)
    with pytest.raises(Blocked):
        studies.name_lesson(stage, activity, teacher=stage.dee)


def test_group_owns_the_lesson(stage: Stage) -> None:
    """The plan is everybody's to write and nobody's alone to pass on."""
    activity = studies.planning(stage)
    plan = engine.record(by=stage.ann, kind="lesson_plan", text="Draw", activity=activity)
    engine.edit_record(plan, by=stage.cy, version=1, text="Draw, then say")
    engine.edit_record(plan, by=stage.bob, version=2, text="Draw, say, compare")
    assert [v.by for v in plan.versions.order_by("version")] == [stage.ann, stage.cy, stage.bob]
    for audience in set(Audience) - {Audience.PARTICIPANTS}:
        with pytest.raises(Blocked):
            engine.share_record(plan, by=stage.ann, audience=audience)


def test_two_people_editing_the_joint_plan_lose_nothing(stage: Stage) -> None:
    activity = studies.planning(stage)
    plan = engine.record(by=stage.ann, kind="lesson_plan", text="One", activity=activity)
    engine.edit_record(plan, by=stage.cy, version=1, text="Two")
    with pytest.raises(Stale) as stale:
        engine.edit_record(plan, by=stage.bob, version=1, text="Three")
    assert stale.value.current.text == "Two"  # type: ignore[attr-defined]


def test_taught_plans_stay(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.ready_to_teach(stage, activity)
    plan = Record.objects.get(kind="lesson_plan")
    engine.edit_record(plan, by=stage.bob, version=1, text="Changed in time")
    studies.teach(stage, activity)
    with pytest.raises(Blocked) as blocked:
        engine.edit_record(plan, by=stage.bob, version=2, text="After the fact")
    assert "has been taught" in reasons(blocked)
    opened = signed_in(stage.bob).get(reverse("activities:record_edit", args=[plan.public_id]))
    assert opened.status_code == 403
    assert "has been taught" in opened.content.decode()
