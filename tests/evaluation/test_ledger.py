"""What a report says of the ledger: no sum of few people, nor of few beside one school's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.evaluation.snapshot import findings, tables, work
from apps.evaluation.snapshot.frame import Frame
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
