"""How far an activity has come towards what was agreed: the score and its parts.

    progress = (value - baseline) / (target - baseline), held between 0 and 1
    score    = sum of weight x progress over the parts that can be judged

The score is at most ``evaluable_weight`` and is always given together with it: a part without
a baseline or a measurement is not evaluable yet, never zero. Whether higher or lower is better
shows in the sign of target - baseline.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.db.models.enums import TextChoices
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.activities.enums import OutcomeLevel
from apps.activities.models import Activity, Criterion
from apps.evaluation.models import Measurement
from apps.schools.models import Agreement

Number = Decimal | int | float


class Status(TextChoices):
    MET = "met", _("Met")
    PARTLY_MET = "partly_met", _("Partly met")
    NOT_MET = "not_met", _("Not yet nearer")
    NOT_EVALUABLE = "not_evaluable", _("Not evaluable yet")


class Lack(TextChoices):
    """Why a part cannot be judged yet."""

    NOTHING = "", ""
    BASELINE = "baseline", _("no baseline")
    VALUE = "value", _("no measurement yet")
    BOTH = "both", _("no baseline and no measurement yet")
    DISTANCE = "distance", _("the target is where the baseline was")


@dataclass(frozen=True, slots=True)
class Part:
    """One criterion's share: ``progress`` is None when it is not evaluable."""

    criterion: Criterion | None
    weight: int
    baseline: Number | None
    value: Number | None
    target: Number | None
    progress: Fraction | None
    measurement: Measurement | None = None

    @property
    def status(self) -> Status:
        if self.progress is None:
            return Status.NOT_EVALUABLE
        if self.progress == 1:
            return Status.MET
        return Status.PARTLY_MET if self.progress else Status.NOT_MET

    @property
    def lack(self) -> Lack:
        if self.baseline is None:
            return Lack.BOTH if self.value is None else Lack.BASELINE
        if self.value is None:
            return Lack.VALUE
        return Lack.NOTHING if self.progress is not None else Lack.DISTANCE

    @property
    def points(self) -> Fraction | None:
        """What it adds to the score."""
        return None if self.progress is None else self.weight * self.progress

    @property
    def percent(self) -> int | None:
        return None if self.progress is None else round(100 * self.progress)


@dataclass(frozen=True, slots=True)
class Score:
    """``value`` (0 to ``evaluable_weight``) is None when nothing can be judged yet."""

    value: Fraction | None
    evaluable_weight: int
    parts: tuple[Part, ...]

    @property
    def total_weight(self) -> int:
        return sum(part.weight for part in self.parts)

    @property
    def rounded(self) -> float | None:
        return None if self.value is None else round(float(self.value), 1)


def progress(
    baseline: Number | None, value: Number | None, target: Number | None
) -> Fraction | None:
    """From 0 to 1; None when it cannot be judged."""
    if baseline is None or value is None or target is None or baseline == target:
        return None
    start, end = Fraction(baseline), Fraction(target)
    return min(max((Fraction(value) - start) / (end - start), Fraction(0)), Fraction(1))


def part(weight: int, baseline: Number | None, value: Number | None, target: Number | None) -> Part:
    """A part by its numbers alone."""
    return Part(None, weight, baseline, value, target, progress(baseline, value, target))


def total(parts: Iterable[Part]) -> Score:
    parts = tuple(parts)
    judged = [(p.weight, p.points) for p in parts if p.points is not None]
    value = sum((points for _weight, points in judged), Fraction(0)) if judged else None
    return Score(value, sum(weight for weight, _points in judged), parts)


@dataclass(frozen=True, slots=True)
class Side:
    """Pupils, or staff and school: what counts for them, and what the agreement gives them."""

    label: str
    agreed: int | None
    score: Score


def sides(parts: Sequence[Part], agreement: Agreement | None) -> list[Side]:
    """The score in its two halves, which add up to it."""
    pupils = [p for p in parts if is_about_pupils(p)]
    others = [p for p in parts if not is_about_pupils(p)]
    agreed = (agreement.pupil_weight, agreement.staff_weight) if agreement else (None, None)
    return [
        Side(_now("Pupils"), agreed[0], total(pupils)),
        Side(_now("Staff and school"), agreed[1], total(others)),
    ]


def is_about_pupils(part: Part) -> bool:
    return part.criterion is not None and part.criterion.level == OutcomeLevel.PUPIL


def measured(criteria: QuerySet[Criterion], until: date | None = None) -> QuerySet[Criterion]:
    """``criteria`` with their valid measurements in ``measured``, the newest first."""
    rows = Measurement.objects.current().select_related("entered_by")
    if until:
        rows = rows.filter(measured_on__lte=until)
    return criteria.prefetch_related(
        Prefetch("measurements", queryset=rows.order_by("-measured_on", "-pk"), to_attr="measured")
    )


def part_of(criterion: Any) -> Part:
    """The part of a criterion that came through `measured`."""
    latest = next(iter(criterion.measured), None)
    value = latest.value if latest else None
    return Part(
        criterion=criterion,
        weight=criterion.weight,
        baseline=criterion.baseline,
        value=value,
        target=criterion.target,
        progress=progress(criterion.baseline, value, criterion.target),
        measurement=latest,
    )


def score(activity: Activity, until: date | None = None) -> Score:
    """The activity's score by its newest measurements (two queries)."""
    return total(part_of(c) for c in measured(activity.criteria.all(), until))


def as_json(found: Score) -> dict[str, Any]:
    """Numbers as plain floats: the score to two decimal places, progress to four."""
    return {
        "score": None if found.value is None else round(float(found.value), 2),
        "evaluable_weight": found.evaluable_weight,
        "parts": [
            {
                "criterion": p.criterion.indicator if p.criterion else "",
                "weight": p.weight,
                "baseline": _float(p.baseline),
                "value": _float(p.value),
                "target": _float(p.target),
                "progress": None if p.progress is None else round(float(p.progress), 4),
                "status": p.status.value,
            }
            for p in found.parts
        ],
    }


def _float(number: Number | None) -> float | None:
    return None if number is None else float(number)
