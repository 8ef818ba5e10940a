from __future__ import annotations

from django.utils.translation import gettext as _

from apps.activities.models import Release
from apps.activities.release.enums import ReleaseState
from apps.core.notices import notice_words
from apps.core.ui import dates


@notice_words("activities.release_refused")
def refused(things: list[str]) -> dict[str, str]:
    """Those that still stand refused."""
    rows = Release.objects.filter(public_id__in=things, state=ReleaseState.REFUSED)
    return {
        row.public_id: _("Release is refused: %(name)s, %(day)s")
        % {"name": row.person.name, "day": dates.day(row.day) if row.day else _("day not known")}
        for row in rows.select_related("person", "activity")
    }
