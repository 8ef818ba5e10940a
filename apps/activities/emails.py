"""Letters of activities. They say that something happened, never what somebody wrote."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts import mail_kinds
from apps.activities.engine.notify import MAIL_KIND
from apps.activities.enums import ActivityState, ParticipantState, PlaceRequestState, SessionState
from apps.activities.kinds import kind_of
from apps.activities.models import Activity, Participant, PlaceRequest, Session
from apps.core.letters import Letter, Line, letter
from apps.core.models import OutboundEmail
from apps.core.ui import dates

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


@letter("activities.session")
def session(row: OutboundEmail) -> Letter | None:
    rows = Session.objects.select_related("activity", "organisation")
    planned = rows.filter(pk=row.keys["session"], state=SessionState.PLANNED).first()
    if planned is None:
        return None
    declared = kind_of(planned.activity.kind).session(planned.kind)
    name = str(declared.name) if declared else planned.kind
    where = planned.organisation.name if planned.organisation else _("online")
    return _letter(
        row,
        _("%(session)s on %(when)s") % {"session": name, "when": dates.moment(planned.starts_at)},
        [
            _("%(session)s of “%(title)s”: %(when)s, %(where)s.")
            % {
                "session": name,
                "title": planned.activity.title,
                "when": dates.moment(planned.starts_at),
                "where": where,
            }
        ],
        _open(planned.activity),
    )


def _state_letter(template: str, state: str, words: Any) -> None:
    @letter(f"activities.{template}")
    def render(row: OutboundEmail) -> Letter | None:
        activity = Activity.objects.filter(pk=row.keys["activity"], state=state).first()
        if activity is None:
            return None
        said = str(words()) % {"title": activity.title}
        return _letter(row, said, [said + "."], _open(activity))


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


_state_letter("started", ActivityState.ACTIVE, lambda: _("“%(title)s” has started"))
_state_letter("paused", ActivityState.PAUSED, lambda: _("“%(title)s” is paused"))
_state_letter("cancelled", ActivityState.CANCELLED, lambda: _("“%(title)s” is cancelled"))
