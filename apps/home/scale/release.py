"""Rows of the ledger for the sessions of a large year, and what schools set for themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from apps.activities.enums import SessionState
from apps.activities.models import Release, Session
from apps.activities.release.enums import Basis, Cover, InClass, ReleaseState
from apps.core import clock
from apps.core.years import academic_year
from apps.home.scale.places import BATCH, School, year_start
from apps.schools.models import SupplyRate, TimeBudget

TRAVEL = 30
COVERS = (Cover.INTERNAL, Cover.SUPPLY, Cover.COVER_STAFF, "")


def set_rates(schools: Iterable[School]) -> None:
    made = [school.organisation for school in schools]
    year = academic_year(clock.today())
    SupplyRate.objects.bulk_create(
        [SupplyRate(organisation=o, starts_on=year_start(), pence=21_800) for o in made],
        batch_size=BATCH,
    )
    TimeBudget.objects.bulk_create(
        [TimeBudget(organisation=o, year=year, cpd_hours=30, term_minutes=600) for o in made],
        batch_size=BATCH,
    )


def rows_for(sessions: Iterable[Session], homes: dict[tuple[int, int], int]) -> list[Release]:
    """One for each observer; ``homes`` maps (activity, person) to the school they come from."""
    return [
        _row(n, session, session.observer_id, homes[session.activity_id, session.observer_id])
        for n, session in enumerate(sessions)
        if session.observer_id is not None
    ]


def _row(number: int, session: Session, person: int, school: int) -> Release:
    travel = 0 if school == session.organisation_id else TRAVEL
    held = session.state == SessionState.HELD
    cover = COVERS[number % len(COVERS)]
    supply = cover == Cover.SUPPLY
    waits = not held and number % 3 == 0
    return Release(
        person_id=person,
        organisation_id=school,
        activity=session.activity,
        session=session,
        asked_by_id=session.activity.organiser_id,
        day=_day(session),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        planned_minutes=50 + travel,
        travel_minutes=travel,
        actual_minutes=50 + travel if held else None,
        in_class=InClass.YES if number % 4 else InClass.UNKNOWN,
        cover=cover,
        supply_unit="lesson" if supply else "",
        supply_count=1 if supply else None,
        cover_pence=4_360 if supply else None,
        state=_state(held, waits),
        basis="" if waits else Basis.ALLOWANCE,
        decided_at=None if waits else clock.now(),
    )


def _state(held: bool, waits: bool) -> str:
    if held:
        return ReleaseState.USED
    return ReleaseState.ASKED if waits else ReleaseState.APPROVED


def _day(session: Session) -> date:
    return timezone.localdate(session.starts_at)
