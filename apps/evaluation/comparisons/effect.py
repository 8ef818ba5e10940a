"""What those who took part gained beside a group that did not: difference, interval, effect size.

Everybody is measured before and after by the same measure on about the same dates; what is
compared is the gain. The difference of the mean gains comes with Welch's 95 % confidence
interval. The effect size divides it by the pooled standard deviation before, corrected for small
groups (Morris 2008, d_ppc2, Organizational Research Methods 11:364), its interval likewise, so
that groups which began far apart in spread are not flattered by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import sqrt
from statistics import fmean, stdev
from typing import Any

from apps.evaluation.suppression import FEW, LEAST

CONFIDENCE = 0.95
APART = 0.25  # standard deviations between the groups before: more calls for caution
LOST = 0.2  # the share of a group without a second value that calls for caution

Pair = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Group:
    """``n`` were measured twice, ``missing`` once; the means and deviations are of those ``n``."""

    n: int
    missing: int
    before: float
    before_sd: float
    after: float
    gain_sd: float

    @property
    def gain(self) -> float:
        return self.after - self.before

    @property
    def lost(self) -> float:
        return self.missing / (self.n + self.missing)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Effect:
    """``difference`` of the gains in the measure's unit, positive where ours did better.

    ``size`` and its interval are None where nobody differed before.
    """

    difference: float
    low: float
    high: float
    size: float | None
    size_low: float | None
    size_high: float | None

    @property
    def is_clear(self) -> bool:
        """No difference lies outside the interval."""
        return self.low > 0 or self.high < 0


def summarise(pairs: Iterable[Pair]) -> Group | None:
    """The group of these values before and after; None below five who have both."""
    rows = [pair for pair in pairs if pair != (None, None)]
    both = [(before, after) for before, after in rows if before is not None and after is not None]
    if len(both) < LEAST:
        return None
    return Group(
        n=len(both),
        missing=len(rows) - len(both),
        before=fmean(before for before, _ in both),
        before_sd=stdev(before for before, _ in both),
        after=fmean(after for _, after in both),
        gain_sd=stdev(after - before for before, after in both),
    )


def effect(ours: Group, theirs: Group, *, higher_is_better: bool = True) -> Effect | None:
    """None where a group is below ten: then the numbers stand for themselves."""
    if min(ours.n, theirs.n) < FEW:
        return None
    sign = 1 if higher_is_better else -1
    difference = sign * (ours.gain - theirs.gain)
    half = _half_interval(ours, theirs)
    spread = _spread_before(ours, theirs)
    scale = _small_groups(ours, theirs) / spread if spread else None
    return Effect(
        difference=difference,
        low=difference - half,
        high=difference + half,
        size=scale and difference * scale,
        size_low=scale and (difference - half) * scale,
        size_high=scale and (difference + half) * scale,
    )


def began_apart(ours: Group, theirs: Group) -> float | None:
    """How many standard deviations lay between the groups before."""
    spread = _spread_before(ours, theirs)
    return abs(ours.before - theirs.before) / spread if spread else None


def _half_interval(ours: Group, theirs: Group) -> float:
    """Half of Welch's interval of the difference of two mean gains."""
    from scipy.stats import t  # slow to import, and few pages need it

    parts = [group.gain_sd**2 / group.n for group in (ours, theirs)]
    error = sum(parts)
    if not error:
        return 0.0
    freedom = error**2 / sum(
        part**2 / (group.n - 1) for part, group in zip(parts, (ours, theirs), strict=True)
    )
    return float(t.ppf((1 + CONFIDENCE) / 2, freedom)) * sqrt(error)


def _spread_before(ours: Group, theirs: Group) -> float:
    squares = sum((group.n - 1) * group.before_sd**2 for group in (ours, theirs))
    return sqrt(squares / (ours.n + theirs.n - 2))


def _small_groups(ours: Group, theirs: Group) -> float:
    return 1 - 3 / (4 * (ours.n + theirs.n - 2) - 1)
