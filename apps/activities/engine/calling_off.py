"""Sessions that fall through because their activity does, or somebody leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps.activities.engine import notify
from apps.activities.enums import SessionState
from apps.core import audit_trail

if TYPE_CHECKING:
    from apps.accounts.models import Person


def call_off(sessions: Any, *, by: Person | None) -> None:
    """Cancel those of the queryset ``sessions`` that have not been held; all in them are told."""
    ahead = sessions.filter(state__in=(SessionState.PLANNED, SessionState.POSTPONED))
    for session in ahead.select_related("observer", "observed"):
        was_planned = session.state == SessionState.PLANNED
        session.state, session.sequence = SessionState.CANCELLED, session.sequence + 1
        session.save()
        audit_trail.record("session.cancelled", session, by=by, sequence=session.sequence)
        if was_planned:
            notify.session_off(session, by=by)
