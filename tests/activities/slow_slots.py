"""The slot finder said again as plainly as possible: try every start at every place."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from apps.activities.slots.facts import LONDON, STEP, Member, Question, Span, Suggestion
from apps.activities.slots.travel import journey

MINUTE = timedelta(minutes=1)


def find_slowly(question: Question) -> list[Suggestion]:
    found: list[tuple[tuple[Any, ...], Suggestion]] = []
    for number, place in enumerate(question.places):
        for start in starts(question):
            suggestion = judge(question, place, start)
            if suggestion is not None:
                order = (
                    suggestion.cover_minutes,
                    suggestion.travel_minutes,
                    start,
                    suggestion.burden,
                    number,
                )
                found.append((order, suggestion))
    found.sort(key=lambda pair: pair[0])
    picked: list[Suggestion] = []
    for _order, suggestion in found:
        if len(picked) < question.wanted and not any(
            s.starts < suggestion.ends and suggestion.starts < s.ends for s in picked
        ):
            picked.append(suggestion)
    return picked


def starts(question: Question) -> list[datetime]:
    found = []
    day = question.first
    while day <= question.last:
        at = datetime.combine(day, question.earliest, tzinfo=LONDON).astimezone(UTC)
        end = datetime.combine(day, question.latest, tzinfo=LONDON).astimezone(UTC)
        while at + question.minutes * MINUTE <= end:
            if question.not_before is None or at >= question.not_before:
                found.append(at)
            at += STEP * MINUTE
        day += timedelta(days=1)
    return found


def judge(question: Question, place: int | None, start: datetime) -> Suggestion | None:
    end = start + question.minutes * MINUTE
    if place is not None and start.astimezone(LONDON).date() not in (
        question.schools[place].open_days
    ):
        return None
    cover, travel, burdens = {}, {}, [0]
    for member in question.members:
        way = journey(question, member, member.home, place)
        if not may_come(question, member, place, start, end, way):
            return None
        needed = covered_minutes(member, start - way * MINUTE, end + way * MINUTE)
        if needed:
            cover[member.key] = needed
        if way:
            travel[member.key] = 2 * way
            burdens.append(member.travelled + 2 * way)
    if not may_release(question, place, start, end, cover):
        return None
    return Suggestion(
        start.astimezone(LONDON), end.astimezone(LONDON), place, cover, travel, max(burdens)
    )


def may_come(
    question: Question,
    member: Member,
    place: int | None,
    start: datetime,
    end: datetime,
    way: int,
) -> bool:
    window = (start - way * MINUTE, end + way * MINUTE)
    free, covered, between = (
        touching(spans, window) for spans in (member.free, member.covered, member.between)
    )
    busy = tuple((b.starts, b.ends) for b in member.busy)
    if touching(member.never, window) or touching(busy, window):
        return False
    for n in range(-way, question.minutes + way):
        at = start + n * MINUTE
        travelling = n < 0 or n >= question.minutes
        usable = within(at, free) or within(at, covered)
        if not usable and not (travelling and within(at, between)):
            return False
    for fixed in member.busy:
        apart = journey(question, member, fixed.place, place) * MINUTE
        if fixed.starts - apart < end and start < fixed.ends + apart:
            return False
    return True


def covered_minutes(member: Member, start: datetime, end: datetime) -> int:
    count, at, spans = 0, start, touching(member.covered, (start, end))
    while at < end:
        count += within(at, spans)
        at += MINUTE
    return count


def may_release(
    question: Question,
    place: int | None,
    start: datetime,
    end: datetime,
    cover: dict[int, int],
) -> bool:
    for school in question.schools.values():
        out = [m for m in question.members if m.key in cover and m.home == school.key]
        if not out or school.most_released is None:
            continue
        way = max(journey(question, m, m.home, place) for m in out) * MINUTE
        others = [s for s in school.released if s[0] < end + way and start - way < s[1]]
        if len(out) + len(others) > school.most_released:
            return False
    return True


def touching(spans: tuple[Span, ...], window: Span) -> tuple[Span, ...]:
    return tuple(s for s in spans if s[0] < window[1] and window[0] < s[1])


def within(at: datetime, spans: Any) -> bool:
    return any(first <= at < last for first, last in spans)


def hours(day: datetime, *pairs: tuple[str, str]) -> tuple[Span, ...]:
    """Spans of one London day, of texts such as "09:05"."""
    return tuple(
        (
            datetime.combine(day, time.fromisoformat(a), tzinfo=LONDON),
            datetime.combine(day, time.fromisoformat(b), tzinfo=LONDON),
        )
        for a, b in pairs
    )
