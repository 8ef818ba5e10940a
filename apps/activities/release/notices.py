from __future__ import annotations

from django.utils.translation import gettext as _

from apps.activities.models import Release
from apps.activities.release.enums import ReleaseState
from apps.core.notices import notice_words
from apps.core.ui import dates


@notice_words("activities.release_refused")
def refused(things: list[str]) -> dict[str, str]:
    """Those that still stand refused."""
    return _words(things, ReleaseState.REFUSED, _("Release is refused: %(name)s, %(day)s"))


@notice_words("activities.release_approved")
def approved(things: list[str]) -> dict[str, str]:
    """Those that still stand approved."""
    return _words(things, ReleaseState.APPROVED, _("Release is approved: %(name)s, %(day)s"))


def _words(things: list[str], state: ReleaseState, words: str) -> dict[str, str]:
    rows = Release.objects.filter(public_id__in=things, state=state).select_related("person")
    return {
        row.public_id: words
        % {"name": row.person.name, "day": dates.day(row.day) if row.day else _("day not known")}
        for row in rows
    }
