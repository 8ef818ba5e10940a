"""The sentence that measurements prove: no more than they show."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from apps.activities.models import Criterion
from apps.evaluation.measuring.words import finding
from apps.evaluation.scoring import part_of

SEPTEMBER = date(2026, 9, 3)


def said(*values, baseline=4, target=12) -> str:
    """Of values in the order of their days, one a month."""
    criterion = Criterion(
        unit="pupils", baseline=baseline, baseline_on=SEPTEMBER if baseline else None,
        baseline_n=28 if baseline else None, target=target, weight=100,
    )  # fmt: skip
    criterion.measured = [
        SimpleNamespace(value=value, measured_on=SEPTEMBER.replace(month=10 + at), n=27)
        for at, value in enumerate(values)
    ][::-1]
    return finding(part_of(criterion), criterion.measured)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((8,), "From 4 (Thu 3 Sep 2026, n = 28) to 8 (Sat 3 Oct 2026, n = 27): 50% of the way"),
        ((8, 12), "the target of 12 pupils is reached."),
        ((4,), "no nearer to the target of 12 pupils."),
        ((3,), "further from the target of 12 pupils than at the start."),
        ((10, 6), "It had been nearer: 10 (Sat 3 Oct 2026, n = 27)."),
    ],
)
def test_it_says_from_where_to_where(values, words) -> None:
    assert words in said(*values)


def test_without_a_baseline_it_claims_nothing() -> None:
    assert said(9, baseline=None).endswith("does not show whether anything moved.")
    assert said() == ""


def test_less_can_be_better() -> None:
    assert "50% of the way to the target of 2" in said(3, target=2)
