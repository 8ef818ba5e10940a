"""What the engine calls when a session is planned, moved, held or falls through.

Inside the transaction of what it tells of, the activity locked; each may be called twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db.models import Q

from apps.activities.enums import SessionState
from apps.activities.release import ledger
from apps.activities.release.enums import AHEAD
from apps.activities.release.models import Release

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.engine.situation import Situation
    from apps.activities.models import Activity, Participant, Session


def session_planned(session: Session, situation: Situation, *, by: Person | None) -> None:
    """Planned for the first time, or for another time or place."""
    ledger.follow(session, situation, by=by)


def session_off(session: Session, *, by: Person | None) -> None:
    """Cancelled, or postponed: planned again, its rows are asked for anew."""
    for row in ledger.rows_of(session).values():
        ledger.not_used(row, by=by)


def session_held(session: Session, situation: Situation, *, by: Person | None) -> None:
    ledger.hold(session, situation, by=by)


def attended(
    session: Session,
    situation: Situation,
    *,
    answers: Mapping[int, bool | None],
    by: Person | None,
) -> None:
    """Attendance at a held session was recorded, corrected or taken back. ``answers``: those who
    stayed away (False) have used nothing; whoever may have come has."""
    rows = ledger.rows_of(session)
    for person_id, came in answers.items():
        if came is False and person_id in rows:
            ledger.not_used(rows[person_id], by=by)
    came_after_all = {pk for pk, came in answers.items() if came is not False}
    for place in ledger.released_by(session, situation):
        if place.person_id in came_after_all and place.person_id in rows:
            ledger.use_after_all(rows[place.person_id], by=by)
    ledger.hold(session, situation, by=by, only=came_after_all)


def person_left(place: Participant, *, by: Person | None) -> None:
    """They leave an activity: what they had ahead of them there is not used, nor what others had
    ahead for the visits that fall through with them."""
    me = place.person_id
    rows = Release.objects.filter(activity_id=place.activity_id, state__in=AHEAD).filter(
        Q(person=me) | Q(session__observer=me) | Q(session__observed=me)
    )
    for row in rows.select_for_update(of=("self",)).order_by("pk"):
        ledger.not_used(row, by=by)


def person_joined(situation: Situation, *, by: Person | None) -> None:
    """They take part from now on: planned meetings of everybody ask for their release too."""
    planned = [s for s in situation.sessions if s.state == SessionState.PLANNED]
    for session in planned:
        if session.observer_id is None:
            session.activity = situation.activity
            ledger.follow(session, situation, by=by)


def activity_off(activity: Activity, *, by: Person | None) -> None:
    """The whole activity is cancelled."""
    rows = Release.objects.filter(activity=activity, state__in=AHEAD)
    for row in rows.select_for_update().order_by("pk"):
        ledger.not_used(row, by=by)
