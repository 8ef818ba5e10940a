"""Open classrooms: publishing, booking, cancelling."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.activities import engine
from apps.activities.engine import Slot
from apps.activities.engine.refusals import refuse_if
from apps.activities.enums import ActivityState, Reason, SessionState
from apps.activities.kinds.peer_visit import emails
from apps.activities.kinds.peer_visit.models import OpenSlot, SlotBooking
from apps.activities.models import Activity
from apps.core import audit_trail, clock
from apps.schools.calendars import calendars_of

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.schools.models import Alliance, Organisation

KIND, VISITOR, HOST, VISIT = "peer_visit", "visitor", "host", "visit"
PLANNABLE = (ActivityState.AGREED, ActivityState.ACTIVE, ActivityState.REVIEW_DUE)


def open_classroom(
    *,
    by: Person,
    organisation: Organisation,
    alliance: Alliance,
    topic: str,
    starts_at: datetime,
    ends_at: datetime,
    places: int,
    details: str = "",
    phase: str = "",
    client_key: uuid.UUID | None = None,
) -> OpenSlot:
    """Publish an hour of one's own. The school must be open to pupils that day."""
    client_key = client_key or uuid.uuid4()
    before = OpenSlot.objects.filter(client_key=client_key, host=by).first()
    if before is not None:
        return before
    refuse_if(starts_at <= clock.now(), _("It lies in the past."))
    _refuse_closed_day(organisation, starts_at)
    with transaction.atomic():
        mine = OpenSlot.objects.select_for_update().filter(host=by, withdrawn_at__isnull=True)
        clash = mine.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
        refuse_if(clash.exists(), _("You have opened your classroom at that time already."))
        slot = OpenSlot.objects.create(
            client_key=client_key,
            host=by,
            organisation=organisation,
            alliance=alliance,
            topic=topic,
            details=details,
            phase=phase,
            starts_at=starts_at,
            ends_at=ends_at,
            places=places,
        )
        audit_trail.record("open_slot.published", slot, by=by, alliance=alliance.pk)
    return slot


def _refuse_closed_day(organisation: Organisation, at: datetime) -> None:
    day = timezone.localdate(at)
    calendar = calendars_of([organisation.pk])[organisation.pk]
    closed = _("%(school)s is closed that day.") % {"school": organisation.name}
    refuse_if(not calendar.is_open(day), closed)
    inset = any(first <= day <= last for first, last in calendar.inset)
    refuse_if(inset, _("That is an INSET day: there are no lessons to see."))


def book(
    slot: OpenSlot, *, by: Person, organisation: Organisation, activity: Activity | None = None
) -> SlotBooking:
    """Take a place: for ``activity``, a peer visit of mine, or for a new one with that host.

    Blocked when it is full, past or withdrawn, when I am elsewhere then, or when a rule of the
    visit (such as that nobody judges another) stands against it.
    """
    with transaction.atomic():
        row = OpenSlot.objects.select_for_update().get(pk=slot.pk)
        _refuse_unless_bookable(row, by)
        # A place in a visit that I have left since stands for nothing any more.
        row.bookings.filter(visitor=by, cancelled_at__isnull=True).update(cancelled_at=clock.now())
        visit = activity or _new_visit(row, by, organisation)
        _bring_host(visit, row, by)
        booking = SlotBooking.objects.create(
            slot=row, visitor=by, organisation=organisation, activity=visit
        )
        audit_trail.record("open_slot.booked", booking, by=by, slot=row.pk, activity=visit.pk)
        emails.booked(booking)
        visit.refresh_from_db()
        if visit.state in PLANNABLE:
            attach(booking, by=by)
    return booking


def _refuse_unless_bookable(row: OpenSlot, visitor: Person) -> None:
    refuse_if(row.withdrawn_at, _("It has been withdrawn."))
    refuse_if(row.starts_at <= clock.now(), _("It is over."))
    refuse_if(row.host_id == visitor.pk, _("You cannot visit yourself."))
    standing = SlotBooking.objects.standing()
    refuse_if(standing.filter(slot=row, visitor=visitor).exists(), _("You have a place already."))
    refuse_if(standing.filter(slot=row).count() >= row.places, _("All places are taken."))
    elsewhere = standing.filter(
        visitor=visitor, slot__starts_at__lt=row.ends_at, slot__ends_at__gt=row.starts_at
    )
    refuse_if(elsewhere.exists(), _("You have booked another open classroom at that time."))


def _new_visit(slot: OpenSlot, visitor: Person, organisation: Organisation) -> Activity:
    """A draft with visitor and host in it; within one school it needs no alliance."""
    elsewhere = organisation.pk != slot.organisation_id
    day = timezone.localdate(slot.starts_at)
    visit = engine.start(
        by=visitor,
        kind=KIND,
        title=_("Visit: %(topic)s") % {"topic": slot.topic[:100]},
        organisation=organisation,
        alliance=slot.alliance if elsewhere else None,
        reason=Reason.CHOSEN,
        focus=slot.topic,
        starts_on=clock.today(),
        ends_on=max(day, clock.today()) + timedelta(days=56),
    )
    engine.invite(visit, by=visitor, person=visitor, organisation=organisation, role=VISITOR)
    return visit


def _bring_host(visit: Activity, slot: OpenSlot, visitor: Person) -> None:
    """Whoever opens a classroom has said yes to those who book it."""
    hosts = visit.participants.current().filter(role=HOST)
    if hosts.filter(person=slot.host_id).exists():
        return
    refuse_if(hosts.exists(), _("That visit has another host."))
    engine.invite(visit, by=slot.host, person=slot.host, organisation=slot.organisation, role=HOST)


def attach(booking: SlotBooking, *, by: Person) -> SlotBooking:
    """Put the booked hour into the agenda of both; needs an agreed plan."""
    with transaction.atomic():
        rows = SlotBooking.objects.select_related("slot__host", "slot__organisation", "visitor")
        row = rows.select_for_update(of=("self",)).get(pk=booking.pk)
        refuse_if(row.cancelled_at or row.slot.withdrawn_at, _("It has been cancelled."))
        if row.session_id is None:
            slot = row.slot
            row.session = engine.plan_session(
                row.activity,
                by=by,
                kind=VISIT,
                slot=Slot(slot.starts_at, slot.ends_at, slot.organisation),
                observer=row.visitor,
                observed=slot.host,
                despite_conflicts=True,
            )
            row.save(update_fields=["session"])
            audit_trail.record("open_slot.attached", row, by=by, session=row.session_id)
    return row


def cancel_booking(booking: SlotBooking, *, by: Person) -> SlotBooking:
    """Give the place back; its session is cancelled too. No reason is asked."""
    with transaction.atomic():
        row = _locked(booking)
        if row.cancelled_at is not None:
            return row
        refuse_if(row.slot.starts_at <= clock.now(), _("It is over."))
        _free(row, by)
        emails.freed(row)
    return row


def withdraw_slot(slot: OpenSlot, *, by: Person) -> OpenSlot:
    """The host closes the door again: everybody who booked is told."""
    with transaction.atomic():
        row = OpenSlot.objects.select_for_update().get(pk=slot.pk)
        if row.withdrawn_at is not None:
            return row
        bookings = list(row.bookings.filter(cancelled_at__isnull=True))
        row.withdrawn_at = clock.now()
        row.save(update_fields=["withdrawn_at"])
        audit_trail.record("open_slot.withdrawn", row, by=by, booked=len(bookings))
        for booking in bookings:
            found = _locked(booking)
            _free(found, by)
            emails.withdrawn(found)
    return row


def _locked(booking: SlotBooking) -> SlotBooking:
    rows = SlotBooking.objects.select_related("slot__host", "visitor", "session", "activity")
    return rows.select_for_update(of=("self",)).get(pk=booking.pk)


def _free(row: SlotBooking, by: Person) -> None:
    row.cancelled_at = clock.now()
    row.save(update_fields=["cancelled_at"])
    audit_trail.record("open_slot.cancelled", row, by=by, slot=row.slot_id)
    session = row.session
    if session is not None and session.state in (SessionState.PLANNED, SessionState.POSTPONED):
        engine.cancel_session(session, by=by)
