"""The signature parts of the look, as plain values for their templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zlib import crc32

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
Number = int | float | Decimal

TONES = 6
# Words that most schools share, so that they say nothing in two letters.
SHARED_WORDS = frozenset(
    {"the", "of", "and", "a", "for", "c", "e", "ce", "cofe", "church", "england", "rc", "roman"}
    | {"school", "academy", "college", "va", "vc"}
)


def initials(name: str) -> str:
    """Two letters for a school: "St Andrew's Catholic School" -> "SA"."""
    words: list[str] = re.findall(r"[^\W_]+", re.sub(r"['\u2019]", "", name))
    telling = [word for word in words if word.lower() not in SHARED_WORDS] or words
    if len(telling) == 1:
        return telling[0][:2].upper()
    return "".join(word[0] for word in telling[:2]).upper()


def tone(key: object) -> int:
    """1 to TONES, always the same for the same key."""
    return crc32(str(key).encode()) % TONES + 1


@dataclass(frozen=True, slots=True)
class Step:
    """A place on the thread; ``url`` is empty where there is nothing yet."""

    slug: str
    label: Text
    url: str
    current: bool


THREAD: tuple[tuple[str, Text], ...] = (
    ("need", _("Need")),
    ("goal", _("Goal")),
    ("activity", _("Activity")),
    ("evidence", _("Evidence")),
    ("follow_up", _("Follow-up")),
    ("verdict", _("Verdict")),
)


def thread(here: str, links: dict[str, str | None]) -> list[Step]:
    """The six places, ``here`` marked; ``links`` are the URLs of the others by slug."""
    known = {slug for slug, _label in THREAD}
    if here not in known or not set(links) <= known:
        raise ValueError(f"the thread has only {', '.join(sorted(known))}")
    return [Step(slug, label, links.get(slug) or "", slug == here) for slug, label in THREAD]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of an activity; ``state`` is "done", "current" or "todo"."""

    label: Text
    state: str
    note: Text = ""


def stages(labels: Iterable[Text], current: int) -> list[Stage]:
    """Stages before ``current`` are done, those after it to do; len(labels) means all done."""
    return [
        Stage(label, "done" if at < current else "current" if at == current else "todo")
        for at, label in enumerate(labels)
    ]


@dataclass(frozen=True, slots=True)
class Bar:
    """Release time; widths are per cent of the longer of planned and taken. ``unplanned`` was
    used, too, and stands beside the plan: it is neither part of it nor over it."""

    used: Number
    booked: Number
    planned: Number
    over: Number
    unplanned: Number
    used_width: str
    booked_width: str
    over_from: str
    over_width: str


def release_bar(used: Number, planned: Number, booked: Number = 0, unplanned: Number = 0) -> Bar:
    taken = float(used) + float(booked)
    length = max(taken, float(planned)) or 1.0
    over = max(taken - float(planned), 0.0)
    return Bar(
        used=used,
        booked=booked,
        planned=planned,
        over=round(over, 2),
        unplanned=unplanned,
        used_width=_percent(float(used), length),
        booked_width=_percent(float(booked), length),
        over_from=_percent(float(planned), length),
        over_width=_percent(over, length),
    )


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f}%"


BAR_PLACES = 5
BEFORE_LOG = 2


def bottom_places(nav: Sequence[Any], *, with_log: bool) -> tuple[list[Any], list[Any], list[Any]]:
    """Split the destinations for a phone: left of Log, right of Log, behind "More"."""
    room = BAR_PLACES - 1 if with_log else BAR_PLACES
    shown = len(nav) if len(nav) <= room else room - 1
    return list(nav[:BEFORE_LOG]), list(nav[BEFORE_LOG:shown]), list(nav[shown:])


@dataclass(frozen=True, slots=True)
class Audience:
    icon: str
    words: Text


AUDIENCES: dict[str, Audience] = {
    "private": Audience("lock", _("Only you can see this")),
    "participants": Audience("users-round", _("Only those who take part can see this")),
    "school": Audience("school", _("Leaders of your school can see this")),
    "alliance": Audience("network", _("Everybody in the alliance can see this")),
    "public": Audience("globe", _("Anybody with the address can see this")),
}
