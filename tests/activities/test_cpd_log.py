"""The log of training: hours, people and cost of a year, recomputed by hand."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.activities import cpd_log, engine
from apps.activities.engine import Slot
from apps.activities.engine.attendance import record_attendance
from apps.activities.models import Activity
from apps.core import clock
from apps.schools.calendars import LONDON
from tests import factories as f
from tests.activities.test_training_event import DETAILS, booked
from tests.activities.triads import Stage

AUTUMN = datetime(2026, 10, 6, 16, tzinfo=LONDON)


def attended(stage: Stage, came: dict[Any, bool | None], day: datetime = AUTUMN) -> Activity:
    with clock.frozen(day - timedelta(days=7)):
        activity = booked(stage, *came)
    with clock.frozen(day + timedelta(hours=2)):
        session = engine.plan_session(
            activity,
            by=stage.lead,
            kind="training",
            slot=Slot(day, day + timedelta(minutes=90)),
            despite_conflicts=True,
        )
        answers = {person.pk: present for person, present in came.items()}
        record_attendance(session, by=stage.lead, answers=answers)
        engine.mark_held(session, by=stage.lead)
    return activity


def read(person: Any, year: int = 2026) -> cpd_log.Log:
    schools = cpd_log.schools_read(person)
    return cpd_log.log_of(cpd_log.in_year(cpd_log.activities_of(schools), year), schools)


def test_hours_count_those_who_came(stage: Stage) -> None:
    attended(stage, {stage.ann: True, stage.bob: False})
    (row,) = read(stage.lead).rows
    assert (row.booked, row.came, row.hours) == (2, 1, Decimal("1.5"))
    assert row.day == AUTUMN.date()


def test_nobody_recorded_is_not_nobody_came(stage: Stage) -> None:
    attended(stage, {stage.ann: None, stage.bob: None})
    log = read(stage.lead)
    assert (log.rows[0].came, log.rows[0].hours, log.not_recorded) == (None, None, 1)
    assert log.hours is None


def test_totals_are_the_sums_of_the_rows(stage: Stage) -> None:
    for day in (0, 7, 14):
        attended(stage, {stage.ann: True, stage.bob: True}, AUTUMN + timedelta(days=day))
    log = read(stage.lead)
    assert len(log.rows) == 3
    assert log.hours == 3 * 2 * Decimal("1.5")
    assert log.cost == 3 * Decimal("240.00")


@pytest.mark.parametrize(
    ("day", "year"), [((2026, 8, 31), 2025), ((2026, 9, 1), 2026), ((2027, 8, 31), 2026)]
)
def test_a_year_runs_from_september_to_august(
    stage: Stage, day: tuple[int, int, int], year: int
) -> None:
    attended(stage, {stage.ann: True}, datetime(*day, 9, tzinfo=LONDON))
    assert len(read(stage.lead, year).rows) == 1
    assert not read(stage.lead, year + 1).rows
    assert not read(stage.lead, year - 1).rows


def test_each_school_counts_its_own_people_and_the_cost_that_it_paid(stage: Stage) -> None:
    attended(stage, {stage.ann: True, stage.bob: True, stage.cy: True})
    (mine,), (theirs,) = read(stage.lead).rows, read(stage.other_lead).rows
    assert (mine.came, mine.cost) == (2, Decimal("240.00"))
    assert (theirs.came, theirs.cost) == (1, None)


def test_drafts_and_what_was_cancelled_are_not_logged(stage: Stage) -> None:
    stage.planned(kind="training_event", details=DETAILS)
    engine.cancel(booked(stage, stage.ann), by=stage.lead, reason="Snow")
    assert not read(stage.lead).rows


def test_other_kinds_are_not_logged(stage: Stage) -> None:
    stage.active()
    assert not read(stage.lead, 2026).rows


def test_the_file_says_what_the_page_says(client: Client, stage: Stage) -> None:
    attended(stage, {stage.ann: True, stage.bob: False})
    client.force_login(stage.lead, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("activities:cpd_log")
    page = client.get(url, {"year": "2026"}).content.decode()
    assert "1 of 2 came" in page
    assert "£240.00" in page
    response: Any = client.get(url, {"year": "2026", "format": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Day"], row["Hours"], row["Cost in pounds"]) == ("2026-10-06", "1.5", "240.00")
    assert row["What it was"] == "Twilight session, Ash School"


def test_the_filters(client: Client, stage: Stage) -> None:
    attended(stage, {stage.ann: True})
    client.force_login(stage.lead, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("activities:cpd_log")
    assert "Twilight session" in client.get(url, {"year": "2026", "q": "retri"}).content.decode()
    assert "Twilight session" not in client.get(url, {"q": "other"}).content.decode()
    assert "Twilight session" not in client.get(url, {"year": "2025"}).content.decode()
    assert client.get(url, {"year": "soon"}).status_code == 200


def test_the_log_asks_the_same_number_of_things_for_one_row_and_for_thirty(
    client: Client, stage: Stage, django_assert_max_num_queries: Any
) -> None:
    client.force_login(stage.lead, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("activities:cpd_log")
    for count in (1, 30):
        for _ in range(count):
            activity = f.ActivityFactory(
                kind="training_event",
                stage="held",
                organisation=stage.school,
                organiser=stage.lead,
                details=DETAILS,
            )
            f.ParticipantFactory(activity=activity, person=stage.ann, role="attender")
        client.get(url)
        with django_assert_max_num_queries(12):
            client.get(url)
