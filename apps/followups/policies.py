"""When the owner of a promise is reminded: days before (negative), on and after its date.

A kind of activity, or one of its rules, names one of these or has its own.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.schools.models import Organisation

Days = tuple[int, ...]

USUAL: Days = (-3, 0, 7)
LONG: Days = (-7, 0, 14)  # for what is asked weeks later, when it is easily forgotten


def still_to_come(days: Days, due: date, today: date) -> list[int]:
    """Those of ``days`` that lie after today; its own day always."""
    return [day for day in sorted({*days, 0}) if day >= 0 or due + timedelta(days=day) > today]


def open_day(day: date, organisation: Organisation, owner: Person) -> date:
    """``day``, or the next on which the school is open and its owner works there."""
    from apps.schools.post import Diaries

    diaries = Diaries.of([owner.pk], "followups", schools=[organisation.pk])
    return diaries.morning(owner.pk, day, organisation.pk).date()
