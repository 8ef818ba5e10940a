"""Whom to invite, without showing what anybody answered in an audit.

- My own school's staff: its CPD lead and the people who work there know each other.
- People of other schools of the alliance who have shared an offer on the same topic.
- Schools of the alliance that have shared the same need: a school, not a person. Its CPD lead is
  asked to name somebody.
- Coordinators, CPD leads and heads may search the alliance's staff by name or school.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.models import Person
from apps.activities.models import Activity
from apps.audits.models import Need, Offer
from apps.schools.enums import Role
from apps.schools.models import Membership, Organisation
from apps.schools.scope import scope_of

MOST = 20
SEARCHERS = (Role.CPD_LEAD, Role.HEAD)


@dataclass(frozen=True, slots=True)
class OfferedHelp:
    member: Membership
    offer: Offer


def may_search_alliance(person: Person, activity: Activity) -> bool:
    scope = scope_of(person)
    return activity.alliance_id is not None and (
        activity.alliance_id in scope.alliances(Role.COORDINATOR)
        or activity.alliance_id in scope.alliances_through(*SEARCHERS)
    )


def candidates(person: Person, activity: Activity) -> list[int]:
    """Ids of the organisations whose staff ``person`` may look through for this activity."""
    mine = scope_of(person).organisations()
    within = {activity.organisation_id} & mine
    if may_search_alliance(person, activity):
        return [activity.organisation_id, *activity.partner_schools]
    return list(within)


def staff_rows(organisations: list[int], activity: Activity) -> QuerySet[Membership]:
    rows = Membership.objects.current().staff().filter(organisation_id__in=organisations)
    taken = activity.participants.current().values("person_id")
    rows = rows.filter(person__is_active=True).exclude(person_id__in=taken)
    return rows.select_related("person", "organisation")


def search(person: Person, activity: Activity, text: str) -> list[Membership]:
    """Staff by name or school; every word must match one of them. Nothing without a word."""
    rows = staff_rows(candidates(person, activity), activity)
    words = text.split()[:6]
    if not words:
        return []
    for word in words:
        rows = rows.filter(
            Q(person__given_name__icontains=word)
            | Q(person__family_name__icontains=word)
            | Q(organisation__name__icontains=word)
        )
    ordered = rows.order_by("person__family_name", "person__given_name", "pk")
    return list(ordered[:MOST])


def offered_help(activity: Activity, topics: list[int]) -> list[OfferedHelp]:
    """Shared offers on the same topics from other schools of the alliance."""
    partners = activity.partner_schools
    if activity.alliance_id is None or not partners or not topics:
        return []
    offers = Offer.objects.filter(
        shared=True,
        withdrawn_at__isnull=True,
        alliance_id=activity.alliance_id,
        topic_id__in=topics,
        organisation_id__in=partners,
    ).select_related("topic")[:MOST]
    found = list(offers)
    rows = staff_rows(partners, activity)
    people = {
        (m.person_id, m.organisation_id): m
        for m in rows.filter(person_id__in=[o.person_id for o in found])
    }
    return [
        OfferedHelp(people[key], offer)
        for offer in found
        if (key := (offer.person_id, offer.organisation_id)) in people
    ]


def schools_to_ask(
    activity: Activity, topics: list[int]
) -> tuple[list[Organisation], list[Organisation]]:
    """Partner schools that have shared a need on the same topics, and the others; each by name."""
    if activity.alliance_id is None:
        return [], []
    needs = Need.objects.open().filter(
        person__isnull=True,
        alliance_id=activity.alliance_id,
        topic_id__in=topics,
        organisation_id=OuterRef("pk"),
    )
    rows = Organisation.objects.filter(pk__in=activity.partner_schools)
    schools = list(rows.annotate(shares=Exists(needs)).order_by("name"))
    return [s for s in schools if s.shares], [s for s in schools if not s.shares]


def invitable(person: Person, activity: Activity, public_id: str) -> Membership | None:
    """The membership that ``person`` may invite to ``activity``; None for any other."""
    topics = list(activity.needs.values_list("topic_id", flat=True))
    everybody = staff_rows(candidates(person, activity), activity)
    row = everybody.filter(public_id=public_id).first()
    if row is not None:
        return row
    offered = {o.member.public_id: o.member for o in offered_help(activity, topics)}
    return offered.get(public_id)
