"""A small stage on which triads are played: two schools, their people, a need."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from apps.accounts.models import Person
from apps.activities import engine
from apps.activities.engine import Slot
from apps.activities.engine.criteria import save_criterion
from apps.activities.enums import OutcomeLevel
from apps.activities.models import Activity, Participant, Session
from apps.audits.models import Need
from apps.core import clock
from apps.schools.enums import Role
from apps.schools.models import Alliance, Organisation
from tests import factories as f


@dataclass
class Stage:
    alliance: Alliance
    school: Organisation
    partner: Organisation
    lead: Person
    other_lead: Person
    ann: Person  # the lead's school
    bob: Person  # the lead's school
    cy: Person  # the partner school
    dee: Person  # the partner school
    need: Need
    extra: dict[str, Any] = field(default_factory=dict)

    def draft(self, **values: Any) -> Activity:
        return engine.start(
            **{
                "by": self.lead,
                "kind": "triad",
                "title": "Questioning in Year 4",
                "organisation": self.school,
                "alliance": self.alliance,
                "needs": [self.need],
                **values,
            }
        )

    def planned(self, **values: Any) -> Activity:
        activity = self.draft(**values)
        today = clock.today()
        return engine.plan(
            activity,
            by=self.lead,
            version=activity.version,
            focus="Wait time",
            pupil_outcome="More pupils answer in sentences",
            minutes_available=300,
            equality="On Tuesdays, when everybody works",
            starts_on=today,
            ends_on=today + timedelta(days=90),
        )

    def join(
        self, activity: Activity, person: Person, school: Organisation | None = None
    ) -> Participant:
        place = engine.invite(
            activity, by=self.lead, person=person, organisation=school or home_of(person)
        )
        return engine.answer_invitation(place, by=person, accept=True)

    def three(self, activity: Activity) -> list[Participant]:
        return [self.join(activity, person) for person in (self.ann, self.bob, self.cy)]

    def criterion(self, activity: Activity, **values: Any) -> Any:
        return save_criterion(
            activity,
            by=self.lead,
            **{
                "level": OutcomeLevel.PUPIL,
                "guskey": 5,
                "indicator": "Pupils answer in sentences",
                "measure": "Tally",
                "unit": "pupils",
                "baseline": 4,
                "target": 12,
                "weight": 100,
                **values,
            },
        )

    def ready(self, **values: Any) -> Activity:
        activity = self.planned(**values)
        self.three(activity)
        self.criterion(activity)
        return engine.agree(activity, by=self.lead)

    def active(self, **values: Any) -> Activity:
        return engine.activate(self.ready(**values), by=self.lead)

    def visit(self, activity: Activity, observer: Person, observed: Person) -> Session:
        session = engine.plan_session(
            activity,
            by=observer,
            kind="observation",
            slot=an_hour_ago(),
            observer=observer,
            observed=observed,
            despite_conflicts=True,
        )
        return engine.mark_held(session, by=observer)

    def everybody_visits(self, activity: Activity) -> None:
        people = [p.person for p in activity.participants.taking_part().select_related("person")]
        for observer in people:
            for observed in people:
                if observer != observed:
                    self.visit(activity, observer, observed)


def an_hour_ago() -> Slot:
    start: datetime = clock.now() - timedelta(hours=1)
    return Slot(start, start + timedelta(minutes=50))


def home_of(person: Person) -> Organisation:
    held = person.memberships.filter(organisation__isnull=False).select_related("organisation")
    return held.first().organisation


def signed(stage: Stage, name: str) -> Organisation:
    """A further school that has joined and signed."""
    school: Organisation = f.SchoolFactory(name=name)
    f.AllianceMemberFactory(alliance=stage.alliance, organisation=school)
    f.SignatureFactory(agreement=stage.alliance.agreements.get(), organisation=school)
    return school


def build() -> Stage:
    alliance = f.AllianceFactory()
    school, partner = f.SchoolFactory(name="Ash School"), f.SchoolFactory(name="Beech School")
    agreement = f.AgreementFactory(alliance=alliance)
    for place in (school, partner):
        f.AllianceMemberFactory(alliance=alliance, organisation=place)
        f.SignatureFactory(agreement=agreement, organisation=place)
    names = {
        "lead": school,
        "ann": school,
        "bob": school,
        "other_lead": partner,
        "cy": partner,
        "dee": partner,
    }
    people = {}
    for name, place in names.items():
        people[name] = f.PersonFactory(
            given_name=name.title().replace("_", ""), family_name="Exampleton"
        )
        role = Role.CPD_LEAD if "lead" in name else Role.TEACHER
        f.MembershipFactory(person=people[name], organisation=place, role=role)
    need = f.NeedFactory(organisation=school, alliance=alliance, created_by=people["lead"])
    return Stage(alliance=alliance, school=school, partner=partner, need=need, **people)
