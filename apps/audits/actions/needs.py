"""From an audit to what is done about it: needs, goals and offers."""

from __future__ import annotations

from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audits.actions.publishing import alliance_of
from apps.audits.enums import NeedLevel, NeedState
from apps.audits.models import Audit, Goal, Need, Offer, Participation, Topic
from apps.audits.reading import my_needs
from apps.core import audit_trail, clock
from apps.core.permissions import Refused


def _key(*parts: object) -> UUID:
    """The same thing kept twice is kept once."""
    return uuid5(NAMESPACE_URL, "/".join(str(part) for part in ("cpdhub", *parts)))


@transaction.atomic
def take_on(*, by: Person, audit: Audit, topic: Topic) -> Need:
    """Make ``topic`` a need of the school; taken on twice it is one.

    No figure is kept on it: whoever reads the need finds what the audit has released.
    """
    need, created = Need.objects.get_or_create(
        audit=audit,
        topic=topic,
        organisation_id=audit.school_id,
        person=None,
        defaults={
            "level": NeedLevel.SCHOOL,
            "statement": topic.name,
            "created_by": by,
        },
    )
    if created:
        audit_trail.record("audits.take_on", need, by=by, audit=audit.pk, topic=topic.slug)
    return need


@transaction.atomic
def settle_need(*, by: Person, need: Need, state: NeedState) -> Need:
    need = Need.objects.select_for_update().get(pk=need.pk)
    need.state = state
    need.save(update_fields=["state"])
    audit_trail.record("audits.settle_need", need, by=by, state=str(state))
    return need


@transaction.atomic
def add_goal(
    *,
    by: Person,
    need: Need,
    statement: str,
    due: date | None = None,
    client_key: UUID | None = None,
) -> Goal:
    """Set a goal for a need: the school's for a school's need, private for one's own."""
    goal, created = Goal.objects.get_or_create(
        client_key=client_key or _key("goal", need.pk, statement),
        defaults={
            "organisation_id": need.organisation_id,
            "person_id": need.person_id,
            "need": need,
            "statement": statement,
            "due": due,
        },
    )
    if created:
        audit_trail.record("audits.add_goal", goal, by=by, need=need.pk)
    return goal


@transaction.atomic
def keep_goal(*, by: Person, part: Participation, topic: Topic, shared: bool) -> Goal:
    """Keep one of my own needs as a goal, private unless ``shared``; kept twice it is one.

    So it is when an earlier audit of the school led to it and it is not done yet. No trail: which
    topic somebody needs is theirs alone.
    """
    own = {found.topic.pk: found for found in my_needs(by, audit=part.audit, at_most=None)}
    if topic.pk not in own:
        raise Refused(_("This topic is not among your answers."))
    goal = Goal.objects.kept_by(by, part).filter(need__topic=topic).first()
    if goal is None:
        goal = _own_goal(by, part, topic, shared)
    if shared and not goal.shared:
        share_goal(by=by, goal=goal, shared=True)
    return goal


def _own_goal(by: Person, part: Participation, topic: Topic, shared: bool) -> Goal:
    need, _created = Need.objects.get_or_create(
        audit_id=part.audit_id,
        topic=topic,
        organisation_id=part.organisation_id,
        person=by,
        defaults={"level": NeedLevel.INDIVIDUAL, "statement": topic.name, "created_by": by},
    )
    goal, _created = Goal.objects.get_or_create(
        client_key=_key("own-goal", need.pk, by.pk),
        defaults={
            "organisation_id": part.organisation_id,
            "person": by,
            "need": need,
            "statement": _("Get better at: %(topic)s") % {"topic": topic.name},
            "shared": shared,
        },
    )
    return goal


@transaction.atomic
def share_goal(*, by: Person, goal: Goal, shared: bool) -> Goal:
    """Show my own goal to my CPD lead, or take it back."""
    goal.shared = shared
    goal.save(update_fields=["shared"])
    return goal


@transaction.atomic
def finish_goal(*, by: Person, goal: Goal, done: bool) -> Goal:
    goal.done_at = clock.now() if done else None
    goal.save(update_fields=["done_at"])
    return goal


@transaction.atomic
def offer_help(
    *,
    by: Person,
    part: Participation,
    topic: Topic,
    text: str,
    shared: bool,
    client_key: UUID | None = None,
) -> Offer:
    """Offer help with ``topic``: to my school, and across the alliance only when ``shared``."""
    offer, created = Offer.objects.get_or_create(
        client_key=client_key or _key("offer", part.audit_id, topic.pk, by.pk),
        defaults={
            "organisation_id": part.organisation_id,
            "alliance_id": alliance_of(part.organisation_id),
            "person": by,
            "topic": topic,
            "text": text,
            "shared": shared,
            "audit_id": part.audit_id,
        },
    )
    if created:
        audit_trail.record("audits.offer", offer, by=by, topic=topic.slug, shared=shared)
    return offer


@transaction.atomic
def withdraw_offer(*, by: Person, offer: Offer) -> Offer:
    if offer.withdrawn_at is None:
        offer.withdrawn_at = clock.now()
        offer.save(update_fields=["withdrawn_at"])
        audit_trail.record("audits.withdraw_offer", offer, by=by)
    return offer
