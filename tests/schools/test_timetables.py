"""Cycles, timetables from files, own times: what is read, refused, kept and seen."""

from __future__ import annotations

import io
import uuid
from collections import Counter
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.urls import reverse

from apps.core import clock
from apps.core.tabular import UnreadableFile
from apps.schools.actions import timetables as actions
from apps.schools.enums import Role
from apps.schools.models import Cycle, OwnTime, PaidTime, TermDate, TimetableEntry, TimetableFile
from apps.schools.times import schools_times, times_of
from apps.schools.timetabling.calendars import read_calendar
from apps.schools.timetabling.plans import Bell, plan_of
from apps.schools.timetabling.tables import read_table
from tests import factories as f
from tests.activities.weeks import keep_bell, moment, next_monday, teach
from tests.support.clients import queries, signed_in

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2026, 9, 7)


@pytest.fixture
def school() -> Any:
    return f.SchoolFactory(name="Ash School")


@pytest.fixture
def lead(school: Any) -> Any:
    person = f.PersonFactory(given_name="Lee")
    f.MembershipFactory(person=person, organisation=school, role=Role.CPD_LEAD)
    return person


@pytest.fixture
def ann(school: Any) -> Any:
    person = f.PersonFactory(given_name="Ann", email="ann@ash.example")
    f.MembershipFactory(person=person, organisation=school, staff_id="A01")
    return person


# Tables


def bell_of(school: Any, **values: Any) -> Bell:
    cycle = keep_bell(school, **values)
    return Bell(cycle, list(cycle.periods.all()))


def read(school: Any, text: str, empty: str = "", **values: Any) -> Any:
    return read_table(io.BytesIO(text.encode()), school, bell_of(school, **values), empty)


def uses(cells: dict[Any, str]) -> dict[str, int]:
    return dict(Counter(cells.values()))


def test_a_row_for_each_person(school: Any, ann: Any) -> None:
    plan = read(school, "Staff Code;Mon P1;Mon P2;Mon P3\nA01;9A/En;PPA;\n")
    assert uses(plan.people[ann.pk]) == {"teaching": 1, "ppa": 1}
    filled = read(school, "Staff Code;Mon P1;Mon P2;Mon P3\nA01;9A/En;PPA;\n", "free")
    assert uses(filled.people[ann.pk]) == {"teaching": 1, "ppa": 1, "free": 23}


def test_a_row_for_each_lesson_in_two_weeks(school: Any, ann: Any) -> None:
    text = (
        "E-mail,Day,Period,Week,Holds\n"
        "ANN@ash.example,Monday,P1,A,7B/Sc\n"
        "ann@ash.example,Tue,2,B,ECT induction\n"
        "ann@ash.example,Fri,Period 5,,Duty\n"
    )
    plan = read(school, text, weeks=2)
    assert plan.errors == []
    assert uses(plan.people[ann.pk]) == {"teaching": 1, "induction": 1, "duty": 2}


def test_rows_that_cannot_be_used_say_how_to_mend_them(school: Any, ann: Any) -> None:
    text = (
        "Staff ID,Name,Day,Period,Week,Holds\n"
        "Z99,Zoe,Mon,P1,,x\n"
        ",,Mon,P1,,x\n"
        "A01,Ann,Someday,P1,,x\n"
        "A01,Ann,Mon,P9,,x\n"
        "A01,Ann,Mon,P1,B,x\n"
        "A01,Ann,Mon,P2,,PPA\n"
        "A01,Ann,Mon,P2,,8C/Hi\n"
    )
    plan = read(school, text)
    said = {error.row: error.text for error in plan.errors}
    assert list(said) == [2, 3, 4, 5, 6, 8]
    for row, word in ((2, "staff list"), (3, "Fill in"), (4, "weekday"), (5, "no such period")):
        assert word in said[row]
    assert "no week B" in said[6]
    assert "twice" in said[8]
    assert uses(plan.people[ann.pk]) == {"ppa": 1}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Surname,Mon P1\nX,y\n", "whose timetable"),
        ("Staff ID,Room\nA01,4\n", "period of your school day"),
        ("Staff ID\nA01\n", "only one column"),
        ("", "empty"),
    ],
)
def test_a_file_that_is_no_timetable_says_why(school: Any, ann: Any, text: str, why: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        read(school, text)


# Calendar files

ICS = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
SUMMARY:8X/Ma1 in a room with a very
  long name
DTSTART;TZID=Europe/London:{monday}T090000
DTEND;TZID=Europe/London:{monday}T100000
RRULE:FREQ=WEEKLY;COUNT=6
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:PPA
DTSTART;TZID=Europe/London:{monday}T101000
DURATION:PT50M
RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:School trip
DTSTART;TZID=Europe/London:{monday}T131000
DTEND;TZID=Europe/London:{monday}T151000
END:VEVENT
END:VCALENDAR
"""


def test_a_calendar_file_is_read_week_by_week(school: Any) -> None:
    monday = next_monday()
    bell = bell_of(school, weeks=2, anchor_on=monday)
    data = ICS.format(monday=f"{monday:%Y%m%d}").encode()
    cells, looked = read_calendar(data, bell, schools_times([school.pk])[school.pk], "", monday)
    names = {p.pk: (p.weekday, p.name) for p in bell.periods}
    found = {(*names[period], week): use for (period, week), use in cells.items()}
    assert found == {(0, "P1", 1): "teaching", (0, "P1", 2): "teaching", (0, "P2", 1): "ppa"}
    assert looked >= 5


def test_a_calendar_file_without_lessons_says_so(school: Any) -> None:
    data = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20260101\nEND:VEVENT\nEND:VCALENDAR\n"
    times = schools_times([school.pk])[school.pk]
    with pytest.raises(UnreadableFile, match="time of day"):
        read_calendar(data, bell_of(school), times, "", clock.today())


# Keeping them


def periods_of(*names: str) -> list[Any]:
    return [(0, name, time(9 + n), time(10 + n)) for n, name in enumerate(names)]


def set_day(lead: Any, school: Any, seen: int, *names: str, **values: Any) -> Cycle:
    common = {"weeks": 1, "anchor_on": SEPTEMBER, "most_released": None, "miles_an_hour": 20}
    return actions.set_cycle(
        by=lead,
        organisation=school,
        seen=seen,
        periods=periods_of(*names),
        **{**common, **values},  # type: ignore[arg-type]
    )


def test_a_period_that_stays_keeps_what_it_holds(school: Any, lead: Any, ann: Any) -> None:
    cycle = set_day(lead, school, 0, "P1", "P2")
    cells = {(period.pk, 1): "teaching" for period in cycle.periods.all()}
    actions.set_timetable(by=lead, organisation=school, person=ann, cells=cells)
    set_day(lead, school, 1, "P1", "Tutor")
    assert list(TimetableEntry.objects.values_list("period__name", flat=True)) == ["P1"]


def test_two_people_changing_the_school_day_lose_nothing(school: Any, lead: Any) -> None:
    set_day(lead, school, 0, "P1")
    with pytest.raises(actions.CycleChangedError):
        set_day(lead, school, 0, "P2")
    assert [p.name for p in Cycle.objects.get().periods.all()] == ["P1"]


def test_nothing_is_written_before_it_is_confirmed(school: Any, lead: Any, ann: Any) -> None:
    client, bell = signed_in(lead), bell_of(school)
    upload = io.BytesIO(b"Staff ID,Mon P1,Mon P2\nA01,7A,PPA\nB02,7A,\n")
    upload.name = "staff.csv"
    data = {"file": upload, "empty": "free", "client_key": str(uuid.uuid4())}
    sent = client.post(reverse("schools:timetable_upload", args=[school.ref]), data)
    kept = TimetableFile.objects.get()
    assert sent.url == reverse("schools:timetable_file", args=[kept.public_id])
    page = client.get(sent.url).content.decode()
    assert "Nothing is changed yet" in page
    assert "Nobody on your staff list" in page
    errors = reverse("schools:timetable_file_errors", args=[kept.public_id])
    sheet = client.get(errors).getvalue().decode("utf-8-sig").splitlines()
    assert sheet[0] == "Row,Person,What happened,How to mend it"
    assert sheet[1].startswith('3,B02,"Left out') and "on your staff list" in sheet[1]
    assert not TimetableEntry.objects.exists()
    assert plan_of(kept.plan).people.keys() == {ann.pk}
    client.post(sent.url)
    assert TimetableEntry.objects.filter(person=ann).count() == len(bell.periods)
    kept.refresh_from_db()
    assert plan_of(kept.plan).people == {}
    assert "B02" in client.get(errors).getvalue().decode()
    assert actions.confirm_file(by=lead, file=kept) == 0


def test_somebodys_upload_is_seen_by_nobody_else(school: Any, lead: Any, ann: Any) -> None:
    plan = read(school, "Staff ID,Mon P1\nA01,7A\n")
    kept = actions.keep_file(
        by=lead, organisation=school, plan=plan, filename="x.csv", client_key=uuid.uuid4()
    )
    url = reverse("schools:timetable_file", args=[kept.public_id])
    errors = reverse("schools:timetable_file_errors", args=[kept.public_id])
    assert signed_in(ann).get(url).status_code == signed_in(ann).get(errors).status_code == 404
    assert signed_in(lead).get(url).status_code == 200


def test_times_are_read_in_as_many_queries_for_many(
    school: Any, ann: Any, django_assert_num_queries: Any
) -> None:
    teach(ann, school, "TFPED")
    people = [(ann.pk, school.pk)]
    for _ in range(10):
        other = f.MembershipFactory(organisation=school).person
        teach(other, school, "TFTFT")
        people.append((other.pk, school.pk))
    monday = next_monday()
    with django_assert_num_queries(5):
        schools = schools_times([school.pk])
        found = times_of(people, monday, monday + timedelta(days=60), schools)
    mine = found[ann.pk]
    day = [(h.name, h.use) for h in mine.held if h.starts.date() == monday]
    assert day == [
        ("P1", "teaching"),
        ("P2", "free"),
        ("P3", "ppa"),
        ("P4", "induction"),
        ("P5", "duty"),
    ]
    assert mine.between[0] == (moment(monday, "07:30"), moment(monday, "09:00"))


def test_holidays_inset_days_and_days_off_hold_nothing(school: Any, ann: Any) -> None:
    teach(ann, school, "TTTTT")
    monday = next_monday()
    days = [monday + timedelta(days=n) for n in range(5)]
    for kind, day in (("inset", days[0]), ("closure", days[1])):
        TermDate.objects.create(organisation=school, kind=kind, starts_on=day, ends_on=day)
    ann.memberships.update(working_days=[0, 1, 2, 3])
    found = times_of([(ann.pk, school.pk)], monday, days[4], schools_times([school.pk]))
    assert {held.starts.date() for held in found[ann.pk].held} == {days[2], days[3]}


# My times


def test_three_times_i_could_do_and_leave_without_a_reason(school: Any, ann: Any) -> None:
    client, day = signed_in(ann), next_monday()
    url = reverse("schools:my_times")
    offers = {"what": "offers", "day_0": day, "starts_0": "14:00", "ends_0": "15:30"}
    assert client.post(url, offers).status_code == 302
    leave = {"what": "leave", "first_0": day, "last_0": day + timedelta(days=1)}
    assert client.post(url, leave).status_code == 302
    offer, away = OwnTime.objects.filter(person=ann)
    assert sorted([offer.kind, away.kind]) == ["leave", "offer"]
    page = client.get(url).content.decode()
    assert 'value="14:00"' in page
    assert "No reason is asked" in page
    client.post(url, {"what": "offers"})
    assert not OwnTime.objects.offers().exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"day_0": "2031-01-06", "starts_0": "15:00", "ends_0": "14:00"}, "ends before it begins"),
        ({"day_0": "2031-01-06", "starts_0": "15:00"}, "Fill in this one too"),
        ({"day_0": "2020-01-06", "starts_0": "14:00", "ends_0": "15:00"}, "This day is over"),
    ],
)
def test_a_time_that_cannot_be_is_said_and_kept(ann: Any, sent: Any, said: str) -> None:
    answer = signed_in(ann).post(reverse("schools:my_times"), {"what": "offers", **sent})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert f'value="{sent["day_0"]}"' in answer.content.decode()


def test_paid_hours_are_kept_for_support_staff(school: Any, lead: Any) -> None:
    post = f.MembershipFactory(organisation=school, role=Role.SUPPORT)
    url = reverse("schools:timetable_person", args=[school.ref, post.public_id])
    data = {"what": "paid", "starts_0": "08:30", "ends_0": "12:00", "starts_2": "08:30"}
    assert signed_in(lead).post(url, data).status_code == 422
    assert signed_in(lead).post(url, data | {"ends_2": "15:00"}).status_code == 302
    assert PaidTime.objects.filter(person=post.person).count() == 2


def test_my_own_timetable_comes_from_a_calendar_file(school: Any, ann: Any) -> None:
    monday = next_monday()
    keep_bell(school, weeks=2, anchor_on=monday)
    upload = io.BytesIO(ICS.format(monday=f"{monday:%Y%m%d}").encode())
    upload.name = "mine.ics"
    data = {"what": "calendar", "file": upload, "empty": "", "client_key": str(uuid.uuid4())}
    client = signed_in(ann)
    sent = client.post(reverse("schools:my_times"), data)
    assert "Is this your timetable?" in client.get(sent.url).content.decode()
    assert not TimetableEntry.objects.exists()
    assert client.post(sent.url).url == reverse("schools:my_times")
    assert TimetableEntry.objects.filter(person=ann).count() == 3
    broken = io.BytesIO(b"not a calendar")
    broken.name = "mine.ics"
    answer = client.post(reverse("schools:my_times"), {**data, "file": broken})
    assert answer.status_code == 422
    assert "This is not a calendar file" in answer.content.decode()


def test_old_files_and_times_that_are_over_go(school: Any, lead: Any, ann: Any) -> None:
    kept = f.TimetableFileFactory(organisation=school, uploaded_by=lead)
    now = clock.now()
    for days in (40, 20):
        ends = now - timedelta(days=days)
        OwnTime.objects.create(
            person=ann, kind="leave", starts_at=ends - timedelta(days=1), ends_at=ends
        )
    actions.tidy(now)
    assert OwnTime.objects.count() == 1
    assert TimetableFile.objects.get() == kept
    actions.tidy(now + timedelta(days=8))
    assert not TimetableFile.objects.exists()


# Who sees them


def test_a_timetable_is_theirs_their_leads_their_heads_and_the_cover_managers(
    school: Any, lead: Any, ann: Any
) -> None:
    teach(ann, school, "TTTTT")
    colleague = f.MembershipFactory(organisation=school).person
    head = f.MembershipFactory(organisation=school, role=Role.HEAD).person
    manager = f.MembershipFactory(organisation=school).person
    f.DelegateFactory(organisation=school, person=manager, kind="cover", appointed_by=head)
    stranger = f.MembershipFactory(role=Role.CPD_LEAD).person
    post = ann.memberships.get()
    url = reverse("schools:timetable_person", args=[school.ref, post.public_id])
    seen = {name: signed_in(who).get(url).status_code for name, who in {
        "lead": lead, "head": head, "manager": manager, "colleague": colleague,
        "stranger": stranger, "own": ann,
    }.items()}  # fmt: skip
    assert seen == {
        "lead": 200, "head": 200, "manager": 200, "colleague": 403, "stranger": 404, "own": 403,
    }  # fmt: skip
    mine = signed_in(ann).get(reverse("schools:my_times")).content.decode()
    assert mine.count("Teaching") == 25
    assert signed_in(manager).post(url, {"what": "timetable"}).status_code == 403


# Costs


@pytest.mark.parametrize("name", ["timetables", "timetable_person", "my_times", "timetable_upload"])
def test_pages_cost_the_same_for_one_and_for_thirty(
    school: Any, lead: Any, ann: Any, name: str
) -> None:
    keep_bell(school, weeks=2)
    teach(ann, school, "TFPFT")
    post = ann.memberships.get()
    args = {"my_times": [], "timetable_person": [school.ref, post.public_id]}
    url = reverse(f"schools:{name}", args=args.get(name, [school.ref]))
    who = ann if name == "my_times" else lead
    few = queries(who, url)
    for _ in range(29):
        teach(f.MembershipFactory(organisation=school).person, school, "TTFTT")
    assert queries(who, url) == few
    assert few <= 12
