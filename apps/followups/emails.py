"""Letters about promises: what is due to one person, and what others may need a hand with.

What they say is read when they are sent.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.emails import greeting
from apps.accounts.mail_kinds import unsubscribe_path, wants
from apps.accounts.models import Person
from apps.core.letters import Letter, Line, letter
from apps.core.models import Notice, OutboundEmail
from apps.core.ui import dates
from apps.followups.models import FollowUp
from apps.followups.reminders import (
    LATE_TEMPLATE,
    MAIL_KIND,
    SHARED_LATE,
    TEMPLATE,
    thing_url,
)
from apps.schools.calendars import calendars_of

MOST_LINES = 25
TOLD_LATELY = timedelta(days=6)


def _reader(row: OutboundEmail) -> Person | None:
    person = row.person
    if person and person.is_active and person.email and wants(person, MAIL_KIND):
        return person
    return None


@letter(TEMPLATE)
def due(row: OutboundEmail) -> Letter | None:
    person = _reader(row)
    if person is None:
        return None
    day = date.fromisoformat(row.keys["day"])
    items = due_to(person.pk, day)
    coming = coming_to(person.pk, day)
    if not items and not coming:
        return None
    return Letter(
        to=person.email or "",
        subject=_subject(items, coming),
        greeting=greeting(person),
        paragraphs=[_opening(items, coming)],
        lines=[_line(item) for item in [*items, *coming][:MOST_LINES]],
        action=_action(items, coming),
        closing=_("Not done? Move it to a day that suits you, or drop it and say why."),
        reason=_("You get this because you promised a follow-up in cpdhub."),
        unsubscribe_path=unsubscribe_path(person, MAIL_KIND),
    )


@letter(LATE_TEMPLATE)
def shared_late(row: OutboundEmail) -> Letter | None:
    """To whoever organises: what of others is late, kindly, while it still is."""
    person = _reader(row)
    if person is None:
        return None
    day = date.fromisoformat(row.keys["day"])
    since = day - TOLD_LATELY
    if "since" in row.keys:
        since = min(since, date.fromisoformat(row.keys["since"]))
    items = late_with(person, day, since)
    if not items:
        return None
    return Letter(
        to=person.email or "",
        subject=ngettext(
            "%(n)d promise may need a hand", "%(n)d promises may need a hand", len(items)
        )
        % {"n": len(items)},
        greeting=greeting(person),
        paragraphs=[
            _(
                "You organise what these come from, and their owners have been reminded. Often the "
                "time was missing, not the will: a friendly word, or a later date, usually helps."
            )
        ],
        lines=[_their_line(item) for item in items[:MOST_LINES]],
        action=Line(_("See them"), reverse("followups:list") + "?whose=shared&due=overdue"),
        closing=_("Nobody else is told. Only their owners can move, drop or close them."),
        reason=_("You get this because these promises are shared with you as their organiser."),
        unsubscribe_path=unsubscribe_path(person, MAIL_KIND),
    )


def late_with(person: Person, day: date, since: date) -> list[FollowUp]:
    """Shared ones of others of which ``person``, their organiser, has been told since then."""
    told = Notice.objects.filter(person=person, kind=SHARED_LATE, created_at__date__gte=since)
    rows = FollowUp.objects.overdue(day).visible_to(person)
    rows = rows.filter(public_id__in=told.values("thing"), organiser=person, shared=True)
    return list(rows.select_related("organisation", "owner").order_by("due", "pk"))


def due_to(person_id: int, day: date) -> list[FollowUp]:
    """Open and due by ``day``, overdue first, of schools that are open on that day."""
    rows = list(FollowUp.objects.due(day).filter(owner_id=person_id).select_related("organisation"))
    calendars = calendars_of(row.organisation_id for row in rows)
    return [row for row in rows if calendars[row.organisation_id].is_open(day)] or rows


def coming_to(person_id: int, day: date) -> list[FollowUp]:
    rows = FollowUp.objects.coming(day).filter(owner_id=person_id)
    return list(rows.select_related("organisation").order_by("due", "pk"))


def _subject(items: list[FollowUp], coming: list[FollowUp]) -> str:
    one = [*items, *coming][0]
    if len(items) == 1:
        return _("Follow-up due: %(day)s") % {"day": dates.day(one.due, year=False)}
    if not items:
        return _("Coming up: a follow-up, due %(day)s") % {"day": dates.day(one.due, year=False)}
    return ngettext("%(n)d follow-up is due", "%(n)d follow-ups are due", len(items)) % {
        "n": len(items)
    }


def _opening(items: list[FollowUp], coming: list[FollowUp]) -> str:
    if not items:
        return ngettext(
            "You promised something that is due soon:",
            "You promised some things that are due soon:",
            len(coming),
        )
    if coming:
        return _("You promised some things that are due now, or soon:")
    return ngettext(
        "You promised something that is due now:",
        "You promised some things that are due now:",
        len(items),
    )


def _line(item: FollowUp) -> Line:
    note = _("Due %(day)s · %(school)s") % {
        "day": dates.day(item.due),
        "school": item.organisation.name,
    }
    return Line(item.promise, thing_url(item), note)


def _their_line(item: FollowUp) -> Line:
    note = _("%(name)s · due %(day)s · %(school)s") % {
        "name": item.owner.name,
        "day": dates.day(item.due),
        "school": item.organisation.name,
    }
    return Line(item.promise, thing_url(item), note)


def _action(items: list[FollowUp], coming: list[FollowUp]) -> Line:
    if len(items) == 1 and not coming:
        return Line(_("Say what happened"), reverse("followups:done", args=[items[0].public_id]))
    if not items and len(coming) == 1:
        return Line(_("See your follow-up"), thing_url(coming[0]))
    words = "?due=now" if items and not coming else "?whose=mine"
    return Line(_("See your follow-ups"), reverse("followups:list") + words)
