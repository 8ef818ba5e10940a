"""Uploading a calendar file: looked at first, then read in; the same file twice is once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Person
from apps.core.clock import frozen
from apps.core.models import AuditEvent
from apps.core.permissions import Refused
from apps.schools.actions import calendar_files as actions
from apps.schools.actions import calendars as typing
from apps.schools.calendars import is_open
from apps.schools.enums import Role
from apps.schools.models import CalendarFile, Organisation, TermDate
from tests import factories as f
from tests.schools.ics_files import all_day, calendar, event, of_school, real_dates

D = date.fromisoformat
MOORHILL = real_dates()["https://moorhill.staffs.sch.uk/parents/term-dates"]
YEAR = (
    all_day("autumn@s", "Autumn Term", "2026-09-01", "2026-12-18"),
    all_day("half@s", "Half Term", "2026-10-26", "2026-10-30"),
    all_day("inset@s", "INSET Day", "2026-09-01"),
    all_day("sports@s", "Sports <b>Day</b>", "2026-11-25"),
)


@pytest.fixture(autouse=True)
def _in_november(db: None) -> Any:
    with frozen(datetime(2026, 11, 22, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def school() -> Organisation:
    return f.SchoolFactory()


@pytest.fixture
def lead(school: Organisation) -> Person:
    return f.MembershipFactory(organisation=school, role=Role.CPD_LEAD).person


@pytest.fixture
def page(client: Client, lead: Person) -> Client:
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    return client


def upload(page: Client, school: Organisation, data: bytes) -> Any:
    file = SimpleUploadedFile("dates.ics", data, "text/calendar")
    return page.post(reverse("schools:calendar_file", args=[school.ref]), {"file": file})


def shown(page: Client, school: Organisation, data: bytes) -> tuple[str, dict[str, str], str]:
    """The address of the preview, what its form would send, and the page."""
    url = upload(page, school, data)["Location"]
    content = page.get(url).content.decode()
    chosen = {}
    selects = re.compile(r'<select [^>]*name="(d\d+)"[^>]*>(.*?)</select>', re.S)
    for name, options in selects.findall(content):
        selected = re.search(r'<option value="(\w*)" selected', options)
        chosen[name] = selected.group(1) if selected else ""
    return url, chosen, content


def read_in(page: Client, school: Organisation, data: bytes) -> Any:
    url, chosen, _content = shown(page, school, data)
    return page.post(url, chosen)


def dates(school: Organisation) -> set[tuple[str, str, str]]:
    rows = TermDate.objects.filter(organisation=school)
    return {(r.kind, r.starts_on.isoformat(), r.ends_on.isoformat()) for r in rows}


def test_nothing_is_kept_before_the_second_press(page: Client, school: Organisation) -> None:
    _url, chosen, content = shown(page, school, calendar(*YEAR))
    assert not TermDate.objects.exists()
    assert sorted(chosen.values()) == ["", "half_term", "inset", "term"]
    assert "Sports Day" in content
    assert "<b>Day" not in content
    assert "1 date was not recognised" in content


def test_reading_in_keeps_what_was_shown(page: Client, school: Organisation) -> None:
    assert read_in(page, school, calendar(*YEAR)).status_code == 302
    assert dates(school) == {
        ("term", "2026-09-01", "2026-12-18"),
        ("half_term", "2026-10-26", "2026-10-30"),
        ("inset", "2026-09-01", "2026-09-01"),
    }
    assert set(TermDate.objects.values_list("uid", flat=True)) == {"autumn@s", "half@s", "inset@s"}
    assert not CalendarFile.objects.exists()


def test_a_real_school_is_open_on_the_days_it_says(page: Client, school: Organisation) -> None:
    read_in(page, school, of_school(MOORHILL))
    assert not is_open(school, D("2026-10-28"))  # half-term
    assert is_open(school, D("2026-09-01"))  # INSET, before the first day of term
    assert not is_open(school, D("2026-12-22"))  # between terms
    assert is_open(school, D("2027-01-05"))
    assert not is_open(school, D("2027-05-03"))  # a bank holiday that no file names


def test_the_same_file_twice_changes_nothing(page: Client, school: Organisation) -> None:
    read_in(page, school, of_school(MOORHILL))
    before = list(TermDate.objects.order_by("pk").values())
    read_in(page, school, of_school(MOORHILL))
    assert list(TermDate.objects.order_by("pk").values()) == before
    assert AuditEvent.objects.filter(action="schools.calendar_read").count() == 1
    _url, _chosen, content = shown(page, school, of_school(MOORHILL))
    assert "there is nothing to change" in content


def test_a_newer_file_moves_what_moved_and_takes_out_what_went(
    page: Client, school: Organisation
) -> None:
    read_in(page, school, calendar(*YEAR))
    newer = calendar(
        all_day("autumn@s", "Autumn Term", "2026-09-02", "2026-12-17"),
        all_day("inset@s", "INSET Day", "2026-09-03"),
    )
    _url, _chosen, content = shown(page, school, newer)
    assert "Now Tue 1 Sep 2026 – Fri 18 Dec 2026" in content
    assert "Half-term, Mon 26 Oct 2026 – Fri 30 Oct 2026" in content.partition("taken out")[2]
    read_in(page, school, newer)
    assert dates(school) == {
        ("term", "2026-09-02", "2026-12-17"),
        ("inset", "2026-09-03", "2026-09-03"),
    }


def test_typed_dates_stay_unless_the_file_has_another_in_their_place(
    page: Client, school: Organisation
) -> None:
    for kind, first, last in (
        ("term", "2026-09-03", "2026-12-18"),
        ("closure", "2026-11-24", "2026-11-24"),
        ("term", "2025-09-03", "2025-12-18"),
    ):
        TermDate.objects.create(organisation=school, kind=kind, starts_on=D(first), ends_on=D(last))
    read_in(page, school, calendar(*YEAR))
    assert ("closure", "2026-11-24", "2026-11-24") in dates(school)
    assert ("term", "2025-09-03", "2025-12-18") in dates(school)
    assert ("term", "2026-09-03", "2026-12-18") not in dates(school)


def test_saving_the_typed_page_keeps_where_dates_came_from(
    page: Client, school: Organisation, lead: Person
) -> None:
    read_in(page, school, calendar(*YEAR))
    entries = typing.entries_of(school, 2026)
    more = [*entries, ("closure", D("2026-11-24"), D("2026-11-24"))]
    seen = typing.seal(entries)
    typing.set_calendar(by=lead, organisation=school, year=2026, entries=more, seen=seen)
    read_in(page, school, calendar(*YEAR))
    assert TermDate.objects.exclude(uid="").count() == 3
    assert TermDate.objects.filter(uid="").count() == 1


def test_what_was_not_recognised_is_said_by_hand(page: Client, school: Organisation) -> None:
    data = calendar(all_day("x@s", "Founder’s Day", "2026-11-25"))
    url, chosen, _content = shown(page, school, data)
    assert page.post(url, chosen).status_code == 422  # nothing would be read in
    assert page.post(url, dict.fromkeys(chosen, "closure")).status_code == 302
    assert dates(school) == {("closure", "2026-11-25", "2026-11-25")}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            (
                all_day(1, "Autumn Term", "2026-09-01", "2026-12-18"),
                all_day(2, "Spring Term", "2026-12-10", "2027-03-20"),
            ),
            "lies across “Autumn Term”",
        ),
        (
            (
                all_day(1, "Autumn Term", "2026-09-01", "2026-12-18"),
                all_day(2, "Half Term", "2027-02-15", "2027-02-19"),
            ),
            "lies in no term",
        ),
    ],
)
def test_dates_that_contradict_each_other_are_refused_with_what_to_do(
    page: Client, school: Organisation, parts: tuple[str, ...], said: str
) -> None:
    url, chosen, _content = shown(page, school, calendar(*parts))
    names = dict.fromkeys(chosen, "")
    data = {**chosen, **{name: value or "half_term" for name, value in chosen.items()}}
    response = page.post(url, data)
    assert (response.status_code, said in response.content.decode()) == (422, True), names
    assert not TermDate.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Term,Start\r\nAutumn,1 September", "Choose a file that ends in .ics"),
        (calendar(), "There is no event in this file"),
    ],
)
def test_what_is_no_calendar_is_refused(
    page: Client, school: Organisation, data: bytes, said: str
) -> None:
    response = upload(page, school, data)
    assert response.status_code == 422
    assert said in response.content.decode()


def test_what_could_not_be_read_is_named(page: Client, school: Organisation) -> None:
    broken = event(2, "Mystery", "DTSTART;VALUE=DATE:2026-99-99")
    _url, _chosen, content = shown(page, school, calendar(*YEAR, broken))
    assert "Could not be read" in content
    assert "Mystery" in content


def test_only_those_who_keep_the_calendar_read_one_in(school: Organisation, lead: Person) -> None:
    teacher = f.MembershipFactory(organisation=school, role=Role.TEACHER).person
    with pytest.raises(Refused):
        actions.store_file(by=teacher, organisation=school, filename="x", data=calendar(*YEAR))
    file = f.CalendarFileFactory(organisation=school, uploaded_by=lead)
    with pytest.raises(Refused):
        actions.read_in(by=teacher, file=file, dates=[])


def test_files_that_nobody_confirms_go_after_a_week(school: Organisation, lead: Person) -> None:
    f.CalendarFileFactory(organisation=school, uploaded_by=lead)
    now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert actions.tidy(now + timedelta(days=6)) == 0
    assert actions.tidy(now + timedelta(days=8)) == 1


def test_a_long_calendar_is_shown_in_few_queries(
    page: Client, school: Organisation, django_assert_max_num_queries: Any
) -> None:
    many = [all_day(n, f"Club {n}", D("2026-09-01") + timedelta(days=n)) for n in range(200)]
    url = upload(page, school, calendar(*YEAR, *many))["Location"]
    with django_assert_max_num_queries(15):
        content = page.get(url).content.decode()
    assert "51 more are not shown" in content
