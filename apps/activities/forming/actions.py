"""Opening and closing a call, wishing, taking a wish back, and making the groups."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.activities import engine
from apps.activities.engine import Blocked
from apps.activities.engine.refusals import refuse_if
from apps.activities.forming import foci
from apps.activities.forming.models import GroupCall, GroupWish
from apps.activities.kinds import kind_of
from apps.activities.matchmaking import Forming, Made
from apps.activities.models import Activity
from apps.core import audit_trail, clock
from apps.schools.enums import Role
from apps.schools.models import Membership

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.schools.models import Alliance, Organisation

LONGEST_TITLE = 120


def open_call(
    *, by: Person, alliance: Alliance, client_key: uuid.UUID | None = None, **values: Any
) -> GroupCall:
    """``values``: kind, name, note and closes_on."""
    client_key = client_key or uuid.uuid4()
    before = GroupCall.objects.filter(client_key=client_key, created_by=by).first()
    if before is not None:
        return before
    with transaction.atomic():
        call = GroupCall.objects.create(
            client_key=client_key, created_by=by, alliance=alliance, **values
        )
        audit_trail.record("group_call.opened", call, by=by, alliance=alliance.pk)
    return call


def close_call(call: GroupCall, *, by: Person) -> GroupCall:
    """No more groups come of it. Who is without one then comes first the next time."""
    with transaction.atomic():
        row = GroupCall.objects.select_for_update().get(pk=call.pk)
        if row.closed_at is None:
            row.closed_at = clock.now()
            row.save(update_fields=["closed_at"])
            audit_trail.record("group_call.closed", row, by=by)
    return row


def wish(call: GroupCall, *, by: Person, organisation: Organisation, **values: Any) -> GroupWish:
    """Say, or change, what one would like: foci, times, most_miles and school_only."""
    with transaction.atomic():
        row = GroupCall.objects.select_for_update().get(pk=call.pk)
        refuse_if(not row.takes_wishes(clock.today()), _("This call has closed."))
        mine = GroupWish.objects.filter(call=row, person=by).select_related("activity").first()
        refuse_if(mine is not None and mine.group is not None, _("You are in a group already."))
        mine, created = GroupWish.objects.update_or_create(
            call=row, person=by, defaults={"organisation": organisation, **values}
        )
        audit_trail.record("group_wish.made" if created else "group_wish.changed", mine, by=by)
    return mine


def take_back(wished: GroupWish, *, by: Person) -> None:
    """At any time: the row is gone. An invitation that came of it is answered by itself."""
    with transaction.atomic():
        row = GroupWish.objects.select_for_update().filter(pk=wished.pk).first()
        if row is not None:
            audit_trail.record("group_wish.taken_back", row, by=by)
            row.delete()


def make_groups(call: GroupCall, forming: Forming, groups: Sequence[Made], by: Person) -> int:
    """A draft of an activity for each group, and an invitation for each of its people; how many.

    Nothing is forced: each says yes or no. A group is left out when somebody took their wish
    back, is in another already, or a rule of the kind refuses.
    """
    made = 0
    with transaction.atomic():
        row = GroupCall.objects.select_for_update().get(pk=call.pk)
        refuse_if(row.closed_at is not None, _("This call has closed."))
        for group in groups:
            try:
                with transaction.atomic():
                    made += _make(row, forming, group, by)
            except Blocked:
                continue
        audit_trail.record("group_call.made", row, by=by, groups=made)
    return made


def _make(call: GroupCall, forming: Forming, group: Made, by: Person) -> bool:
    rows = call.wishes.waiting().filter(pk__in=group.people).order_by("pk")
    wishes = list(rows.select_related("person", "organisation"))
    if len(wishes) != len(group.people) or not forming.least <= len(wishes) <= forming.most:
        return False
    home = wishes[0].organisation
    stays = wishes[0].school_only
    lead = _lead(home) if stays else by
    if lead is None:
        return False
    title = foci.names(forming).get(group.focus, "")
    activity = engine.start(
        by=by,
        kind=forming.kind,
        title=(title or str(kind_of(forming.kind).name))[:LONGEST_TITLE],
        organisation=home,
        alliance=None if stays else call.alliance,
        **foci.plan(forming, group.focus),
    )
    if lead != by:
        _hand_over(activity, lead, by)
    for wished, role in zip(wishes, forming.roles, strict=False):
        engine.invite(
            activity, by=by, person=wished.person, organisation=wished.organisation, role=role
        )
    rows.update(activity=activity)
    return True


def _lead(school: Organisation) -> Person | None:
    """Who organises what stays within a school: a coordinator does not see it."""
    rows = Membership.objects.current().filter(organisation=school, role=Role.CPD_LEAD)
    found = rows.filter(person__is_active=True).select_related("person").order_by("pk").first()
    return found.person if found else None


def _hand_over(activity: Activity, lead: Person, by: Person) -> None:
    activity.organiser = lead
    activity.save(update_fields=["organiser"])
    audit_trail.record("activity.handed_over", activity, by=by, to=lead.pk)
