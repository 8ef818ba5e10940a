"""A school's supply rates, its time for CPD, its allowance and its delegates."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core import audit_trail, clock
from apps.core.permissions import allowed_if, require
from apps.schools.enums import DelegateKind
from apps.schools.models import Delegate, Membership, Organisation, SupplyRate, TimeBudget
from apps.schools.permissions.release import (
    can_appoint,
    can_keep_budget,
    can_keep_rates,
    can_set_allowance,
)


@transaction.atomic
def set_rate(
    *,
    by: Person,
    organisation: Organisation,
    starts_on: date,
    pence: int,
    lessons: int,
    extra_hour_pence: int | None = None,
) -> SupplyRate:
    """What a day of supply and an hour's extra pay cost from ``starts_on`` on; the same day again
    corrects it."""
    require(can_keep_rates(by, organisation))
    before = SupplyRate.objects.filter(organisation=organisation, starts_on=starts_on).first()
    rate, _created = SupplyRate.objects.update_or_create(
        organisation=organisation,
        starts_on=starts_on,
        defaults={"pence": pence, "lessons": lessons, "extra_hour_pence": extra_hour_pence},
    )
    audit_trail.record(
        "schools.supply_rate_set",
        rate,
        by=by,
        school=organisation.pk,
        starts_on=starts_on.isoformat(),
        before=before and [before.pence, before.lessons, before.extra_hour_pence],
        after=[pence, lessons, extra_hour_pence],
    )
    return rate


@transaction.atomic
def set_budget(
    *,
    by: Person,
    organisation: Organisation,
    year: int,
    directed_hours: int,
    cpd_hours: int | None,
    most_out: int | None,
) -> TimeBudget:
    """The directed hours of a full-timer, how many of them are for CPD, and how many colleagues
    may be out for it on one day (None: not decided)."""
    require(can_keep_budget(by, organisation))
    budget = _budget(organisation, year)
    before = [budget.directed_hours, budget.cpd_hours, budget.most_out]
    budget.directed_hours, budget.cpd_hours = directed_hours, cpd_hours
    budget.most_out = most_out
    budget.save()
    audit_trail.record(
        "schools.time_budget_set",
        budget,
        by=by,
        year=year,
        before=before,
        after=[directed_hours, cpd_hours, most_out],
    )
    return budget


@transaction.atomic
def set_allowance(
    *, by: Person, organisation: Organisation, year: int, minutes: int | None
) -> TimeBudget:
    """How many minutes of release a term are approved by themselves (None: none are)."""
    require(can_set_allowance(by, organisation))
    budget = _budget(organisation, year)
    before, budget.term_minutes = budget.term_minutes, minutes
    budget.save()
    audit_trail.record(
        "schools.allowance_set", budget, by=by, year=year, before=before, after=minutes
    )
    return budget


@transaction.atomic
def appoint(
    *, by: Person, organisation: Organisation, person: Person, kind: DelegateKind
) -> Delegate:
    """Hand a part of release time to somebody of the school; doing it again changes nothing."""
    require(can_appoint(by, organisation, kind))
    here = Membership.objects.current().filter(organisation=organisation, person=person)
    require(allowed_if(here.exists(), _("Choose somebody who belongs to the school.")))
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    rows = Delegate.objects.current().filter(organisation=organisation, person=person, kind=kind)
    present = rows.first()
    if present is not None:
        return present
    delegate = Delegate.objects.create(
        organisation=organisation, person=person, kind=kind, appointed_by=by
    )
    audit_trail.record("schools.delegate_appointed", delegate, by=by, kind=kind, person=person.pk)
    return delegate


@transaction.atomic
def dismiss(*, by: Person, delegate: Delegate) -> None:
    """It ended yesterday, or is as if it had never been when it began today."""
    current = Delegate.objects.select_for_update().get(pk=delegate.pk)
    require(can_appoint(by, current.organisation, DelegateKind(current.kind)))
    yesterday = clock.today() - timedelta(days=1)
    if current.ends_on is not None and current.ends_on <= yesterday:
        return
    audit_trail.record("schools.delegate_dismissed", current, by=by, person=current.person_id)
    if current.starts_on > yesterday:
        current.delete()
    else:
        current.ends_on = yesterday
        current.save()


def _budget(organisation: Organisation, year: int) -> TimeBudget:
    budget, _created = TimeBudget.objects.get_or_create(organisation=organisation, year=year)
    return TimeBudget.objects.select_for_update().get(pk=budget.pk)
