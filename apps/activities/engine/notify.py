"""Telling people: a notice in the app and a letter, in the transaction of what they tell of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from apps.accounts import mail_kinds
from apps.activities.engine.situation import Situation
from apps.activities.models import Activity, Participant, PlaceRequest, Poll, Record, Session
from apps.core import clock, outbox
from apps.core.models import Notice
from apps.schools.calendars import next_open_morning
from apps.schools.models import Membership

if TYPE_CHECKING:
    from apps.accounts.models import Person

MAIL_KIND = "activities"


def _notice(person: Person, kind: str, thing: str, url: str, period: str) -> None:
    Notice.objects.get_or_create(
        person=person,
        kind=f"activities.{kind}",
        thing=thing,
        period=period,
        defaults={"url": url},
    )


def _mail(person: Person, kind: str, key: str, **keys: Any) -> None:
    if person.email and mail_kinds.wants(person, MAIL_KIND):
        outbox.queue(
            f"activities.{kind}",
            key=f"activities.{kind}:{key}",
            person=person,
            due_at=_morning(person),
            **keys,
        )


def _morning(person: Person) -> datetime:
    """Now on a working day of theirs; else the morning of the next one."""
    now = clock.now()
    held = (
        Membership.objects.current()
        .filter(person=person, organisation__isnull=False)
        .select_related("organisation")
        .first()
    )
    if held is None or held.organisation is None:
        return now
    return max(next_open_morning(held.organisation, clock.today(), held.working_days), now)


def tell(person: Person, kind: str, activity: Activity, *, period: str = "", **keys: Any) -> None:
    """Once for each ``period`` (today unless given)."""
    period = period or clock.today().isoformat()
    _notice(person, kind, activity.public_id, url_of(activity), period[:20])
    key = f"{activity.pk}:{person.pk}:{period}"
    _mail(person, kind, key, activity=activity.pk, **keys)


def tell_everybody(situation: Situation, kind: str, *, by: Person | None) -> None:
    """Those who take part and the organiser, except whoever did it."""
    activity = situation.activity
    people = {p.person_id: p.person for p in situation.people}
    people[activity.organiser_id] = activity.organiser
    for person in people.values():
        if by is None or person.pk != by.pk:
            tell(person, kind, activity)


def invited(participant: Participant) -> None:
    """A letter for each time the person is invited, never twice for one invitation."""
    activity = participant.activity
    times = f"{participant.pk}.{participant.invitations}"
    url = reverse("activities:invitation", args=[activity.public_id])
    _notice(participant.person, "invited", activity.public_id, url, times)
    _mail(participant.person, "invited", times, participant=participant.pk)


def answered(participant: Participant) -> None:
    activity = participant.activity
    if activity.organiser_id != participant.person_id:
        period = f"{participant.pk}.{participant.invitations}"
        tell(activity.organiser, "answered", activity, period=period, participant=participant.pk)


def asked_for_colleague(request: PlaceRequest, leads: list[Person]) -> None:
    url = reverse("activities:place_request", args=[request.public_id])
    for lead in leads:
        _notice(lead, "asked", request.public_id, url, "once")
        _mail(lead, "asked", f"{request.pk}:{lead.pk}", request=request.pk)


def session_planned(session: Session, *, by: Person | None) -> None:
    """An invitation for the calendars of those it is of, whoever set the time among them; a
    notice to the others. Once for each time that is set; not of what lies in the past."""
    if session.ends_at < clock.now():
        return
    for person in people_of(session):
        _about_session(person, "session", session, by=by)


def session_off(session: Session, *, by: Person | None) -> None:
    """It is cancelled, or waits for another time: it goes out of their calendars."""
    if session.ends_at < clock.now():
        return
    for person in people_of(session):
        _about_session(person, "session_off", session, by=by)


def person_joined(place: Participant) -> None:
    """What everybody meets for is in the calendar of whoever comes later, too."""
    for session in _meetings_ahead(place):
        _about_session(place.person, "session", session, by=place.person, more=_time_of(place))


def person_left(place: Participant, *, by: Person | None) -> None:
    for session in _meetings_ahead(place):
        session.sequence += 1  # a program ignores what is no newer than it has
        session.save(update_fields=["sequence"])
        _about_session(place.person, "session_off", session, by=by, more=_time_of(place))


def people_of(session: Session) -> list[Person]:
    """The two of a visit, or everybody who takes part."""
    if session.observer and session.observed:
        return [session.observer, session.observed]
    rows = session.activity.participants.taking_part().select_related("person")
    return [p.person for p in rows]


def _meetings_ahead(place: Participant) -> list[Session]:
    rows = Session.objects.planned().filter(activity=place.activity, observer__isnull=True)
    return list(rows.filter(ends_at__gte=clock.now()))


def _time_of(place: Participant) -> str:
    """Tells apart somebody's leaving and coming again, without a change of the session."""
    return f".{place.pk}.{place.invitations}"


def _about_session(
    person: Person, kind: str, session: Session, *, by: Person | None, more: str = ""
) -> None:
    activity = session.activity
    period = f"{session.pk}.{session.sequence}{more}"
    if by is None or person.pk != by.pk:
        _notice(person, kind, activity.public_id, url_of(activity), period[:20])
    moved = bool(session.sequence and not more)
    keys = {"session": session.pk, "sequence": session.sequence, "moved": moved}
    _mail(person, kind, f"{activity.pk}:{person.pk}:{period}", **keys)


def url_of(activity: Activity) -> str:
    return reverse("activities:detail", args=[activity.public_id])


def poll_opened(poll: Poll, people: list[Person], *, by: Person) -> None:
    """To those who are asked which of the times suit."""
    url = reverse("activities:poll", args=[poll.public_id])
    for person in people:
        if person.pk != by.pk:
            _notice(person, "poll", poll.public_id, url, "once")
            _mail(person, "poll", f"{poll.pk}:{person.pk}", poll=poll.pk)


def said(activity: Activity, *, by: Person) -> None:
    """To the others who take part, once a day however much is said."""
    url = reverse("activities:thread", args=[activity.public_id])
    today = clock.today().isoformat()
    for place in activity.participants.taking_part().select_related("person"):
        if place.person_id != by.pk:
            _notice(place.person, "talk", activity.public_id, url, today)
            key = f"{activity.pk}:{place.person_id}:{today}"
            _mail(place.person, "talk", key, activity=activity.pk)


def commented(record: Record, *, by: Person) -> None:
    """To its owner and author and those who commented before, if they can still read it."""
    url = reverse("activities:comments", args=[record.public_id])
    today = clock.today().isoformat()
    earlier = [row.author for row in record.comments.select_related("author")]
    people = {person.pk: person for person in (record.owner, record.author, *earlier)}
    for person in people.values():
        if person.pk != by.pk and Record.objects.visible_to(person).filter(pk=record.pk).exists():
            _notice(person, "comment", record.public_id, url, today)
            key = f"{record.pk}:{person.pk}:{today}"
            _mail(person, "comment", key, record=record.pk)
