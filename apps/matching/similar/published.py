"""The distance between two schools that the DfE publishes, from the values it publishes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from apps.matching.malformed import need

# The inverse variance of each value over a national set.
WEIGHTS = {
    "PPPerc": 0.0005267600832628232,
    "Polar4QuintilePupils": 0.12976347996356702,
    "PStability": 0.000839102284537386,
    "PercentSchSupport": 0.0021860762254610725,
    "PercentEAL": 9.94770029318009e-05,
    "IdaciPupils": 7.867508786317271,
    "PercentageStatementOrEhp": 0.004637265928799227,
    "NumberOfPupils": 6.030989221600732e-07,
    "Ks1PriorRwmAverage": 7.648636603663215,
}
DISADVANTAGE = "PPPerc"  # per cent of pupils for whom the pupil premium is paid

Values = dict[str, float]


def distance(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return math.sqrt(
        sum(weight * (one[name] - other[name]) ** 2 for name, weight in WEIGHTS.items())
    )


def read_row(row: Mapping[str, Any], where: str) -> tuple[str, Values]:
    """The URN and values of one school; Malformed when one is missing. Numbers may be texts."""
    urn = str(row.get("URN", "")).strip()
    need(urn.isdigit() and len(urn) in (5, 6), f"{where}, URN", f"expected a URN, got {urn!r}")
    return urn, {name: _number(row.get(name), f"{where}, {name}") for name in WEIGHTS}


def _number(value: object, where: str) -> float:
    try:
        found = float(str(value).strip())
    except ValueError:
        found = math.nan
    need(math.isfinite(found), where, f"expected a number, got {value!r}")
    return found
