"""The slot finder: each rule, and that it finds what trying everything finds."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from apps.activities.slots import Busy, Member, Question, School, find, minutes_between
from apps.activities.slots.facts import LONDON, Span
from tests.activities.slow_slots import find_slowly, hours

MONDAY = date(2026, 11, 23)
ASH, BEECH, CEDAR = 1, 2, 3


def at(text: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(text), tzinfo=LONDON)


def span(start: str, end: str, day: date = MONDAY) -> Span:
    return at(start, day), at(end, day)


def school(key: int, **values: Any) -> School:
    days = frozenset(MONDAY + timedelta(days=n) for n in range(5))
    return School(key, **{"open_days": days, **values})


def question(*members: Member, **values: Any) -> Question:
    schools = values.pop("schools", [school(ASH), school(BEECH)])
    return Question(
        **{
            "members": members,
            "schools": {s.key: s for s in schools},
            "places": (ASH,),
            "minutes": 60,
            "first": MONDAY,
            "last": MONDAY,
            **values,
        }
    )


def times(asked: Question) -> list[str]:
    return [f"{s.starts:%a %H:%M}" for s in find(asked)]


def test_a_time_is_free_for_all() -> None:
    ann = Member(1, ASH, free=(span("09:00", "11:00"), span("14:00", "15:00")))
    bob = Member(2, ASH, free=(span("10:00", "12:00"), span("14:00", "15:00")))
    assert times(question(ann, bob)) == ["Mon 10:00", "Mon 14:00"]


def test_times_without_cover_come_before_those_with() -> None:
    ann = Member(1, ASH, covered=(span("09:00", "10:00"),), free=(span("15:00", "16:00"),))
    found = find(question(ann))
    assert [(f"{s.starts:%H:%M}", s.cover_minutes) for s in found] == [("15:00", 0), ("09:00", 60)]


def test_fewest_minutes_of_cover_come_first() -> None:
    ann = Member(1, ASH, covered=(span("09:00", "10:00"), span("13:00", "13:20")))
    ann = replace(ann, free=(span("13:20", "14:00"),))
    assert [s.cover_minutes for s in find(question(ann))] == [20, 60]


def test_least_travel_comes_before_soonest() -> None:
    near, far = school(BEECH, point=(1_000, 0)), school(CEDAR, point=(30_000, 0))
    monday, tuesday = MONDAY, MONDAY + timedelta(days=1)
    home = school(ASH, point=(0, 0))
    near = replace(near, open_days=frozenset([tuesday]))
    ann = Member(1, ASH, free=(span("08:00", "17:00", monday), span("08:00", "17:00", tuesday)))
    asked = question(ann, schools=[home, near, far], places=(CEDAR, BEECH), last=tuesday)
    assert [s.place for s in find(asked)][:2] == [BEECH, BEECH]


def test_equal_times_go_to_the_place_kindest_to_who_travelled_most() -> None:
    homes = [school(ASH, point=(0, 0)), school(BEECH, point=(5_000, 0))]
    free = (span("09:00", "12:00"),)
    asked = question(
        Member(1, ASH, free=free, travelled=300),
        Member(2, BEECH, free=free, travelled=20),
        schools=homes,
        places=(BEECH, ASH),
    )
    assert find(asked)[0].place == ASH


@pytest.mark.parametrize("protected", ["ppa", "ect induction", "leave"])
def test_never_beats_free_and_cover(protected: str) -> None:
    day = (span("09:00", "12:00"),)
    ann = Member(1, ASH, free=day, covered=day, never=(span("10:00", "12:00"),))
    assert times(question(ann)) == ["Mon 09:00"]


def test_travel_fits_before_and_after_from_the_persons_own_school() -> None:
    places = [school(ASH, point=(0, 0)), school(BEECH, point=(0, 4_950))]
    assert minutes_between(places[0], places[1], 20) == 12
    ann = Member(1, ASH, free=(span("09:00", "11:00"),))
    asked = question(ann, schools=places, places=(BEECH,))
    assert times(asked) == ["Mon 09:15"]
    assert find(asked)[0].travel == {1: 24}


def test_breaks_are_for_travelling_only() -> None:
    places = [school(ASH, point=(0, 0)), school(BEECH, point=(0, 4_950))]
    ann = Member(1, ASH, free=(span("09:00", "10:00"),), between=(span("08:00", "11:00"),))
    free_only = replace(ann, between=())
    assert times(question(ann, schools=places, places=(BEECH,))) == ["Mon 09:00"]
    assert times(question(free_only, schools=places, places=(BEECH,))) == []


def test_two_sessions_leave_time_for_the_way_between_them() -> None:
    places = [school(ASH, point=(0, 0)), school(BEECH, point=(0, 4_950))]
    busy = (Busy(*span("09:00", "10:00"), BEECH),)
    ann = Member(1, ASH, free=(span("08:00", "12:00"),), busy=busy)
    assert times(question(ann, schools=places)) == ["Mon 10:15"]


def test_no_more_than_k_are_released_from_one_school_at_once() -> None:
    lesson = (span("09:00", "10:00"),)
    ann, bob = Member(1, ASH, covered=lesson), Member(2, ASH, covered=lesson)
    for most, expected in ((1, []), (2, ["Mon 09:00"]), (None, ["Mon 09:00"])):
        assert times(question(ann, bob, schools=[school(ASH, most_released=most)])) == expected
    out = school(ASH, most_released=2, released=(span("09:30", "10:30"),))
    assert times(question(ann, bob, schools=[out])) == []


def test_a_closed_school_is_no_place() -> None:
    ann = Member(1, ASH, free=(span("09:00", "12:00"),))
    assert times(question(ann, schools=[School(ASH)])) == []
    assert times(question(ann, schools=[School(ASH)], places=(None,)))[0] == "Mon 09:00"


def test_unknown_distances_are_not_guessed() -> None:
    assert minutes_between(school(ASH), school(BEECH, point=(1, 1)), 20) is None
    assert minutes_between(school(ASH), None, 20) == 0


@pytest.mark.parametrize(
    ("day", "offset"), [(date(2026, 10, 25), 0), (date(2027, 3, 28), 1)], ids=["autumn", "spring"]
)
def test_both_clock_changes(day: date, offset: int) -> None:
    """The day before, the day itself and the day after: always the hour on the wall."""
    days = [day + timedelta(days=n) for n in (-1, 0, 1)]
    free = tuple(span("10:00", "11:00", d) for d in days)
    asked = question(Member(1, ASH, free=free), places=(None,), first=days[0], last=days[2])
    found = find(asked)
    assert [f"{s.starts:%H:%M}" for s in found] == ["10:00"] * 3
    assert {s.ends - s.starts for s in found} == {timedelta(hours=1)}
    hours_of_offset = [s.starts.utcoffset() // timedelta(hours=1) for s in found]  # type: ignore[operator]
    assert hours_of_offset == [1 - offset, offset, offset]
    assert found == find_slowly(asked)


def random_spans(rng: random.Random, day: datetime, most: int) -> tuple[Span, ...]:
    found = []
    for _ in range(rng.randint(0, most)):
        start = rng.randrange(8 * 60, 15 * 60, rng.choice((5, 7, 30)))
        end = start + rng.choice((10, 45, 60, 90, 150))
        pair = tuple(f"{t // 60:02d}:{t % 60:02d}" for t in (start, end))
        found += hours(day, pair)  # type: ignore[arg-type]
    return tuple(found)


def random_question(rng: random.Random) -> Question:
    first = rng.choice([MONDAY, date(2026, 10, 24), date(2027, 3, 27)])
    days = [datetime.combine(first + timedelta(days=n), time()) for n in range(3)]
    schools = {}
    for key in (ASH, BEECH, CEDAR):
        known = rng.random() < 0.8
        schools[key] = School(
            key,
            frozenset(d.date() for d in days if rng.random() < 0.8),
            (rng.randrange(0, 9_000), rng.randrange(0, 9_000)) if known else None,
            rng.choice((10, 20, 40)),
            rng.choice((None, 1, 2)),
            tuple(s for d in days for s in random_spans(rng, d, 1)),
        )
    members = tuple(random_member(rng, key, days) for key in range(rng.randint(1, 3)))
    return Question(
        members,
        schools,
        tuple(rng.sample([ASH, BEECH, CEDAR, None], rng.randint(1, 4))),
        rng.choice((15, 40, 60)),
        days[0].date(),
        days[-1].date(),
        rng.choice((None, days[0].replace(hour=11, minute=3, tzinfo=UTC))),
        wanted=rng.choice((1, 4, 10)),
    )


def random_member(rng: random.Random, key: int, days: list[datetime]) -> Member:
    def spans(most: int) -> tuple[Span, ...]:
        return tuple(s for d in days for s in random_spans(rng, d, most))

    busy = tuple(Busy(a, b, rng.choice((None, ASH, BEECH))) for a, b in spans(1))
    long = tuple(s for d in days for s in hours(d, ("09:00", "15:10")))
    return Member(
        key,
        rng.choice((ASH, BEECH, CEDAR)),
        spans(3) + (long if rng.random() < 0.4 else ()),
        spans(3) + (long if rng.random() < 0.4 else ()),
        long if rng.random() < 0.7 else (),
        spans(1),
        busy if rng.random() < 0.5 else (),
        rng.randrange(0, 200, 10),
    )


@pytest.mark.parametrize("seed", range(25))
def test_it_finds_what_trying_everything_finds(seed: int) -> None:
    asked = random_question(random.Random(seed))
    assert find(asked) == find_slowly(asked)


def test_the_random_questions_have_answers_of_every_sort() -> None:
    answers = [find(random_question(random.Random(seed))) for seed in range(25)]
    flat = [s for answer in answers for s in answer]
    assert sum(bool(answer) for answer in answers) > 10
    assert {s.place for s in flat} == {ASH, BEECH, CEDAR, None}
    assert {s.all_free for s in flat} == {True, False}
    assert any(s.travel for s in flat)
