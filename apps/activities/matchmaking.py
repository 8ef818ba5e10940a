"""What a kind tells a matching engine about one of its rounds, and how it takes over a result.

A kind that brings people together has a module ``matchmaking`` with a ``MATCHMAKING``. Only what
people agreed to share for matching is gathered: keys and plain values, never a text of theirs.

Half-days are numbered through the days of a round: the morning of day 0 is 0, its afternoon 1.
Points are on the national grid, in metres.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.core.permissions import Permission

Pair = tuple[int, int]  # the keys of a seeker and of a place


@dataclass(frozen=True, slots=True)
class School:
    """``point`` is None where the register gives no place, ``pupils`` where it gives no number,
    ``most_out`` where the school has not said how many it can spare on one day."""

    key: int
    point: tuple[int, int] | None
    phase: str
    pupils: int | None
    most_out: int | None = None


@dataclass(frozen=True, slots=True)
class Seeker:
    """``foci`` ranked; ``half_days``: how many are asked for, of those in ``free``.

    ``never`` are places that cannot be: whoever reads a result is not told why.
    """

    key: int
    school: int
    foci: tuple[str, ...]
    half_days: int
    free: frozenset[int]
    most_miles: int
    other_phase: bool
    unplaced_before: int
    never: frozenset[int]
    is_support: bool
    is_part_time: bool


@dataclass(frozen=True, slots=True)
class Place:
    key: int
    school: int
    foci: frozenset[str]
    capacity: int
    free: frozenset[int]


@dataclass(frozen=True, slots=True)
class Gathering:
    """Those who have no placement yet, and what is left of the places."""

    schools: Sequence[School]
    seekers: Sequence[Seeker]
    places: Sequence[Place]
    foci: Sequence[str]
    half_days: int


@dataclass(frozen=True, slots=True)
class Who:
    name: str
    school: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matchmaking:
    """``rounds`` gives rows that have ``public_id``, ``alliance``, ``name`` and ``visible_to``;
    the other functions get one of them. ``waiting``: the keys of those who are still to be
    brought together with somebody. ``take_over`` proposes what a solver found as a
    coordinator would by hand, and says how many: what has become impossible is left out.
    ``board`` is a URL's name, ``board_label`` what its page is called, ``ask_label`` what is on
    the button that asks for a proposal."""

    kind: str
    rounds: Callable[[], Any]
    may_run: Callable[[Any, Any], Permission]
    waiting: Callable[[Any], set[int]]
    take_over: Callable[[Any, Sequence[Any], Any], int]
    board: str
    board_label: Any
    ask_label: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing(Matchmaking):
    """People who seek a place with somebody who has one: ``take_over`` gets pairs of keys."""

    gather: Callable[[Any], Gathering]
    seekers: Callable[[Any], Mapping[int, Who]]
    places: Callable[[Any], Mapping[int, Who]]
    focus_words: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What people say of themselves instead of the topics that they would like to work on: one of
    ``choices`` (slug and words, by group). Its words go to the ``field`` of the plan."""

    question: Any
    choices: tuple[tuple[Any, tuple[tuple[str, Any], ...]], ...]
    field: str
    hint: Any = ""

    @property
    def words(self) -> dict[str, str]:
        return {slug: str(words) for _group, rows in self.choices for slug, words in rows}


@dataclass(frozen=True, slots=True)
class Forming:
    """How groups of a kind are made of people who would like one: the role of each of those who
    are brought together (so many at most), the ``least`` who are enough, how many of them, 1 or 2,
    may be of one school (with 1 nobody is asked whether to stay within their own), and whether it
    is better when they come of different departments."""

    kind: str
    roles: tuple[str, ...]
    least: int
    most_of_one_school: int = 2
    asked: Asked | None = None
    mixes_departments: bool = True

    @property
    def most(self) -> int:
        return len(self.roles)

    @property
    def most_foci(self) -> int:
        """Of one wish."""
        return 3 if self.asked is None else 1


@dataclass(frozen=True, slots=True)
class Wisher:
    """Somebody who would like to be in a group. ``foci`` ranked; ``times`` of a week; ``years`` of
    experience, as far as their career stage says; ``department``, empty where the staff list does
    not give it; ``never``: keys of those with whom they cannot
    be, and nobody is told why. ``before``: keys of groups that they were in."""

    key: int
    school: int
    foci: tuple[str, ...]
    times: frozenset[int]
    most_miles: int
    school_only: bool
    years: int
    department: str
    unplaced_before: int
    never: frozenset[int]
    before: frozenset[int]
    is_support: bool
    is_part_time: bool


@dataclass(frozen=True, slots=True)
class Wishers:
    """``times``: how many there are in a week."""

    schools: Sequence[School]
    people: Sequence[Wisher]
    foci: Sequence[str]
    times: int


@dataclass(frozen=True, slots=True)
class Made:
    """A group to be made: the keys of its people and their focus."""

    people: tuple[int, ...]
    focus: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping(Matchmaking):
    """People who would like to be in a group: ``take_over`` gets what is to be made; ``gather``
    may get, too, a group that has lost somebody (apps.activities.forming.gaps)."""

    forming: Forming
    gather: Callable[..., Wishers]
    people: Callable[[Any], Mapping[int, Who]]
    foci: Callable[[], Mapping[str, str]]
    time_words: Callable[[int], str]


def all_matchmaking() -> list[Matchmaking]:
    from apps.activities.forming.matchmaking import groupings
    from apps.activities.kinds import parts  # kinds import this module

    return [*(module.MATCHMAKING for module in parts("matchmaking")), *groupings()]


def matchmaking_of(kind: str) -> Matchmaking:
    """KeyError for a kind that brings nobody together."""
    return {found.kind: found for found in all_matchmaking()}[kind]
