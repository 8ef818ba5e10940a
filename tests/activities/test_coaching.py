"""Each rule of coaching."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.activities import engine
from apps.activities.engine import Blocked, Situation, Stale
from apps.activities.enums import ActivityState
from apps.activities.kinds.coaching import actions
from apps.activities.kinds.coaching.finding import find_panel
from apps.activities.kinds.coaching.models import CoachingContract, CoachingStep, CoachTraining
from apps.core import clock
from apps.core.models import AuditEvent
from apps.followups.models import FollowUp
from apps.schools.calendars import UNKNOWN
from tests.activities.coached import (
    CONTRACT,
    active,
    agreed,
    hold,
    matched,
    place,
    stage_of,
    trained,
    whole_step,
)
from tests.activities.triads import Stage, build
from tests.factories import MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return build()


# Who coaches whom


def test_the_coach_must_have_recorded_training(stage: Stage) -> None:
    activity = stage.planned(kind="coaching", alliance=None)
    with pytest.raises(Blocked) as refused:
        place(stage, activity, stage.ann, "coach")
    (block,) = refused.value.blocks
    assert "training" in block.reason
    assert stage.school.name in block.who


def test_the_lead_finds_coaches_with_time_with_room_and_no_tie(stage: Stage) -> None:
    activity = stage.planned(kind="coaching", alliance=None)
    place(stage, activity, stage.bob, "coachee")
    eve, fay = PersonFactory(), PersonFactory()
    for person in (stage.ann, eve, fay):
        if person != stage.ann:
            MembershipFactory(person=person, organisation=stage.school)
        trained(stage, person)
    enough = {"by": stage.lead, "most": 1, "minutes": 45}
    actions.set_time(member=eve.memberships.get(), **enough)

    def found() -> list[int]:
        panel = find_panel(Situation.of(activity), stage.lead)
        assert panel is not None
        return [coach.member.person_id for coach in panel["coaches"]]

    assert found() == [eve.pk, stage.ann.pk, fay.pk]
    stage.bob.memberships.update(appraiser=stage.ann)
    actions.set_time(member=fay.memberships.get(), **{**enough, "most": 0})
    assert found() == [eve.pk]
    assert find_panel(Situation.of(activity), stage.bob) is None
    client = Client()
    client.force_login(stage.lead, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("activities:detail", args=[activity.public_id])).content.decode()
    assert "Find a match" in page
    assert eve.name in page
    assert 'name="role" value="coach"' in page
    asked = {"member": eve.memberships.get().public_id, "role": "coach"}
    client.post(reverse("activities:invite", args=[activity.public_id]), asked)
    assert activity.participants.get(person=eve).role == "coach"
    assert find_panel(Situation.of(activity), stage.lead) is None


def test_training_recorded_wrongly_is_taken_back(stage: Stage) -> None:
    activity = agreed(stage)
    row = CoachTraining.objects.get(person=stage.ann)
    actions.take_back_training(row, by=stage.lead)
    actions.take_back_training(row, by=stage.lead)
    assert AuditEvent.objects.filter(action="coach_training.taken_back").count() == 1
    with pytest.raises(Blocked, match="No training"):
        engine.activate(activity, by=stage.lead)
    trained(stage, stage.ann)
    assert engine.activate(activity, by=stage.lead).state == ActivityState.ACTIVE


def test_training_cannot_lie_in_the_future(stage: Stage) -> None:
    with pytest.raises(Blocked, match="future"):
        actions.record_training(
            by=stage.lead,
            member=stage.ann.memberships.get(),
            on=clock.today() + timedelta(days=1),
            provider="The hub",
        )


@pytest.mark.parametrize("tie", ["line_manager", "appraiser", "induction_tutor"])
def test_not_the_line_manager(stage: Stage, tie: str) -> None:
    trained(stage, stage.ann)
    stage.bob.memberships.update(**{tie: stage.ann})
    activity = stage.planned(kind="coaching", alliance=None)
    place(stage, activity, stage.ann, "coach")
    with pytest.raises(Blocked, match="manages"):
        place(stage, activity, stage.bob, "coachee")


def test_one_coach_and_one_coachee(stage: Stage) -> None:
    activity = matched(stage)
    trained(stage, stage.cy)
    with pytest.raises(Blocked, match="room for 1"):
        place(stage, activity, stage.cy, "coach")


def test_more_than_five_coachees_block_inviting(stage: Stage) -> None:
    trained(stage, stage.ann)
    for _number in range(5):
        place(stage, stage.planned(kind="coaching", alliance=None), stage.ann, "coach")
    with pytest.raises(Blocked, match="5 people already"):
        place(stage, stage.planned(kind="coaching", alliance=None), stage.ann, "coach")


def test_the_cap_is_settable_and_what_is_over_does_not_count(stage: Stage) -> None:
    trained(stage, stage.ann)
    actions.set_time(by=stage.lead, member=stage.ann.memberships.get(), most=1, minutes=45)
    first = stage.planned(kind="coaching", alliance=None)
    place(stage, first, stage.ann, "coach")
    with pytest.raises(Blocked, match="already"):
        place(stage, stage.planned(kind="coaching", alliance=None), stage.ann, "coach")
    engine.cancel(first, by=stage.lead, reason="Moved away")
    place(stage, stage.planned(kind="coaching", alliance=None), stage.ann, "coach")


def test_a_leaver_pauses_it_and_a_new_pair_starts_anew(stage: Stage) -> None:
    activity = active(stage)
    engine.withdraw(activity.participants.get(person=stage.bob), by=stage.bob)
    activity.refresh_from_db()
    assert activity.state == ActivityState.PAUSED
    with pytest.raises(Blocked, match="new pair"):
        place(stage, activity, stage.cy, "coachee")
    place(stage, activity, stage.bob, "coachee")


# The contract


def test_it_starts_only_when_both_have_agreed_the_contract(stage: Stage) -> None:
    activity = matched(stage)
    written = actions.write_contract(activity, by=stage.ann, version=0, **CONTRACT)
    engine.agree(activity, by=stage.lead)
    with pytest.raises(Blocked, match="contract"):
        engine.activate(activity, by=stage.lead)
    actions.agree_contract(activity, by=stage.bob, version=written.version)
    engine.activate(activity, by=stage.lead)
    assert stage_of(activity) == "observe"


def test_a_change_asks_the_other_again(stage: Stage) -> None:
    activity = agreed(stage)
    changed = actions.write_contract(activity, by=stage.bob, version=1, **CONTRACT)
    assert not changed.is_agreed
    with pytest.raises(Stale):
        actions.agree_contract(activity, by=stage.ann, version=1)


def test_nobody_else_writes_or_reads_the_contract(stage: Stage) -> None:
    activity = agreed(stage)
    with pytest.raises(Blocked, match="alone"):
        actions.write_contract(activity, by=stage.lead, version=1, **CONTRACT)
    assert not CoachingContract.objects.visible_to(stage.lead).exists()
    assert CoachingContract.objects.visible_to(stage.bob).exists()


# Steps


def test_the_drop_in_comes_before_the_step(stage: Stage) -> None:
    activity = active(stage)
    with pytest.raises(Blocked, match="drop-in"):
        engine.advance(activity, by=stage.ann)


def test_in_grow_a_conversation_comes_before_the_step(stage: Stage) -> None:
    activity = active(stage, "grow")
    with pytest.raises(Blocked, match="conversation"):
        engine.advance(activity, by=stage.ann)
    hold(stage, activity, "meeting", 30)
    engine.advance(activity, by=stage.ann)
    assert stage_of(activity) == "step"


def test_writing_the_step_goes_through_the_stages(stage: Stage) -> None:
    activity = active(stage)
    hold(stage, activity, "drop_in")
    actions.choose_step(activity, by=stage.ann, version=0, step="Wait")
    assert stage_of(activity) == "rehearse"
    with pytest.raises(Blocked, match="rehearsed"):
        actions.say_tried(activity, by=stage.bob, version=1, tried_on=clock.today(), evidence="")
    actions.rehearse(activity, by=stage.bob, version=1, rehearsal="Five times")
    assert stage_of(activity) == "try"
    with pytest.raises(Blocked, match="tried"):
        engine.advance(activity, by=stage.ann)
    actions.say_tried(activity, by=stage.bob, version=2, tried_on=clock.today(), evidence="")
    assert stage_of(activity) == "review"
    with pytest.raises(Blocked, match="reviewed"):
        engine.advance(activity, by=stage.ann)


def test_one_live_step_at_a_time(stage: Stage) -> None:
    activity = active(stage)
    hold(stage, activity, "drop_in")
    first = actions.choose_step(activity, by=stage.ann, version=0, step="Wait")
    with pytest.raises(Blocked, match="reviewed"):
        engine.repeat(activity, by=stage.ann)
    with pytest.raises(IntegrityError), transaction.atomic():
        CoachingStep.objects.create(
            activity=activity, coach=stage.ann, coachee=stage.bob, cycle=2, step="Another"
        )
    assert first.review == ""


def test_two_who_write_at_once_lose_nothing(stage: Stage) -> None:
    activity = active(stage)
    hold(stage, activity, "drop_in")
    actions.choose_step(activity, by=stage.ann, version=0, step="Mine")
    with pytest.raises(Stale):
        actions.choose_step(activity, by=stage.bob, version=0, step="Also mine")
    assert CoachingStep.objects.get().step == "Mine"


def test_only_the_coachee_says_what_became_of_a_step(stage: Stage) -> None:
    activity = active(stage)
    hold(stage, activity, "drop_in")
    actions.choose_step(activity, by=stage.ann, version=0, step="Wait")
    actions.rehearse(activity, by=stage.ann, version=1, rehearsal="Five times")
    actions.say_tried(activity, by=stage.bob, version=2, tried_on=clock.today(), evidence="")
    with pytest.raises(Blocked, match="coachee"):
        actions.review(activity, by=stage.ann, version=3, review="secured")


def test_it_goes_round_and_ends(stage: Stage) -> None:
    activity = active(stage)
    whole_step(stage, activity, "again")
    engine.repeat(activity, by=stage.bob)
    whole_step(stage, activity)
    engine.advance(activity, by=stage.bob)
    assert stage_of(activity) == "ended"
    engine.close(activity, by=stage.lead, promise="Ask", due=clock.today() + timedelta(days=42))
    assert [s.review for s in CoachingStep.objects.all()] == ["again", "secured"]


def test_one_step_is_too_few_to_close(stage: Stage) -> None:
    activity = active(stage)
    whole_step(stage, activity)
    engine.advance(activity, by=stage.bob)
    with pytest.raises(Blocked, match="one-off"):
        engine.close(activity, by=stage.lead, promise="Ask", due=clock.today() + timedelta(days=42))


def test_a_drop_in_is_fifteen_minutes_at_most(stage: Stage) -> None:
    activity = active(stage)
    with pytest.raises(Blocked, match="15 minutes"):
        hold(stage, activity, "drop_in", 20)


# Follow-ups


def test_fortnightly_follow_ups_are_the_pairs_alone(stage: Stage) -> None:
    activity = active(stage)
    hold(stage, activity, "meeting", 30)
    hold(stage, activity, "drop_in")
    actions.choose_step(activity, by=stage.ann, version=0, step="canary-step")
    actions.rehearse(activity, by=stage.ann, version=1, rehearsal="Five times")
    due = {row.rule: row for row in FollowUp.objects.all()}
    again, tries = due["coaching.meet_again"], due["coaching.try_step"]
    assert (again.owner, tries.owner) == (stage.ann, stage.bob)
    fortnight = UNKNOWN.first_open(clock.today() + timedelta(days=14))
    assert again.due == tries.due == fortnight
    assert not FollowUp.objects.visible_to(stage.lead).exists()
    day = clock.today()
    actions.say_tried(activity, by=stage.bob, version=2, tried_on=day, evidence="It worked")
    tries.refresh_from_db()
    assert not tries.is_open
