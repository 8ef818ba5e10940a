"""Letters and notices of open classrooms."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.activities.emails import _letter
from apps.activities.engine.notify import _mail, _notice
from apps.activities.kinds.peer_visit.models import SlotBooking
from apps.core.letters import Letter, Line, letter
from apps.core.models import OutboundEmail
from apps.core.notices import notice_words
from apps.core.ui import dates

BOOKED, FREED, WITHDRAWN = "slot_booked", "slot_freed", "slot_withdrawn"


def booked(booking: SlotBooking) -> None:
    _tell(booking, BOOKED, to_host=True)


def freed(booking: SlotBooking) -> None:
    _tell(booking, FREED, to_host=True)


def withdrawn(booking: SlotBooking) -> None:
    _tell(booking, WITHDRAWN, to_host=False)


def _tell(booking: SlotBooking, kind: str, *, to_host: bool) -> None:
    person = booking.slot.host if to_host else booking.visitor
    url = reverse("activities:open_slot", args=[booking.slot.public_id])
    _notice(person, kind, booking.public_id, url, "once")
    _mail(person, kind, str(booking.pk), booking=booking.pk)


SUBJECTS = {
    BOOKED: lambda: _("%(visitor)s comes to see “%(topic)s” on %(when)s"),
    FREED: lambda: _("%(visitor)s cannot come to “%(topic)s” on %(when)s"),
    WITHDRAWN: lambda: _("“%(topic)s” on %(when)s is withdrawn"),
}


def _words(kind: str, booking: SlotBooking) -> str:
    return SUBJECTS[kind]() % {
        "visitor": booking.visitor.name,
        "topic": booking.slot.topic,
        "when": dates.moment(booking.slot.starts_at),
    }


def _register(kind: str) -> None:
    def rows(ids: list[object], field: str) -> list[SlotBooking]:
        found = SlotBooking.objects.filter(**{f"{field}__in": ids})
        return list(found.select_related("slot__organisation", "visitor", "organisation"))

    @letter(f"activities.{kind}")
    def render(row: OutboundEmail) -> Letter | None:
        found = rows([row.keys["booking"]], "pk")
        if not found or (kind == BOOKED and found[0].cancelled_at):
            return None
        booking = found[0]
        said = _words(kind, booking)
        where = _("%(visitor)s, %(school)s. The open classroom is at %(place)s.") % {
            "visitor": booking.visitor.name,
            "school": booking.organisation.name,
            "place": booking.slot.organisation.name,
        }
        url = reverse("activities:open_slot", args=[booking.slot.public_id])
        return _letter(row, said, [said + ".", where], Line(_("Open classroom"), url))

    @notice_words(f"activities.{kind}")
    def words(things: list[str]) -> dict[str, str]:
        return {b.public_id: _words(kind, b) for b in rows(list(things), "public_id")}


for each in SUBJECTS:
    _register(each)
