"""Random steps, sensible or not, never break what must always hold of a triad."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from apps.activities import engine
from apps.activities.engine import Blocked, Situation, Stale
from apps.activities.enums import ActivityState, Audience
from apps.activities.models import Record
from apps.core import clock
from apps.core.permissions import Refused
from tests.activities.triads import an_hour_ago, build, home_of

NAMES = ("ann", "bob", "cy", "dee")
who = st.sampled_from(NAMES)
UNDER_WAY = (ActivityState.ACTIVE, ActivityState.REVIEW_DUE)


class TriadMachine(RuleBasedStateMachine):
    @initialize(begun=st.booleans())
    def begin(self, begun: bool) -> None:
        self.stage = build()
        self.activity = self.stage.active() if begun else self.stage.planned()
        if not begun:
            self.stage.criterion(self.activity)
        self.written: dict[int, str] = {}
        self.changes = 0

    def attempt(self, act, *args, **kwargs):  # type: ignore[no-untyped-def]
        with contextlib.suppress(Blocked, Stale, Refused), transaction.atomic():
            return act(*args, **kwargs)
        return None

    def place(self, name: str):  # type: ignore[no-untyped-def]
        return self.activity.participants.filter(person=getattr(self.stage, name)).first()

    @rule(name=who)
    def invite(self, name: str) -> None:
        person = getattr(self.stage, name)
        self.attempt(
            engine.invite,
            self.activity,
            by=self.stage.lead,
            person=person,
            organisation=home_of(person),
        )

    @rule(name=who, accept=st.booleans())
    def answer(self, name: str, accept: bool) -> None:
        place = self.place(name)
        if place:
            self.attempt(engine.answer_invitation, place, by=place.person, accept=accept)

    @rule(name=who)
    def leave(self, name: str) -> None:
        place = self.place(name)
        if place:
            self.attempt(engine.withdraw, place, by=place.person)

    @rule(move=st.sampled_from(["agree", "activate", "advance", "repeat", "resume"]))
    def move(self, move: str) -> None:
        self.attempt(getattr(engine, move), self.activity, by=self.stage.lead)

    @rule(move=st.sampled_from(["pause", "cancel", "reopen"]))
    def move_with_reason(self, move: str) -> None:
        self.attempt(getattr(engine, move), self.activity, by=self.stage.lead, reason="Because")

    @rule()
    def close(self) -> None:
        due = clock.today() + timedelta(days=42)
        self.attempt(engine.close, self.activity, by=self.stage.lead, promise="Ask", due=due)

    @rule(observer=who, observed=who)
    def visit(self, observer: str, observed: str) -> None:
        session = self.attempt(
            engine.plan_session,
            self.activity,
            by=self.stage.lead,
            kind="observation",
            slot=an_hour_ago(),
            observer=getattr(self.stage, observer),
            observed=getattr(self.stage, observed),
            despite_conflicts=True,
        )
        if session:
            self.attempt(engine.mark_held, session, by=session.observer)

    @rule(author=who, about=who, form=st.sampled_from(["observation", "reflection", "note"]))
    def write(self, author: str, about: str, form: str) -> None:
        text = f"canary {len(self.written)}"
        row = self.attempt(
            engine.record,
            by=getattr(self.stage, author),
            kind=form,
            text=text,
            activity=self.activity,
            about=getattr(self.stage, about),
        )
        if row:
            self.written[row.pk] = text

    @rule(audience=st.sampled_from(list(Audience)))
    def share(self, audience: str) -> None:
        row = Record.objects.filter(activity=self.activity).last()
        if row:
            self.attempt(engine.share_record, row, by=row.owner, audience=audience)

    @invariant()
    def under_way_means_three_people_of_two_schools(self) -> None:
        if not hasattr(self, "activity"):
            return
        self.activity.refresh_from_db()
        situation = Situation.of(self.activity)
        assert len(situation.asked) <= 3
        if self.activity.state in UNDER_WAY:
            assert len(situation.people) == 3
            assert len(situation.schools) >= 2

    @invariant()
    def debrief_means_that_everybody_has_observed_everybody(self) -> None:
        if hasattr(self, "activity") and self.activity.state in UNDER_WAY:
            stages = [s.slug for s in Situation.of(self.activity).kind.stages]
            entered = self.activity.changes.filter(
                to_stage="debrief", cycle=self.activity.cycle
            ).exists()
            if stages.index(self.activity.stage) >= stages.index("debrief"):
                assert entered

    @invariant()
    def no_record_is_lost_or_changed(self) -> None:
        if hasattr(self, "written"):
            stored = dict(Record.objects.filter(pk__in=self.written).values_list("pk", "text"))
            assert stored == self.written

    @invariant()
    def reflections_are_their_authors_alone(self) -> None:
        if not hasattr(self, "stage"):
            return
        private = self.activity.records.filter(form="reflection")
        assert not private.exclude(audience=Audience.ONLY_ME).exists()
        for name in (*NAMES, "lead", "other_lead"):
            person = getattr(self.stage, name)
            seen = Record.objects.visible_to(person).filter(form="reflection")
            assert all(row.author_id == person.pk for row in seen)

    @invariant()
    def history_only_grows(self) -> None:
        if hasattr(self, "activity"):
            now = self.activity.changes.count()
            assert now >= self.changes
            self.changes = now

    @invariant()
    def nobody_observes_themselves_or_a_stranger(self) -> None:
        if hasattr(self, "activity"):
            asked = set(self.activity.participants.values_list("person_id", flat=True))
            for row in self.activity.sessions.filter(observer__isnull=False):
                assert row.observer_id != row.observed_id
                assert {row.observer_id, row.observed_id} <= asked


class TestTriad(TriadMachine.TestCase, TestCase):  # type: ignore[name-defined, misc]
    settings = settings(
        max_examples=8,
        stateful_step_count=18,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
