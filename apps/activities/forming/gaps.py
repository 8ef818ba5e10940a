"""Groups of a call that have lost somebody, and who of those who wait is asked next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from apps.activities import engine
from apps.activities.engine import Situation
from apps.activities.engine.changes import OVER
from apps.activities.engine.refusals import refuse_if
from apps.activities.enums import ParticipantState
from apps.activities.forming import foci
from apps.activities.forming.matchmaking import forming_of
from apps.activities.forming.models import GroupCall, GroupWish
from apps.activities.kinds import declared
from apps.activities.models import Activity, Participant
from apps.core import audit_trail
from apps.schools.enums import Role
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person

ASKED = (ParticipantState.INVITED, ParticipantState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Gap:
    """``staying``: keys of the wishes of those who were asked and have not said no, all of them
    when ``known``; ``missing``: how many the group needs; ``focus``: its slug, empty where the
    group has put it into words of its own; ``gone``: ids of those who said no or left."""

    call: GroupCall
    activity: Activity
    people: tuple[Participant, ...]
    staying: tuple[int, ...]
    gone: frozenset[int]
    missing: int
    focus: str

    @property
    def known(self) -> bool:
        return len(self.staying) == len(self.people)


def gap_of(call: GroupCall, activity: Activity) -> Gap:
    forming = forming_of(call.kind)
    wishes = call.wishes.filter(person=OuterRef("person")).values("pk")
    rows = activity.participants.select_related("person", "organisation")
    places: list[Any] = list(rows.annotate(wish=Subquery(wishes)))
    people = tuple(place for place in places if place.state in ASKED)
    gone = {place.person_id for place in places} - {place.person_id for place in people}
    is_over = activity.state in OVER or call.closed_at is not None
    return Gap(
        call=call,
        activity=activity,
        people=people,
        staying=tuple(place.wish for place in people if place.wish is not None),
        gone=frozenset(gone),
        missing=0 if is_over else max(0, forming.least - len(people)),
        focus=foci.of(forming, activity),
    )


def can_look_for_more(person: Person, situation: Situation) -> bool:
    """Whether the activity is a group of a call that lacks people, and ``person`` coordinates."""
    activity = situation.activity
    if activity.state in OVER or activity.alliance_id is None:
        return False
    if activity.alliance_id not in scope_of(person).alliances(Role.COORDINATOR):
        return False
    least = next((row.least for row in declared("FORMING") if row.kind == activity.kind), 0)
    if len(situation.asked) >= least:
        return False
    return GroupWish.objects.filter(activity=activity, call__closed_at=None).exists()


def lacking(call: GroupCall) -> list[Activity]:
    """Groups of a call across schools that lack people, with how many ``asked`` there are."""
    if call.closed_at is not None:
        return []
    groups = Activity.objects.filter(
        pk__in=call.wishes.exclude(activity=None).values("activity_id"), alliance=call.alliance_id
    ).exclude(state__in=OVER)
    asked = Count("participants", filter=Q(participants__state__in=ASKED))
    rows = groups.annotate(asked=asked).filter(asked__lt=forming_of(call.kind).least)
    return list(rows.order_by("title", "pk"))


def fill(call: GroupCall, activity: Activity, keys: Sequence[int], *, by: Person) -> list[Person]:
    """Invite those whose wishes have these keys; nothing is forced. Blocked when one of them
    does not wait any more, or a rule of the kind refuses."""
    with transaction.atomic():
        row = GroupCall.objects.select_for_update().get(pk=call.pk)
        refuse_if(row.closed_at is not None, _("This call has closed."))
        rows = row.wishes.waiting().filter(pk__in=keys).order_by("pk")
        wishes = list(rows.select_related("person", "organisation"))
        refuse_if(
            not wishes or len(wishes) < len(set(keys)), _("They do not wait for a group any more.")
        )
        for wished in wishes:
            engine.invite(
                activity,
                by=by,
                person=wished.person,
                organisation=wished.organisation,
                role=Situation.of(activity).lacking_role,
            )
        row.wishes.filter(pk__in=[wished.pk for wished in wishes]).update(activity=activity)
        audit_trail.record(
            "group_call.filled", row, by=by, activity=activity.pk, people=len(wishes)
        )
    return [wished.person for wished in wishes]
