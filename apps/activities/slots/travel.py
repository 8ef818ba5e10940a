"""How long it takes to get from school to school."""

from __future__ import annotations

from math import ceil, hypot

from apps.activities.slots.facts import Member, Question, School

METRES_A_MILE = 1609.344
ROADS_WIND = 1.3  # a road is about this much longer than the straight line


def minutes_between(a: School | None, b: School | None, miles_an_hour: int) -> int | None:
    """Whole minutes, rounded up; 0 at one place or online; None when a point is not known."""
    if a is None or b is None or a.key == b.key:
        return 0
    if a.point is None or b.point is None:
        return None
    metres = hypot(a.point[0] - b.point[0], a.point[1] - b.point[1]) * ROADS_WIND
    return ceil(metres / METRES_A_MILE / miles_an_hour * 60)


def journey(question: Question, member: Member, start: int | None, end: int | None) -> int:
    """Minutes for ``member`` at the speed of their own school; 0 where it is not known."""
    if start is None or end is None:
        return 0
    schools = question.schools
    speed = schools[member.home].miles_an_hour
    return minutes_between(schools[start], schools[end], speed) or 0
