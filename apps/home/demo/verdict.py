"""Measurements, the report's schedule, and two reports made by the real job."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, time, timedelta
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
from apps.home.demo.timeline import Timeline
from apps.schools.enums import Role
from apps.schools.models import Alliance, Membership

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
    actions.set_schedule(
        by=coordinator,
        alliance=alliance,
        frequency=Frequency.HALF_TERMLY,
        next_on=when.working_day(24),
        roles=[Role.COORDINATOR, Role.CPD_LEAD, Role.HEAD, Role.GOVERNOR],
    )


def make_reports(alliance: Alliance) -> None:
    """The alliance's as it stood five weeks ago and as it stands, so that there is a last time;
    and those of the governor's school."""
    held = Membership.objects.get(alliance=alliance, role=Role.COORDINATOR)
    when = Timeline(clock.today())
    _report_on_school(alliance, when)
    for end in (when.today - timedelta(days=35), when.today):
        at = timezone.make_aware(datetime.combine(end, time(12)))
        with clock.frozen(min(at, timezone.now())), inline():
            actions.ask_for_report(
                by=held.person,
                kind="alliance",
                about=alliance,
                start=when.start,
                end=end,
                client_key=uuid.uuid4(),
            )


def _report_on_school(alliance: Alliance, when: Timeline) -> None:
    here = Membership.objects.filter(organisation__alliance_members__alliance=alliance)
    school = here.get(role=Role.GOVERNOR).organisation
    assert school is not None
    lead = Membership.objects.at(school).get(role=Role.CPD_LEAD).person
    with inline():
        for kind in ("school", "governors"):
            actions.ask_for_report(
                by=lead,
                kind=kind,
                about=school,
                start=when.start,
                end=when.today,
                client_key=uuid.uuid4(),
            )
