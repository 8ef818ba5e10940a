"""The letter that gathers everything due to one person. What it says is read when it is sent."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.emails import greeting
from apps.accounts.mail_kinds import unsubscribe_path, wants
from apps.core.letters import Letter, Line, letter
from apps.core.models import OutboundEmail
from apps.core.ui import dates
from apps.followups.models import FollowUp
from apps.followups.reminders import MAIL_KIND, TEMPLATE, thing_url
from apps.schools.calendars import calendars_of

MOST_LINES = 25


@letter(TEMPLATE)
def due(row: OutboundEmail) -> Letter | None:
    person = row.person
    if not (person and person.is_active and person.email and wants(person, MAIL_KIND)):
        return None
    items = due_to(person.pk, date.fromisoformat(row.keys["day"]))
    if not items:
        return None
    return Letter(
        to=person.email,
        subject=_subject(items),
        greeting=greeting(person),
        paragraphs=[
            ngettext(
                "You promised something that is due now:",
                "You promised some things that are due now:",
                len(items),
            )
        ],
        lines=[_line(item) for item in items[:MOST_LINES]],
        action=_action(items),
        closing=_("Not done? Move it to a day that suits you, or drop it and say why."),
        reason=_("You get this because you promised a follow-up in cpdhub."),
        unsubscribe_path=unsubscribe_path(person, MAIL_KIND),
    )


def due_to(person_id: int, day: date) -> list[FollowUp]:
    """Open and due by ``day``, overdue first, of schools that are open on that day."""
    rows = list(FollowUp.objects.due(day).filter(owner_id=person_id).select_related("organisation"))
    calendars = calendars_of(row.organisation_id for row in rows)
    return [row for row in rows if calendars[row.organisation_id].is_open(day)] or rows


def _subject(items: list[FollowUp]) -> str:
    if len(items) == 1:
        return _("Follow-up due: %(day)s") % {"day": dates.day(items[0].due, year=False)}
    return ngettext("%(n)d follow-up is due", "%(n)d follow-ups are due", len(items)) % {
        "n": len(items)
    }


def _line(item: FollowUp) -> Line:
    note = _("Due %(day)s · %(school)s") % {
        "day": dates.day(item.due),
        "school": item.organisation.name,
    }
    return Line(item.promise, thing_url(item), note)


def _action(items: list[FollowUp]) -> Line:
    if len(items) == 1:
        return Line(_("Say what happened"), reverse("followups:done", args=[items[0].public_id]))
    return Line(_("See your follow-ups"), reverse("followups:list") + "?due=now")
