"""A line of minutes as one large integer: bit n is the n-th minute after the origin.

Whole months are combined in a handful of operations. Minutes are counted in UTC, so that the two
days on which the clocks change are nothing special.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from apps.activities.slots.facts import LONDON, STEP, Span

DAY = 24 * 60
MINUTE = timedelta(minutes=1)


class Line:
    """The minutes from the day before ``first`` to the day after ``last``."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.origin = datetime.combine(first - timedelta(days=1), time(), tzinfo=UTC)
        self.length = ((last - first).days + 3) * DAY

    def index(self, moment: datetime) -> int:
        """The minute of ``moment``, kept within the line."""
        return min(max((moment - self.origin) // MINUTE, 0), self.length)

    def moment(self, index: int) -> datetime:
        return (self.origin + index * MINUTE).astimezone(LONDON)

    def marked(self, spans: Iterable[Span], margin: int = 0) -> int:
        """All minutes that the spans touch, with ``margin`` minutes at either side."""
        found = 0
        for starts, ends in spans:
            begin = max(self.index(starts) - margin, 0)
            end = self.index(ends + MINUTE - timedelta(microseconds=1)) + margin
            if end > begin:
                found |= ((1 << (end - begin)) - 1) << begin
        return found

    def days(self) -> Iterator[date]:
        for n in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=n)

    def starts(self, minutes: int, earliest: time, latest: time) -> int:
        """Every STEP minutes of every day, for what lasts ``minutes`` and ends by ``latest``."""
        found = 0
        for day in self.days():
            for index in self._starts_of(day, minutes, earliest, latest):
                found |= 1 << index
        return found

    def _starts_of(self, day: date, minutes: int, earliest: time, latest: time) -> Iterable[int]:
        begin = self.index(datetime.combine(day, earliest, tzinfo=LONDON))
        end = self.index(datetime.combine(day, latest, tzinfo=LONDON))
        return range(begin, end - minutes + 1, STEP)

    def on(self, days: Iterable[date]) -> int:
        """The whole of the given days, by London's midnights."""
        return self.marked(
            (
                datetime.combine(day, time(), tzinfo=LONDON).astimezone(UTC),
                datetime.combine(day + timedelta(days=1), time(), tzinfo=LONDON).astimezone(UTC),
            )
            for day in days
            if self.first <= day <= self.last
        )


def runs(line: int, length: int) -> int:
    """Bit n is set where all of n to n + length - 1 are set in ``line``."""
    have = 1
    while have < length:
        step = min(have, length - have)
        line &= line >> step
        have += step
    return line


def bits(line: int) -> Iterator[int]:
    """The places of the set bits, from the lowest."""
    for byte, value in enumerate(line.to_bytes((line.bit_length() + 7) // 8, "little")):
        for bit in _BITS[value]:
            yield byte * 8 + bit


_BITS = [[bit for bit in range(8) if value >> bit & 1] for value in range(256)]


class Tally:
    """How many bits of a line are set before a place, without walking it."""

    def __init__(self, line: int) -> None:
        blocks = [m.span() for m in re.finditer("1+", f"{line:b}"[::-1])]
        self._starts = [start for start, _end in blocks]
        self._ends = [end for _start, end in blocks]
        lengths = (end - start for start, end in blocks)
        self._before = list(accumulate(lengths, initial=0))

    def before(self, place: int) -> int:
        n = bisect_right(self._starts, place)
        if not n:
            return 0
        return self._before[n - 1] + min(place, self._ends[n - 1]) - self._starts[n - 1]

    def between(self, start: int, end: int) -> int:
        return self.before(end) - self.before(start)
