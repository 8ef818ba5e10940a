"""Sessions and follow-ups as iCalendar (RFC 5545): invitations by mail, a file, a feed.

Times are in UTC, which needs no time zone definition and is the same instant in every program.
A session keeps its UID for good; SEQUENCE rises whenever it is moved or called off. Titles, times
and places go in, never what somebody wrote; entries are private, so that a calendar shared with
colleagues shows no more than "busy". Nobody's address but the recipient's is in an invitation.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from apps.activities.enums import ActivityState, SessionState
from apps.activities.kinds import kind_of
from apps.activities.models import Session
from apps.core import clock
from apps.core.ui.dates import local_date

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.followups.models import FollowUp
    from apps.schools.models import Organisation

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
PRODUCT = "-//cpdhub//cpdhub//EN"
OFF = (SessionState.CANCELLED, SessionState.POSTPONED)


def invitation(session: Session, person: Person, *, method: str) -> bytes:
    """What a mail program puts into ``person``'s calendar (REQUEST), or takes out (CANCEL)."""
    event = _session(session, person, stamp=clock.now(), off=method == CANCEL)
    event.add("organizer", _organiser(session))
    event.add("attendee", _attendee(person))
    return _calendar([event], method)


def file_of(session: Session, person: Person) -> bytes:
    """The same to download: no organiser, so that importing it answers nobody."""
    return _calendar([_session(session, person, stamp=clock.now())], PUBLISH)


def feed(person: Person, sessions: Iterable[Session], followups: Iterable[FollowUp]) -> bytes:
    """All that is given, as it stands; the same all day unless something changes."""
    stamp = datetime.combine(clock.today(), datetime.min.time(), tzinfo=UTC)
    events = [_session(row, person, stamp=stamp) for row in sessions]
    events += [_followup(row, stamp) for row in followups]
    return _calendar(events, PUBLISH, name=_("cpdhub: my dates"))


def _calendar(events: list[Event], method: str, *, name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT12H")
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _session(session: Session, person: Person, *, stamp: datetime, off: bool = False) -> Event:
    activity = session.activity
    name = str(kind_of(activity.kind).session_name(session.kind))
    event = _event(f"session-{session.public_id}", stamp, f"{name}: {activity.title}")
    if session.time_known:
        event.add("dtstart", session.starts_at.astimezone(UTC))
        event.add("dtend", session.ends_at.astimezone(UTC))
    else:
        _all_day(event, local_date(session.starts_at))
    off = off or session.state in OFF or activity.state == ActivityState.CANCELLED
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if off else "OPAQUE")
    event.add("sequence", session.sequence)
    where = _where(session.organisation) or session.link
    if where:
        event.add("location", where)
    if session.link:
        event.add("conference", session.link, parameters={"VALUE": "URI"})
    path = reverse("activities:detail", args=[activity.public_id])
    event.add("url", settings.BASE_URL + path)
    event.add("description", "\n".join(_lines(session, person, path)))
    return event


def _lines(session: Session, person: Person, path: str) -> list[str]:
    pair = (session.observer, session.observed)
    other = next((p for p in pair if p is not None and p.pk != person.pk), None)
    lines = []
    if other is not None and person.pk in (session.observer_id, session.observed_id):
        lines.append(_("With %(name)s") % {"name": other.name})
    if session.link:
        lines.append(_("Online: %(link)s") % {"link": session.link})
    return [*lines, _("Open it: %(url)s") % {"url": settings.BASE_URL + path}]


def _followup(followup: FollowUp, stamp: datetime) -> Event:
    """What is private says only that something is due, even to its owner's own calendar."""
    words = _("Follow-up due: %(promise)s") % {"promise": followup.promise}
    title = words if followup.shared else _("Follow-up due")
    event = _event(f"followup-{followup.public_id}", stamp, title)
    _all_day(event, followup.due)
    event.add("transp", "TRANSPARENT")
    url = settings.BASE_URL + reverse("followups:detail", args=[followup.public_id])
    event.add("url", url)
    event.add("description", _("Open it: %(url)s") % {"url": url})
    return event


def _event(uid: str, stamp: datetime, title: str) -> Event:
    event = Event()
    event.add("uid", f"{uid}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    event.add("summary", " ".join(title.split()))
    event.add("class", "PRIVATE")
    return event


def _all_day(event: Event, day: date) -> None:
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))


def _where(place: Organisation | None) -> str:
    if place is None:
        return ""
    return ", ".join(
        part for part in (place.name, place.street, place.town, place.postcode) if part
    )


def _organiser(session: Session) -> Any:
    """The site: an answer in a calendar program tells nobody's mailbox anything."""
    address = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    address.params["CN"] = _("%(name)s through cpdhub") % {"name": session.activity.organiser.name}
    return address


def _attendee(person: Person) -> Any:
    address = vCalAddress(f"mailto:{person.email}")
    address.params.update(
        {"CN": person.name, "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
    )
    return address
