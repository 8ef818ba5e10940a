"""Which criteria and measurements somebody sees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet

from apps.accounts.models import Person
from apps.activities.models import Activity, Criterion
from apps.evaluation.comparisons.models import Comparison
from apps.evaluation.models import Measurement


def criteria_visible_to(person: Person) -> QuerySet[Criterion]:
    """Criteria of the activities that ``person`` may see; those of goals are their owners'."""
    return Criterion.objects.filter(activity__in=Activity.objects.visible_to(person).values("pk"))


def with_history(criteria: QuerySet[Criterion]) -> QuerySet[Criterion]:
    """``criteria`` with every measurement in ``history`` and comparisons, the newest first."""
    rows = Measurement.objects.select_related("entered_by", "corrected_by__entered_by", "audit")
    rows = rows.defer("audit__results")
    return criteria.prefetch_related(
        Prefetch("measurements", queryset=rows.order_by("-measured_on", "-pk"), to_attr="history"),
        Prefetch("comparisons", queryset=Comparison.objects.order_by("-pk"), to_attr="compared"),
    )


def current(history: Iterable[Any]) -> list[Any]:
    """Those that no correction has replaced."""
    return [row for row in history if not hasattr(row, "corrected_by")]
