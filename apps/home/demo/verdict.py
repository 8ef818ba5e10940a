"""Measurements, the report's schedule, and reports made by the real job."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

from django.utils import timezone

from apps.accounts.models import Person
from apps.activities.enums import ActivityState
from apps.activities.models import Activity, Criterion
from apps.core import clock
from apps.core.dispatch import inline
from apps.evaluation import actions
from apps.evaluation.enums import Frequency
from apps.evaluation.periods import half_terms, next_date
from apps.evaluation.posting import actions as posting
from apps.evaluation.reports import kind_of
from apps.evaluation.reports.base import About
from apps.home.demo.timeline import Timeline
from apps.schools.enums import Role
from apps.schools.models import Alliance, Membership

SOME = timedelta(days=28)
STEPS = (Decimal(15), Decimal(19), Decimal(12))


def measure(activities: Iterable[Activity], when: Timeline) -> None:
    """What has been judged, or is about to be, has been measured; one value was corrected."""
    told = [a for a in activities if a.state in (ActivityState.CLOSED, ActivityState.ACTIVE)]
    for n, activity in enumerate(told):
        for criterion in Criterion.objects.filter(activity=activity):
            if activity.state == ActivityState.CLOSED or n % 2 == 0:
                _measure(activity, criterion, n, when)


def _measure(activity: Activity, criterion: Criterion, number: int, when: Timeline) -> None:
    by_people = criterion.unit == "people"
    enter = partial(
        actions.measure,
        by=activity.organiser,
        criterion=criterion,
        n=3 if by_people else 28,
        note="Told at the debrief" if by_people else "Tally in three lessons",
    )
    value = Decimal(2) if by_people else STEPS[number % len(STEPS)]
    with clock.frozen(when.days_ago(6)):
        first = enter(client_key=uuid.uuid4(), value=value, measured_on=clock.today())
    if number == 0 and not by_people:
        with clock.frozen(when.days_ago(4)):
            enter(
                client_key=uuid.uuid4(),
                value=value + 1,
                measured_on=first.measured_on,
                corrects=first,
            )


def schedule(alliance: Alliance, coordinator: Person, when: Timeline) -> None:
    posting.set_schedule(
        by=coordinator,
        kind=kind_of("alliance"),
        about=alliance,
        frequency=Frequency.HALF_TERMLY,
        next_on=next_date(when.today, Frequency.HALF_TERMLY),
        roles=[Role.COORDINATOR, Role.CPD_LEAD, Role.HEAD, Role.GOVERNOR],
        preview_days=3,
    )


def make_reports(alliance: Alliance) -> None:
    """The alliance's, and those of the governor's school: of the time until the last half-term
    ended and of the time since, so that each has one before it."""
    when = Timeline(clock.today())
    coordinator = Membership.objects.get(alliance=alliance, role=Role.COORDINATOR).person
    here = Membership.objects.filter(organisation__alliance_members__alliance=alliance)
    school = here.get(role=Role.GOVERNOR).organisation
    assert school is not None
    lead = Membership.objects.at(school).get(role=Role.CPD_LEAD).person
    for start, end in _spans(when):
        at = timezone.make_aware(datetime.combine(end, time(12)))
        with clock.frozen(min(at, timezone.now())), inline():
            _make("alliance", alliance, coordinator, start, end)
            for kind in ("school", "governors"):
                _make(kind, school, lead, start, end)


def _spans(when: Timeline) -> tuple[tuple[date, date], tuple[date, date]]:
    """Two that share no day, of some weeks each."""
    ends = (half.last for half in half_terms(when.today))
    whole = (end for end in ends if when.start + SOME < end < when.today - SOME)
    cut = next(whole, when.today - SOME)
    return (when.start, cut), (cut + timedelta(days=1), when.today)


def _make(kind: str, about: About, by: Person, start: date, end: date) -> None:
    actions.ask_for_report(
        by=by, kind=kind, about=about, start=start, end=end, client_key=uuid.uuid4()
    )
