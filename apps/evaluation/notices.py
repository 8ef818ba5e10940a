"""How notices about reports that wait to go out read."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.core.notices import notice_words
from apps.evaluation.models import Report
from apps.evaluation.posting.sending import LINES, PREVIEW


@notice_words(PREVIEW)
def preview(things: list[str]) -> dict[str, str]:
    sentence = _("Look at it before it goes out: %(title)s")
    return {pid: sentence % {"title": title} for pid, title in _titles(things).items()}


@notice_words(LINES)
def lines(things: list[str]) -> dict[str, str]:
    """Each thing is the report's identifier and, after a full stop, the school's key."""
    reports = {thing: thing.partition(".")[0] for thing in things}
    titles = _titles(list(reports.values()))
    sentence = _("See what it says of your school before it goes out: %(title)s")
    return {
        thing: sentence % {"title": titles[pid]} for thing, pid in reports.items() if pid in titles
    }


def _titles(pids: list[str]) -> dict[str, str]:
    rows = Report.objects.filter(public_id__in=pids).for_lists()
    return {row.public_id: row.title for row in rows}
