"""Sums of the database against Python, directed time, and what coordinators see."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.activities.models import Release
from apps.activities.release import figures
from apps.activities.release.enums import LIVE
from apps.core import clock
from tests import factories as f
from tests.activities.triads import Stage

MINUTES = st.none() | st.integers(0, 500)
PENCE = st.none() | st.integers(0, 100_000)
ROW = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["asked", "approved", "refused", "used", "not_used"]),
        "in_class": st.sampled_from(["yes", "no", "unknown"]),
        "cover": st.sampled_from(["", "none", "internal", "supply"]),
        "planned_minutes": MINUTES,
        "actual_minutes": MINUTES,
        "cover_pence": PENCE,
        "travel_pence": PENCE,
        "extra_pay_pence": PENCE,
        "fee_pence": PENCE,
        "who": st.sampled_from(["ann", "bob"]),
        "payer": st.sampled_from(["own", "host", "alliance", "grant"]),
    }
)


def stored(stage: Stage, values: dict[str, Any]) -> Release:
    values = dict(values)
    person = getattr(stage, values.pop("who"))
    if values["state"] != "used":
        values["actual_minutes"] = None
    if values["state"] == "refused":
        values |= {"reason": "no", "decided_by": stage.lead}
    if values["cover"] == "supply":
        values |= {"supply_unit": "day", "supply_count": 1}
    else:
        values["cover_pence"] = None
    return f.ReleaseFactory(
        person=person, organisation=stage.school, decided_at=clock.now(), **values
    )


def recomputed(rows: list[Release]) -> dict[str, int]:
    """The same by hand, row by row."""
    live = [r for r in rows if r.state in LIVE]
    out = [r for r in live if r.in_class != "no"]
    takes = [r.planned_minutes if r.actual_minutes is None else r.actual_minutes for r in live]
    return {
        "planned": sum(r.planned_minutes or 0 for r in out),
        "used": sum(r.actual_minutes or 0 for r in out if r.state == "used"),
        "compared_use": sum(
            r.actual_minutes or 0
            for r in out
            if r.state == "used" and r.planned_minutes is not None
        ),
        "compared_plan": sum(
            r.planned_minutes or 0 for r in out if r.state != "used" or r.actual_minutes is not None
        ),
        "unplanned": sum(
            r.actual_minutes or 0 for r in out if r.state == "used" and r.planned_minutes is None
        ),
        "booked": sum(r.planned_minutes or 0 for r in out if r.state == "approved"),
        "waiting": sum(r.planned_minutes or 0 for r in out if r.state == "asked"),
        "internal": sum(
            t or 0 for r, t in zip(live, takes, strict=True) if r in out and r.cover == "internal"
        ),
        "all_cpd": sum(t or 0 for t in takes),
        "cash": sum(
            (r.cover_pence or 0)
            + (r.travel_pence or 0)
            + (r.extra_pay_pence or 0)
            + (r.fee_pence or 0)
            for r in live
        ),
        "rows": len(out),
        "unknown_minutes": sum(r.planned_minutes is None and r.actual_minutes is None for r in out),
        "unpriced": sum(r.cover == "supply" and r.cover_pence is None for r in live),
        "people": len({r.person_id for r in out}),
    }


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.lists(ROW, max_size=8))
def test_totals_equal_the_sum_of_their_rows(stage: Stage, drawn: list[dict[str, Any]]) -> None:
    Release.objects.all().delete()
    rows = [stored(stage, values) for values in drawn]
    found = figures.totals(Release.objects.at(stage.school))
    assert {name: getattr(found, name) for name in recomputed(rows)} == recomputed(rows)
    by_person = people_of(stage)
    for name in ("planned", "used", "all_cpd", "cash"):
        assert sum(getattr(p.figures, name) for p in by_person) == recomputed(rows)[name]
    payers = figures.by_payer(Release.objects.at(stage.school))
    assert sum(one.cash for _label, one in payers) == recomputed(rows)["cash"]


def test_what_was_not_planned_is_not_over_the_plan(stage: Stage) -> None:
    for planned, actual in ((60, 60), (None, 120), (90, None)):
        f.ReleaseFactory(
            person=stage.ann,
            organisation=stage.school,
            state="used",
            planned_minutes=planned,
            actual_minutes=actual,
        )
    hours = figures.totals(Release.objects.at(stage.school)).bar
    assert {name: float(value) for name, value in hours.items()} == {
        "used": 1,
        "planned": 1,
        "booked": 0,
        "unplanned": 2,
    }


def people_of(stage: Stage, year: int = 2026) -> list[figures.PersonFigures]:
    return figures.people(stage.school, year, figures.budget_of(stage.school, year))


def budget(stage: Stage, cpd_hours: int | None) -> None:
    f.TimeBudgetFactory(organisation=stage.school, year=2026, cpd_hours=cpd_hours)


def only(stage: Stage) -> figures.PersonFigures:
    (found,) = people_of(stage)
    return found


def test_part_timers_have_their_share_of_what_is_set_aside(stage: Stage) -> None:
    budget(stage, 10)
    stage.ann.memberships.update(fte=Decimal("0.6"))
    row = f.ReleaseFactory(person=stage.ann, organisation=stage.school, planned_minutes=361)
    assert (only(stage).set_aside, only(stage).passes, only(stage).over) == (360, True, 1)
    assert figures.over_set_aside([row]) == {(stage.ann.pk, stage.school.pk): 1}


def test_what_nobody_has_decided_or_said_warns_of_nothing(stage: Stage) -> None:
    row = f.ReleaseFactory(person=stage.ann, organisation=stage.school, planned_minutes=90_000)
    assert only(stage).set_aside is None  # no budget
    budget(stage, 10)
    assert only(stage).set_aside is None  # no FTE
    assert figures.over_set_aside([row]) == {}


def test_directed_time_is_of_teachers(stage: Stage) -> None:
    budget(stage, 1)
    stage.ann.memberships.update(role="support", fte=1)
    f.ReleaseFactory(person=stage.ann, organisation=stage.school, planned_minutes=600)
    assert (only(stage).is_teacher, only(stage).passes) == (False, False)


# Across schools


def people(stage: Stage, activity: Any, school: Any, count: int) -> None:
    for _ in range(count):
        f.ReleaseFactory(organisation=school, activity=activity, what_for="")


def test_fewer_than_five_people_of_a_school_are_kept_back(stage: Stage) -> None:
    activity = stage.active()
    third = f.SchoolFactory(name="Cedar School")
    people(stage, activity, stage.school, 7)
    people(stage, activity, third, 6)
    people(stage, activity, stage.partner, 3)
    shown, together = figures.schools_of(stage.alliance, 2026)
    kept_back = {one.name for one in shown if one.figures is None}
    # Beech alone could be worked out from the total: the next smallest goes with it.
    assert kept_back == {"Beech School", "Cedar School"}
    assert together is not None and together.people == 16


def test_what_one_of_many_has_used_is_kept_back(stage: Stage) -> None:
    activity = stage.active()
    people(stage, activity, stage.school, 7)
    people(stage, activity, stage.partner, 9)
    f.ReleaseFactory(
        organisation=stage.school, activity=activity, state="used", actual_minutes=45, what_for=""
    )
    shown, _together = figures.schools_of(stage.alliance, 2026)
    assert {one.name for one in shown if one.figures is None} >= {stage.school.name}


def test_where_nothing_hides_a_small_school_the_total_goes_too(stage: Stage) -> None:
    people(stage, stage.active(), stage.partner, 3)
    shown, together = figures.schools_of(stage.alliance, 2026)
    assert ([one.figures for one in shown], together) == ([None], None)


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 12), max_size=6))
def test_what_is_kept_back_cannot_be_subtracted(sizes: dict[str, int]) -> None:
    out, total_shown = figures.kept_back_of(sizes)
    assert all(n >= figures.RULE for name, n in sizes.items() if name not in out)
    if total_shown and out:
        assert len(out) >= 2
        assert sum(sizes[name] for name in out) >= figures.RULE


def test_last_year_is_another_year(stage: Stage) -> None:
    f.ReleaseFactory(
        person=stage.ann, organisation=stage.school, day=clock.today() - timedelta(days=365)
    )
    assert people_of(stage) == []
    assert len(people_of(stage, 2025)) == 1
