"""What the slot finder is told and what it answers. All moments are aware; intervals are
half-open: an hour that ends at ten leaves ten free."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
STEP = 5  # minutes between the starts that are tried
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Busy:
    """Something that is fixed already, at a school or (None) online."""

    starts: datetime
    ends: datetime
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is to come.

    ``free`` needs no cover, ``covered`` does; ``between`` (breaks, before and after school) is
    good for travelling only; ``never`` beats them all. ``travelled``: minutes on the road so far.
    """

    key: int
    home: int
    free: tuple[Span, ...] = ()
    covered: tuple[Span, ...] = ()
    between: tuple[Span, ...] = ()
    never: tuple[Span, ...] = ()
    busy: tuple[Busy, ...] = ()
    travelled: int = 0


@dataclass(frozen=True, slots=True)
class School:
    """``point``: easting and northing in metres. ``released``: when others of its people are out
    with cover; ``most_released`` (None: no limit) counts those and the members who need cover."""

    key: int
    open_days: frozenset[date] = frozenset()
    point: tuple[int, int] | None = None
    miles_an_hour: int = 20
    most_released: int | None = None
    released: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """``places``: candidate schools in the order of preference between equals; None is online."""

    members: tuple[Member, ...]
    schools: dict[int, School]
    places: tuple[int | None, ...]
    minutes: int
    first: date
    last: date
    not_before: datetime | None = None
    earliest: time = time(7, 30)
    latest: time = time(18)
    wanted: int = 10


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``cover``: minutes by member, of those who need any. ``travel``: minutes there and back by
    member, of those who travel. ``burden``: the most that any traveller will have travelled."""

    starts: datetime
    ends: datetime
    place: int | None
    cover: dict[int, int] = field(default_factory=dict)
    travel: dict[int, int] = field(default_factory=dict)
    burden: int = 0

    @property
    def cover_minutes(self) -> int:
        return sum(self.cover.values())

    @property
    def travel_minutes(self) -> int:
        return sum(self.travel.values())

    @property
    def all_free(self) -> bool:
        return not self.cover
