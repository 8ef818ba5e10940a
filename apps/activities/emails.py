"""Letters of activities. They say that something happened, never what somebody wrote."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apps.accounts import mail_kinds
from apps.accounts.models import Person
from apps.activities.engine import notify
from apps.activities.engine.notify import MAIL_KIND
from apps.activities.enums import ActivityState, ParticipantState, PlaceRequestState, SessionState
from apps.activities.kinds import kind_of, pair_words
from apps.activities.models import Activity, Participant, PlaceRequest, Poll, Record, Session
from apps.core import clock
from apps.core.letters import CalendarPart, Letter, Line, letter
from apps.core.models import OutboundEmail
from apps.core.ui import dates

SET = _lazy("%(session)s on %(when)s")
TIME_AND_PLACE = _lazy("%(what)s (“%(title)s”): %(when)s, %(where)s.")
REASON = _lazy("The reason given: %(reason)s")
OVER = (ActivityState.CLOSED, ActivityState.CANCELLED)


def _letter(
    row: OutboundEmail, subject: str, paragraphs: list[str], action: Line, **more: Any
) -> Letter | None:
    """None when the person can no longer be reached."""
    person = row.person
    if person is None or not person.email or not person.is_active:
        return None
    return Letter(
        to=person.email,
        subject=subject,
        greeting=_("Dear %(name)s,") % {"name": person.get_short_name()},
        paragraphs=paragraphs,
        action=action,
        unsubscribe_path=mail_kinds.unsubscribe_path(person, MAIL_KIND),
        **more,
    )


def _open(activity: Activity) -> Line:
    url = reverse("activities:detail", args=[activity.public_id])
    return Line(_("Open “%(title)s”") % {"title": activity.title}, url)


@letter("activities.invited")
def invited(row: OutboundEmail) -> Letter | None:
    rows = Participant.objects.select_related("activity__organiser", "activity__organisation")
    participant = rows.filter(pk=row.keys["participant"], state=ParticipantState.INVITED).first()
    if participant is None or participant.activity.state in OVER:
        return None
    activity = participant.activity
    kind = kind_of(activity.kind)
    return _letter(
        row,
        _("Will you take part? %(kind)s: %(title)s") % {"kind": kind.name, "title": activity.title},
        [
            _("%(name)s (%(school)s) invites you to take part: %(title)s.")
            % {
                "name": activity.organiser.name,
                "school": activity.organisation.name,
                "title": activity.title,
            },
            str(kind.purpose),
            _("You may say yes or no. No reason is asked."),
        ],
        Line(
            _("Answer the invitation"),
            reverse("activities:invitation", args=[activity.public_id]),
        ),
    )


@letter("activities.answered")
def answered(row: OutboundEmail) -> Letter | None:
    rows = Participant.objects.select_related("activity", "person", "organisation")
    participant = rows.filter(pk=row.keys["participant"]).first()
    if participant is None:
        return None
    yes = participant.state == ParticipantState.ACCEPTED
    if not yes and participant.state != ParticipantState.DECLINED:
        return None
    words = _("%(name)s takes part: %(title)s") if yes else _("%(name)s cannot: %(title)s")
    said = words % {"name": participant.person.name, "title": participant.activity.title}
    return _letter(row, said, [said + "."], _open(participant.activity))


@letter("activities.asked")
def asked(row: OutboundEmail) -> Letter | None:
    rows = PlaceRequest.objects.select_related("activity", "organisation", "asked_by")
    request = rows.filter(pk=row.keys["request"], state=PlaceRequestState.OPEN).first()
    if request is None or request.activity.state in OVER:
        return None
    return _letter(
        row,
        _("Somebody of %(school)s for “%(title)s”?")
        % {"school": request.organisation.name, "title": request.activity.title},
        [
            _("%(name)s asks whether somebody of %(school)s would like to take part: %(title)s.")
            % {
                "name": request.asked_by.name,
                "school": request.organisation.name,
                "title": request.activity.title,
            },
            _("You can name a colleague, who then gets an invitation, or say that nobody can."),
        ],
        Line(
            _("Answer the request"),
            reverse("activities:place_request", args=[request.public_id]),
        ),
    )


@letter("activities.request_answered")
def request_answered(row: OutboundEmail) -> Letter | None:
    activity = Activity.objects.filter(pk=row.keys["activity"]).first()
    if activity is None:
        return None
    subject = _("A school has answered: %(title)s") % {"title": activity.title}
    return _letter(row, subject, [subject + "."], _open(activity))


def _session_of(row: OutboundEmail) -> Session | None:
    rows = Session.objects.select_related("activity__organiser", "organisation")
    rows = rows.select_related("observer", "observed")
    return rows.filter(pk=row.keys["session"], ends_at__gte=clock.now()).first()


def _session_words(planned: Session) -> dict[str, str]:
    kind = kind_of(planned.activity.kind)
    name = str(kind.session_name(planned.kind))
    who = pair_words(kind, planned.kind, planned.observer, planned.observed)
    return {
        "session": name,
        "what": f"{name}, {who}" if who else name,
        "title": planned.activity.title,
        "when": dates.moment(planned.starts_at),
        "where": planned.organisation.name if planned.organisation else _("online"),
    }


def _is_in(person: Person | None, session: Session) -> bool:
    return person is not None and person.pk in {p.pk for p in notify.people_of(session)}


def _calendar(session: Session, row: OutboundEmail, method: str) -> dict[str, Any]:
    from apps.activities import ical  # its library is slow to import

    assert row.person is not None
    data = ical.invitation(session, row.person, method=method)
    return {"calendar": CalendarPart(method, data)}


@letter("activities.session")
def session(row: OutboundEmail) -> Letter | None:
    """An invitation for the calendar; None when it was moved, called off or left since."""
    planned = _session_of(row)
    if planned is None or planned.state != SessionState.PLANNED or not _is_in(row.person, planned):
        return None
    if planned.sequence != row.keys.get("sequence", planned.sequence):
        return None
    words = _session_words(planned)
    subject = _("New time: %(session)s on %(when)s") if row.keys.get("moved") else SET
    paragraphs = [str(TIME_AND_PLACE) % words]
    if planned.link:
        paragraphs.append(_("Online: %(link)s") % {"link": planned.link})
    part = _calendar(planned, row, "REQUEST")
    return _letter(row, str(subject) % words, paragraphs, _open(planned.activity), **part)


@letter("activities.session_off")
def session_off(row: OutboundEmail) -> Letter | None:
    """Takes it out of the calendar; None when it has a new time, of which another mail tells."""
    off = _session_of(row)
    if off is None or row.person is None:
        return None
    if off.state == SessionState.PLANNED and _is_in(row.person, off):
        return None
    words = _session_words(off)
    if off.state == SessionState.POSTPONED:
        subject, more = (
            _("Postponed: %(session)s on %(when)s"),
            _("It does not take place then, and waits for another time."),
        )
    elif off.state == SessionState.PLANNED:
        subject, more = _("No longer yours: %(session)s on %(when)s"), _("You have left it.")
    else:
        subject, more = _("Cancelled: %(session)s on %(when)s"), _("It does not take place.")
    said = str(TIME_AND_PLACE) % words
    part = _calendar(off, row, "CANCEL")
    paragraphs = [more, said]
    if off.off_reason:
        paragraphs.append(str(REASON) % {"reason": off.off_reason})
    return _letter(row, subject % words, paragraphs, _open(off.activity), **part)


@letter("activities.talk")
def talk(row: OutboundEmail) -> Letter | None:
    """That something was said, never what; None for whoever has left."""
    activity = Activity.objects.filter(pk=row.keys["activity"]).first()
    if activity is None or row.person is None:
        return None
    if not activity.participants.taking_part().of_members(row.person).exists():
        return None
    said = _("Something was said in the thread of “%(title)s”") % {"title": activity.title}
    url = reverse("activities:thread", args=[activity.public_id])
    return _letter(row, said, [said + "."], Line(_("Read the thread"), url))


@letter("activities.comment")
def comment(row: OutboundEmail) -> Letter | None:
    if row.person is None:
        return None
    rows = Record.objects.visible_to(row.person).select_related("activity")
    record = rows.filter(pk=row.keys["record"], activity__isnull=False).first()
    if record is None or record.activity is None:
        return None
    said = _("There is a comment on an entry of “%(title)s”") % {"title": record.activity.title}
    url = reverse("activities:comments", args=[record.public_id])
    return _letter(row, said, [said + "."], Line(_("Read it"), url))


@letter("activities.started")
def started(row: OutboundEmail) -> Letter | None:
    activity = _in_state(row, ActivityState.ACTIVE)
    if activity is None:
        return None
    said = _("“%(title)s” has started") % {"title": activity.title}
    return _letter(row, said, [said + "."], _open(activity))


@letter("activities.paused")
def paused(row: OutboundEmail) -> Letter | None:
    activity = _in_state(row, ActivityState.PAUSED)
    if activity is None:
        return None
    said = _("“%(title)s” is paused") % {"title": activity.title}
    last = activity.changes.filter(to_state=ActivityState.PAUSED).last()
    because = [str(REASON) % {"reason": last.reason}] if last and last.reason else []
    return _letter(row, said, [said + ".", *because], _open(activity))


def _in_state(row: OutboundEmail, state: ActivityState) -> Activity | None:
    """None once it is in another."""
    return Activity.objects.filter(pk=row.keys["activity"], state=state).first()


@letter("activities.postponed")
def postponed(row: OutboundEmail) -> Letter | None:
    activity = Activity.objects.filter(pk=row.keys["activity"]).exclude(state__in=OVER).first()
    if activity is None or activity.starts_on is None or activity.ends_on is None:
        return None
    said = _("“%(title)s” is postponed") % {"title": activity.title}
    dated = _(
        "It now goes from %(first)s to %(last)s. Sessions outside these dates get a new time."
    )
    days = {"first": dates.day(activity.starts_on), "last": dates.day(activity.ends_on)}
    return _letter(row, said, [said + ".", dated % days], _open(activity))


@letter("activities.cancelled")
def cancelled(row: OutboundEmail) -> Letter | None:
    activity = _in_state(row, ActivityState.CANCELLED)
    if activity is None:
        return None
    said = _("“%(title)s” is cancelled") % {"title": activity.title}
    paragraphs = [said + ".", str(REASON) % {"reason": activity.cancelled_reason}]
    return _letter(row, said, paragraphs, _open(activity))


@letter("activities.poll")
def poll(row: OutboundEmail) -> Letter | None:
    asked = Poll.objects.open().filter(pk=row.keys["poll"]).select_related("activity").first()
    if asked is None or asked.activity.state in OVER:
        return None
    return _letter(
        row,
        _("Which of these times suit you? %(title)s") % {"title": asked.activity.title},
        [
            _("Times are proposed for “%(title)s”.") % {"title": asked.activity.title},
            _("You answer yes, if need be or no to each, on one page."),
        ],
        Line(_("Say which times suit"), reverse("activities:poll", args=[asked.public_id])),
    )
