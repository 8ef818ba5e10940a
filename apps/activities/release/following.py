"""Rows that follow what is known of people's times when that changes after sessions are planned."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.activities.engine.changes import locked
from apps.activities.engine.situation import Situation
from apps.activities.models import Participant, Session
from apps.activities.release import ledger
from apps.core import clock
from apps.core.jobs import Progress, job
from apps.core.models import Job


@job("activities.follow_times", title=_("Release rows of planned sessions"))
def follow_times(row: Job, progress: Progress) -> dict[str, Any]:
    """Look anew at the coming sessions of ``people`` (ids; everybody of ``school`` without them).
    Run twice, it changes nothing more."""
    places = Participant.objects.current()
    if row.params.get("people") is None:
        places = places.filter(organisation=row.params["school"])
    else:
        places = places.filter(person__in=row.params["people"])
    rows = Session.objects.upcoming(clock.now()).filter(activity__in=places.values("activity"))
    found = list(rows.select_related("activity"))
    for done, session in enumerate(found, start=1):
        with locked(session.activity) as activity:
            again = Session.objects.upcoming(clock.now()).select_related("organisation")
            current = again.filter(pk=session.pk).first()
            if current is not None:
                current.activity = activity
                ledger.follow(current, Situation.of(activity), by=row.owner)
        progress(done, len(found))
    return {"sessions": len(found)}
