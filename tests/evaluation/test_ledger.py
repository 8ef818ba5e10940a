"""What a report says of the ledger: no sum of few people, nor of few beside one school's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.activities.models import Release
from apps.core import clock
from apps.evaluation.periods import half_terms
from apps.evaluation.process import commitment, words
from apps.evaluation.snapshot import (
    activity_work,
    findings,
    school_says,
    school_work,
    tables,
    work,
)
from apps.evaluation.snapshot.frame import ActivityFrame, Frame
from tests import factories as f

pytestmark = pytest.mark.django_db
HIDDEN = {"hidden": True}
SESSIONS = [
    "held",
    "to_come",
    "not_marked",
    "postponed",
    "cancelled",
    "hours_held",
    "hours_planned",
]
USED: dict[str, Any] = {"state": "used", "actual_minutes": 30}


def figures_of(*schools: list[dict[str, Any]]) -> dict[str, Any]:
    """By school one row of the ledger for each person."""
    alliance = f.AllianceFactory()
    activity = f.ActivityFactory(alliance=alliance)
    today = clock.today()
    for rows in schools:
        school = f.SchoolFactory()
        for values in rows:
            f.ReleaseFactory(
                organisation=school, activity=activity, what_for="", day=today, **values
            )
    frame = Frame(alliance=alliance, start=today - timedelta(days=1), end=today, at=clock.now())
    return work.release(frame)


def test_a_sum_that_one_person_stands_behind_is_hidden_though_ten_were_released() -> None:
    asked = [{}] * 4
    found = figures_of([USED, *asked], [{}, *asked])
    assert found == {
        "hidden": False,
        "unknown": 0,
        "hours_planned": 10.0,
        "hours_used": HIDDEN,
        "hours_waiting": HIDDEN,  # with what is planned it tells of the one that does not wait
        "pounds": None,
    }
    facts = {"release": found, "sessions": {"hours_held": 2}}
    assert "Too few people stand behind the hours used" in findings.cost(facts)
    shown = tables.time(facts | {"sessions": dict.fromkeys(SESSIONS, 0)})
    assert [row[1] for row in shown["rows"][-4:]] == [10.0, HIDDEN, HIDDEN, None]


def test_nor_does_a_school_that_knows_its_own_find_one_person_of_another() -> None:
    paid = {"travel_pence": 450}
    found = figures_of([USED | paid] * 5, [USED | paid, {}, {}, {}, {}])
    assert (found["hours_used"], found["pounds"]) == (HIDDEN, HIDDEN)
    found = figures_of([USED | paid] * 5, [USED | paid] * 5)
    assert (found["hours_used"], found["pounds"]) == (5.0, 45.0)
    found = figures_of([USED] * 5, [{}] * 5)
    assert (found["hours_used"], found["hours_waiting"]) == (2.5, 5.0)


def activity_of(*schools: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Its release and its people: by school one row of the ledger for each person."""
    activity = f.ActivityFactory()
    for rows in schools:
        school = f.SchoolFactory()
        for values in rows:
            person = f.ParticipantFactory(activity=activity, organisation=school).person
            f.ReleaseFactory(
                person=person, organisation=school, activity=activity, what_for="", **values
            )
    today = clock.today()
    frame = ActivityFrame(activity=activity, start=today, end=today, at=clock.now())
    return activity_work.release(frame), activity_work.people(frame)


def test_the_report_of_an_activity_has_no_money_time_or_people_of_one_school_s_one() -> None:
    travel, pay = {"travel_pence": 1000}, {"extra_minutes": 90, "extra_pay_pence": 4321}
    release, people = activity_of([travel | USED] * 4, [pay | USED])
    for name in ("pounds", "travel", "extra_pay", "supply", "fees", "planned", "used"):
        assert release[name] == HIDDEN, name
    assert people["total"] is None
    assert {row["people"] for row in people["schools"]} == {None}

    release, people = activity_of([travel | USED] * 5, [travel | USED] * 6)
    assert (release["travel"], release["used"], people["total"]) == (110.0, 5.5, 11)


def test_that_one_cost_is_not_known_is_said_without_a_number() -> None:
    release, _people = activity_of([USED | {"extra_minutes": 90}] + [USED] * 8)
    said = school_says.money(release, {"hours": None, "money": None})
    assert "Some costs are not known yet." in said
    assert "1 cost" not in said


def test_what_a_school_gave_is_not_one_person_s_money_though_ten_were_released() -> None:
    alliance = f.AllianceFactory()
    activity = f.ActivityFactory(alliance=alliance)
    half = half_terms(clock.today())[0]
    for travel in (700, 0):
        school = f.SchoolFactory()
        f.AllianceMemberFactory(alliance=alliance, organisation=school)
        for n in range(10):
            f.ReleaseFactory(organisation=school, activity=activity, what_for="", day=half.last,
                             **USED, travel_pence=None if n and travel else 700)  # fmt: skip
    frame = Frame(alliance=alliance, start=half.first, end=half.last, at=clock.now())
    found = commitment.facts(frame, None)
    assert [row["hidden"] for row in found["rows"]] == [True, True]
    assert found["total"]["hidden"]


@pytest.mark.parametrize(("cover", "supply"), [("internal", 0), ("", None)])
def test_supply_is_nothing_only_where_somebody_has_said_who_covers(cover, supply) -> None:
    school = f.SchoolFactory()
    for _ in range(5):
        f.ReleaseFactory(organisation=school, cover=cover, **USED)
    assert school_work.ledger(Release.objects.filter(organisation=school))["supply"] == supply


def test_money_is_told_where_nobody_was_out_of_class() -> None:
    """Such as the fees of twilight courses."""
    school = f.SchoolFactory()
    for _ in range(5):
        f.ReleaseFactory(organisation=school, in_class="no", fee_pence=12_000, **USED)
    rows = Release.objects.filter(organisation=school)
    found = school_work.ledger(rows)

    assert (found["fees"], found["pounds"]) == (600.0, 600.0)
    assert found["planned"] is None
    assert not found["hidden"]
    said = school_says.money(found, {"hours": None, "money": None})
    assert "600.00 as far as known" in said
    rows.filter(pk=rows.first().pk).delete()
    assert school_work.ledger(rows)["pounds"] == HIDDEN


def test_money_of_an_alliance_is_told_where_nobody_was_out_of_class() -> None:
    fees = USED | {"in_class": "no", "fee_pence": 12_000}
    found = figures_of([fees] * 5, [fees] * 5)
    assert (found["pounds"], found["hours_used"], found["hidden"]) == (1200.0, None, False)
    assert "£1,200 for cover" in findings.spent(found)


@pytest.mark.parametrize(("others", "shown"), [(0, True), (2, False), (6, True)])
def test_the_alliances_sum_less_the_activitys_tells_of_nobody_else(others, shown) -> None:
    alliance, school = f.AllianceFactory(), f.SchoolFactory()
    half = half_terms(clock.today())[0]
    first, second = (f.ActivityFactory(alliance=alliance) for _ in range(2))
    for activity, many in ((first, 6), (second, others)):
        for _ in range(many):
            f.ReleaseFactory(
                organisation=school, activity=activity, what_for="", day=half.first, **USED
            )
    frame = ActivityFrame(activity=first, start=half.first, end=half.last, at=clock.now())

    assert activity_work.release(frame)["used"] == (3.0 if shown else HIDDEN)


def test_what_was_given_in_money_alone_is_said() -> None:
    promised = {"hours": 40, "money": 250.0, "hidden": False}
    total = promised | {"given_hours": None, "given_money": 600.0}
    said = words.commitment({"agreement": 1, "commitment": {"total": total}})
    assert said.endswith("a year. \u00a3600 were paid or are to be paid.")
