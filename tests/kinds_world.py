"""What single kinds of activity add to the world: open classrooms, a round of shadowing."""

from __future__ import annotations

from typing import Any

from apps.accounts.models import Person
from apps.activities.kinds.coaching.models import CoachTraining
from apps.core import clock
from apps.schools.models import Organisation
from tests import factories as f
from tests.factories import kinds as k
from tests.factories.matching import groups_proposal_of, proposal_of


def add(place: Any, organiser: Person, members: list[Person]) -> None:
    first, _second, third = members
    _visits(place, organiser, members)
    _shadowing(place, members)
    _groups(place, organiser, members)
    place.shadowing = f.ActivityFactory(
        kind="work_shadowing",
        stage="briefed",
        organisation=place.school,
        alliance=place.alliance,
        organiser=organiser,
    )
    _join(place.shadowing, first, "shadow")
    _join(place.shadowing, third, "host")
    place.coaching = f.ActivityFactory(
        kind="coaching",
        stage="observe",
        organisation=place.school,
        alliance=place.alliance,
        organiser=organiser,
    )
    place.training = CoachTraining.objects.create(
        person=first, organisation=place.school, on=clock.today(), provider="Hub", recorded_by=first
    )
    _join(place.coaching, first, "coach")
    _join(place.coaching, third, "coachee")


def school_of(person: Person) -> Organisation:
    return person.memberships.get(organisation__isnull=False).organisation


def _join(activity: Any, person: Person, role: str) -> None:
    f.ParticipantFactory(
        activity=activity, person=person, organisation=school_of(person), role=role
    )


def _visits(place: Any, organiser: Person, members: list[Person]) -> None:
    first, second, third = members
    place.slot = k.OpenSlotFactory(host=first, organisation=place.school, alliance=place.alliance)
    place.slot_booking = k.SlotBookingFactory(
        slot=place.slot, visitor=second, organisation=school_of(second), activity=place.activity
    )
    place.visit = f.ActivityFactory(
        kind="peer_visit",
        stage="visit",
        organisation=place.school,
        alliance=place.alliance,
        organiser=organiser,
    )
    _join(place.visit, first, "host")
    _join(place.visit, third, "visitor")


def _shadowing(place: Any, members: list[Person]) -> None:
    """The first has applied and is proposed to nobody yet; the second's placement is published."""
    first, second, third = members
    place.shadowing_round = k.ShadowingRoundFactory(alliance=place.alliance)
    common = {"round": place.shadowing_round, "organisation": place.school}
    place.shadow_application = k.ApplicationFactory(person=first, **common)
    place.shadow_offer = k.OfferFactory(
        host=third, round=place.shadowing_round, organisation=school_of(third), capacity=2
    )
    place.proposed = k.PlacementFactory(
        application=place.shadow_application, offer=place.shadow_offer
    )
    place.published = k.PlacementFactory(
        application=k.ApplicationFactory(person=second, **common),
        offer=place.shadow_offer,
        state="published",
        published_at=clock.now(),
    )
    place.proposal = proposal_of(
        place.shadow_application, place.shadow_offer, place.shadow_application.person
    )


def _groups(place: Any, organiser: Person, members: list[Person]) -> None:
    """Three wish, and one proposal brings them together. Of an earlier call came a group in which
    the second is alone."""
    place.group_call = k.GroupCallFactory(alliance=place.alliance, created_by=members[0])
    place.wishes = [
        k.GroupWishFactory(call=place.group_call, person=person, organisation=school_of(person))
        for person in members
    ]
    place.wished_group = f.ActivityFactory(
        kind="triad",
        stage="formed",
        state="draft",
        organisation=place.school,
        alliance=place.alliance,
        organiser=organiser,
    )
    _join(place.wished_group, members[1], "member")
    k.GroupWishFactory(
        call=k.GroupCallFactory(alliance=place.alliance, created_by=members[0]),
        person=members[1],
        organisation=school_of(members[1]),
        activity=place.wished_group,
    )
    place.group_proposal = groups_proposal_of(place.group_call, place.wishes, members[0])
