"""What holds for every kind there is, whatever people do: random steps, sensible or not.

A kind that is added is tested without a line here. Steps are seeded, so that a failure comes
again; its message tells them all.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.activities import kinds, steps
from apps.activities.engine import Situation, checks
from apps.activities.engine.changes import OVER, PLANNING, UNDER_WAY
from apps.activities.enums import ActivityState, Audience, ParticipantState, SessionState
from apps.activities.kinds.base import Kind, Moment
from apps.activities.models import Record, StageChange
from apps.core import clock
from apps.followups.models import FollowUp
from tests.activities.anykind import Player

STEPS = {False: 10, True: 18}
JUMPS = {ActivityState.DRAFT: "agree", ActivityState.AGREED: "activate"}


@pytest.mark.parametrize("begun", [False, True], ids=["from-draft", "under-way"])
@pytest.mark.parametrize("kind", kinds.all_kinds(), ids=lambda kind: kind.slug)
def test_no_step_breaks_what_must_hold(kind: Kind, begun: bool, db: None) -> None:
    player = Player(kind, seed=len(kind.slug) + 100 * begun)
    if begun:
        player.ready()
    watch = Watch(player)
    for _ in range(STEPS[begun]):
        before = watch.blocks_before()
        told = player.step()
        try:
            watch.check(told, before)
        except AssertionError as error:
            told_all = "\n".join(f"{'did' if t.done else 'not'} {t.step}" for t in player.told)
            raise AssertionError(f"{error}\nafter\n{told_all}") from error
    nobody_reads_anothers_reflection_on_a_page(player)


class Watch:
    def __init__(self, player: Player) -> None:
        self.player, self.kind = player, player.kind
        self.history: list[tuple[Any, ...]] = []

    def blocks_before(self) -> list[Any]:
        """What is in the way of the next step, each with a reason and somebody to see to it."""
        with clock.frozen(self.player.now):
            situation = Situation.of(self.player.fresh())
            step = steps.next_step(situation)
            found = step.blocks if step else []
            agreement = {block.reason for block in checks.agreement_missing(situation)}
        for block in found:
            assert str(block.reason).strip()
            assert block.who or block.reason in agreement, f"nobody can unblock: {block.reason}"
        return found

    def check(self, told: Any, before: list[Any]) -> None:
        for block in told.blocks:
            assert str(block.reason).strip(), told.step
        with clock.frozen(self.player.now):
            self.situation = Situation.of(self.player.fresh())
        self.activity = self.situation.activity
        self.stages_follow_each_other()
        self.next_step_has_its_day()
        self.roles_keep_their_limits()
        self.nobody_judges_another()
        self.sessions_make_sense()
        self.nothing_written_is_lost()
        if told.done:
            self.private_is_private()
        self.nothing_is_promised_twice()

    def stages_follow_each_other(self) -> None:
        """The trail only grows, never changes, has no gap, and skips no stage under way."""
        rows = list(StageChange.objects.filter(activity=self.activity).values_list())
        assert rows[: len(self.history)] == self.history, "a stage change was changed or deleted"
        self.history = rows
        changes = list(StageChange.objects.filter(activity=self.activity))
        for earlier, later in pairwise(changes):
            here = (earlier.to_state, earlier.to_stage)
            assert (later.from_state, later.from_stage) == here, "the trail has a gap"
        for change in changes:
            self.goes_one_stage_at_most(change)
        last = changes[-1]
        assert (last.to_state, last.to_stage) == (self.activity.state, self.activity.stage)
        planning = self.activity.state in PLANNING
        assert not (planning and self.kind.stage(self.activity.stage).needs_active)

    def goes_one_stage_at_most(self, change: StageChange) -> None:
        if not change.from_stage:
            return
        before, after = (self.kind.place_of(slug) for slug in (change.from_stage, change.to_stage))
        if change.from_state in JUMPS and change.to_state != change.from_state:
            allowed = {before, self.kind.place_of(self.kind.last_planning.slug)}
            allowed.add(self.kind.place_of(self.kind.first_active.slug))
            assert after in allowed
        elif change.from_state in UNDER_WAY and after != before:
            again = self.kind.repeats_from and change.to_stage == self.kind.repeats_from
            assert after == before + 1 or again, f"skipped from {before} to {after}"

    def next_step_has_its_day(self) -> None:
        activity = self.activity
        if activity.state in OVER or activity.state == ActivityState.PAUSED:
            assert activity.next_step_on is None
            return
        last = StageChange.objects.filter(activity=activity).last()
        assert last is not None
        days = self.kind.stage(activity.stage).days
        assert activity.next_step_on == timezone.localdate(last.at) + timedelta(days=days)

    def roles_keep_their_limits(self) -> None:
        gone = any(p.state == ParticipantState.WITHDRAWN for p in self.situation.participants)
        pauses = bool(self.kind.rules_at(Moment.LEAVE))
        for role in self.kind.roles:
            here = len(self.situation.people_as(role.slug))
            if role.most is not None:
                assert here <= role.most, f"{here} people as {role.slug}"
            if self.activity.state in UNDER_WAY and (pauses or not gone):
                assert here >= role.least, f"{here} people as {role.slug} while under way"

    def nobody_judges_another(self) -> None:
        rules = {rule.slug for rule in self.kind.rules_at(Moment.INVITE)}
        if "nobody_judges_another" in rules:
            here = {p.person_id for p in self.situation.people}
            assert not any({judge, judged} <= here for judge, judged in self.situation.judges)

    def sessions_make_sense(self) -> None:
        ever = {p.person_id for p in self.situation.participants}
        for session in self.activity.sessions.all():
            declared = self.kind.session(session.kind)
            assert declared is not None
            two = {session.observer_id, session.observed_id} - {None}
            assert len(two) == (2 if declared.pairs else 0), session.kind
            assert two <= ever
            if session.state == SessionState.HELD:
                assert session.held_at is not None

    def nothing_written_is_lost(self) -> None:
        texts = self.player.texts
        stored = dict(Record.objects.filter(pk__in=texts).values_list("pk", "text"))
        assert stored == texts

    def private_is_private(self) -> None:
        stage = self.player.stage
        leaders = [stage.lead, stage.other_lead, *stage.extra["heads"]]
        for person in (*self.player.people, *leaders):
            seen = Record.objects.visible_to(person).filter(audience=Audience.ONLY_ME)
            assert all(row.owner_id == person.pk == row.author_id for row in seen)

    def nothing_is_promised_twice(self) -> None:
        rows = FollowUp.objects.values_list("rule", "owner", "source_type", "source_id", "due")
        promised = list(rows)
        assert len(promised) == len(set(promised))


def nobody_reads_anothers_reflection_on_a_page(player: Player) -> None:
    """The pages about the activity, as everybody who may open them."""
    pid = player.activity.public_id
    urls = [reverse("activities:detail", args=[pid]), reverse("activities:shared")]
    for person in (player.stage.lead, player.stage.other_lead, *player.people[:3]):
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        seen = "".join(client.get(url).content.decode() for url in urls)
        for text, author in player.private.items():
            assert author == person or text not in seen, f"{person} reads {text!r}"


def test_the_player_gets_somewhere(db: None) -> None:
    """Else the test above would prove little: of each kind that needs nothing of its own, some
    steps succeed and some are refused."""
    kind = next(kind for kind in kinds.all_kinds() if not kind.start_unlocked_by)
    player = Player(kind, seed=1)
    player.ready()
    assert player.under_way
    done = [player.step().done for _ in range(STEPS[True])]
    assert any(done)
    assert not all(done)
