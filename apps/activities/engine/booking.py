"""Follow-ups that an activity creates, by its kind's rules and at its close."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from apps.activities.engine.situation import Situation
from apps.activities.kinds.base import FollowUpRule, OwnerOf, Trigger
from apps.activities.models import Activity, Participant, Record, Session
from apps.core import clock
from apps.followups.actions import create_followup
from apps.followups.models import FollowUp

if TYPE_CHECKING:
    from apps.accounts.models import Person

LASTING = "lasting"


def after_session(situation: Situation, session: Session, *, by: Person | None) -> list[FollowUp]:
    """What the kind promises once this session has been held; once, however often it is asked."""
    day = timezone.localdate(session.held_at or clock.now())
    return [
        _create(situation, rule, owner, other, day, session, by)
        for rule in _rules(situation, Trigger.SESSION_HELD, session.kind)
        for owner, other in _owners(situation, rule, session.observer, session.observed)
    ]


def after_record(situation: Situation, record: Record, *, by: Person | None) -> list[FollowUp]:
    return [
        _create(situation, rule, owner, other, clock.today(), record, by)
        for rule in _rules(situation, Trigger.RECORD_WRITTEN, record.kind)
        for owner, other in _owners(situation, rule, record.author, record.owner)
    ]


def on_entering(situation: Situation, *, by: Person | None) -> list[FollowUp]:
    activity = situation.activity
    return [
        _create(situation, rule, owner, other, clock.today(), activity, by)
        for rule in _rules(situation, Trigger.STAGE_ENTERED, activity.stage)
        for owner, other in _owners(situation, rule, None, None)
    ]


def book_lasting(situation: Situation, *, promise: str, due: date, by: Person) -> FollowUp:
    """The follow-up that the organiser owes once the activity is closed."""
    activity = situation.activity
    return create_followup(
        by=by,
        owner=activity.organiser,
        organisation=activity.organisation,
        rule=f"{activity.kind}.{LASTING}",
        promise=promise,
        due=due,
        source=activity,
        organiser=activity.organiser,
        alliance=activity.alliance,
    )


def _rules(situation: Situation, trigger: Trigger, of: str) -> list[FollowUpRule]:
    return [r for r in situation.kind.followups if r.on is trigger and of in r.of]


def _owners(
    situation: Situation, rule: FollowUpRule, observer: Person | None, observed: Person | None
) -> Iterator[tuple[Participant | None, str]]:
    """The place of each owner (None: the organiser) and the name of the other of the pair."""
    if rule.owner is OwnerOf.ORGANISER:
        yield None, ""
        return
    places = {p.person_id: p for p in situation.participants}
    if rule.owner is OwnerOf.EVERYBODY:
        yield from ((place, "") for place in situation.people)
    elif rule.owner is OwnerOf.ROLE:
        yield from ((place, "") for place in situation.people_as(rule.role))
    else:
        pair = (observed, observer) if rule.owner is OwnerOf.OBSERVED else (observer, observed)
        me, other = pair
        if me is not None and other is not None and me.pk in places:
            yield places[me.pk], other.name


def _create(
    situation: Situation,
    rule: FollowUpRule,
    owner: Participant | None,
    other: str,
    day: date,
    source: Any,
    by: Person | None,
) -> FollowUp:
    activity: Activity = situation.activity
    organisation = owner.organisation if owner else activity.organisation
    return create_followup(
        by=by,
        owner=owner.person if owner else activity.organiser,
        organisation=organisation,
        rule=f"{activity.kind}.{rule.slug}",
        promise=(str(rule.promise) % {"other": other, "title": activity.title})[:300],
        due=rule.due(day, organisation),
        source=source,
        organiser=activity.organiser,
        alliance=activity.alliance,
        shared=rule.shared,
    )
