"""Every rule of a triad, each with a test named after it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.activities import engine
from apps.activities.engine import Blocked, Situation, checks
from apps.activities.enums import ActivityState, Audience, RecordForm
from apps.activities.kinds.base import Moment
from apps.activities.models import Record
from apps.followups.models import FollowUp
from apps.followups.policies import open_day
from apps.schools.models import Membership
from tests import factories as f
from tests.activities.triads import Stage


def reasons(blocked: pytest.ExceptionInfo[Blocked]) -> str:
    return str(blocked.value)


def test_exactly_three(stage: Stage) -> None:
    activity = stage.planned()
    stage.join(activity, stage.ann)
    stage.join(activity, stage.cy)
    with pytest.raises(Blocked) as blocked:
        engine.agree(activity, by=stage.lead)
    assert "1 more person" in reasons(blocked)


def test_no_fourth_person(stage: Stage) -> None:
    activity = stage.planned()
    stage.three(activity)
    with pytest.raises(Blocked) as blocked:
        engine.invite(activity, by=stage.lead, person=stage.dee, organisation=stage.partner)
    assert "room for 3" in reasons(blocked)


def test_at_least_two_schools(stage: Stage) -> None:
    third = f.MembershipFactory(organisation=stage.school).person
    activity = stage.planned()
    stage.join(activity, stage.ann)
    stage.join(activity, stage.bob)
    with pytest.raises(Blocked) as blocked:
        engine.invite(activity, by=stage.lead, person=third, organisation=stage.school)
    assert "at least two schools" in reasons(blocked)


def test_within_one_school_when_no_alliance_is_chosen(stage: Stage) -> None:
    third = f.MembershipFactory(organisation=stage.school).person
    activity = stage.planned(alliance=None)
    for person in (stage.ann, stage.bob, third):
        stage.join(activity, person)
    assert engine.agree(activity, by=stage.lead).state == ActivityState.AGREED


@pytest.mark.parametrize("duty", ["line_manager", "appraiser", "induction_tutor"])
def test_nobody_judges_another(stage: Stage, duty: str) -> None:
    Membership.objects.filter(person=stage.bob).update(**{duty: stage.ann})
    activity = stage.planned()
    stage.join(activity, stage.ann)
    with pytest.raises(Blocked) as blocked:
        engine.invite(activity, by=stage.lead, person=stage.bob, organisation=stage.school)
    assert "manages, appraises or tutors" in reasons(blocked)


def test_nobody_judges_another_is_asked_again_at_the_start(stage: Stage) -> None:
    activity = stage.ready()
    Membership.objects.filter(person=stage.bob).update(appraiser=stage.ann)
    with pytest.raises(Blocked) as blocked:
        engine.activate(activity, by=stage.lead)
    assert "manages, appraises or tutors" in reasons(blocked)


def test_leaver_pauses(stage: Stage) -> None:
    activity = stage.active()
    place = activity.participants.get(person=stage.cy)
    engine.withdraw(place, by=stage.cy)
    activity.refresh_from_db()
    assert activity.state == ActivityState.PAUSED
    assert "has left" in activity.changes.last().reason


def test_a_paused_triad_goes_on_only_with_a_third_person(stage: Stage) -> None:
    activity = stage.active()
    engine.withdraw(activity.participants.get(person=stage.cy), by=stage.cy)
    with pytest.raises(Blocked):
        engine.resume(activity, by=stage.lead)
    stage.join(activity, stage.dee)
    activity = engine.resume(activity, by=stage.lead)
    assert (activity.state, activity.stage) == (ActivityState.ACTIVE, "rounds")


def test_each_observes_both(stage: Stage) -> None:
    activity = stage.active()
    for observer, observed in (
        (stage.ann, stage.bob),
        (stage.bob, stage.cy),
        (stage.cy, stage.ann),
    ):
        stage.visit(activity, observer, observed)
    situation = Situation.of(activity)
    assert situation.round_complete
    assert len(situation.missing_pairs()) == 3
    with pytest.raises(Blocked) as blocked:
        engine.advance(activity, by=stage.ann)
    assert "3 visits of this cycle are still to come" in reasons(blocked)
    stage.everybody_visits(activity)
    assert engine.advance(activity, by=stage.ann).stage == "debrief"


def test_reflections_stay_private(stage: Stage) -> None:
    activity = stage.active()
    written = engine.record(by=stage.ann, kind="reflection", text="mine", activity=activity)
    for audience in set(Audience) - {Audience.ONLY_ME}:
        with pytest.raises(Blocked):
            engine.share_record(written, by=stage.ann, audience=audience)
    for other in (stage.bob, stage.cy, stage.lead, stage.other_lead):
        assert written not in Record.objects.visible_to(other)


def test_reflections_stay_private_says_the_rule_itself(stage: Stage) -> None:
    activity = stage.active()
    draft = Record(
        form=RecordForm.REFLECTION,
        kind=RecordForm.REFLECTION,
        author=stage.ann,
        owner=stage.bob,
        audience=Audience.ONLY_ME,
    )
    situation = Situation.of(activity, draft=draft)
    said = checks.rules_failing(situation, Moment.RECORD)
    assert [block.reason for block in said] == ["A reflection stays with the person who wrote it."]


def test_nothing_graded(stage: Stage) -> None:
    activity = stage.active()
    for data in ({"grade": "2"}, {"next_step": 3}):
        with pytest.raises(Blocked) as blocked:
            engine.record(
                by=stage.ann,
                kind="observation",
                text="x",
                data=data,
                activity=activity,
                about=stage.bob,
            )
        assert "graded" in reasons(blocked)


def test_oral_feedback_by_the_next_working_day_and_try_out_within_a_fortnight(stage: Stage) -> None:
    activity = stage.active()
    session = stage.visit(activity, stage.ann, stage.cy)
    made = {row.rule: row for row in FollowUp.objects.filter(source_id=session.pk)}
    assert set(made) == {"triad.oral_feedback", "triad.try_out"}
    feedback, try_out = made["triad.oral_feedback"], made["triad.try_out"]
    held_on = session.held_at.date()
    assert feedback.owner == stage.ann
    assert 1 <= (feedback.due - held_on).days <= 4
    assert feedback.due.weekday() < 5
    assert try_out.owner == stage.cy
    assert try_out.due == open_day(held_on + timedelta(days=14), stage.partner, stage.cy)
    assert try_out.organisation == stage.partner
