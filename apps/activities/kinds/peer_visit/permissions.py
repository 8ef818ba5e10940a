from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.kinds.peer_visit.models import OpenSlot, SlotBooking
from apps.activities.models import Activity, Participant
from apps.core.permissions import Permission, allowed_if
from apps.schools.enums import STAFF_ROLES, Role
from apps.schools.scope import scope_of

WORKS_THERE = (*STAFF_ROLES, Role.CPD_LEAD, Role.HEAD)


def can_open(person: Person) -> Permission:
    return allowed_if(
        scope_of(person).alliances_through(*WORKS_THERE),
        _("Staff of a school that has joined an alliance open their classrooms here."),
    )


def can_book(person: Person, slot: OpenSlot) -> Permission:
    return allowed_if(
        slot.alliance_id in scope_of(person).alliances_through(*WORKS_THERE),
        _("Open classrooms are for the staff of the alliance’s schools."),
    )


def can_withdraw(person: Person, slot: OpenSlot) -> Permission:
    return allowed_if(slot.host_id == person.pk, _("Only the host can withdraw it."))


def can_cancel(person: Person, booking: SlotBooking) -> Permission:
    return allowed_if(
        person.pk in (booking.visitor_id, booking.slot.host_id),
        _("Only the visitor or the host can cancel this booking."),
    )


def can_answer_sharing(person: Person, activity: Activity) -> Permission:
    places = Participant.objects.taking_part().of_members(person)
    return allowed_if(
        places.filter(activity=activity, role="host").exists(),
        _("Only the host says whether others may read about their school."),
    )
