"""What notices about activities say. Titles, never texts."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.activities.models import Activity, PlaceRequest, Poll, Record
from apps.core.notices import notice_words

ABOUT_ACTIVITIES: dict[str, str | Promise] = {
    "invited": _("You are invited to take part: %(title)s"),
    "answered": _("An invitation has been answered: %(title)s"),
    "request_answered": _("A school has answered your request: %(title)s"),
    "session": _("A time has been set: %(title)s"),
    "session_off": _("A session is off: %(title)s"),
    "agreed": _("It was agreed that you do something: %(title)s"),
    "talk": _("Something was said in the thread: %(title)s"),
    "started": _("It has started: %(title)s"),
    "paused": _("It is paused: %(title)s"),
    "postponed": _("It is postponed: %(title)s"),
    "cancelled": _("It is cancelled: %(title)s"),
    "pattern": _("Many could not keep what they promised; is there time for it: %(title)s"),
}


def _about(sentence: str | Promise) -> Callable[[list[str]], dict[str, str]]:
    def words(things: list[str]) -> dict[str, str]:
        rows = Activity.objects.filter(public_id__in=things).values_list("public_id", "title")
        return {pid: str(sentence) % {"title": title} for pid, title in rows}

    return words


for kind, sentence in ABOUT_ACTIVITIES.items():
    notice_words(f"activities.{kind}")(_about(sentence))


@notice_words("activities.asked")
def asked(things: list[str]) -> dict[str, str]:
    """Requests that are still open; an answered one has nothing to say."""
    rows = PlaceRequest.objects.open().filter(public_id__in=things)
    sentence = str(_("You are asked to name a colleague for: %(title)s"))
    return {
        pid: sentence % {"title": title}
        for pid, title in rows.values_list("public_id", "activity__title")
    }


@notice_words("activities.poll")
def polled(things: list[str]) -> dict[str, str]:
    """Polls that still wait for answers."""
    rows = Poll.objects.open().filter(public_id__in=things)
    sentence = str(_("Say which times suit you: %(title)s"))
    return {
        pid: sentence % {"title": title}
        for pid, title in rows.values_list("public_id", "activity__title")
    }


@notice_words("activities.comment")
def commented(things: list[str]) -> dict[str, str]:
    rows = Record.objects.filter(public_id__in=things)
    sentence = str(_("There is a comment on an entry of: %(title)s"))
    return {
        pid: sentence % {"title": title}
        for pid, title in rows.values_list("public_id", "activity__title")
    }
