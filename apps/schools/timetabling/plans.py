"""What an uploaded timetable would write, before anything is written.

A plan is JSON: ``people`` maps ids to {"<period>.<week>": use}, ``errors`` lists what to mend.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from apps.schools.enums import PeriodUse
from apps.schools.models import Cycle, Period, TimetableEntry

Cells = dict[tuple[int, int], str]  # (period, week) -> use


@dataclass(slots=True)
class Mend:
    """A row that was left out: which, whose, and how to mend it."""

    row: int
    person: str
    text: str


@dataclass(slots=True)
class Plan:
    people: dict[int, Cells] = field(default_factory=dict)
    errors: list[Mend] = field(default_factory=list)
    rows: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "people": {
                str(person): {f"{period}.{week}": use for (period, week), use in cells.items()}
                for person, cells in self.people.items()
            },
            "errors": [[e.row, e.person, e.text] for e in self.errors],
            "rows": self.rows,
        }


def plan_of(stored: dict[str, Any]) -> Plan:
    people = {
        int(person): {_key(key): use for key, use in cells.items()}
        for person, cells in stored.get("people", {}).items()
    }
    return Plan(people, [Mend(*error) for error in stored.get("errors", [])], stored.get("rows", 0))


def _key(text: str) -> tuple[int, int]:
    period, _dot, week = text.partition(".")
    return int(period), int(week)


class Bell:
    """A school's periods, found by weekday and plain name."""

    def __init__(self, cycle: Cycle, periods: list[Period]) -> None:
        self.cycle = cycle
        self.periods = periods

    @property
    def weeks(self) -> range:
        return range(1, self.cycle.weeks + 1)

    @property
    def all_cells(self) -> list[tuple[int, int]]:
        return [(period.pk, week) for week in self.weeks for period in self.periods]


def fill(cells: Cells, bell: Bell, empty: str) -> Cells:
    """``empty``: what a period holds of which the file says nothing; "" leaves it unknown."""
    if not empty:
        return cells
    return {key: cells.get(key, empty) for key in bell.all_cells}


def stored_cells(people: list[int], cycle: Cycle) -> dict[int, Cells]:
    rows = TimetableEntry.objects.filter(person_id__in=people, period__cycle=cycle)
    found: dict[int, Cells] = {person: {} for person in people}
    for person, period, week, use in rows.values_list("person_id", "period_id", "week", "use"):
        found[person][period, week] = use
    return found


def counts(cells: Cells) -> list[tuple[str, int]]:
    """How many periods of each use, in words."""
    numbers = Counter(cells.values())
    return [(str(PeriodUse(use).label), n) for use in PeriodUse if (n := numbers[use])]
