import csv
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.years import academic_year
from apps.schools.calendars import (
    FURTHEST,
    Calendar,
    calendar_of,
    calendars_of,
    is_open,
    next_open_morning,
)
from apps.schools.enums import TermDateKind as Kind
from apps.schools.models import TermDate
from tests import factories as f

LONDON = ZoneInfo("Europe/London")
D = date.fromisoformat


def term_date(kind: str, first: str, last: str = "") -> TermDate:
    return TermDate(kind=kind, starts_on=D(first), ends_on=D(last or first))


def year_2026() -> list[TermDate]:
    return [
        term_date(Kind.TERM, "2026-09-02", "2026-12-18"),
        term_date(Kind.TERM, "2027-01-04", "2027-03-25"),
        term_date(Kind.TERM, "2027-04-12", "2027-07-21"),
        term_date(Kind.HALF_TERM, "2026-10-26", "2026-10-30"),
        term_date(Kind.HALF_TERM, "2027-02-15", "2027-02-19"),
        term_date(Kind.INSET, "2026-09-01"),
        term_date(Kind.INSET, "2026-10-23"),
        term_date(Kind.INSET, "2027-07-21"),
        term_date(Kind.CLOSURE, "2026-11-24"),
    ]


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        ("2026-11-20", True),  # a Friday in term
        ("2026-11-21", False),  # Saturday
        ("2026-11-24", False),  # closed for the day
        ("2026-10-23", True),  # an INSET day in term
        ("2026-09-01", True),  # an INSET day before the term
        ("2027-07-21", True),  # an INSET day that is the term's last
        ("2026-10-28", False),  # half-term
        ("2026-12-21", False),  # between two terms
        ("2027-05-03", False),  # a bank holiday in term
        ("2027-08-04", False),  # after the summer term
        ("2027-09-02", True),  # a year nobody has typed in
        ("2027-12-27", False),  # a bank holiday's substitute day
    ],
)
def test_a_typed_year(day: str, open_: bool) -> None:
    assert calendar_of(year_2026()).is_open(D(day)) is open_


def test_with_no_terms_weekdays_that_are_no_bank_holidays_are_open() -> None:
    assert Calendar().is_open(D("2026-11-23"))
    assert not Calendar().is_open(D("2026-11-22"))
    assert not Calendar().is_open(D("2026-12-28"))


def test_half_a_year_typed_in_says_nothing_about_the_rest() -> None:
    autumn = calendar_of([term_date(Kind.TERM, "2026-09-02", "2026-12-18")])
    summer = calendar_of(
        [
            term_date(Kind.TERM, "2026-09-02", "2026-12-18"),
            term_date(Kind.TERM, "2027-04-12", "2027-07-21"),
        ]
    )

    assert autumn.is_open(D("2027-01-12"))
    assert summer.is_open(D("2027-02-02"))
    assert not summer.is_open(D("2027-08-02"))


def test_a_term_that_begins_in_august_belongs_to_the_new_year() -> None:
    terms = calendar_of(
        [
            term_date(Kind.TERM, "2026-04-13", "2026-07-20"),
            term_date(Kind.TERM, "2026-08-27", "2026-12-18"),
        ]
    )

    assert not terms.is_open(D("2026-08-20"))
    assert terms.is_open(D("2026-08-28"))


@pytest.mark.parametrize(
    ("day", "morning"),
    [
        ("2026-10-24", "2026-11-02T07:30+00:00"),  # over half-term, and the clocks go back
        ("2027-03-26", "2027-04-12T07:30+01:00"),  # over Easter, and the clocks go forward
        ("2026-12-19", "2027-01-04T07:30+00:00"),
        ("2026-11-20", "2026-11-20T07:30+00:00"),
    ],
)
def test_the_next_morning(day: str, morning: str) -> None:
    found = calendar_of(year_2026()).first_open_morning(D(day))

    assert found == datetime.fromisoformat(morning)
    assert found.astimezone(LONDON).time().isoformat() == "07:30:00"


def test_only_the_persons_working_days() -> None:
    assert calendar_of(year_2026()).first_open(D("2026-11-20"), [1]) == D("2026-12-01")
    assert calendar_of(year_2026()).first_open(D("2026-11-20"), []) == D("2026-11-20")


def test_a_school_that_never_opens_gets_the_next_weekday() -> None:
    shut = calendar_of([term_date(Kind.CLOSURE, "2020-01-01", "2040-01-01")])

    assert shut.first_open(D("2026-12-25")) == D("2026-12-29")


@settings(max_examples=50, deadline=None)
@given(
    day=st.dates(D("2020-01-01"), D("2040-12-31")),
    working=st.lists(st.integers(0, 6), max_size=7),
    spans=st.lists(
        st.tuples(
            st.sampled_from(Kind.values),
            st.dates(D("2025-01-01"), D("2028-12-31")),
            st.integers(0, 120),
        ),
        max_size=12,
    ),
)
def test_always_a_morning_not_before_the_day(day, working, spans) -> None:
    rows = [
        TermDate(kind=kind, starts_on=first, ends_on=first + timedelta(days=length))
        for kind, first, length in spans
    ]

    found = calendar_of(rows).first_open(day, working)

    assert day <= found <= day + timedelta(days=FURTHEST)


def test_real_schools() -> None:
    """Dates that six schools publish: INSET days are open, half-terms and holidays are not."""
    kinds = {"autumn": Kind.TERM, "spring": Kind.TERM, "summer": Kind.TERM}
    schools: dict[str, list[TermDate]] = defaultdict(list)
    holidays = []
    with (Path(__file__).parent / "term_dates.csv").open() as file:
        for row in csv.DictReader(file):
            if row["kind"] in (*kinds, "half_term", "inset"):
                kind = kinds.get(row["kind"], row["kind"])
                schools[row["school_page"]].append(term_date(kind, row["start"], row["end"]))
            elif row["kind"] == "holiday":
                holidays.append((row["school_page"], D(row["start"]), D(row["end"])))

    calendars = {school: calendar_of(rows) for school, rows in schools.items()}
    inset = [(s, r.starts_on) for s, rows in schools.items() for r in rows if r.kind == Kind.INSET]
    assert len(inset) > 30
    assert [(s, d) for s, d in inset if not calendars[s].is_open(d)] == []
    for school, first, last in holidays:
        known = {academic_year(r.starts_on) for r in schools[school]}
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        days = [d for d in days if academic_year(d) in known]
        worked = {d for s, d in inset if s == school}
        assert [d for d in days if calendars[school].is_open(d) and d not in worked] == []


@pytest.mark.django_db
def test_many_schools_in_one_query(django_assert_num_queries) -> None:
    schools = [f.SchoolFactory() for _ in range(5)]
    for school in schools[:4]:
        TermDate.objects.create(
            organisation=school,
            kind=Kind.CLOSURE,
            starts_on=D("2026-11-23"),
            ends_on=D("2026-11-23"),
        )

    with django_assert_num_queries(1):
        found = calendars_of(school.pk for school in schools)

    assert [found[s.pk].is_open(D("2026-11-23")) for s in schools] == [False] * 4 + [True]
    assert not is_open(schools[0], D("2026-11-23"))
    assert next_open_morning(schools[0], D("2026-11-21")).date() == D("2026-11-24")
