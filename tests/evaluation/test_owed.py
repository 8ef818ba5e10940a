"""Measurements that are owed: asked for once for each date, and settled when they are entered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core import clock
from apps.evaluation import owed
from apps.followups.actions import drop
from apps.followups.enums import FollowUpState
from apps.followups.models import FollowUp
from tests import factories as f

pytestmark = pytest.mark.django_db


def asked_for(count: int) -> list:
    today = clock.today()
    made = [f.CriterionFactory(target_on=today + timedelta(days=7)) for _n in range(count)]
    assert owed.ask_for_measurements(today) == count
    return made


def test_what_is_measured_is_settled_behind_any_number_that_are_not(monkeypatch) -> None:
    *_waiting, last = asked_for(4)
    monkeypatch.setattr(owed, "AT_ONCE", 2)
    f.MeasurementFactory(criterion=last)
    assert owed.settle_measured() == 1
    [done] = FollowUp.objects.filter(state=FollowUpState.DONE)
    assert done.source == last
    assert owed.settle_measured() == 0


def test_more_than_are_asked_at_once_are_asked_the_next_time(monkeypatch) -> None:
    monkeypatch.setattr(owed, "AT_ONCE", 2)
    today = clock.today()
    for _n in range(3):
        f.CriterionFactory(target_on=today)
    assert [owed.ask_for_measurements(today) for _time in range(3)] == [2, 1, 0]


def test_a_measure_is_asked_for_again_when_its_date_is_put_off() -> None:
    [criterion] = asked_for(1)
    criterion.target_on = later = clock.today() + timedelta(days=100)
    criterion.save()
    near = later - timedelta(days=7)
    assert owed.ask_for_measurements(near) == 0  # the first is still open
    row = FollowUp.objects.get()
    drop(by=row.owner, followup=row, reason="The date was put off.")
    assert owed.ask_for_measurements(near) == 1
    assert owed.ask_for_measurements(near) == 0
