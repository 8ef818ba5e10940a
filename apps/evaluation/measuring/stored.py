from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from apps.evaluation.models import Measurement

Key = tuple[int, date]


class Stored:
    """Of these criteria, by criterion and day: every value there was, and the one that stands."""

    def __init__(self, criteria: Iterable[int]) -> None:
        self.standing: dict[Key, Decimal] = {}
        self._ever: dict[Key, set[Decimal]] = {}
        rows = Measurement.objects.filter(criterion__in=list(criteria))
        for found in rows.select_related("corrected_by"):
            key = (found.criterion_id, found.measured_on)
            self._ever.setdefault(key, set()).add(found.value)
            if not hasattr(found, "corrected_by"):
                self.standing[key] = found.value

    def ever(self, key: Key) -> set[Decimal]:
        """Values of that day, corrected since or not."""
        return self._ever.get(key, set())

    def add(self, key: Key, value: Decimal) -> None:
        self._ever.setdefault(key, set()).add(value)
        self.standing[key] = value
