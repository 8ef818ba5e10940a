"""When the owner of a promise is reminded: days before (negative), on and after its date.

A kind of activity, or one of its rules, names one of these or has its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.schools.models import Organisation
    from apps.schools.post import Diaries

Days = tuple[int, ...]

USUAL: Days = (-3, 0, 7)
LONG: Days = (-7, 0, 14)  # for what is asked weeks later, when it is easily forgotten


def still_to_come(days: Days, due: date, today: date) -> list[int]:
    """Those of ``days`` that lie after today; its own day always."""
    return [day for day in sorted({*days, 0}) if day >= 0 or due + timedelta(days=day) > today]


def diaries_of(places: Iterable[tuple[Person, Organisation]]) -> Diaries:
    """What `open_day` asks, for many promises at once: owners and the schools they are about."""
    from apps.schools.post import Diaries

    pairs = [(owner.pk, school.pk) for owner, school in places]
    return Diaries.of(
        {owner for owner, _school in pairs}, "followups", schools={school for _, school in pairs}
    )


def open_day(
    day: date, organisation: Organisation, owner: Person, diaries: Diaries | None = None
) -> date:
    """``day``, or the next on which the school is open and its owner works there."""
    diaries = diaries or diaries_of([(owner, organisation)])
    return diaries.morning(owner.pk, day, organisation.pk).date()
