"""The best times for a session, in one order that never depends on chance.

First those for which nobody needs cover; then the fewest minutes of cover, the least travel, the
soonest, and of several schools at one time that which is kindest to whoever has travelled most.
Of times that overlap only the best is offered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from heapq import merge
from itertools import groupby

from apps.activities.slots.facts import Busy, Member, Question, Suggestion
from apps.activities.slots.line import MINUTE, Line, Tally, bits, runs
from apps.activities.slots.travel import journey

Key = tuple[int, int, int, int, int]  # cover, travel, start, burden, number of the place


def find(question: Question) -> list[Suggestion]:
    """At most ``question.wanted`` times, the best first."""
    known = Known(question)
    roads = [Road(question, known, n) for n in range(len(question.places))]
    picked: list[tuple[Key, Road]] = []
    for key, road in _in_order(roads):
        start = key[2]
        if all(abs(start - other[2]) >= question.minutes for other, _road in picked):
            picked.append((key, road))
            if len(picked) == question.wanted:
                break
    return [road.suggestion(key[2]) for key, road in picked]


def _in_order(roads: list[Road]) -> Iterator[tuple[Key, Road]]:
    """All times in the order of their keys; those that need cover are looked at only if asked."""
    yield from _free_ones(roads)
    rest = [(key, n) for n, road in enumerate(roads) for key in road.covered_keys()]
    for key, n in sorted(rest):
        yield key, roads[n]


def _free_ones(roads: list[Road]) -> Iterator[tuple[Key, Road]]:
    for _travel, group in groupby(sorted(roads, key=_travel_of), key=_travel_of):
        yield from merge(*(_keyed(road) for road in group), key=lambda pair: pair[0])


def _travel_of(road: Road) -> int:
    return road.travel_minutes


def _keyed(road: Road) -> Iterator[tuple[Key, Road]]:
    return ((road.key(start, 0), road) for start in bits(road.all_free))


class Known:
    """What is the same wherever the session is."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.line = Line(question.first, question.last)
        self.members = [Marks.of(self.line, member) for member in question.members]

    @cached_property
    def starts(self) -> int:
        asked = self.question
        found = self.line.starts(asked.minutes, asked.earliest, asked.latest)
        if asked.not_before is not None:
            gone = self.line.index(asked.not_before + MINUTE - timedelta(microseconds=1))
            found &= ~((1 << gone) - 1)
        return found

    @cached_property
    def tallies(self) -> list[Tally]:
        return [Tally(marks.covered) for marks in self.members]

    @cached_property
    def released(self) -> dict[int, list[tuple[int, int]]]:
        return {
            key: [(self.line.index(a), self.line.index(b)) for a, b in school.released]
            for key, school in self.question.schools.items()
        }


@dataclass(frozen=True, slots=True)
class Marks:
    """The minutes of one member. ``usable`` for the session, ``around`` for the way as well."""

    covered: int
    usable: int
    around: int

    @classmethod
    def of(cls, line: Line, member: Member) -> Marks:
        shut = line.marked(member.never) | line.marked((b.starts, b.ends) for b in member.busy)
        covered = line.marked(member.covered)
        usable = (line.marked(member.free) | covered) & ~shut
        return cls(covered & ~shut, usable, usable | line.marked(member.between) & ~shut)


@dataclass
class Road:
    """The question for one of its places."""

    question: Question
    known: Known
    number: int

    @property
    def line(self) -> Line:
        return self.known.line

    @property
    def place(self) -> int | None:
        return self.question.places[self.number]

    def key(self, start: int, cover: int) -> Key:
        return (cover, self.travel_minutes, start, self.burden, self.number)

    @cached_property
    def ways(self) -> list[int]:
        """Minutes each member needs to get here, and as many back."""
        return [journey(self.question, m, m.home, self.place) for m in self.question.members]

    @cached_property
    def travel_minutes(self) -> int:
        return 2 * sum(self.ways)

    @cached_property
    def burden(self) -> int:
        """The most that one of those who come from elsewhere will have travelled by then."""
        pairs = zip(self.question.members, self.ways, strict=True)
        return max((m.travelled + 2 * way for m, way in pairs if way), default=0)

    @cached_property
    def starts(self) -> int:
        found = self.known.starts
        if self.place is not None:
            found &= self.line.on(self.question.schools[self.place].open_days)
        return found

    @cached_property
    def all_free(self) -> int:
        """The starts for which nobody needs cover."""
        found = self.possible
        for marks, way in zip(self.known.members, self.ways, strict=True):
            if marks.covered:
                found &= self._within(self._everything & ~marks.covered, way)
        return found

    @cached_property
    def possible(self) -> int:
        """The starts at which everybody could come, with cover where it is needed."""
        found = self.starts
        members = zip(self.question.members, self.known.members, self.ways, strict=True)
        for member, marks, way in members:
            found &= runs(marks.usable, self.question.minutes) & self._within(marks.around, way)
            found &= self._reachable(member)
        return found

    def _reachable(self, member: Member) -> int:
        """The starts that leave time to come from, and go on to, what is fixed elsewhere."""
        found = self._everything
        for fixed in member.busy:
            if apart := self._apart(member, fixed):
                near = self.line.marked([(fixed.starts, fixed.ends)], margin=apart)
                found &= runs(self._everything & ~near, self.question.minutes)
        return found

    def _apart(self, member: Member, fixed: Busy) -> int:
        return journey(self.question, member, fixed.place, self.place)

    def _within(self, line: int, way: int) -> int:
        """The starts whose session, with the way there and back, lies within ``line``."""
        return runs(line, self.question.minutes + 2 * way) << way

    @property
    def _everything(self) -> int:
        return (1 << self.line.length) - 1

    def covered_keys(self) -> Iterator[Key]:
        rest = self.possible & ~self.all_free
        for start in bits(rest):
            cover = self.cover_at(start)
            if self._may_release(start, cover):
                yield self.key(start, sum(cover.values()))

    def cover_at(self, start: int) -> dict[int, int]:
        """Minutes of cover by member, the way included."""
        end = start + self.question.minutes
        rows = zip(self.question.members, self.known.tallies, self.ways, strict=True)
        found = {m.key: tally.between(start - way, end + way) for m, tally, way in rows}
        return {key: minutes for key, minutes in found.items() if minutes}

    def _may_release(self, start: int, cover: dict[int, int]) -> bool:
        """Whether every school lets so many out: its members who need cover, and others out at
        any time while they are away."""
        away: dict[int, list[int]] = {}
        for member, way in zip(self.question.members, self.ways, strict=True):
            if member.key in cover:
                away.setdefault(member.home, []).append(way)
        for home, ways in away.items():
            most = self.question.schools[home].most_released
            if most is None:
                continue
            begin, end = start - max(ways), start + self.question.minutes + max(ways)
            others = sum(1 for a, b in self.known.released[home] if a < end and b > begin)
            if len(ways) + others > most:
                return False
        return True

    def suggestion(self, start: int) -> Suggestion:
        asked = self.question
        cover = {} if self.all_free >> start & 1 else self.cover_at(start)
        pairs = zip(asked.members, self.ways, strict=True)
        return Suggestion(
            self.line.moment(start),
            self.line.moment(start + asked.minutes),
            self.place,
            cover,
            {m.key: 2 * way for m, way in pairs if way},
            self.burden,
        )
