from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command

from apps.activities import engine, kinds
from apps.activities.enums import ActivityState, OutcomeLevel, Source, Strength
from apps.activities.kinds import rules
from apps.activities.kinds.base import Kind, KindRole, Moment, SessionKind
from apps.activities.kinds.base import Stage as KindStage
from tests.activities.triads import Stage

# The whole of a new kind: one file's worth of data.
TOY = Kind(
    slug="toy_walk",
    name="Walk and talk",
    purpose="Two people walk and talk.",
    roles=(KindRole("walker", "Walker", 2, None),),
    stages=(
        KindStage("meeting", "Meeting", "They meet."),
        KindStage("walking", "Walking", "They walk.", needs_active=True),
    ),
    rules=(),
    sessions=(SessionKind("walk", "Walk"),),
    records=(),
    followups=(),
    criteria=(),
)


@pytest.fixture
def toy() -> Iterator[Kind]:
    yield kinds.register(TOY)
    kinds.forget(TOY.slug)


def test_kinds_command_lists_the_triad_exactly() -> None:
    out = StringIO()
    call_command("kinds", "--json", stdout=out)
    triad = next(kind for kind in json.loads(out.getvalue()) if kind["slug"] == "triad")
    assert set(triad) == {"slug", "name", "stages", "roles", "rules"}
    assert triad["stages"] == ["formed", "focus", "rounds", "debrief", "shared"]
    assert triad["roles"] == [{"slug": "member", "least": 3, "most": 3}]
    assert "exactly_three" in triad["rules"]


def test_a_role_without_a_limit_is_null(toy: Kind) -> None:
    out = StringIO()
    call_command("kinds", "--json", stdout=out)
    found = {kind["slug"]: kind for kind in json.loads(out.getvalue())}
    assert found["toy_walk"]["roles"] == [{"slug": "walker", "least": 2, "most": None}]


def test_a_kind_added_in_one_place_runs_through_the_engine(toy: Kind, stage: Stage) -> None:
    activity = stage.planned(kind="toy_walk")
    stage.join(activity, stage.ann)
    stage.criterion(activity)
    engine.agree(activity, by=stage.lead)
    activity = engine.activate(activity, by=stage.lead)
    assert (activity.state, activity.stage) == (ActivityState.ACTIVE, "walking")


def test_two_kinds_cannot_share_a_slug(toy: Kind) -> None:
    other = Kind(**{**{n: getattr(TOY, n) for n in TOY.__slots__}, "name": "Another"})
    with pytest.raises(ValueError, match="toy_walk"):
        kinds.register(other)


@pytest.mark.parametrize("kind", kinds.all_kinds(), ids=lambda kind: kind.slug)
def test_every_kind_hangs_together(kind: Kind) -> None:
    stages = {stage.slug for stage in kind.stages}
    sessions = {session.slug for session in kind.sessions}
    records = {record.key for record in kind.records}
    assert kind.first_active
    assert kind.last_planning
    assert not kind.repeats_from or kind.repeats_from in stages
    assert all(set(s.stages) <= stages for s in kind.sessions)
    assert all(set(rule.of) <= stages | sessions | records for rule in kind.followups)
    assert all(not r.session or r.session in sessions for r in kind.records)
    assert sum(c.weight for c in kind.criteria) in (0, 100)
    assert len({c.slug for c in kind.criteria}) == len(kind.criteria)


@pytest.mark.parametrize("kind", kinds.all_kinds(), ids=lambda kind: kind.slug)
def test_every_kind_has_indicators_of_pupils_and_of_what_those_who_give_have_learnt(
    kind: Kind,
) -> None:
    ready = {(c.level, c.guskey) for c in kind.criteria}
    assert {(OutcomeLevel.PUPIL, 5), (OutcomeLevel.STAFF, 2), (OutcomeLevel.STAFF, 4)} <= ready
    assert all(c.guskey == 5 for c in kind.criteria if c.level == OutcomeLevel.PUPIL)
    assert all(c.source.strength == Strength.WEAK for c in kind.criteria if c.guskey == 1)


def test_what_people_say_is_weak_and_what_is_done_twice_is_stronger() -> None:
    by_strength = {s: {x for x in Source if x.strength == s} for s in Strength}
    assert by_strength[Strength.STRONGER] == {Source.TASK, Source.WORK}
    assert by_strength[Strength.WEAK] == {Source.PUPILS_SAY, Source.STAFF_SAY, Source.REACTION}
    assert all(source.why for source in Source)


@pytest.mark.parametrize("kind", kinds.all_kinds(), ids=lambda kind: kind.slug)
def test_no_kind_forgets_the_rules_of_what_is_written(kind: Kind) -> None:
    asked = {rule.check for rule in kind.rules_at(Moment.RECORD)}
    assert {rules.reflection_private, rules.nothing_graded} <= asked
