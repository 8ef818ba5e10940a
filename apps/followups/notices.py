"""How notices about follow-ups read."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.notices import notice_words
from apps.core.ui import dates
from apps.followups.models import FollowUp
from apps.followups.reminders import DUE, LATE, SHARED_LATE, SOON


def _reading(kind: str, sentence: str | Promise) -> None:
    def words(things: list[str]) -> dict[str, str]:
        found = FollowUp.objects.filter(public_id__in=things).select_related("owner")
        return {
            f.public_id: str(sentence)
            % {"promise": f.promise, "day": dates.day(f.due, year=False), "name": f.owner.name}
            for f in found
        }

    notice_words(kind)(words)


_reading(SOON, _("Soon due, on %(day)s: %(promise)s"))
_reading(DUE, _("Due %(day)s: %(promise)s"))
_reading(LATE, _("Still open, due %(day)s: %(promise)s"))
_reading(SHARED_LATE, _("%(name)s may need a hand with this, due %(day)s: %(promise)s"))
