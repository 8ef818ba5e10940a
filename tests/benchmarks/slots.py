"""Time the slot finder against trying everything: 12 people, 60 days, four schools and online.

``python -m tests.benchmarks.slots``
"""

from __future__ import annotations

import random
import time as clock
from datetime import date, datetime, time, timedelta

from apps.activities.slots import Busy, Member, Question, School, find
from tests.activities.slow_slots import find_slowly, hours

FIRST, DAYS, PEOPLE, SCHOOLS = date(2026, 9, 7), 60, 12, 4
LESSONS = (("09:00", "10:00"), ("10:00", "11:00"), ("11:20", "12:20"), ("13:10", "14:10"))
LESSONS = (*LESSONS, ("14:10", "15:10"))
BREAKS = (("07:30", "09:00"), ("11:00", "11:20"), ("12:20", "13:10"), ("15:10", "18:00"))


def term(seed: int = 2026) -> Question:
    rng = random.Random(seed)
    days = [datetime.combine(FIRST + timedelta(days=n), time()) for n in range(DAYS)]
    days = [day for day in days if day.weekday() < 5]
    open_days = frozenset(day.date() for day in days)
    schools = {
        key: School(key, open_days, (rng.randrange(9_000), rng.randrange(9_000)), 20, 2)
        for key in range(SCHOOLS)
    }
    members = tuple(_member(rng, key, days) for key in range(PEOPLE))
    last = FIRST + timedelta(days=DAYS - 1)
    return Question(members, schools, (*range(SCHOOLS), None), 45, FIRST, last)


def _member(rng: random.Random, key: int, days: list[datetime]) -> Member:
    """A fortnight's timetable of 25 periods a week: a fifth free, a few of PPA and duty."""
    uses = {(day, n): rng.random() for day in range(10) for n in range(5)}
    free, covered, never = [], [], []
    for count, day in enumerate(days):
        for n, lesson in enumerate(LESSONS):
            share = uses[count % 10, n]
            span = hours(day, lesson)[0]
            (free if share < 0.2 else never if share < 0.26 else covered).append(span)
    between = tuple(span for day in days for span in hours(day, *BREAKS))
    busy = tuple(
        Busy(*hours(rng.choice(days), rng.choice(LESSONS))[0], rng.randrange(SCHOOLS))
        for _ in range(4)
    )
    home = key % SCHOOLS
    return Member(
        key, home, tuple(free), tuple(covered), between, tuple(never), busy, rng.randrange(200)
    )


def main() -> int:
    asked = term()
    began = clock.perf_counter()
    found = find(asked)
    fast = clock.perf_counter() - began
    began = clock.perf_counter()
    same = find_slowly(asked)
    slow = clock.perf_counter() - began
    print(f"{PEOPLE} people x {DAYS} days, {SCHOOLS} schools and online: {len(found)} times")
    print(f"slot finder {fast * 1000:.0f} ms, trying everything {slow:.1f} s: {slow / fast:.0f} x")
    print("the same answer" if found == same else "THE ANSWERS DIFFER")
    return int(found != same)


if __name__ == "__main__":
    raise SystemExit(main())
