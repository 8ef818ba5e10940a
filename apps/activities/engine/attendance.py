"""Who came. What nobody has recorded is open: it is neither present nor absent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.activities.engine import booking, notify
from apps.activities.engine.changes import locked
from apps.activities.engine.refusals import refuse_if
from apps.activities.engine.situation import Situation
from apps.activities.enums import SessionState
from apps.activities.models import Attendance, Session
from apps.activities.release import hooks as release
from apps.core import audit_trail, clock
from apps.followups.actions import drop_unowed

if TYPE_CHECKING:
    from apps.accounts.models import Person


def record_attendance(
    session: Session,
    *,
    by: Person,
    answers: Mapping[int, bool | None],
    early: timedelta = timedelta(0),
) -> None:
    """``answers``: by person, None takes back what was recorded. People who were not to come are
    passed over; the same answers twice change nothing. ``early``: how long before it begins."""
    with locked(session.activity) as row:
        current = Session.objects.select_related("observer", "observed").get(pk=session.pk)
        current.activity = row
        refuse_if(
            current.state in (SessionState.CANCELLED, SessionState.POSTPONED),
            _("It has not taken place."),
        )
        refuse_if(current.starts_at - early > clock.now(), _("It has not begun yet."))
        present = dict(current.attendance.values_list("person_id", "present"))
        expected = {person.pk for person in notify.people_of(current)}
        changed = {
            pk: came
            for pk, came in answers.items()
            if pk in expected and came is not present.get(pk)
        }
        for pk, came in changed.items():
            _write(current, pk, came)
        if changed and current.state == SessionState.HELD:
            _follow(current, changed, by=by)
        if changed:
            counts = {"recorded": sum(came is not None for came in changed.values())}
            audit_trail.record("session.attendance", current, by=by, changed=len(changed), **counts)


def _write(session: Session, person_id: int, came: bool | None) -> None:
    if came is None:
        Attendance.objects.filter(session=session, person_id=person_id).delete()
        return
    Attendance.objects.update_or_create(
        session=session,
        person_id=person_id,
        defaults={"present": came, "recorded_at": clock.now()},
    )


def _follow(session: Session, answers: Mapping[int, bool | None], *, by: Person) -> None:
    """What was held is counted anew: who stayed away has used no release and owes nothing.

    What was dropped for an absence stays dropped when that is taken back: its owner has been told
    so. Those who came and never were asked are.
    """
    situation = Situation.of(session.activity)
    release.attended(session, situation, answers=answers, by=by)
    drop_unowed(
        by=by,
        source=session,
        owners=[pk for pk, came in answers.items() if came is False],
        reason=_("You were recorded as absent, so nothing is asked of you."),
    )
    came = {pk for pk, answer in answers.items() if answer is not False}
    if situation.is_active:
        booking.after_session(situation, session, by=by, only=came)
