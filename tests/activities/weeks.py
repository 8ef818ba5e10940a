"""Timetables for the people of the stage: five periods a day, one week."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from apps.accounts.models import Person
from apps.activities.engine import Slot
from apps.core import clock
from apps.schools.calendars import LONDON
from apps.schools.cycles import monday_of
from apps.schools.models import Cycle, Organisation, PaidTime, Period, TimetableEntry

BELL = (
    ("P1", "09:00", "10:00"),
    ("P2", "10:00", "11:00"),
    ("P3", "11:20", "12:20"),
    ("P4", "13:10", "14:10"),
    ("P5", "14:10", "15:10"),
)
USES = {"T": "teaching", "F": "free", "P": "ppa", "E": "induction", "D": "duty"}


def keep_bell(school: Organisation, **values: Any) -> Cycle:
    anchor = date(2025, 9, 1)
    cycle, _made = Cycle.objects.update_or_create(
        organisation=school, defaults={"anchor_on": anchor, **values}
    )
    if not cycle.periods.exists():
        Period.objects.bulk_create(
            Period(
                cycle=cycle,
                weekday=day,
                name=name,
                starts=time.fromisoformat(a),
                ends=time.fromisoformat(b),
            )
            for day in range(5)
            for name, a, b in BELL
        )
    return cycle


def teach(person: Person, school: Organisation, day: str, *, week: int = 1) -> None:
    """The same ``day`` from Monday to Friday, a letter for each period: "TTFPT"."""
    cycle = keep_bell(school) if not hasattr(school, "cycle") else school.cycle
    letters = dict(zip((name for name, _a, _b in BELL), day, strict=True))
    TimetableEntry.objects.bulk_create(
        TimetableEntry(person=person, period=period, week=week, use=USES[letters[period.name]])
        for period in cycle.periods.all()
        if letters[period.name] in USES
    )


def pay(person: Person, school: Organisation, start: str, end: str) -> None:
    PaidTime.objects.bulk_create(
        PaidTime(
            person=person,
            organisation=school,
            weekday=day,
            starts=time.fromisoformat(start),
            ends=time.fromisoformat(end),
        )
        for day in range(5)
    )


def next_monday() -> date:
    return monday_of(clock.today()) + timedelta(days=7)


def on_monday(start: str, end: str, place: Organisation | None = None, **more: Any) -> Slot:
    day = next_monday()
    return Slot(moment(day, start), moment(day, end), place, **more)


def moment(day: date, at: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(at), tzinfo=LONDON)
