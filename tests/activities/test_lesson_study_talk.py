"""After the research lesson: interviews, the talk in its order, the next lesson, the end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from apps.activities import engine
from apps.activities.engine import Blocked, Situation, Slot
from apps.activities.enums import ActivityState, Audience
from apps.activities.kinds.lesson_study import actions
from apps.activities.kinds.lesson_study.actions import Answered
from apps.activities.kinds.lesson_study.checks import within_36_hours
from apps.activities.kinds.lesson_study.models import CasePupil
from apps.activities.models import Activity, Session
from apps.activities.steps import next_step
from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.permissions import Refused
from apps.followups.models import FollowUp
from tests.activities import studies
from tests.activities.triads import Stage


def reasons(blocked: pytest.ExceptionInfo[Blocked]) -> str:
    return " ".join(block.reason for block in blocked.value.blocks)


def test_pupils_are_interviewed_before_the_discussion(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.ready_to_teach(stage, activity)
    studies.teach(stage, activity)
    pupil = studies.pupils_of(activity)[0]
    with pytest.raises(Blocked):
        actions.interview(pupil, by=stage.bob, answers=[Answered("Why?", 0, "Because")])
    studies.observe(stage, activity)
    engine.advance(activity, by=stage.ann)
    with pytest.raises(Blocked) as blocked:
        engine.advance(activity, by=stage.ann)
    assert "No pupil interview" in reasons(blocked)
    studies.ask(stage, activity)
    assert engine.advance(activity, by=stage.ann).stage == "discussion"


def in_discussion(stage: Stage, *, hours_ago: float = 3) -> Activity:
    activity = studies.planning(stage)
    studies.ready_to_teach(stage, activity)
    return studies.to_discussion(stage, activity, hours_ago=hours_ago)


def test_discuss_case_pupils_against_prediction_then_interviews_all_pupils_lastly_teaching(
    stage: Stage,
) -> None:
    activity = in_discussion(stage)
    actions.begin_talk(activity, by=stage.ann)
    parts = [p.key for p in studies.lesson_of(activity).parts]
    assert parts == ["pupil-a", "pupil-b", "pupil-c", "interviews", "all_pupils", "teaching"]
    for n, key in enumerate(parts):
        for locked in parts[n + 1 :]:
            with pytest.raises(Blocked) as blocked:
                actions.write_part(activity, by=stage.cy, part=locked, version=0, text="x")
            assert "First comes" in reasons(blocked)
        with pytest.raises(Blocked):
            actions.end_talk(activity, by=stage.ann)
        actions.write_part(activity, by=stage.cy, part=key, version=0, text="agreed")
    actions.write_part(activity, by=stage.bob, part="pupil-a", version=1, text="agreed, rather")
    actions.end_talk(activity, by=stage.ann)
    with pytest.raises(Blocked):
        actions.write_part(activity, by=stage.cy, part="pupil-a", version=2, text="too late")


def test_the_discussion_suggests_45_minutes_or_more_in_all(stage: Stage) -> None:
    activity = in_discussion(stage)
    assert sum(p.minutes for p in studies.lesson_of(activity).parts) >= 45


def test_45_minutes_or_more(stage: Stage) -> None:
    activity = in_discussion(stage)
    start = clock.now() + timedelta(hours=1)
    with pytest.raises(Blocked) as blocked:
        engine.plan_session(
            activity,
            by=stage.ann,
            kind="discussion",
            slot=Slot(start, start + timedelta(minutes=44)),
            despite_conflicts=True,
        )
    assert "between 45 and" in reasons(blocked)
    studies.discuss(stage, activity)
    talk = Session.objects.get(kind="discussion")
    assert talk.ends_at - talk.starts_at >= timedelta(minutes=45)


def test_a_discussion_held_earlier_than_planned_moves_its_session(stage: Stage) -> None:
    activity = in_discussion(stage)
    start = clock.now() + timedelta(hours=5)
    slot = Slot(start, start + timedelta(minutes=60))
    engine.plan_session(
        activity, by=stage.ann, kind="discussion", slot=slot, despite_conflicts=True
    )
    studies.discuss(stage, activity)
    talk = Session.objects.get(kind="discussion")
    assert (talk.state, talk.sequence) == ("held", 1)
    assert talk.starts_at <= clock.now()


def test_within_36_hours_is_in_time(stage: Stage) -> None:
    activity = in_discussion(stage, hours_ago=36.5)  # of an hour's length: 35.5 hours
    actions.begin_talk(activity, by=stage.ann, late_reason="not needed")
    lesson = studies.lesson_of(activity)
    assert not lesson.is_late
    assert lesson.row is not None and lesson.row.late_reason == ""


def test_a_later_discussion_is_recorded_as_late_with_its_reason_and_never_refused(
    stage: Stage,
) -> None:
    activity = in_discussion(stage, hours_ago=60)
    assert studies.lesson_of(activity).is_late  # warned before it begins
    actions.begin_talk(activity, by=stage.ann)
    lesson = studies.lesson_of(activity)
    assert lesson.is_late and lesson.hours_after == 59
    actions.say_why_late(activity, by=stage.ann, reason="Supply fell through")
    assert studies.lesson_of(activity).row.late_reason == "Supply fell through"  # type: ignore[union-attr]
    began = AuditEvent.objects.get(action="lesson_study.talk_began")
    assert began.data == {"late": True}
    studies.write_parts(stage, activity)
    actions.end_talk(activity, by=stage.ann)
    assert studies.lesson_of(activity).discussed


def test_the_chair_is_reminded_to_discuss_within_36_hours(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.ready_to_teach(stage, activity)
    taught = studies.teach(stage, activity)
    made = FollowUp.objects.get(rule="lesson_study.discuss_within_36_hours")
    day = timezone.localdate(taught.held_at)
    assert made.owner == stage.ann
    assert day <= made.due <= day + timedelta(days=1)


def test_the_chairs_promise_settles_itself_when_the_lesson_is_discussed(stage: Stage) -> None:
    activity = studies.planning(stage)
    studies.one_lesson(stage, activity)
    made = FollowUp.objects.get(rule="lesson_study.discuss_within_36_hours")
    assert (made.state, made.outcome, made.settled_at is not None) == ("done", "Held", True)


def test_within_36_hours_of_a_friday_is_friday(stage: Stage) -> None:
    thursday, friday = date(2026, 11, 26), date(2026, 11, 27)
    assert within_36_hours(thursday, stage.school) == friday
    assert within_36_hours(friday, stage.school) == friday


def test_next_lesson_locked_until_discussed(stage: Stage) -> None:
    activity = in_discussion(stage)
    for move in (engine.repeat, engine.advance):
        with pytest.raises(Blocked) as blocked:
            move(activity, by=stage.ann)
        assert "not been discussed" in reasons(blocked)
    actions.begin_talk(activity, by=stage.ann)
    with pytest.raises(Blocked) as blocked:
        engine.repeat(activity, by=stage.ann)
    assert "Next: Case pupil A" in reasons(blocked)
    studies.write_parts(stage, activity)
    with pytest.raises(Blocked):
        engine.repeat(activity, by=stage.ann)
    actions.end_talk(activity, by=stage.ann)
    again = engine.repeat(activity, by=stage.ann)
    assert (again.stage, again.cycle) == ("plan", 2)


def test_three_research_lessons_at_least(stage: Stage) -> None:
    activity = studies.one_lesson(stage, studies.planning(stage))
    with pytest.raises(Blocked) as blocked:
        engine.advance(activity, by=stage.ann)
    assert "2 more research lessons" in reasons(blocked)
    activity = studies.one_lesson(stage, engine.repeat(activity, by=stage.ann))
    with pytest.raises(Blocked) as blocked:
        engine.advance(activity, by=stage.ann)
    assert "1 more research lesson belongs" in reasons(blocked)
    activity = studies.one_lesson(stage, engine.repeat(activity, by=stage.ann))
    assert engine.advance(activity, by=stage.ann).stage == "shared"


def test_case_pupils_may_change_from_lesson_to_lesson_and_nothing_is_lost(stage: Stage) -> None:
    activity = studies.one_lesson(stage, studies.planning(stage))
    engine.repeat(activity, by=stage.ann)
    gone = CasePupil.objects.get(code="C")
    actions.leave_out(gone, by=stage.ann)
    actions.add_case_pupil(activity, by=stage.ann, code="D", typifies="joined us")
    assert [p.code for p in studies.pupils_of(activity)] == ["A", "B", "D"]
    first = studies.lesson_of(activity).study.lesson(1)
    assert [p.code for p in first.pupils] == ["A", "B", "C"]
    assert first.notes[first.phases[0].pk, gone.pk]


def test_what_was_learned_and_shared_comes_before_the_close(stage: Stage) -> None:
    activity = studies.shared(stage)
    due = clock.today() + timedelta(days=42)
    with pytest.raises(Blocked) as blocked:
        engine.close(activity, by=stage.lead, promise="Ask", due=due)
    assert "learned is not written" in reasons(blocked)
    assert "sharing event has not been held" in reasons(blocked)
    learned = engine.record(by=stage.bob, kind="learned", text="Draw first", activity=activity)
    engine.edit_record(learned, by=stage.ann, version=1, text="Draw first, always")
    event = Session.objects.get(kind="sharing")
    with clock.frozen(event.ends_at + timedelta(hours=1)):
        engine.mark_held(event, by=stage.ann)
        due = clock.today() + timedelta(days=42)
        closed = engine.close(activity, by=stage.lead, promise="Ask", due=due)
    assert closed.state == ActivityState.CLOSED


def test_technique_reused_is_followed_up_with_everybody(stage: Stage) -> None:
    studies.shared(stage)
    made = FollowUp.objects.filter(rule="lesson_study.technique_reused")
    assert {f.owner for f in made} == {stage.ann, stage.bob, stage.cy}


def test_nothing_graded(stage: Stage) -> None:
    activity = studies.planning(stage)
    with pytest.raises(Blocked) as blocked:
        engine.record(
            by=stage.ann, kind="lesson_plan", text="x", data={"grade": "2"}, activity=activity
        )
    assert "graded" in reasons(blocked)


def test_reflections_stay_private(stage: Stage) -> None:
    activity = studies.active(stage)
    mine = engine.record(by=stage.ann, kind="reflection", text="mine", activity=activity)
    with pytest.raises(Blocked):
        engine.share_record(mine, by=stage.ann, audience=Audience.PARTICIPANTS)


def test_case_notes_never_leave_the_group(stage: Stage) -> None:
    activity = in_discussion(stage)
    pupil = CasePupil.objects.first()
    for inside in (stage.ann, stage.bob, stage.cy):
        assert pupil in CasePupil.objects.visible_to(inside)
    for outside in (stage.lead, stage.other_lead, stage.dee):
        assert pupil not in CasePupil.objects.visible_to(outside)
        with pytest.raises(Refused):
            actions.begin_talk(activity, by=outside)
    engine.withdraw(activity.participants.get(person=stage.bob), by=stage.bob)
    stage.bob = type(stage.bob).objects.get(pk=stage.bob.pk)
    assert pupil not in CasePupil.objects.visible_to(stage.bob)


def test_audit_rows_and_follow_ups_hold_no_word_about_a_pupil(stage: Stage) -> None:
    activity = in_discussion(stage)
    studies.discuss(stage, activity)
    assert "canary" not in str(list(AuditEvent.objects.values_list("data", flat=True)))
    assert not FollowUp.objects.filter(promise__icontains="canary").exists()


def test_the_next_step_after_a_discussed_lesson_is_the_next_lesson(stage: Stage) -> None:
    activity = studies.one_lesson(stage, studies.planning(stage))
    step = next_step(Situation.of(activity))
    assert step is not None
    assert (step.move, step.what, step.blocks) == ("repeat", "Plan the next research lesson", [])
