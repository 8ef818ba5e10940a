"""A stage for visits and shadowing: the triads' stage, with heads and a coordinator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from apps.accounts.models import Person
from apps.activities import engine
from apps.activities.engine import Slot
from apps.activities.engine.criteria import save_criterion
from apps.activities.kinds.work_shadowing import actions
from apps.activities.kinds.work_shadowing.models import (
    Application,
    Offer,
    Placement,
    ShadowingRound,
)
from apps.activities.models import Activity
from apps.core import clock
from apps.schools.enums import Role
from tests import factories as f
from tests.activities.triads import Stage, build, home_of
from tests.factories import kinds as k

FIELDS = {
    "focus": "Behaviour on corridors",
    "pupil_outcome": "Calmer corridors",
    "minutes_available": 840,
    "equality": "On days when both work",
}


@dataclass
class Cast:
    stage: Stage
    head: Person  # of the lead's school
    other_head: Person
    coordinator: Person

    @property
    def shadow(self) -> Person:
        return self.stage.ann

    @property
    def host(self) -> Person:
        return self.stage.cy

    def round(self, **values: Any) -> ShadowingRound:
        return k.ShadowingRoundFactory(alliance=self.stage.alliance, **values)

    def application(
        self, row: ShadowingRound, person: Person | None = None, **values: Any
    ) -> Application:
        """Approved by the head, unless told otherwise."""
        person = person or self.shadow
        approved = {"state": "approved", "decided_by": self.head, "decided_at": clock.now()}
        return k.ApplicationFactory(
            round=row, person=person, organisation=home_of(person), **{**approved, **values}
        )

    def offer(self, row: ShadowingRound, host: Person | None = None, **values: Any) -> Offer:
        host = host or self.host
        return k.OfferFactory(round=row, host=host, organisation=home_of(host), **values)

    def published(self) -> Placement:
        row = self.round()
        placement = actions.propose(self.application(row), self.offer(row), by=self.coordinator)
        actions.publish(row, by=self.coordinator)
        placement.refresh_from_db()
        return placement

    def all_say_yes(self, placement: Placement) -> Activity:
        for person in (self.shadow, self.host, self.head, self.other_head):
            placement = actions.answer(placement, by=person, accept=True)
        assert placement.activity is not None
        return placement.activity

    def drafted(self, kind: str, roles: dict[str, Person]) -> Activity:
        """A draft with everybody in it, and a plan but for the criteria."""
        activity = self.stage.planned(kind=kind)
        for role, person in roles.items():
            place = engine.invite(
                activity,
                by=self.stage.lead,
                person=person,
                organisation=home_of(person),
                role=role,
            )
            engine.answer_invitation(place, by=person, accept=True)
        return activity

    def plan_rest(self, activity: Activity, **details: str) -> Activity:
        activity.refresh_from_db()
        today = clock.today()
        activity = engine.plan(
            activity,
            by=activity.organiser,
            version=activity.version,
            starts_on=today,
            ends_on=today + timedelta(days=90),
            details=details,
            **FIELDS,
        )
        save_criterion(
            activity,
            by=activity.organiser,
            level="pupil",
            guskey=5,
            indicator="Calmer corridors",
            measure="Tally",
            unit="pupils",
            baseline=4,
            target=12,
            weight=100,
        )
        return activity

    def begin(self, activity: Activity) -> Activity:
        activity = engine.agree(activity, by=activity.organiser)
        return engine.activate(activity, by=activity.organiser)


def cast(stage: Stage | None = None) -> Cast:
    stage = stage or build()
    people = {}
    for name, role, place in (
        ("head", Role.HEAD, {"organisation": stage.school}),
        ("other_head", Role.HEAD, {"organisation": stage.partner}),
        ("coordinator", Role.COORDINATOR, {"organisation": None, "alliance": stage.alliance}),
    ):
        person = f.PersonFactory(given_name=name.title().replace("_", ""), family_name="Exampleton")
        f.MembershipFactory(person=person, role=role, **place)
        people[name] = person
    return Cast(stage, **people)


def an_hour_ago(minutes: int = 60) -> Slot:
    start: datetime = clock.now() - timedelta(hours=5)
    return Slot(start, start + timedelta(minutes=minutes))
