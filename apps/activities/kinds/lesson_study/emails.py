"""Who hears of a poster: the host school that it waits, the group that it was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts import mail_kinds
from apps.activities.engine import notify
from apps.activities.engine.situation import Situation
from apps.activities.kinds.lesson_study.models import Poster, PosterQuerySet, PosterState
from apps.core.letters import Letter, Line, letter
from apps.core.models import OutboundEmail
from apps.core.notices import notice_words
from apps.schools.enums import Role
from apps.schools.models import Membership

if TYPE_CHECKING:
    from apps.accounts.models import Person

WAITS, ANSWERED = "poster_waits", "poster_answered"


def poster_waits(poster: Poster, *, by: Person) -> None:
    activity = poster.activity
    rows = Membership.objects.current().filter(
        organisation=activity.organisation, role__in=(Role.HEAD, Role.CPD_LEAD)
    )
    people = {row.person_id: row.person for row in rows.select_related("person")}
    for person in people.values():
        if person.pk != by.pk and person.is_active:
            notify.tell(person, WAITS, activity, period=f"v{poster.version}", poster=poster.pk)


def poster_answered(poster: Poster, *, by: Person) -> None:
    situation = Situation.of(poster.activity)
    for place in situation.people:
        if place.person_id != by.pk:
            period = f"v{poster.version}.{poster.state}"
            notify.tell(place.person, ANSWERED, poster.activity, period=period, poster=poster.pk)


@notice_words(f"activities.{WAITS}")
def waits_in_words(things: list[str]) -> dict[str, str]:
    """Of posters that still wait; an answered one has nothing to say."""
    rows = Poster.objects.filter(activity__public_id__in=things, state=PosterState.ASKED)
    return _titles(rows, _("A poster waits for your approval: %(title)s"))


@notice_words(f"activities.{ANSWERED}")
def answered_in_words(things: list[str]) -> dict[str, str]:
    rows = Poster.objects.filter(activity__public_id__in=things)
    return _titles(rows, _("The host school has answered about the poster: %(title)s"))


def _titles(rows: PosterQuerySet, sentence: str) -> dict[str, str]:
    found = rows.values_list("activity__public_id", "title")
    return {pid: sentence % {"title": title} for pid, title in found}


@letter(f"activities.{WAITS}")
def waits(row: OutboundEmail) -> Letter | None:
    poster = Poster.objects.filter(pk=row.keys["poster"], state=PosterState.ASKED).first()
    if poster is None:
        return None
    said = _("A poster waits for your approval: %(title)s") % {"title": poster.title}
    more = _("The alliance sees it once you have approved it. It names no pupils and no codes.")
    return _letter(row, poster, said, more)


@letter(f"activities.{ANSWERED}")
def answered(row: OutboundEmail) -> Letter | None:
    poster = Poster.objects.filter(pk=row.keys["poster"]).first()
    if poster is None:
        return None
    if poster.state == PosterState.APPROVED:
        said = _("The poster is approved: %(title)s") % {"title": poster.title}
        more = _("The staff of the alliance can see it now.")
    else:
        said = _("The poster has come back: %(title)s") % {"title": poster.title}
        more = _("The host school says on its page what should change.")
    return _letter(row, poster, said, more)


def _letter(row: OutboundEmail, poster: Poster, said: str, more: str) -> Letter | None:
    """None when the person can no longer be reached."""
    person = row.person
    if person is None or not person.email or not person.is_active:
        return None
    return Letter(
        to=person.email,
        subject=said,
        greeting=_("Dear %(name)s,") % {"name": person.get_short_name()},
        paragraphs=[said + ".", more],
        action=Line(
            _("Open the poster"), reverse("activities:lesson_study_poster", args=[poster.public_id])
        ),
        unsubscribe_path=mail_kinds.unsubscribe_path(person, notify.MAIL_KIND),
    )
