"""A player who takes random steps, sensible or not, with an activity of any kind.

It knows of a kind only what it declares. Each step runs at a moment of its own: days go by.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import zip_longest
from typing import Any

from django.db import transaction

from apps.accounts.models import Person
from apps.activities import engine, steps
from apps.activities.engine import Blocked, Situation, Slot, Stale, checks
from apps.activities.engine.changes import UNDER_WAY
from apps.activities.enums import ActivityState, Audience, ParticipantState
from apps.activities.kinds import kind_of
from apps.activities.kinds.base import Field, Kind
from apps.activities.models import Activity, Participant, Record
from apps.core import clock
from apps.core.permissions import Refused
from apps.schools.enums import Role
from tests import factories as f
from tests.activities.triads import Stage, build, home_of, signed

STEERED = ("agree", "activate", "advance", "repeat", "resume")
WITH_REASON = ("pause", "cancel", "reopen")
REFUSALS = (Blocked, Stale, Refused)


@dataclass
class Told:
    """What was tried, and what came of it."""

    step: str
    done: bool
    blocks: list[Any] = field(default_factory=list)


def populate() -> tuple[Stage, list[Person]]:
    """The two schools of `build`, and a third, with more people; Eve is Ann's line manager."""
    stage = build()
    third = signed(stage, "Cedar School")
    people = [stage.ann, stage.bob, stage.cy, stage.dee]
    for number, name in enumerate(("Eve", "Fay", "Gus")):
        person = f.PersonFactory(given_name=name, family_name="Exampleton")
        place = (stage.school, stage.partner, third)[number]
        role = Role.SUPPORT if name == "Fay" else Role.TEACHER
        f.MembershipFactory(person=person, organisation=place, role=role)
        people.append(person)
    stage.ann.memberships.update(line_manager=people[4])
    for place in (stage.school, stage.partner, third):
        head = f.PersonFactory(given_name="Head", family_name=place.name)
        f.MembershipFactory(person=head, organisation=place, role=Role.HEAD)
        stage.extra.setdefault("heads", []).append(head)
    return stage, people


class Player:
    def __init__(self, kind: Kind, seed: int) -> None:
        self.random = random.Random(seed)
        self.kind = kind
        self.stage, self.people = populate()
        self.now = clock.now()
        self.told: list[Told] = []
        self.texts: dict[int, str] = {}
        self.private: dict[str, Person] = {}
        with clock.frozen(self.now):
            self.activity = self.stage.draft(kind=kind.slug)

    # Steps

    def step(self) -> Told:
        """Take one step; more often than not what a sensible person would do next."""
        self.now += timedelta(hours=self.random.choice((1, 4, 30)))
        with clock.frozen(self.now):
            sensible = self.random.random() < 0.65
            told = self.sensible()() if sensible else self.anything()()
        self.told.append(told)
        return told

    def sensible(self) -> Callable[[], Told]:
        situation = Situation.of(self.fresh())
        role = situation.kind.role(situation.lacking_role)
        if situation.invited:
            return self.answer
        if role is not None and len(situation.asked_as(role.slug)) < max(role.least, 1):
            return self.invite
        by_state: dict[str, Callable[[Situation], Callable[[], Told]]] = {
            ActivityState.DRAFT: self.agree_step,
            ActivityState.AGREED: self.start_step,
            ActivityState.PAUSED: lambda _: lambda: self.tried("resume"),
            ActivityState.CLOSED: lambda _: lambda: self.tried("reopen", reason="Because"),
            ActivityState.CANCELLED: lambda _: lambda: self.tried("reopen", reason="Because"),
        }
        return by_state.get(situation.activity.state, self.next_step)(situation)

    def agree_step(self, situation: Situation) -> Callable[[], Told]:
        return self.plan if checks.plan_missing(situation) else lambda: self.tried("agree")

    def start_step(self, situation: Situation) -> Callable[[], Told]:
        if not situation.criteria:
            return self.criterion
        if checks.dates_missing(situation) or checks.time_missing(situation):
            return self.plan
        return lambda: self.tried("activate")

    def next_step(self, situation: Situation) -> Callable[[], Told]:
        step = steps.next_step(situation)
        if step is not None and not step.blocks:
            return self.close if step.move == "close" else lambda: self.tried(step.move)
        return self.random.choice((self.session, self.hold, self.hold, self.write, self.write))

    def tried(self, move: str, **more: Any) -> Told:
        return self.attempt(move, getattr(engine, move), self.activity, by=self.stage.lead, **more)

    def hold(self) -> Told:
        """Mark what is planned and over as held."""
        over = self.activity.sessions.filter(state="planned", starts_at__lt=clock.now())
        session = self.pick(over)
        if session is None:
            return self.session()
        return self.attempt("mark_held", engine.mark_held, session, by=self.stage.lead)

    def anything(self) -> Callable[[], Told]:
        acts: list[tuple[int, Callable[[], Told]]] = [
            (6, self.invite),
            (7, self.answer),
            (2, self.leave),
            (7, self.move),
            (2, self.move_with_reason),
            (1, self.close),
            (3, self.plan),
            (2, self.criterion),
            (5, self.session),
            (4, self.session_move),
            (6, self.write),
            (2, self.share),
            (2, self.edit),
            (1, self.delete),
        ]
        weights = [weight for weight, _act in acts]
        return self.random.choices([act for _weight, act in acts], weights)[0]

    def attempt(self, step: str, act: Callable[..., Any], *args: Any, **kwargs: Any) -> Told:
        try:
            with transaction.atomic():
                self.result = act(*args, **kwargs)
        except REFUSALS as refusal:
            return Told(step, False, getattr(refusal, "blocks", []))
        return Told(step, True)

    def fresh(self) -> Activity:
        return Activity.objects.get(pk=self.activity.pk)

    def pick(self, things: Any) -> Any:
        things = list(things)
        return self.random.choice(things) if things else None

    def places(self, *states: str) -> list[Participant]:
        rows = Participant.objects.filter(activity=self.activity, state__in=states)
        return list(rows.select_related("person", "organisation", "activity"))

    def invite(self) -> Told:
        person = self.pick(self.people)
        lacking = Situation.of(self.fresh()).lacking_role
        role = self.pick([lacking, lacking, self.pick(self.kind.roles).slug, "stranger"])
        return self.attempt(
            f"invite {person} as {role}",
            engine.invite,
            self.activity,
            by=self.stage.lead,
            person=person,
            organisation=home_of(person),
            role=role,
        )

    def answer(self) -> Told:
        place = self.pick(self.places(ParticipantState.INVITED)) or self.pick(
            self.places(*ParticipantState.values)
        )
        if place is None:
            return Told("answer: nobody is asked", False)
        yes = self.random.random() < 0.9
        return self.attempt(
            f"{place.person} says {yes}",
            engine.answer_invitation,
            place,
            by=place.person,
            accept=yes,
        )

    def leave(self) -> Told:
        place = self.pick(self.places(ParticipantState.ACCEPTED))
        if place is None:
            return Told("leave: nobody takes part", False)
        return self.attempt(f"{place.person} leaves", engine.withdraw, place, by=place.person)

    def move(self) -> Told:
        return self.tried(self.pick(STEERED))

    def move_with_reason(self) -> Told:
        return self.tried(self.pick(WITH_REASON), reason="Because")

    def close(self) -> Told:
        due = clock.today() + timedelta(days=self.random.choice((-1, 0, 42)))
        return self.attempt(
            "close", engine.close, self.activity, by=self.stage.lead, promise="Ask", due=due
        )

    def plan(self) -> Told:
        row = self.fresh()
        today = clock.today()
        return self.attempt(
            "plan",
            engine.plan,
            row,
            by=self.stage.lead,
            version=row.version - self.random.choice((0, 0, 0, 1)),
            focus="Wait time",
            pupil_outcome="More pupils answer",
            minutes_available=300,
            equality="On Tuesdays",
            starts_on=today,
            ends_on=today + timedelta(days=90),
            details={asked.slug: answer_to(asked) for asked in self.kind.plan_fields},
        )

    def criterion(self) -> Told:
        return self.attempt("criterion", self.stage.criterion, self.activity)

    def session(self) -> Told:
        situation = Situation.of(self.fresh())
        here = [s for s in self.kind.sessions if situation.activity.stage in s.stages]
        declared = self.pick([*here, *here, *self.kind.sessions])
        if declared is None:
            return Told("session: there is none", False)
        missing = situation.missing_pairs(declared.slug) if declared.pairs else []
        pairs = missing or (situation.all_pairs(declared.slug) if declared.pairs else [])
        pair = self.pick(pairs)
        two = [p.person for p in pair] if pair else [self.pick([*self.people, None]) for _ in "ab"]
        if not declared.pairs and self.random.random() < 0.9:
            two = [None, None]
        minutes = self.random.choice((declared.minutes, declared.minutes, 3))
        start = clock.now() - timedelta(hours=self.random.choice((2, 2, -48)))
        return self.attempt(
            f"plan {declared.slug} of {two}",
            engine.plan_session,
            self.activity,
            by=self.stage.lead,
            kind=declared.slug,
            slot=Slot(start, start + timedelta(minutes=minutes)),
            observer=two[0],
            observed=two[1],
            despite_conflicts=self.random.random() < 0.9,
        )

    def session_move(self) -> Told:
        session = self.pick(self.activity.sessions.all())
        if session is None:
            return Told("session: none is planned", False)
        move = self.random.choice(("mark_held", "mark_held", "postpone", "cancel_session"))
        why = {"reason": "The heating failed"} if move == "postpone" else {}
        return self.attempt(move, getattr(engine, move), session, by=self.stage.lead, **why)

    def write(self) -> Told:
        """Any record of the kind or of another, by anybody, about anybody."""
        situation = Situation.of(self.fresh())
        takers = [p.person for p in situation.people] or self.people
        author = self.pick([*takers, *takers, self.pick(self.people)])
        here = [r for r in self.kind.records if situation.activity.stage in r.stages]
        declared = self.pick([*here, *here, *self.kind.records])
        slug = declared.key if declared else "observation"
        about = self.pick(takers) if declared and declared.about_another else None
        text = f"canary {self.kind.slug} {len(self.told)}"
        told = self.attempt(
            f"{author} writes {slug}",
            engine.record,
            by=author,
            kind=slug,
            text=text,
            data={asked.slug: answer_to(asked) for asked in (declared.fields if declared else ())},
            activity=self.activity,
            about=about,
            happened_on=clock.today(),
        )
        if told.done:
            self.texts[self.result.pk] = text
            if self.result.audience == Audience.ONLY_ME:
                self.private[text] = author
        return told

    def record(self) -> Record | None:
        return self.pick(Record.objects.filter(activity=self.activity))

    def share(self) -> Told:
        row = self.record()
        if row is None:
            return Told("share: nothing is written", False)
        by = self.pick([row.owner, row.owner, self.pick(self.people)])
        audience = self.pick(Audience.values)
        return self.attempt(
            f"{by} shares {row} with {audience}",
            engine.share_record,
            row,
            by=by,
            audience=audience,
        )

    def edit(self) -> Told:
        row = self.record()
        if row is None:
            return Told("edit: nothing is written", False)
        by = self.pick([row.author, row.author, self.pick(self.people)])
        version = row.version - self.random.choice((0, 0, 1))
        text = f"{row.text}+"
        told = self.attempt(
            f"{by} edits {row}", engine.edit_record, row, by=by, version=version, text=text
        )
        if told.done:
            if row.text in self.private:
                self.private[text] = self.private.pop(row.text)
            self.texts[row.pk] = text
        return told

    def delete(self) -> Told:
        row = self.record()
        if row is None:
            return Told("delete: nothing is written", False)
        by = self.pick([row.author, self.pick(self.people)])
        told = self.attempt(f"{by} deletes {row}", engine.delete_reflection, row, by=by)
        if told.done:
            assert (row.form, row.audience, row.author_id) == ("reflection", "only_me", by.pk)
            self.texts.pop(row.pk)
            self.private.pop(row.text, None)
        return told

    # Straight on

    def ready(self) -> None:
        """Plan it, find its people and start it, as far as the engine lets anybody."""
        with contextlib.suppress(*REFUSALS), transaction.atomic(), clock.frozen(self.now):
            self.plan_well()
            self.find_people()
            self.stage.criterion(self.activity)
            engine.agree(self.activity, by=self.stage.lead)
            engine.activate(self.activity, by=self.stage.lead)

    def plan_well(self) -> None:
        self.random, kept = random.Random(1), self.random
        self.plan()
        self.random = kept

    def find_people(self) -> None:
        """Whoever fits, for each role's least, as few of one school as can be."""
        by_school: dict[str, list[Person]] = {}
        for person in self.people:
            by_school.setdefault(home_of(person).name, []).append(person)
        people = [p for turn in zip_longest(*by_school.values()) for p in turn if p is not None]
        for role in kind_of(self.activity.kind).roles:
            for person in people:
                if len(Situation.of(self.fresh()).people_as(role.slug)) >= max(1, role.least):
                    break
                with contextlib.suppress(*REFUSALS), transaction.atomic():
                    self.stage.extra["place"] = engine.invite(
                        self.activity,
                        by=self.stage.lead,
                        person=person,
                        organisation=home_of(person),
                        role=role.slug,
                    )
                    engine.answer_invitation(self.stage.extra["place"], by=person, accept=True)

    @property
    def under_way(self) -> bool:
        return self.fresh().state in UNDER_WAY


def answer_to(asked: Field) -> str:
    return asked.choices[0][0] if asked.choices else "12"
