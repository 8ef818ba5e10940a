"""Keeping the rows of the ledger: what a session asks of whom, and how rows follow it.

The caller holds the lock on the activity and the transaction. Nothing here asks who may.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils import timezone

from apps.activities.release import pricing, telling
from apps.activities.release.enums import (
    AHEAD,
    LIVE,
    Basis,
    Cover,
    InClass,
    ReleaseState,
)
from apps.activities.release.models import Release
from apps.activities.release.occupation import Occupation
from apps.activities.release.terms import Span, term_of
from apps.activities.slots.facts import School
from apps.activities.slots.travel import minutes_between
from apps.core import audit_trail, clock
from apps.core.models import AuditEvent
from apps.core.years import academic_year
from apps.schools.models import Organisation, TimeBudget

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.engine.situation import Situation
    from apps.activities.models import Participant, Session

FOLLOWED = (
    "day",
    "starts_at",
    "ends_at",
    "planned_minutes",
    "travel_minutes",
    "extra_minutes",
    "in_class",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a session asks of one person; ``travel`` there and back, None where not known;
    ``extra``: minutes outside paid hours for which extra pay is on record, None without any."""

    person_id: int
    organisation: Organisation
    day: date
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: int
    travel: int | None
    extra: int | None
    in_class: InClass


def asked_by(session: Session, situation: Situation) -> list[Asked]:
    """One for each who takes part; not for somebody observed at their own work, unless that lies
    outside their paid hours: then for the extra minutes alone."""
    places = released_by(session, situation)
    day = timezone.localdate(session.starts_at)
    at_work = _paid_extra_at_work(session, situation, places)
    people = [(p.person_id, p.organisation_id) for p in (*places, *at_work)]
    known = Occupation.of(people, day, day)
    extra = [_asked(session, day, place, known) for place in at_work]
    return [
        *(_asked(session, day, place, known) for place in places),
        *(replace(one, minutes=one.extra, in_class=InClass.NO) for one in extra if one.extra),
    ]


def _paid_extra_at_work(
    session: Session, situation: Situation, released: list[Participant]
) -> list[Participant]:
    if not session.extra_pay or not session.observed_id:
        return []
    mine = [p for p in situation.people if p.person_id == session.observed_id]
    return mine[:1] if mine and mine[0] not in released else []


def released_by(session: Session, situation: Situation) -> list[Participant]:
    places = {p.person_id: p for p in situation.people}
    if not session.observer_id:
        return list(places.values())
    declared = situation.kind.session(session.kind)
    pair = [places.get(session.observer_id)]
    observed = places.get(session.observed_id) if session.observed_id else None
    teaches = observed is not None and observed.organisation_id == session.organisation_id
    if not teaches or (declared is not None and declared.releases_observed):
        pair.append(observed)
    return [place for place in pair if place is not None]


def _asked(session: Session, day: date, place: Participant, known: Occupation) -> Asked:
    one_way = _one_way(session, place, known)
    away = timedelta(minutes=one_way or 0)
    starts_at, ends_at = session.starts_at - away, session.ends_at + away
    length = round((session.ends_at - session.starts_at).total_seconds() / 60)
    times = (starts_at, ends_at) if session.time_known else (None, None)
    return Asked(
        person_id=place.person_id,
        organisation=place.organisation,
        day=day,
        starts_at=times[0],
        ends_at=times[1],
        minutes=length + 2 * (one_way or 0),
        travel=None if one_way is None else 2 * one_way,
        extra=known.unpaid_minutes(place.person_id, *times) if session.extra_pay else None,
        in_class=known.in_class((place.person_id, place.organisation_id), day, *times),
    )


def _one_way(session: Session, place: Participant, known: Occupation) -> int | None:
    there = session.organisation
    return minutes_between(
        _school(place.organisation),
        None if there is None else _school(there),
        known.schools[place.organisation_id].miles_an_hour,
    )


def _school(organisation: Organisation) -> School:
    east, north = organisation.easting, organisation.northing
    point = None if east is None or north is None else (east, north)
    return School(organisation.pk, point=point)


# Rows that follow a session


def follow(session: Session, situation: Situation, *, by: Person | None) -> list[Release]:
    """Make and change the rows of a planned session, so that they say what it asks now."""
    present = rows_of(session)
    wanted = asked_by(session, situation)
    kept = [
        _moved(present[one.person_id], one, by=by)
        if one.person_id in present
        else _opened(session, one, by=by)
        for one in wanted
    ]
    gone = present.keys() - {one.person_id for one in wanted}
    for person_id in sorted(gone):
        not_used(present[person_id], by=by)
    for school in {row.organisation for row in kept if row.is_waiting}:
        telling.waiting(school, by=by)
    return kept


def rows_of(session: Session) -> dict[int, Release]:
    """The rows of a session by person, locked."""
    rows = Release.objects.filter(session=session).select_related("organisation")
    return {row.person_id: row for row in rows.select_for_update(of=("self",)).order_by("pk")}


def _row(session: Session, asked: Asked, *, by: Person | None, **rest: Any) -> Release:
    return Release(
        person_id=asked.person_id,
        organisation=asked.organisation,
        activity=session.activity,
        session=session,
        asked_by=by,
        **_times_of(asked),
        **rest,
    )


def _opened(session: Session, asked: Asked, *, by: Person | None) -> Release:
    row = _row(session, asked, by=by, planned_minutes=asked.minutes)
    pricing.price_extra(row)
    settle(row)
    row.save()
    audit_trail.record(
        "release.asked", row, by=by, minutes=row.planned_minutes, state=row.state, basis=row.basis
    )
    return row


def _times_of(asked: Asked) -> dict[str, Any]:
    return {
        "day": asked.day,
        "starts_at": asked.starts_at,
        "ends_at": asked.ends_at,
        "travel_minutes": asked.travel,
        "extra_minutes": asked.extra,
        "in_class": asked.in_class,
    }


def _moved(row: Release, asked: Asked, *, by: Person | None) -> Release:
    values = {**_times_of(asked), "planned_minutes": asked.minutes}
    same = all(getattr(row, name) == values[name] for name in FOLLOWED)
    if row.state == ReleaseState.USED or (same and row.state != ReleaseState.NOT_USED):
        return row
    stands = (
        row.state == ReleaseState.APPROVED
        and row.day == asked.day
        and asked.minutes <= (row.planned_minutes or 0)
        and row.basis != Basis.NO_RELEASE
    )
    before = snapshot(row)
    for name, value in values.items():
        setattr(row, name, value)
    pricing.price(row)
    if row.extra_minutes != before["extra_minutes"]:
        pricing.price_extra(row)
    if not stands:
        ask_again(row)
    save_changed(row, "release.moved", before, by=by)
    return row


def ask_again(row: Release) -> None:
    """What was decided was decided of another time: it waits anew, unless it need not."""
    if row.basis == Basis.NO_RELEASE and row.cover == Cover.NONE:
        row.cover = ""
    row.state, row.basis, row.reason = ReleaseState.ASKED, "", ""
    row.decided_by, row.decided_at = None, None
    settle(row)


def settle(row: Release) -> None:
    """Approve an unsaved asked row that needs no release, or that the allowance still holds."""
    if row.in_class == InClass.NO:
        row.cover = row.cover or Cover.NONE
        row.state, row.basis, row.decided_at = (
            ReleaseState.APPROVED,
            Basis.NO_RELEASE,
            clock.now(),
        )
        return
    if fits_allowance(row):
        row.state, row.basis, row.decided_at = ReleaseState.APPROVED, Basis.ALLOWANCE, clock.now()


def fits_allowance(row: Release) -> bool:
    """Whether the minutes fit what the head has allowed for that term; takes the budget's lock,
    so that two at once cannot pass it together."""
    if row.day is None or row.planned_minutes is None:
        return False
    budget = (
        TimeBudget.objects.select_for_update()
        .filter(organisation_id=row.organisation_id, year=academic_year(row.day))
        .first()
    )
    if budget is None or budget.term_minutes is None:
        return False
    return (
        taken_in(row.organisation_id, term_of(row.organisation_id, row.day), but=row.pk)
        + row.planned_minutes
        <= budget.term_minutes
    )


def taken_in(organisation_id: int, term: Span, but: int | None = None) -> int:
    """Minutes approved within the allowance of a term."""
    rows = Release.objects.filter(
        organisation_id=organisation_id, basis=Basis.ALLOWANCE, state__in=LIVE
    ).between(*term)
    if but is not None:
        rows = rows.exclude(pk=but)
    total = rows.aggregate(minutes=Sum("planned_minutes"))["minutes"]
    return total or 0


# The end of a row


def hold(
    session: Session,
    situation: Situation,
    *,
    by: Person | None,
    only: Collection[int] | None = None,
) -> None:
    """What was planned has been used; who came without a row gets one, which was not planned.
    Those known to have stayed away have used nothing. ``only``: ids of people; all without it."""
    present = rows_of(session)
    away = set(session.attendance.filter(present=False).values_list("person_id", flat=True))
    for one in asked_by(session, situation):
        row = present.get(one.person_id)
        if only is not None and one.person_id not in only:
            continue
        if one.person_id in away:
            if row is not None:
                not_used(row, by=by)
        elif row is None:
            row = _unplanned(session, one, by=by)
        elif row.state in AHEAD:
            use(row, minutes=one.minutes, by=by)


def _unplanned(session: Session, asked: Asked, *, by: Person | None) -> Release:
    row = _row(session, asked, by=by, state=ReleaseState.USED, actual_minutes=asked.minutes)
    if row.in_class == InClass.NO:
        row.cover, row.basis, row.decided_at = Cover.NONE, Basis.NO_RELEASE, clock.now()
    pricing.price_extra(row)
    row.save()
    audit_trail.record("release.used", row, by=by, minutes=row.actual_minutes, planned=None)
    return row


def use(row: Release, *, minutes: int | None, by: Person | None) -> None:
    before = snapshot(row)
    row.state, row.actual_minutes, row.reason = ReleaseState.USED, minutes, ""
    save_changed(row, "release.used", before, by=by)


def use_after_all(row: Release, *, by: Person | None) -> None:
    """Somebody was said to have stayed away, and came: what it took before that was said, or
    what was planned; what nobody knows of either stays unknown."""
    if row.state != ReleaseState.NOT_USED:
        return
    trail = AuditEvent.objects.filter(
        subject_type=row._meta.label_lower, subject_id=row.pk, action="release.not_used"
    )
    before = trail.values_list("data__before__actual_minutes", flat=True).first()
    use(row, minutes=row.planned_minutes if before is None else int(before), by=by)


def not_used(row: Release, *, by: Person | None, reason: str = "") -> None:
    """It was not taken; what was refused stays refused."""
    if row.state in (ReleaseState.NOT_USED, ReleaseState.REFUSED):
        return
    before = snapshot(row)
    row.state, row.actual_minutes, row.reason = ReleaseState.NOT_USED, None, reason
    save_changed(row, "release.not_used", before, by=by)


# The trail

KEPT = (
    "day",
    "starts_at",
    "ends_at",
    "planned_minutes",
    "travel_minutes",
    "extra_minutes",
    "actual_minutes",
    "in_class",
    "cover",
    "supply_unit",
    "supply_count",
    "cover_pence",
    "travel_pence",
    "extra_pay_pence",
    "fee_pence",
    "payer",
    "state",
    "basis",
)


def snapshot(row: Release) -> dict[str, Any]:
    """The values that the trail keeps, as JSON holds them."""
    return {name: _plain(getattr(row, name)) for name in KEPT}


def save_changed(
    row: Release, action: str, before: dict[str, Any], *, by: Person | None
) -> dict[str, Any]:
    """Save the row and an audit row with the old and new value of what changed; those new."""
    after = {name: value for name, value in snapshot(row).items() if value != before[name]}
    row.version += 1
    row.save()
    old = {name: before[name] for name in after}
    audit_trail.record(action, row, by=by, before=old, after=after)
    return after


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
