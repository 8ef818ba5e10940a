"""Who came: the code on the wall, and lists from a file."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.activities import attendance_file, engine, wall
from apps.activities.engine import Blocked, Slot
from apps.activities.engine.attendance import record_attendance
from apps.activities.enums import ParticipantState
from apps.activities.models import Activity, Attendance, Session
from apps.core import clock
from apps.core.tabular import UnreadableFile
from apps.schools.calendars import LONDON
from tests.activities.test_training_event import booked
from tests.activities.triads import Stage, home_of

NOON = datetime(2026, 11, 24, 12, tzinfo=LONDON)


@pytest.fixture(autouse=True)
def fresh_tries(db: None) -> None:
    cache.clear()


def at(moment: datetime, activity: Activity, stage: Stage) -> Session:
    slot = Slot(moment, moment + timedelta(minutes=90))
    return engine.plan_session(
        activity, by=stage.lead, kind="training", slot=slot, despite_conflicts=True
    )


@pytest.fixture
def session(stage: Stage) -> Session:
    with clock.frozen(NOON - timedelta(days=1)):
        return at(NOON, booked(stage, stage.ann, stage.bob), stage)


def test_whoever_enters_the_code_is_present(stage: Stage, session: Session) -> None:
    code = wall.code_of(session)
    with clock.frozen(NOON):
        wall.enter(by=stage.ann, code=f" {code[:3].lower()} {code[3:]}")
    row = Attendance.objects.get()
    assert (row.person, row.present) == (stage.ann, True)


def test_a_wrong_code_marks_nobody(stage: Stage, session: Session) -> None:
    with clock.frozen(NOON), pytest.raises(Blocked, match="No session of yours"):
        wall.enter(by=stage.ann, code="BBBBBB")
    assert not Attendance.objects.exists()


def test_a_code_is_worth_nothing_to_somebody_else(stage: Stage, session: Session) -> None:
    with clock.frozen(NOON), pytest.raises(Blocked, match="No session of yours"):
        wall.enter(by=stage.dee, code=wall.code_of(session))


@pytest.mark.parametrize("days", [-1, 1])
def test_a_code_counts_on_its_day_only(stage: Stage, session: Session, days: int) -> None:
    with (
        clock.frozen(NOON + timedelta(days=days)),
        pytest.raises(Blocked, match="No session of yours"),
    ):
        wall.enter(by=stage.ann, code=wall.code_of(session))


def test_nobody_is_there_hours_before_it_begins(stage: Stage, session: Session) -> None:
    code = wall.code_of(session)
    with clock.frozen(NOON - timedelta(hours=3)), pytest.raises(Blocked, match="not begun"):
        wall.enter(by=stage.ann, code=code)
    with clock.frozen(NOON - timedelta(minutes=50)):
        wall.enter(by=stage.ann, code=code)
    assert Attendance.objects.get().present


def test_nobody_is_there_once_it_has_long_been_over(stage: Stage, session: Session) -> None:
    code = wall.code_of(session)
    later = clock.frozen(session.ends_at + timedelta(minutes=31))
    with later, pytest.raises(Blocked, match="No session of yours"):
        wall.enter(by=stage.ann, code=code)
    with clock.frozen(session.ends_at + timedelta(minutes=29)):
        wall.enter(by=stage.ann, code=code)
    assert Attendance.objects.get().present


def test_who_was_recorded_as_absent_asks_the_organiser(stage: Stage, session: Session) -> None:
    with clock.frozen(NOON + timedelta(minutes=30)):
        record_attendance(session, by=stage.lead, answers={stage.ann.pk: False})
        with pytest.raises(Blocked, match="recorded that you were not there"):
            wall.enter(by=stage.ann, code=wall.code_of(session))
    assert not Attendance.objects.get().present


def test_to_be_there_is_to_say_yes(stage: Stage, session: Session) -> None:
    place = engine.invite(
        session.activity, by=stage.lead, person=stage.cy, organisation=home_of(stage.cy)
    )
    with clock.frozen(NOON):
        wall.enter(by=stage.cy, code=wall.code_of(session))
    place.refresh_from_db()
    assert place.state == ParticipantState.ACCEPTED
    assert Attendance.objects.get().person == stage.cy


def test_guessing_is_slowed_down(stage: Stage, session: Session) -> None:
    with clock.frozen(NOON):
        for _ in range(wall.MOST_TRIES):
            with pytest.raises(Blocked, match="No session"):
                wall.enter(by=stage.ann, code="BBBBBB")
        with pytest.raises(Blocked, match="too often"):
            wall.enter(by=stage.ann, code=wall.code_of(session))
    with clock.frozen(NOON + timedelta(minutes=11)):
        wall.enter(by=stage.ann, code=wall.code_of(session))


def test_codes_differ_and_are_easy_to_read(stage: Stage, session: Session) -> None:
    with clock.frozen(NOON):
        other = at(NOON + timedelta(hours=5), session.activity, stage)
    codes = {wall.code_of(session), wall.code_of(other)}
    assert len(codes) == 2
    assert all(re.fullmatch(rf"[{wall.LETTERS}]{{6}}", code) for code in codes)


def test_the_pages_of_the_code(client: Client, stage: Stage, session: Session) -> None:
    client.force_login(stage.lead, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(reverse("activities:wall_code", args=[session.public_id]))
    code = wall.code_of(session)
    assert code in shown.content.decode()
    assert "<svg" in shown.content.decode()
    client.force_login(stage.ann, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("activities:here")
    with clock.frozen(NOON):
        assert f'value="{code}"' in client.get(url, {"code": code}).content.decode()
        assert not Attendance.objects.exists()  # opening the page marks nobody
        assert client.post(url, {"code": "WRONG2"}).status_code == 422
        page = client.post(url, {"code": code}).content.decode()
    assert "You are marked as present" in page


def test_other_sessions_have_no_code(client: Client, stage: Stage) -> None:
    activity = stage.ready()
    start = clock.now() + timedelta(days=2)
    debrief = engine.plan_session(
        activity,
        by=stage.lead,
        kind="debrief",
        slot=Slot(start, start + timedelta(minutes=45)),
        despite_conflicts=True,
    )
    client.force_login(stage.lead, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("activities:wall_code", args=[debrief.public_id])
    assert client.get(url).status_code == 404


# From a file


def read(stage: Stage, text: str) -> attendance_file.Preview:
    people = [stage.ann, stage.bob, stage.cy]
    return attendance_file.read(io.BytesIO(text.encode()), people, [stage.school, stage.partner])


def test_a_list_by_e_mail_staff_id_or_name(stage: Stage) -> None:
    stage.bob.memberships.update(staff_id="B-17")
    found = read(
        stage,
        "E-mail address;Staff ID;Full name;Attended\n"
        f"{stage.ann.email.upper()};;;Yes\n;b-17;;no\n;;Exampleton, Cy;\n",
    )
    assert found.answers == {stage.ann.pk: True, stage.bob.pk: False}
    assert [line.problem for line in found.lines] == ["", "", ""]
    assert found.lines[2].present is None  # nothing is said of Cy: that is not absent


def test_without_a_column_for_it_whoever_is_listed_was_there(stage: Stage) -> None:
    found = read(stage, f"Name,E-mail\nAnn Exampleton,{stage.ann.email}\n")
    assert found.answers == {stage.ann.pk: True}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("Dee Exampleton,yes", "invite them first"),
        ("Ann Exampleton,perhaps", "neither yes nor no"),
        (",yes", "names nobody"),
    ],
)
def test_each_wrong_row_says_how_to_mend_it(stage: Stage, row: str, problem: str) -> None:
    found = read(stage, f"Name,Present\n{row}\nBob Exampleton,yes\n")
    assert problem in found.lines[0].problem
    assert found.answers == {stage.bob.pk: True}


def test_two_rows_that_contradict_each_other_are_said(stage: Stage) -> None:
    found = read(stage, "Name,Present\nAnn Exampleton,yes\nAnn Exampleton,no\n")
    assert "opposite" in found.problems[0].problem


def test_two_people_of_one_name_are_told_apart(stage: Stage) -> None:
    stage.bob.given_name = "Ann"
    found = read(stage, "Name,Present\nAnn Exampleton,yes\n")
    assert "Two people" in found.lines[0].problem


def test_a_file_without_people_is_refused(stage: Stage) -> None:
    with pytest.raises(UnreadableFile, match="No column says who"):
        read(stage, "Colour,Size\nred,4\n")


def test_nothing_is_saved_before_it_was_seen(
    client: Client, stage: Stage, session: Session
) -> None:
    client.force_login(stage.lead, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("activities:attendance_upload", args=[session.public_id])
    text = b"Name,Present\nAnn Exampleton,yes\nBob Exampleton,no\nZoe Nobody,yes\n"
    with clock.frozen(NOON):
        page: Any = client.post(url, {"file": SimpleUploadedFile("who.csv", text)})
        assert not Attendance.objects.exists()
        html = page.content.decode()
        assert "Zoe Nobody" in html
        confirm = re.search(r'name="confirm" value="([^"]+)"', html)
        assert confirm
        assert client.post(url, {"confirm": confirm.group(1) + "x"}).status_code == 302
        assert not Attendance.objects.exists()
        client.post(url, {"confirm": confirm.group(1)})
    assert dict(Attendance.objects.values_list("person_id", "present")) == {
        stage.ann.pk: True,
        stage.bob.pk: False,
    }
