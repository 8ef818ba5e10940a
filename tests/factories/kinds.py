"""Rows that single kinds of activity have of their own."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from apps.activities.forming.models import GroupCall, GroupWish
from apps.activities.kinds.peer_visit.models import OpenSlot, SlotBooking
from apps.activities.kinds.work_shadowing.models import (
    Application,
    Offer,
    Placement,
    ShadowingRound,
)
from apps.core import clock
from tests.factories.accounts import PersonFactory
from tests.factories.schools import AllianceFactory, SchoolFactory

WEEK = [f"{day}{half}" for day in range(5) for half in ("am", "pm")]


class OpenSlotFactory(DjangoModelFactory):
    class Meta:
        model = OpenSlot

    host = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(SchoolFactory)
    alliance = factory.SubFactory(AllianceFactory)
    topic = factory.Sequence(lambda n: f"Talk partners {n}")
    starts_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=9))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(minutes=60))


class SlotBookingFactory(DjangoModelFactory):
    class Meta:
        model = SlotBooking

    slot = factory.SubFactory(OpenSlotFactory)


class GroupCallFactory(DjangoModelFactory):
    class Meta:
        model = GroupCall

    alliance = factory.SubFactory(AllianceFactory)
    kind = "triad"
    name = factory.Sequence(lambda n: f"Call {n}")
    closes_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=20))
    created_by = factory.SubFactory(PersonFactory)


class GroupWishFactory(DjangoModelFactory):
    class Meta:
        model = GroupWish

    call = factory.SubFactory(GroupCallFactory)
    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(SchoolFactory)
    foci = ["questioning"]
    times = ["0am", "2after"]
    most_miles = 15


class ShadowingRoundFactory(DjangoModelFactory):
    """Open, with placements in the two months after next month."""

    class Meta:
        model = ShadowingRound

    alliance = factory.SubFactory(AllianceFactory)
    name = factory.Sequence(lambda n: f"Round {n}")
    strands = ["senior", "middle", "aspirant"]
    closes_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=20))
    starts_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=30))
    ends_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=90))
    created_by = factory.SubFactory(PersonFactory)


class ApplicationFactory(DjangoModelFactory):
    """Waiting for the head."""

    class Meta:
        model = Application

    round = factory.SubFactory(ShadowingRoundFactory)
    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(SchoolFactory)
    strand = "middle"
    foci = ["behaviour", "inclusion"]
    career_goal = "canary-career-goal"
    pupil_outcome = "Calmer corridors"
    most_miles = 30
    half_days = 2
    possible = WEEK


class OfferFactory(DjangoModelFactory):
    class Meta:
        model = Offer

    round = factory.SubFactory(ShadowingRoundFactory)
    host = factory.SubFactory(PersonFactory)
    offered_by = factory.SelfAttribute("host")
    organisation = factory.SubFactory(SchoolFactory)
    foci = ["behaviour"]
    possible = WEEK


class PlacementFactory(DjangoModelFactory):
    """Proposed; nobody but the coordinators sees it."""

    class Meta:
        model = Placement

    round = factory.SelfAttribute("application.round")
    application = factory.SubFactory(ApplicationFactory)
    offer = factory.SubFactory(OfferFactory)
    proposed_by = factory.SubFactory(PersonFactory)
