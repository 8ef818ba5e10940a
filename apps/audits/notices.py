"""What notices about audits say."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.audits.models import Audit
from apps.core.notices import notice_words
from apps.core.ui.dates import day


@notice_words("audits.asked")
def asked(things: list[str]) -> dict[str, str]:
    keys = {int(thing.removeprefix("audit/")): thing for thing in things}
    rows = Audit.objects.open().filter(pk__in=keys).values_list("pk", "title")
    return {
        keys[pk]: _("You are asked to answer: %(title)s") % {"title": title} for pk, title in rows
    }


@notice_words("audits.reminder")
def reminder(things: list[str]) -> dict[str, str]:
    keys = {int(thing.removeprefix("audit/")): thing for thing in things}
    rows = Audit.objects.open().filter(pk__in=keys).values_list("pk", "title", "closes_on")
    return {
        keys[pk]: _("Still open for you until the end of %(day)s: %(title)s")
        % {"day": day(closes_on), "title": title}
        for pk, title, closes_on in rows
    }


@notice_words("audits.school_invited")
def school_invited(things: list[str]) -> dict[str, str]:
    keys = {int(thing.removeprefix("audit/")): thing for thing in things}
    rows = Audit.objects.drafts().filter(pk__in=keys).values_list("pk", "title", "alliance__name")
    return {
        keys[pk]: _("%(alliance)s asks whether your school takes part: %(title)s")
        % {"alliance": alliance, "title": title}
        for pk, title, alliance in rows
    }
