"""What notices about audits say."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.audits.models import Audit
from apps.core.notices import notice_words


@notice_words("audits.asked")
def asked(things: list[str]) -> dict[str, str]:
    keys = {int(thing.removeprefix("audit/")): thing for thing in things}
    rows = Audit.objects.open().filter(pk__in=keys).values_list("pk", "title")
    return {
        keys[pk]: _("You are asked to answer: %(title)s") % {"title": title} for pk, title in rows
    }
