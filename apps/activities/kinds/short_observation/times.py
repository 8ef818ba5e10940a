"""From when to when a short observation lasted, and whether that is short enough."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

LEAST_MINUTES, MOST_MINUTES = 10, 15
SPAN = re.compile(
    r"\s*(\d{1,2})[:.](\d\d)\s*(?:to|-|–|until)\s*(\d{1,2})[:.](\d\d)\s*", re.IGNORECASE
)


def minutes_of(times: str) -> int | None:
    """How long "10:05 to 10:17" is; None for anything else."""
    found = SPAN.fullmatch(times)
    if not found:
        return None
    hour, minute, last_hour, last_minute = map(int, found.groups())
    if max(hour, last_hour) > 23 or max(minute, last_minute) > 59:
        return None
    return (last_hour - hour) * 60 + last_minute - minute


def wrong_with(times: str) -> str:
    """In words; empty when nothing is."""
    minutes = minutes_of(times)
    if minutes is None:
        return _("Write both times, such as 10:05 to 10:17.")
    if LEAST_MINUTES <= minutes <= MOST_MINUTES:
        return ""
    return _("A short observation takes between %(least)d and %(most)d minutes.") % {
        "least": LEAST_MINUTES,
        "most": MOST_MINUTES,
    }


def read(said: str) -> str:
    """As it is kept. ValueError with the reason where it makes no sense or lasted too long."""
    reason = wrong_with(said)
    if reason:
        raise ValueError(reason)
    return said.strip()
