"""Reading calendar files: real dates, and all that makes such files hard to read."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import vRecur

from apps.core.tabular import UnreadableFile
from apps.schools.enums import TermDateKind as Kind
from apps.schools.ics.planning import Planned, plan
from apps.schools.ics.reading import LARGEST, MOST_KEPT, Reading, read
from apps.schools.ics.repeats import UnknownRepeat, repeat_of
from apps.schools.ics.words import Says, said_in
from tests.schools.ics_files import all_day, bank_holidays, calendar, event, of_school, real_dates

FIRST, LAST = date(2024, 8, 1), date(2028, 8, 31)
OURS = {"autumn": Kind.TERM, "spring": Kind.TERM, "summer": Kind.TERM, "occasional": Kind.CLOSURE}


def reading(data: bytes) -> Reading:
    return read(data, FIRST, LAST)


def planned(*parts: str) -> list[tuple[str, str, str]]:
    return [facts(one) for one in plan(reading(calendar(*parts)).happenings).known if one.kind]


def facts(one: Planned) -> tuple[str, str, str]:
    return one.kind, one.first.isoformat(), one.last.isoformat()


@pytest.mark.parametrize("page", real_dates())
def test_real_schools_years_are_read_as_they_are(page: str) -> None:
    rows = real_dates()[page]
    found = plan(reading(of_school(rows)).happenings)
    expected = {
        (OURS.get(row["kind"], row["kind"]), row["start"], row["end"])
        for row in rows
        if row["kind"] != "holiday"
    }
    assert {facts(one) for one in found.known if one.kind} == expected
    assert found.others == []


def test_holidays_between_terms_are_understood_and_not_kept() -> None:
    rows = next(iter(real_dates().values()))
    left = [one for one in plan(reading(of_school(rows)).happenings).known if not one.kind]
    assert len(left) == sum(row["kind"] == "holiday" for row in rows)
    assert {one.why for one in left} == {"Between terms: it follows from them."}


def test_real_bank_holidays_are_known_already() -> None:
    rows = [row for row in bank_holidays() if "2025" <= row["date"] < "2028"]
    assert len(rows) > 20
    data = calendar(*(all_day(n, row["title"], row["date"]) for n, row in enumerate(rows)))
    found = plan(reading(data).happenings)
    assert {one.kind for one in found.known} == {""}
    assert len(found.known) == len(rows)
    assert found.others == []


def test_a_bank_holiday_that_nobody_knew_of_is_a_closure() -> None:
    assert planned(all_day(1, "Bank Holiday for the Coronation", "2027-06-09")) == [
        ("closure", "2027-06-09", "2027-06-09")
    ]


# The ways of writing dates


def test_folded_lines_are_joined_even_within_a_letter() -> None:
    data = calendar(all_day(1, "Journée INSET", "2026-09-01")).replace(
        "é".encode(), b"\xc3\r\n \xa9"
    )
    assert [one.title for one in reading(data).happenings] == ["Journée INSET"]


def test_an_all_day_event_ends_the_day_before_its_dtend() -> None:
    [one] = reading(calendar(all_day(1, "Half term", "2026-10-26", "2026-10-30"))).happenings
    assert (one.first, one.last) == (date(2026, 10, 26), date(2026, 10, 30))


@pytest.mark.parametrize("end", ["DTEND;VALUE=DATE:20260901", "DURATION:P1D", "X-NO-END:1"])
def test_a_day_without_a_proper_end_is_one_day(end: str) -> None:
    [one] = reading(calendar(event(1, "INSET", "DTSTART;VALUE=DATE:20260901", end))).happenings
    assert (one.first, one.last) == (date(2026, 9, 1), date(2026, 9, 1))


@pytest.mark.parametrize(
    ("start", "end", "day"),
    [
        # Midnight in London is eleven o'clock the evening before in summer, in UTC.
        ("20260831T230000Z", "20260901T230000Z", date(2026, 9, 1)),
        ("20270104T000000Z", "20270105T000000Z", date(2027, 1, 4)),
        ("20270328T000000Z", "20270328T230000Z", date(2027, 3, 28)),  # the clocks go forward
        ("20261024T230000Z", "20261026T000000Z", date(2026, 10, 25)),  # and back
    ],
)
def test_times_in_utc_are_days_in_london(start: str, end: str, day: date) -> None:
    [one] = reading(calendar(event(1, "INSET", f"DTSTART:{start}", f"DTEND:{end}"))).happenings
    assert (one.first, one.last, one.whole) == (day, day, True)


@pytest.mark.parametrize("zone", ["Europe/London", "GMT Standard Time"])
def test_times_with_a_zone_are_days_there(zone: str) -> None:
    lines = f"DTSTART;TZID={zone}:20260901T000000", f"DTEND;TZID={zone}:20260902T000000"
    [one] = reading(calendar(event(1, "INSET", *lines))).happenings
    assert (one.first, one.last) == (date(2026, 9, 1), date(2026, 9, 1))


def test_an_hour_of_a_day_is_not_the_day() -> None:
    lines = "DTSTART;TZID=Europe/London:20260907T153000", "DTEND;TZID=Europe/London:20260907T163000"
    assert planned(event(1, "Staff training", *lines)) == []


def test_what_repeats_is_spread_out_but_for_the_days_left_out() -> None:
    lines = (
        "DTSTART;VALUE=DATE:20260904",
        "DTEND;VALUE=DATE:20260905",
        "RRULE:FREQ=MONTHLY;BYDAY=1FR;COUNT=4",
        "EXDATE;VALUE=DATE:20261002",
    )
    moved = event(
        1,
        "INSET day, moved",
        "RECURRENCE-ID;VALUE=DATE:20261106",
        "DTSTART;VALUE=DATE:20261109",
        "DTEND;VALUE=DATE:20261110",
    )
    found = reading(calendar(event(1, "INSET day", *lines), moved)).happenings
    assert [(one.first.isoformat(), one.title) for one in found] == [
        ("2026-09-04", "INSET day"),
        ("2026-11-09", "INSET day, moved"),
        ("2026-12-04", "INSET day"),
    ]
    assert len({one.uid for one in found}) == 3


WEEKDAY = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
NTH = st.tuples(st.sampled_from(["", "1", "2", "3", "-1", "-2", "5"]), WEEKDAY).map("".join)


@st.composite
def rules(draw: Any) -> str:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(st.integers(1, 4))}"]
    end = draw(st.sampled_from(["", "COUNT", "UNTIL"]))
    if end == "COUNT":
        parts.append(f"COUNT={draw(st.integers(1, 30))}")
    if end == "UNTIL":
        until = date(2024, 9, 1) + timedelta(days=draw(st.integers(0, 900)))
        parts.append(f"UNTIL={until:%Y%m%d}")
    choice = draw(st.sampled_from(["", "BYDAY", "BYMONTHDAY"]))
    if choice == "BYDAY":
        days = NTH if freq in ("MONTHLY", "YEARLY") else WEEKDAY
        parts.append("BYDAY=" + ",".join(draw(st.lists(days, min_size=1, max_size=3))))
    if choice == "BYMONTHDAY" and freq != "WEEKLY":
        days_ = draw(st.lists(st.sampled_from([1, 2, 15, 29, 30, 31, -1, -3]), min_size=1))
        parts.append("BYMONTHDAY=" + ",".join(map(str, days_)))
    if draw(st.booleans()):
        months = draw(st.lists(st.integers(1, 12), min_size=1, max_size=3))
        parts.append("BYMONTH=" + ",".join(map(str, months)))
    if freq == "WEEKLY":
        parts.append(f"WKST={draw(WEEKDAY)}")
    return ";".join(parts)


@settings(max_examples=100, deadline=None)
@given(rules(), st.integers(0, 700))
def test_repeats_are_those_of_dateutil(rule: str, offset: int) -> None:
    """From a first day that its own rule holds for, as calendar programs write them."""
    first, last = date(2024, 9, 2) + timedelta(days=offset), date(2027, 8, 31)
    expected = []
    for at in rrulestr(rule, dtstart=datetime.combine(first, time())):
        if at.date() > last:
            break
        expected.append(at.date())
    if expected[:1] == [first]:
        found = repeat_of(first, vRecur.from_ical(rule))
        assert list(found.days_between(first, last)) == expected


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=HOURLY", "FREQ=YEARLY;BYEASTER=0", "FREQ=DAILY;BYSETPOS=1"]
)
def test_odd_repeats_are_named_and_not_read(rule: str) -> None:
    found = reading(calendar(event(1, "INSET", "DTSTART;VALUE=DATE:20260901", f"RRULE:{rule}")))
    assert found.happenings == []
    assert found.problems[0][0] == "INSET"


def test_a_rule_that_never_comes_true_takes_no_time() -> None:
    rule = repeat_of(date(2024, 9, 1), vRecur.from_ical("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"))
    assert list(rule.days_between(FIRST, LAST)) == [date(2024, 9, 1)]
    with pytest.raises(UnknownRepeat):
        repeat_of(FIRST, vRecur.from_ical("FREQ=WEEKLY;BYDAY=2MO"))


# What files are like


def test_html_becomes_words() -> None:
    one = all_day(1, "INSET &amp; training <b>day</b>", "2026-09-01", None)
    note = one.replace("END:VEVENT", "DESCRIPTION:<p>Nobody&nbsp\\;<br>in</p>\\nEnd\r\nEND:VEVENT")
    [found] = reading(calendar(note)).happenings
    assert (found.title, found.note) == ("INSET & training day", "Nobody in End")


def test_alarms_and_attendees_are_passed_over() -> None:
    alarm = "BEGIN:VALARM\r\nTRIGGER:-P1D\r\nDESCRIPTION:x\r\nDURATION:P9D\r\nEND:VALARM"
    [one] = reading(calendar(all_day(1, "INSET", "2026-09-01", None, alarm))).happenings
    assert (one.last, one.note) == (date(2026, 9, 1), "")


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_of_any_program_are_read(newline: str, encoding: str) -> None:
    data = calendar(all_day(1, "INSET", "2026-09-01"), newline=newline).decode().encode(encoding)
    assert len(reading(data).happenings) == 1


def test_a_broken_event_does_not_spoil_the_others() -> None:
    broken = event(2, "Broken", "DTSTART;VALUE=DATE:2026-13-45")
    backwards = event(3, "Backwards", "DTSTART:20260902T100000Z", "DTEND:20260801T100000Z")
    found = reading(calendar(all_day(1, "INSET", "2026-09-01"), broken, backwards))
    assert [one.title for one in found.happenings] == ["INSET"]
    assert [title for title, _why in found.problems] == ["Broken", "Backwards"]


def test_cancelled_events_and_other_years_are_left_aside() -> None:
    found = reading(
        calendar(
            all_day(1, "INSET", "2026-09-01", None, "STATUS:CANCELLED"),
            all_day(2, "INSET", "2012-09-01"),
        )
    )
    assert (found.happenings, found.elsewhere) == ([], 1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a calendar"),
        (b"Name,Date\r\n", "not a calendar"),
        (b"%PDF-1.7", "not a calendar"),
        (b"\x00" * 100, "not a calendar"),
        (calendar(), "no event"),
        (b"BEGIN:VCALENDAR" + b" " * LARGEST, "larger than 4 MB"),
    ],
)
def test_what_is_no_calendar_is_refused_with_a_fix(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said) as refused:
        reading(data)
    assert refused.value.fix


def test_a_huge_calendar_is_bounded() -> None:
    line = "DTSTART;VALUE=DATE:19900101\r\nRRULE:FREQ=DAILY"
    daily = calendar(*(event(n, "Register", line) for n in range(250)))
    found = reading(daily)
    assert (len(found.happenings), found.beyond > 50) == (MOST_KEPT, True)


# What titles say


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("INSET day — school closed", {Says.INSET}),
        ("Staff training day (closed to pupils)", {Says.INSET}),
        ("INSET day / Autumn term begins", {Says.INSET, Says.BEGINS}),
        ("Twilight INSET", set()),
        ("October Half-Term Holiday", {Says.HALF_TERM}),
        ("School closes for half term", {Says.ENDS}),
        ("Pupils return after half term", {Says.BEGINS}),
        ("Half Term 1", {Says.TERM}),
        ("Term 1 Begins", {Says.BEGINS}),
        ("School breaks up for Christmas", {Says.ENDS}),
        ("Easter holidays", {Says.HOLIDAY}),
        ("Bank Holiday (School closed)", {Says.BANK_HOLIDAY}),
        ("Polling day: school closed", {Says.CLOSURE}),
        ("End of term assembly", set()),
        ("Spring term parents’ evening", set()),
        ("Christmas concert", set()),
    ],
)
def test_titles_are_understood(title: str, says: set[Says]) -> None:
    assert said_in(title) == says


def test_terms_are_made_of_first_and_last_days() -> None:
    assert planned(
        all_day(1, "Autumn term begins", "2026-09-03"),
        all_day(2, "School closes for half term", "2026-10-23"),
        all_day(3, "Half term", "2026-10-26", "2026-10-30"),
        all_day(4, "Pupils return after half term", "2026-11-02"),
        event(5, "End of term", "DTSTART:20261218T131500Z", "DTEND:20261218T141500Z"),
    ) == [("term", "2026-09-03", "2026-12-18"), ("half_term", "2026-10-26", "2026-10-30")]


def test_two_halves_are_one_term_and_christmas_keeps_terms_apart() -> None:
    assert planned(
        all_day(1, "Autumn 1", "2026-09-02", "2026-10-23"),
        all_day(2, "Half term", "2026-10-24", "2026-11-01"),
        all_day(3, "Autumn 2", "2026-11-02", "2026-12-18"),
        all_day(4, "Half term", "2026-12-21", "2027-01-03"),
        all_day(5, "Spring 1", "2027-01-04", "2027-02-12"),
    ) == [
        ("term", "2026-09-02", "2026-12-18"),
        ("half_term", "2026-10-24", "2026-11-01"),
        ("term", "2027-01-04", "2027-02-12"),
    ]


def test_without_any_term_a_holiday_is_a_closure() -> None:
    assert planned(all_day(1, "Christmas holidays", "2026-12-21", "2027-01-01")) == [
        ("closure", "2026-12-21", "2027-01-01")
    ]


def test_what_is_not_understood_stays_in_sight() -> None:
    found = plan(reading(calendar(all_day(1, "Sports Day", "2027-06-16"))).happenings)
    assert ([one.title for one in found.others], found.known) == (["Sports Day"], [])


@pytest.mark.parametrize("part", ["VEVENT", "VTIMEZONE"])
def test_parts_that_never_end_cost_no_more_than_others(part: str) -> None:
    lines = f"BEGIN:{part}\n" * 200_000
    began = monotonic()
    with pytest.raises(UnreadableFile):
        reading(f"BEGIN:VCALENDAR\n{lines}END:VCALENDAR\n".encode())
    assert monotonic() - began < 5  # looking for each end anew would take hours
