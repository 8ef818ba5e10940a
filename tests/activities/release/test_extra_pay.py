"""Extra pay for time outside paid hours: put on record with the session, priced in the ledger."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from apps.activities import engine
from apps.activities.models import Release
from apps.activities.release import actions, figures, ledger
from apps.activities.release.history import history_of
from apps.core.clock import frozen
from apps.schools.actions import timetables as times
from tests.activities.release.plays import row_of, slot, visit
from tests.activities.triads import Stage


def support(stage: Stage) -> None:
    """Ann is paid from nine to half past nine; the visit begins at nine and lasts an hour."""
    stage.ann.memberships.update(role="support")
    times.set_paid_times(
        by=stage.lead,
        organisation=stage.school,
        person=stage.ann,
        days={day: (time(9), time(9, 30)) for day in range(5)},
    )


def rate(stage: Stage, hour: int | None, **values: Any) -> int:
    first = date(2026, 9, 1)
    usual = {"starts_on": first, "pence": 20_000, "lessons": 5}
    return actions.set_rate(
        by=stage.lead, organisation=stage.school, extra_hour_pence=hour, **{**usual, **values}
    )


def planned(stage: Stage) -> Release:
    paid = slot(organisation=stage.partner, extra_pay=True)
    return row_of(visit(stage, stage.active(), slot=paid), stage.ann)


def test_extra_pay_on_record_is_priced_by_the_hour_of_the_school(stage: Stage) -> None:
    support(stage)
    rate(stage, 1500)
    row = planned(stage)
    assert (row.extra_minutes, row.extra_pay_pence) == (30, 750)
    assert figures.totals(Release.objects.all()).extra_pay_cash == 750


def test_extra_pay_of_somebody_observed_at_their_own_work_is_in_the_ledger(stage: Stage) -> None:
    support(stage)
    rate(stage, 1500)
    here = slot(organisation=stage.school, extra_pay=True)
    session = visit(stage, stage.active(), slot=here, observer=stage.cy, observed=stage.ann)
    row = row_of(session, stage.ann)
    assert (row.planned_minutes, row.extra_minutes, row.extra_pay_pence) == (30, 30, 750)
    assert (row.in_class, row.state) == ("no", "approved")
    with frozen(session.ends_at):
        engine.mark_held(session, by=stage.cy)
    row.refresh_from_db()
    assert (row.state, row.actual_minutes) == ("used", 30)


def test_somebody_observed_within_their_paid_hours_asks_for_nothing(stage: Stage) -> None:
    support(stage)
    here = slot(minutes=20, organisation=stage.school, extra_pay=True)
    session = visit(stage, stage.active(), slot=here, observer=stage.cy, observed=stage.ann)
    assert not Release.objects.filter(session=session, person=stage.ann).exists()


def test_without_a_rate_it_is_unknown_and_not_nothing(stage: Stage) -> None:
    support(stage)
    row = planned(stage)
    assert (row.extra_minutes, row.extra_pay_pence) == (30, None)
    assert figures.totals(Release.objects.all()).unpaid == 1
    assert rate(stage, 1500) == 1
    row.refresh_from_db()
    assert row.extra_pay_pence == 750


def test_an_amount_typed_in_stays_when_a_rate_comes_later(stage: Stage) -> None:
    support(stage)
    row = planned(stage)
    actions.correct(row, by=stage.lead, version=row.version, values={"extra_pay_pence": 900})
    assert rate(stage, 1500) == 0
    row.refresh_from_db()
    assert row.extra_pay_pence == 900


def test_nobody_at_another_school_reads_paid_hours_in_the_history(stage: Stage) -> None:
    support(stage)
    rate(stage, 1500)
    row = planned(stage)
    before = ledger.snapshot(row)
    row.travel_minutes, row.extra_minutes, row.cover = 20, 45, "internal"
    ledger.save_changed(row, "release.moved", before, by=stage.lead)
    told = {
        costs: {change.label for entry in history_of(row, costs=costs) for change in entry.changes}
        for costs in (True, False)
    }
    way, extra, cover = (
        str(Release._meta.get_field(name).verbose_name)
        for name in ("travel_minutes", "extra_minutes", "cover")
    )
    assert told == {True: {way, extra, cover}, False: {way}}
