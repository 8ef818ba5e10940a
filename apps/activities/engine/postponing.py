"""Putting an activity off to other dates: nothing of it is lost, everybody is told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.activities.engine import notify
from apps.activities.engine.changes import OVER, change, locked, refuse_unless_at
from apps.activities.engine.refusals import refuse_if
from apps.activities.engine.sessions import postpone as postpone_session
from apps.activities.engine.situation import Situation
from apps.activities.models import Activity
from apps.core import clock
from apps.schools.calendars import LONDON

if TYPE_CHECKING:
    from apps.accounts.models import Person


def postpone(
    activity: Activity,
    *,
    by: Person,
    starts_on: date,
    ends_on: date,
    reason: str,
    seen: str = "",
) -> Activity:
    """Give it other dates. Sessions planned for a day outside them wait for a new time."""
    with locked(activity) as row:
        refuse_unless_at(row, seen)
        refuse_if(row.state in OVER, _("It is over already."))
        refuse_if(not reason.strip(), _("Give a reason."))
        refuse_if(ends_on < starts_on, _("The last day lies before the first."))
        refuse_if(ends_on < clock.today(), _("The last day lies in the past."))
        row.starts_on, row.ends_on, row.version = starts_on, ends_on, row.version + 1
        change(row, by=by, action="postponed", reason=reason)
        for session in row.sessions.planned():
            if not starts_on <= session.starts_at.astimezone(LONDON).date() <= ends_on:
                postpone_session(session, by=by, reason=reason)
        notify.tell_everybody(Situation.of(row), "postponed", by=by)
    return row
