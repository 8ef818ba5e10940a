from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from apps.activities import emails, engine, sweeps
from apps.activities.engine import Blocked, Situation, Stale, checks
from apps.activities.engine.changes import token
from apps.activities.engine.criteria import remove_criterion, save_criterion
from apps.activities.enums import ActivityState, Reason
from apps.activities.models import Activity, StageChange
from apps.audits.enums import NeedState
from apps.core import clock
from apps.core.models import AuditEvent, OutboundEmail
from apps.followups.models import FollowUp
from apps.followups.policies import open_day
from tests.activities.triads import Stage, an_hour_ago


def test_a_draft_sent_twice_is_made_once(stage: Stage) -> None:
    key = uuid.uuid4()
    assert stage.draft(client_key=key) == stage.draft(client_key=key)
    assert Activity.objects.count() == 1


def test_a_key_of_somebody_else_is_refused(stage: Stage) -> None:
    key = uuid.uuid4()
    stage.draft(client_key=key)
    with pytest.raises(Blocked):
        stage.draft(client_key=key, by=stage.other_lead)


def test_activation_is_refused_with_the_whole_list(stage: Stage) -> None:
    activity = stage.draft(reason=Reason.NEED, needs=[])
    situation = Situation.of(activity)
    said = " ".join(block.reason for block in checks.start_missing(situation))
    for missing in (
        "focus",
        "pupil outcome",
        "need or goal",
        "3 more people",
        "criterion",
        "dates",
    ):
        assert missing in said


@pytest.mark.parametrize("reason", [Reason.REQUIRED, Reason.CHOSEN])
def test_an_honest_reason_needs_no_need(stage: Stage, reason: Reason) -> None:
    activity = stage.planned(reason=reason, needs=[])
    assert checks.plan_missing(Situation.of(activity)) == []


def test_weights_must_total_100(stage: Stage) -> None:
    activity = stage.planned()
    stage.three(activity)
    stage.criterion(activity, weight=60)
    activity = engine.agree(activity, by=stage.lead)
    with pytest.raises(Blocked, match="total 60, not 100"):
        engine.activate(activity, by=stage.lead)


def test_a_missing_baseline_warns_and_does_not_stop(stage: Stage) -> None:
    activity = stage.planned()
    stage.three(activity)
    stage.criterion(activity, baseline=None)
    activity = engine.agree(activity, by=stage.lead)
    assert "not evaluable yet" in checks.cautions(Situation.of(activity))[0].text
    assert engine.activate(activity, by=stage.lead).state == ActivityState.ACTIVE


def test_no_signed_agreement_no_start_across_schools(stage: Stage) -> None:
    activity = stage.ready()
    stage.alliance.agreements.update(state="ended")
    with pytest.raises(Blocked, match="agreement"):
        engine.activate(activity, by=stage.lead)


def test_every_change_leaves_two_rows(stage: Stage) -> None:
    activity = stage.active()
    changes = list(activity.changes.values_list("from_state", "to_state", "to_stage"))
    assert changes == [
        ("", "draft", "formed"),
        ("draft", "agreed", "focus"),
        ("agreed", "active", "rounds"),
    ]
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"activity.started", "activity.agreed", "activity.activated"} <= actions


def test_starting_marks_the_need_as_being_worked_on(stage: Stage) -> None:
    stage.active()
    stage.need.refresh_from_db()
    assert stage.need.state == NeedState.PLANNED


def test_a_second_press_of_the_same_button_does_nothing(stage: Stage) -> None:
    activity = stage.active()
    stage.everybody_visits(activity)
    seen = token(activity)
    engine.advance(activity, by=stage.ann, seen=seen)
    with pytest.raises(Blocked, match="moved on"):
        engine.advance(activity, by=stage.bob, seen=seen)
    assert activity.changes.filter(to_stage="debrief").count() == 1


def test_two_people_planning_lose_nothing(stage: Stage) -> None:
    activity = stage.draft()
    engine.plan(activity, by=stage.lead, version=1, focus="Hers")
    with pytest.raises(Stale) as stale:
        engine.plan(activity, by=stage.ann, version=1, focus="His")
    assert stale.value.current.focus == "Hers"


def test_plan_refuses_what_is_no_part_of_a_plan(stage: Stage) -> None:
    activity = stage.draft()
    with pytest.raises(TypeError, match="state"):
        engine.plan(activity, by=stage.lead, version=1, state="closed")


def debriefed(stage: Stage) -> Activity:
    activity = stage.active()
    stage.everybody_visits(activity)
    activity = engine.advance(activity, by=stage.ann)
    meeting = engine.plan_session(
        activity, by=stage.ann, kind="debrief", slot=an_hour_ago(), despite_conflicts=True
    )
    engine.mark_held(meeting, by=stage.ann)
    return engine.advance(activity, by=stage.ann)


def test_the_debrief_stage_books_a_follow_up_and_unlocks_sharing(stage: Stage) -> None:
    activity = stage.active()
    stage.everybody_visits(activity)
    activity = engine.advance(activity, by=stage.ann)
    assert FollowUp.objects.filter(rule="triad.hold_debrief", owner=stage.lead).count() == 1
    with pytest.raises(Blocked, match="debrief has not been held"):
        engine.advance(activity, by=stage.ann)


def test_closing_needs_a_follow_up_booked(stage: Stage) -> None:
    activity = debriefed(stage)
    FollowUp.objects.filter(rule="triad.hold_debrief").delete()
    with pytest.raises(Blocked, match="No follow-up is booked"):
        engine.close(activity, by=stage.lead)
    due = clock.today() + timedelta(days=42)
    activity = engine.close(activity, by=stage.lead, promise="What has lasted?", due=due)
    assert activity.state == ActivityState.CLOSED
    assert activity.closed_at is not None
    due = open_day(due, activity.organisation, stage.lead)
    assert FollowUp.objects.get(rule="triad.lasting").due == due


def test_closing_in_the_middle_is_refused(stage: Stage) -> None:
    activity = stage.active()
    due = clock.today() + timedelta(days=42)
    with pytest.raises(Blocked, match="has not been reached"):
        engine.close(activity, by=stage.lead, promise="x", due=due)


def test_a_further_cycle_starts_with_an_empty_grid(stage: Stage) -> None:
    activity = engine.repeat(debriefed(stage), by=stage.ann)
    assert (activity.stage, activity.cycle) == ("rounds", 2)
    assert len(Situation.of(activity).missing_pairs()) == 6


def test_pause_and_resume_return_to_where_it_was(stage: Stage) -> None:
    activity = engine.pause(stage.active(), by=stage.lead, reason="Exams")
    assert activity.next_step_on is None
    activity = engine.resume(activity, by=stage.lead)
    assert (activity.state, activity.stage) == (ActivityState.ACTIVE, "rounds")


def test_cancelling_needs_a_reason_and_can_be_undone(stage: Stage) -> None:
    activity = stage.active()
    with pytest.raises(Blocked, match="reason"):
        engine.cancel(activity, by=stage.lead, reason=" ")
    activity = engine.cancel(activity, by=stage.lead, reason="Staffing")
    activity = engine.reopen(activity, by=stage.lead, reason="New colleague")
    assert (activity.state, activity.stage) == (ActivityState.DRAFT, "formed")


def test_the_mail_of_a_pause_gives_the_reason(stage: Stage) -> None:
    engine.pause(stage.active(), by=stage.lead, reason="Two of us change year group")
    mails = OutboundEmail.objects.filter(template="activities.paused")
    assert {mail.person for mail in mails} == {stage.ann, stage.bob, stage.cy}
    letter = emails.paused(mails[0])
    assert letter.paragraphs[1] == "The reason given: Two of us change year group"  # type: ignore[union-attr]


def test_no_stage_change_is_ever_changed(stage: Stage) -> None:
    stage.active()
    for spoil in (
        lambda: StageChange.objects.all().delete(),
        lambda: StageChange.objects.update(reason="x"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()
    assert StageChange.objects.count() == 3


def test_criteria_are_agreed_before_the_start(stage: Stage) -> None:
    activity = stage.active()
    criterion = activity.criteria.get()
    with pytest.raises(Blocked, match="agreed before"):
        save_criterion(activity, by=stage.lead, criterion=criterion, target=3)
    with pytest.raises(Blocked, match="agreed before"):
        remove_criterion(criterion, by=stage.lead)
    saved = save_criterion(activity, by=stage.lead, criterion=criterion, baseline=5)
    assert saved.baseline == 5


def test_review_is_due_after_the_last_day_once(stage: Stage) -> None:
    activity = stage.active()
    at = clock.now() + timedelta(days=100)
    with clock.frozen(at):
        assert [sweeps.review_due(at) for _ in range(3)] == [1, 0, 0]
    activity.refresh_from_db()
    assert activity.state == ActivityState.REVIEW_DUE


def test_stuck_is_live_and_past_its_next_step(stage: Stage) -> None:
    activity = stage.active()
    late = activity.next_step_on + timedelta(days=1)
    assert list(Activity.objects.stuck(activity.next_step_on)) == []
    assert list(Activity.objects.stuck(late)) == [activity]
    engine.cancel(activity, by=stage.lead, reason="x")
    assert list(Activity.objects.stuck(late)) == []
