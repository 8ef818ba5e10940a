"""Asking for release, deciding about it, writing down what it took and what it cost."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.activities.engine.refusals import Stale, refuse_if
from apps.activities.release import ledger, pricing, telling
from apps.activities.release.enums import (
    AHEAD,
    Basis,
    Cover,
    InClass,
    ReleaseState,
)
from apps.activities.release.models import Release
from apps.activities.release.occupation import Occupation
from apps.activities.release.permissions import (
    can_arrange_cover,
    can_correct_minutes,
    can_decide,
    can_keep_costs,
    can_take_back,
)
from apps.core import audit_trail, clock
from apps.core.permissions import require
from apps.schools.actions import release as of_schools
from apps.schools.models import Membership, Organisation, SupplyRate

if TYPE_CHECKING:
    from apps.accounts.models import Person

MINUTES = frozenset({"actual_minutes"})
COVER = frozenset({"cover", "supply_unit", "supply_count", "in_class"})
COSTS = frozenset({"travel_pence", "extra_pay_pence", "fee_pence", "payer"})


@dataclass(frozen=True, slots=True)
class When:
    """A day, and from when to when where that is known."""

    day: date
    starts_at: datetime | None = None
    ends_at: datetime | None = None


# Asking


@transaction.atomic
def ask(
    *,
    by: Person,
    member: Membership,
    what_for: str,
    when: When,
    minutes: int | None,
    in_class: str = "",
    client_key: uuid.UUID | None = None,
) -> Release:
    """Enter time that belongs to no session; the same ``client_key`` sent again enters it once.

    ``in_class`` is worked out from what is known of the day where it is not given.
    """
    client_key = client_key or uuid.uuid4()
    before = Release.objects.filter(client_key=client_key, asked_by=by).first()
    if before is not None:
        return before
    organisation = member.organisation
    assert organisation is not None
    if not in_class:
        who = (member.person_id, organisation.pk)
        known = Occupation.of([who], when.day, when.day)
        in_class = known.in_class(who, when.day, when.starts_at, when.ends_at)
    row = Release(
        client_key=client_key,
        person=member.person,
        organisation=organisation,
        what_for=what_for,
        day=when.day,
        starts_at=when.starts_at,
        ends_at=when.ends_at,
        planned_minutes=minutes,
        in_class=in_class,
        asked_by=by,
    )
    ledger.settle(row)
    row.save()
    audit_trail.record(
        "release.asked", row, by=by, minutes=minutes, state=row.state, basis=row.basis
    )
    if row.is_waiting:
        telling.waiting(organisation, by=by)
    return row


@transaction.atomic
def take_back(row: Release, *, by: Person) -> Release:
    current = _reread(row)
    if current.state == ReleaseState.NOT_USED:
        return current
    require(can_take_back(by, current))
    ledger.not_used(current, by=by)
    return current


# Deciding


@transaction.atomic
def approve(rows: Collection[Release], *, by: Person) -> list[Release]:
    """Approve those that still wait and that ``by`` may decide; what others decided meanwhile is
    left as it is."""
    waiting = Release.objects.waiting_for(by).filter(pk__in=[row.pk for row in rows])
    locked = list(
        waiting.select_for_update(of=("self",))
        .select_related("organisation", "activity")
        .order_by("pk")
    )
    for row in locked:
        before = ledger.snapshot(row)
        row.state, row.basis, row.reason = ReleaseState.APPROVED, Basis.BY_HAND, ""
        row.decided_by, row.decided_at = by, clock.now()
        ledger.save_changed(row, "release.approved", before, by=by)
    telling.approved(locked, by=by)
    return locked


@transaction.atomic
def refuse_all(rows: Collection[Release], *, by: Person, reason: str) -> list[Release]:
    """Say no to several for one reason; what was decided meanwhile is left as it is."""
    waiting = Release.objects.waiting_for(by).filter(pk__in=[row.pk for row in rows])
    locked = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    return [refuse(row, by=by, reason=reason) for row in locked]


@transaction.atomic
def refuse(row: Release, *, by: Person, reason: str) -> Release:
    """Say no, or take an approval back, with a reason that the person and organiser read."""
    current = _reread(row)
    if current.state == ReleaseState.REFUSED:
        return current
    require(can_decide(by, current))
    refuse_if(not reason.strip(), _("Give a reason."))
    before = ledger.snapshot(current)
    current.state, current.basis, current.reason = ReleaseState.REFUSED, "", reason.strip()
    current.decided_by, current.decided_at = by, clock.now()
    ledger.save_changed(current, "release.refused", before, by=by)
    telling.refused(current, by=by)
    return current


# Writing down


@transaction.atomic
def correct(row: Release, *, by: Person, version: int, values: dict[str, Any]) -> Release:
    """Change minutes, cover or costs. Stale when somebody changed them since ``version``.

    Giving the minutes of what was planned says that it was used. The trail keeps old values.
    """
    current = _reread(row)
    if current.version != version:
        raise Stale(current)
    _may(by, current, values.keys())
    before = ledger.snapshot(current)
    used = values.get("actual_minutes") is not None
    if used:
        refuse_if(
            current.state in AHEAD and current.day is not None and current.day > clock.today(),
            _("It lies in the future: what it took is known afterwards."),
        )
        refuse_if(current.state == ReleaseState.REFUSED, _("It was refused."))
        current.state, current.reason = ReleaseState.USED, ""
    for name, value in values.items():
        setattr(current, name, value)
    if current.state != ReleaseState.USED:
        current.actual_minutes = None
    _tidy_cover(current, before)
    if ledger.snapshot(current) != before:
        ledger.save_changed(current, "release.corrected", before, by=by)
    return current


def _may(by: Person, row: Release, names: Collection[str]) -> None:
    asked = set(names)
    if asked & MINUTES:
        require(can_correct_minutes(by, row))
    if asked & COVER:
        require(can_arrange_cover(by, row))
    if asked & COSTS:
        require(can_keep_costs(by, row))
    unknown = asked - MINUTES - COVER - COSTS
    if unknown:
        raise ValueError(f"not to be changed by hand: {sorted(unknown)}")


def _tidy_cover(row: Release, before: dict[str, Any]) -> None:
    if row.cover != Cover.SUPPLY:
        row.supply_unit, row.supply_count = "", None
    if (row.cover, row.supply_unit, row.supply_count) != (
        before["cover"],
        before["supply_unit"],
        before["supply_count"],
    ):
        pricing.price(row)
    if row.in_class != before["in_class"] and row.state in AHEAD:
        _weigh_anew(row, before)


def _weigh_anew(row: Release, before: dict[str, Any]) -> None:
    """It is known now whether somebody has to stand in: what needs no release needs no approval,
    and what does, and was let through without, is asked for."""
    if row.in_class == InClass.NO and row.state == ReleaseState.ASKED:
        ledger.settle(row)
    elif before["in_class"] == InClass.NO and row.basis == Basis.NO_RELEASE:
        ledger.ask_again(row)


@transaction.atomic
def set_rate(
    *,
    by: Person,
    organisation: Organisation,
    starts_on: date,
    pence: int,
    lessons: int,
    extra_hour_pence: int | None = None,
) -> int:
    """Keep the school's rate and price its supply from that day on, and extra pay that has no
    price yet; how many rows changed."""
    of_schools.set_rate(
        by=by,
        organisation=organisation,
        starts_on=starts_on,
        pence=pence,
        lessons=lessons,
        extra_hour_pence=extra_hour_pence,
    )
    rates = list(SupplyRate.objects.filter(organisation=organisation).order_by("-starts_on"))
    rows = Release.objects.at(organisation).filter(cover=Cover.SUPPLY, day__gte=starts_on)
    changed = 0
    for row in rows.select_for_update(of=("self",)).order_by("pk"):
        before = ledger.snapshot(row)
        pricing.price(row, rates)
        if row.cover_pence != before["cover_pence"]:
            ledger.save_changed(row, "release.priced", before, by=by)
            changed += 1
    return changed + _price_extra_pay(organisation, starts_on, by)


def _price_extra_pay(organisation: Organisation, starts_on: date, by: Person) -> int:
    rows = Release.objects.at(organisation).live().filter(day__gte=starts_on)
    unpaid = rows.filter(extra_minutes__gt=0, extra_pay_pence__isnull=True)
    changed = 0
    for row in unpaid.select_for_update(of=("self",)).order_by("pk"):
        before = ledger.snapshot(row)
        pricing.price_extra(row)
        if row.extra_pay_pence is not None:
            ledger.save_changed(row, "release.priced", before, by=by)
            changed += 1
    return changed


def _reread(row: Release) -> Release:
    rows = Release.objects.select_related("activity", "organisation", "person")
    return rows.select_for_update(of=("self",)).get(pk=row.pk)
