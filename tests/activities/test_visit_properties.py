"""Random steps, sensible or not, never break what must always hold of rounds and classrooms."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from apps.activities import engine
from apps.activities.engine import Blocked, Situation
from apps.activities.enums import ParticipantState
from apps.activities.kinds.peer_visit import actions as visits
from apps.activities.kinds.peer_visit.models import OpenSlot, SlotBooking
from apps.activities.kinds.work_shadowing import actions
from apps.activities.kinds.work_shadowing.board import Board
from apps.activities.kinds.work_shadowing.enums import Part, PlacementState
from apps.activities.kinds.work_shadowing.models import (
    Application,
    Offer,
    Placement,
    ShadowingRound,
)
from apps.activities.models import StageChange
from apps.core import clock
from tests.activities.shadowing import Cast, cast
from tests.activities.triads import home_of
from tests.factories import kinds as k

STEPS = 80
WANTED = {
    "strand": "middle",
    "foci": ["behaviour"],
    "career_goal": "canary-goal",
    "pupil_outcome": "Calmer corridors",
    "most_miles": 20,
    "half_days": 2,
    "possible": k.WEEK,
}


@pytest.fixture
def the(db: None) -> Cast:
    return cast()


def attempt(step: Callable[[], object]) -> None:
    with contextlib.suppress(Blocked), transaction.atomic():
        step()


class RandomRound:
    def __init__(self, the: Cast, seed: int) -> None:
        self.the, self.rng, self.row = the, random.Random(seed), the.round()
        stage = the.stage
        self.people = [stage.ann, stage.bob, stage.cy, stage.dee]
        self.everybody = [*self.people, the.head, the.other_head, stage.lead, stage.other_lead]

    def step(self) -> None:
        often = {"apply": 4, "decide": 5, "offer": 4, "propose": 6, "publish": 2, "answer": 9}
        names = [*often, "undo"]
        chosen = self.rng.choices(names, weights=[*often.values(), 1])[0]
        attempt(getattr(self, chosen))

    def apply(self) -> None:
        person = self.rng.choice(self.people)
        school = home_of(person)
        actions.apply(by=person, organisation=school, shadowing_round=self.row, **WANTED)

    def decide(self) -> None:
        row = self.any_of(Application, state="asked")
        head = self.the.head if row.organisation == self.the.stage.school else self.the.other_head
        actions.decide(row, by=head, approve=self.rng.random() < 0.9, reason="Because")

    def offer(self) -> None:
        host = self.rng.choice(self.people)
        actions.offer_place(
            self.row,
            by=host,
            host=host,
            organisation=home_of(host),
            foci=self.rng.choice((["behaviour"], ["behaviour", "staff"], ["early"])),
            possible=k.WEEK,
            capacity=self.rng.choice((1, 2)),
        )

    def propose(self) -> None:
        if self.rng.random() < 0.3:
            waiting, offers = Board.of(self.row).unplaced()
            pairs = [(a.key, o.key) for a in waiting for o in offers]
            self.rng.shuffle(pairs)
            actions.propose_all(self.row, by=self.the.coordinator, pairs=pairs)
            return
        application, offer = self.any_of(Application), self.any_of(Offer)
        actions.propose(application, offer, by=self.the.coordinator)

    def publish(self) -> None:
        actions.publish(self.row, by=self.the.coordinator)

    def answer(self) -> None:
        """By somebody who has a part in it, as the page lets nobody else answer."""
        row = self.any_of(Placement)
        person = self.rng.choice(actions.parties(row))
        actions.answer(row, by=person, accept=self.rng.random() < 0.85)

    def undo(self) -> None:
        if self.rng.random() < 0.5:
            row = self.any_of(Application)
            actions.withdraw_application(row, by=row.person)
        else:
            offer = self.any_of(Offer)
            actions.withdraw_offer(offer, by=offer.host)

    def any_of(self, model: type, **wanted: str) -> object:
        rows = list(model._default_manager.filter(**wanted))
        if not rows:
            raise Blocked([])
        return self.rng.choice(rows)


def check_round(the: Cast, row: ShadowingRound) -> None:
    placements = Placement.objects.select_related("application", "offer", "activity")
    for offer in Offer.objects.all():
        assert placements.live().filter(offer=offer).count() <= offer.capacity
    for placement in placements:
        application, offer = placement.application, placement.offer
        assert application.organisation_id != offer.organisation_id
        assert set(application.foci) & set(offer.foci)
        if placement.state == PlacementState.PROPOSED:
            seen = [p for p in actions.parties(placement) if sees(p, placement)]
            assert seen == []
        if placement.state == PlacementState.ACCEPTED:
            assert all(placement.said_yes(part) for part in Part)
            check_activity(placement)


def sees(person: object, placement: Placement) -> bool:
    return Placement.objects.visible_to(person).filter(pk=placement.pk).exists()  # type: ignore[arg-type]


def check_activity(placement: Placement) -> None:
    situation = Situation.of(placement.activity)
    assert [p.person_id for p in situation.people_as("shadow")] == [placement.application.person_id]
    assert [p.person_id for p in situation.people_as("host")] == [placement.offer.host_id]
    entered = StageChange.objects.filter(activity=placement.activity).values_list("to_stage")
    stages = [stage.slug for stage in situation.kind.stages]
    assert [stage for (stage,) in entered] == stages[: len(entered)]
    assert "canary" not in str(vars(placement.activity))


@pytest.mark.parametrize("seed", range(5))
def test_random_rounds(the: Cast, seed: int) -> None:
    game = RandomRound(the, seed)
    for n in range(STEPS):
        game.step()
        if n % 6 == 5:
            check_round(the, game.row)
    check_round(the, game.row)
    assert Placement.objects.exists()


@pytest.mark.parametrize("seed", range(5))
def test_random_bookings(the: Cast, seed: int) -> None:
    rng, stage = random.Random(seed), the.stage
    people = [stage.ann, stage.bob, stage.cy, stage.dee, stage.lead]
    base = clock.now() + timedelta(days=9)
    for n, host in enumerate((stage.cy, stage.dee, stage.bob)):
        starts_at = base + timedelta(minutes=40 * n)
        k.OpenSlotFactory(
            host=host,
            organisation=home_of(host),
            alliance=stage.alliance,
            starts_at=starts_at,
            places=rng.choice((1, 2)),
        )
    for _ in range(40):
        attempt(lambda: booking_step(rng, people))
        check_bookings()
    assert SlotBooking.objects.exists()


def booking_step(rng: random.Random, people: list[object]) -> None:
    slot = rng.choice(list(OpenSlot.objects.all()))
    booking = SlotBooking.objects.order_by("?").first()
    chance = rng.random()
    if chance < 0.6 or booking is None:
        person = rng.choice(people)
        visits.book(slot, by=person, organisation=home_of(person))  # type: ignore[arg-type]
    elif chance < 0.8:
        visits.cancel_booking(booking, by=booking.visitor)
    elif chance < 0.95:
        place = booking.activity.participants.get(person=booking.visitor)
        engine.withdraw(place, by=booking.visitor)
    else:
        visits.withdraw_slot(slot, by=slot.host)


def check_bookings() -> None:
    standing = list(SlotBooking.objects.standing().select_related("slot"))
    for slot in OpenSlot.objects.with_taken():
        mine = [b for b in standing if b.slot_id == slot.pk]
        assert slot.taken == len(mine) <= slot.places
    for booking in standing:
        assert booking.visitor_id != booking.slot.host_id
        here = booking.activity.participants.filter(state=ParticipantState.ACCEPTED)
        assert {booking.visitor_id, booking.slot.host_id} <= set(
            here.values_list("person_id", flat=True)
        )
        others = [b for b in standing if b.visitor_id == booking.visitor_id and b != booking]
        for other in others:
            apart = (
                other.slot.starts_at >= booking.slot.ends_at
                or other.slot.ends_at <= booking.slot.starts_at
            )
            assert apart
