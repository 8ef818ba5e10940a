"""The score: bounded, monotone, by weight, and never a zero for what is not known."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from apps.activities.enums import OutcomeLevel
from apps.activities.models import Criterion
from apps.core import clock
from apps.evaluation import scoring
from apps.evaluation.scoring import Lack, Status, part, progress, total
from apps.evaluation.snapshot.outcomes import overall
from tests import factories as f

numbers = st.decimals(-1000, 1000, places=2)
weights = st.integers(1, 100)
maybe = st.none() | numbers
parts = st.builds(part, weights, maybe, maybe, maybe)


@given(numbers, numbers, numbers)
def test_progress_lies_between_nothing_and_all(baseline, value, target) -> None:
    found = progress(baseline, value, target)

    assert found is None if baseline == target else 0 <= found <= 1


@given(numbers, numbers, numbers, numbers)
def test_nearer_to_the_target_is_never_less(baseline, value, step, target) -> None:
    if baseline == target:
        return
    further = value + abs(step) if target > baseline else value - abs(step)

    assert progress(baseline, further, target) >= progress(baseline, value, target)


@given(numbers, numbers, numbers)
def test_the_way_does_not_matter(baseline, value, target) -> None:
    assert progress(baseline, value, target) == progress(-baseline, -value, -target)


@given(st.lists(parts))
def test_the_score_is_what_its_parts_add_up_to(found) -> None:
    score = total(found)
    judged = [p for p in found if p.progress is not None]

    assert score.evaluable_weight == sum(p.weight for p in judged)
    if judged:
        assert score.value == sum(p.weight * p.progress for p in judged)
        assert 0 <= score.value <= score.evaluable_weight
    else:
        assert score.value is None


@given(st.lists(parts, min_size=1), weights)
def test_what_is_not_known_changes_nothing(found, weight) -> None:
    before = total(found)

    for missing in (part(weight, None, 3, 5), part(weight, 1, None, 5), part(weight, 5, 5, 5)):
        after = total([*found, missing])
        assert missing.status == Status.NOT_EVALUABLE
        assert (after.value, after.evaluable_weight) == (before.value, before.evaluable_weight)


def test_sixty_to_forty_at_a_half_and_all_is_seventy() -> None:
    score = total([part(60, 10, 20, 30), part(40, 8, 2, 2)])

    assert score.value == 70
    assert [p.status for p in score.parts] == [Status.PARTLY_MET, Status.MET]


@pytest.mark.parametrize(
    ("numbers", "lack"),
    [
        ((None, None, 5), Lack.BOTH),
        ((None, 2, 5), Lack.BASELINE),
        ((1, None, 5), Lack.VALUE),
        ((1, 2, 5), Lack.NOTHING),
        ((5, 5, 5), Lack.DISTANCE),
    ],
)
def test_it_says_what_is_missing(numbers, lack) -> None:
    assert part(10, *numbers).lack == lack


@given(st.lists(parts, min_size=1), st.integers(0, 20), st.fractions(0, 1))
def test_one_part_nearer_never_lowers_the_score(found, at, nearer) -> None:
    one = found[at % len(found)]
    if one.progress is None:
        return
    better = replace(one, progress=max(one.progress, nearer))
    after = total([better if part is one else part for part in found])

    assert after.value >= total(found).value
    assert after.evaluable_weight == total(found).evaluable_weight


@given(st.lists(parts))
def test_the_order_of_the_parts_does_not_matter(found) -> None:
    assert total(found[::-1]).value == total(found).value


levels = st.sampled_from(OutcomeLevel)


@given(st.lists(st.tuples(parts, levels)))
def test_the_two_sides_add_up_to_the_score(found) -> None:
    judged = [replace(p, criterion=Criterion(level=level)) for p, level in found]
    whole, halves = total(judged), scoring.sides(judged, None)

    assert sum(side.score.total_weight for side in halves) == whole.total_weight
    assert sum(side.score.evaluable_weight for side in halves) == whole.evaluable_weight
    assert sum(side.score.value or 0 for side in halves) == (whole.value or 0)


@pytest.mark.django_db
def test_the_newest_uncorrected_value_counts() -> None:
    criterion = f.CriterionFactory(baseline=0, target=10, weight=60)
    bare = f.CriterionFactory(activity=criterion.activity, baseline=None, weight=40)
    f.MeasurementFactory(criterion=bare, value=3)
    old = f.MeasurementFactory(criterion=criterion, value=9)
    f.MeasurementFactory(criterion=criterion, value=5, corrects=old)
    f.MeasurementFactory(criterion=criterion, value=1, measured_on=clock.today().replace(year=2020))

    score = scoring.score(criterion.activity)

    assert (score.value, score.evaluable_weight, score.total_weight) == (Fraction(30), 60, 100)


@pytest.mark.django_db
def test_the_command_prints_the_score_in_its_parts() -> None:
    criterion = f.CriterionFactory(baseline=4, target=12, weight=100, indicator="Full sentences")
    f.MeasurementFactory(criterion=criterion, value=8)
    out = StringIO()

    call_command("score", activity=criterion.activity.public_id, as_json=True, stdout=out)

    assert json.loads(out.getvalue()) == {
        "score": 50.0,
        "evaluable_weight": 100,
        "parts": [
            {
                "criterion": "Full sentences",
                "weight": 100,
                "baseline": 4.0,
                "value": 8.0,
                "target": 12.0,
                "progress": 0.5,
                "status": "partly_met",
            }
        ],
    }


@pytest.mark.django_db
def test_the_command_has_no_score_where_nothing_can_be_judged() -> None:
    criterion = f.CriterionFactory(baseline=None)
    out = StringIO()

    call_command("score", activity=criterion.activity.public_id, as_json=True, stdout=out)

    assert json.loads(out.getvalue())["score"] is None
    with pytest.raises(CommandError, match="no activity"):
        call_command("score", activity="nothing")


@pytest.mark.django_db
def test_what_the_school_makes_possible_counts_on_the_staff_side_of_an_alliance() -> None:
    agreement = f.AgreementFactory(pupil_weight=70, staff_weight=30)
    support = replace(part(100, 0, 5, 10), criterion=Criterion(level=OutcomeLevel.ORGANISATION))

    found = overall(SimpleNamespace(alliance=agreement.alliance), [(support, False)])

    assert [row["progress"] for row in found["parts"]] == [None, 0.5]
    assert (found["score"], found["evaluable_weight"]) == (15, 30)
