"""Every rule of work shadowing: approval, briefing, days, and what follows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.activities import engine
from apps.activities.engine import Blocked, Situation
from apps.activities.enums import Audience
from apps.activities.kinds import kind_of
from apps.activities.kinds.work_shadowing import actions, briefing
from apps.activities.kinds.work_shadowing.enums import Item
from apps.activities.kinds.work_shadowing.models import Briefing
from apps.activities.models import Activity, Record
from apps.core import clock
from apps.followups.models import FollowUp
from apps.schools.calendars import UNKNOWN
from tests.activities.shadowing import Cast, an_hour_ago, cast

ALL = [item.value for item in Item]
WANTED = {
    "strand": "middle",
    "foci": ["behaviour"],
    "career_goal": "canary-goal",
    "pupil_outcome": "Calmer corridors",
    "most_miles": 20,
    "half_days": 2,
    "possible": ["0am", "1am"],
}


@pytest.fixture
def the(db: None) -> Cast:
    return cast()


def placed(the: Cast) -> Activity:
    """Published, accepted by all, planned and started: at its briefing."""
    activity = the.all_say_yes(the.published())
    return the.begin(the.plan_rest(activity))


def brief(the: Cast, activity: Activity) -> None:
    briefing.tick(activity, by=the.host, items=ALL, dsl_name="A. Leader")
    briefing.tick(activity, by=the.shadow, items=ALL)


def half_day(the: Cast, activity: Activity) -> None:
    session = engine.plan_session(
        activity,
        by=the.shadow,
        kind="placement",
        slot=an_hour_ago(210),
        observer=the.shadow,
        observed=the.host,
        despite_conflicts=True,
    )
    engine.mark_held(session, by=the.shadow)


def reflecting(the: Cast) -> Activity:
    activity = placed(the)
    brief(the, activity)
    activity = engine.advance(activity, by=the.shadow)
    half_day(the, activity)
    return engine.advance(activity, by=the.shadow)


def test_its_stages_are_those_of_work_shadowing() -> None:
    assert [s.slug for s in kind_of("work_shadowing").stages] == [
        "applied",
        "approved",
        "matched",
        "host_accepts",
        "briefed",
        "placed",
        "reflected",
        "applied_learning",
    ]


# Without a round


def without_round(the: Cast) -> Activity:
    return the.drafted("work_shadowing", {"shadow": the.shadow, "host": the.host})


def test_two_people_may_begin_without_a_round_but_not_without_the_head(the: Cast) -> None:
    activity = the.plan_rest(without_round(the))
    assert activity.stage == "applied"
    with pytest.raises(Blocked, match="has not been asked yet"):
        engine.agree(activity, by=the.stage.lead)
    application = actions.apply(
        by=the.shadow, organisation=the.stage.school, activity=activity, **WANTED
    )
    with pytest.raises(Blocked, match="has not approved it"):
        engine.agree(activity, by=the.stage.lead)
    actions.decide(application, by=the.head, approve=True)
    activity.refresh_from_db()
    assert activity.stage == "approved"
    assert engine.agree(activity, by=the.stage.lead).stage == "host_accepts"
    entered = list(activity.changes.values_list("to_stage", flat=True))
    assert entered == ["applied", "approved", "matched", "host_accepts"]


def test_the_head_who_has_to_approve_is_named(the: Cast) -> None:
    activity = without_round(the)
    actions.apply(by=the.shadow, organisation=the.stage.school, activity=activity, **WANTED)
    with pytest.raises(Blocked) as refused:
        engine.agree(the.plan_rest(activity), by=the.stage.lead)
    assert the.head.name in [block.who for block in refused.value.blocks]


def test_host_in_another_school(the: Cast) -> None:
    activity = the.drafted("work_shadowing", {"shadow": the.shadow})
    with pytest.raises(Blocked, match="another school"):
        engine.invite(
            activity,
            by=the.stage.lead,
            person=the.stage.bob,
            organisation=the.stage.school,
            role="host",
        )


def test_one_shadow_one_host(the: Cast) -> None:
    activity = without_round(the)
    with pytest.raises(Blocked, match="room for 1"):
        engine.invite(
            activity,
            by=the.stage.lead,
            person=the.stage.dee,
            organisation=the.stage.partner,
            role="host",
        )


def test_host_capacity(the: Cast) -> None:
    without_round(the)
    with pytest.raises(Blocked, match="hosts 1 person at a time"):
        the.drafted("work_shadowing", {"shadow": the.stage.bob, "host": the.host})
    the.offer(the.round(), capacity=2)
    second = the.drafted("work_shadowing", {"shadow": the.stage.bob, "host": the.host})
    assert len(Situation.of(second).people) == 2


def test_nobody_judges_another(the: Cast) -> None:
    the.host.memberships.update(appraiser=the.shadow)
    with pytest.raises(Blocked, match="manages"):
        without_round(the)


# Briefing, days, afterwards


def test_briefed_by_both(the: Cast) -> None:
    activity = placed(the)
    assert activity.stage == "briefed"
    briefing.tick(activity, by=the.shadow, items=ALL)
    with pytest.raises(Blocked, match="7 lines of the briefing"):
        engine.advance(activity, by=the.shadow)
    briefing.tick(activity, by=the.host, items=ALL[:-1], dsl_name="A. Leader")
    with pytest.raises(Blocked, match="1 line of the briefing") as refused:
        engine.advance(activity, by=the.shadow)
    assert [block.who for block in refused.value.blocks] == [the.host.name]
    briefing.tick(activity, by=the.host, items=ALL)
    assert engine.advance(activity, by=the.shadow).stage == "placed"


def test_the_safeguarding_lead_is_named(the: Cast) -> None:
    with pytest.raises(Blocked, match="Name the designated safeguarding lead"):
        briefing.tick(placed(the), by=the.host, items=["dsl"])


def test_confidentiality_before_placement(the: Cast) -> None:
    activity = placed(the)
    briefing.tick(activity, by=the.host, items=ALL, dsl_name="A. Leader")
    rest = [item for item in ALL if item != "confidentiality"]
    briefing.tick(activity, by=the.shadow, items=rest)
    with pytest.raises(Blocked, match="confidentiality statement"):
        engine.advance(activity, by=the.shadow)
    with pytest.raises(Blocked, match="confidentiality statement"):
        half_day(the, activity)
    briefing.tick(activity, by=the.shadow, items=ALL)
    assert engine.advance(activity, by=the.shadow).stage == "placed"


def test_a_signature_is_not_taken_back(the: Cast) -> None:
    activity = placed(the)
    brief(the, activity)
    signed = Briefing.objects.get().confidential_at
    briefing.tick(activity, by=the.shadow, items=["fire"])
    row = Briefing.objects.get()
    assert row.confidential_at == signed
    assert "confidentiality" in row.shadow_ticks


def test_only_host_and_shadow_tick(the: Cast) -> None:
    with pytest.raises(Blocked, match="Only host and shadow"):
        briefing.tick(placed(the), by=the.stage.lead, items=ALL)


def test_the_log_stays_between_the_two(the: Cast) -> None:
    activity = placed(the)
    brief(the, activity)
    activity = engine.advance(activity, by=the.shadow)
    log = engine.record(by=the.shadow, kind="log", text="She waits.", activity=activity)
    assert log.audience == Audience.PARTICIPANTS
    with pytest.raises(Blocked, match="cannot be shared"):
        engine.share_record(log, by=the.shadow, audience=Audience.ALLIANCE)
    with pytest.raises(Blocked, match="by others"):
        engine.record(by=the.host, kind="log", text="x", activity=activity)
    assert not Record.objects.visible_to(the.stage.lead).filter(pk=log.pk).exists()


def test_reflection_in_a_week_and_action_in_half_a_term(the: Cast) -> None:
    activity = reflecting(the)
    found = {row.rule.split(".")[1]: row for row in FollowUp.objects.all()}
    today = clock.today()
    assert found["reflection"].due == UNKNOWN.first_open(today + timedelta(days=7))
    assert (found["reflection"].owner, found["reflection"].shared) == (the.shadow, False)
    assert found["action"].due == UNKNOWN.first_open(today + timedelta(days=42))
    assert found["action"].owner == the.shadow
    assert found["host_benefit"].owner == the.host
    engine.record(by=the.host, kind="host_benefit", text="Fresh eyes.", activity=activity)
    left = FollowUp.objects.open().values_list("rule", flat=True)
    assert set(left) == {"work_shadowing.reflection", "work_shadowing.action"}


def test_a_private_reflection_is_never_asked_for(the: Cast) -> None:
    activity = reflecting(the)
    with pytest.raises(Blocked, match="What will be done"):
        engine.advance(activity, by=the.shadow)
    engine.record(
        by=the.shadow,
        kind="action",
        text="Start with silence.",
        activity=activity,
        data={"first_step": "Monday"},
    )
    assert engine.advance(activity, by=the.shadow).stage == "applied_learning"


def test_it_needs_half_a_day_before_the_reflection(the: Cast) -> None:
    activity = placed(the)
    brief(the, activity)
    activity = engine.advance(activity, by=the.shadow)
    with pytest.raises(Blocked, match="No half-day"):
        engine.advance(activity, by=the.shadow)
