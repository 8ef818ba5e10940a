"""How long a sign-in still lasts, for the warning before it ends."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings

BEGAN, SEEN = "began", "seen"  # written by the session middleware


def left(session: Any) -> int:
    """Whole seconds until the sign-in ends by disuse or by its longest time; 0 when unknown."""
    if SEEN not in session:
        return 0
    now = int(time.time())
    idle = int(session[SEEN]) + settings.SESSION_COOKIE_AGE - now
    longest = int(session.get(BEGAN, now)) + settings.SESSION_LONGEST - now
    return max(0, min(idle, longest))


def keep(session: Any) -> int:
    """Count this moment as use; the seconds left."""
    session[SEEN] = int(time.time())
    return left(session)
