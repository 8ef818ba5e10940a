"""Who gets a scheduled report, and on which morning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from apps.accounts.mail_kinds import frequencies
from apps.accounts.models import MailFrequency
from apps.evaluation.models import ReportSchedule
from apps.schools.calendars import MORNING, UNKNOWN, calendars_of
from apps.schools.enums import Role
from apps.schools.models import AllianceMember, Membership

MAIL_KIND = "reports"
READING_ROLES = (Role.COORDINATOR, Role.CPD_LEAD, Role.HEAD, Role.GOVERNOR)


def mornings(schedule: ReportSchedule, at: datetime) -> Iterator[tuple[int, datetime]]:
    """Each reader once, with the next open morning of their (first) school and working week.

    A coordinator who belongs to no school of the alliance follows its first school.
    """
    schools = list(
        AllianceMember.objects.joined()
        .filter(alliance_id=schedule.alliance_id)
        .values_list("organisation_id", flat=True)
    )
    held = _held(schedule, schools)
    calendars = calendars_of(schools)
    wanted = frequencies({person for person, _school, _days in held}, MAIL_KIND)
    local = timezone.localtime(at)
    first = local.date() + timedelta(days=local.time() > MORNING)
    done: set[int] = set()
    for person, school, days in held:
        if person in done or wanted[person] == MailFrequency.OFF:
            continue
        done.add(person)
        place = school or (schools[0] if schools else 0)
        yield person, calendars.get(place, UNKNOWN).first_open_morning(first, days)


def _held(
    schedule: ReportSchedule, schools: Sequence[int]
) -> list[tuple[int, int | None, list[int]]]:
    """(person, organisation, working days) of everybody with one of its roles and an address."""
    roles = schedule.roles
    in_schools = Q(organisation_id__in=schools, role__in=[r for r in roles if r in READING_ROLES])
    coordinates = Q(alliance_id=schedule.alliance_id, role=Role.COORDINATOR)
    who = in_schools | coordinates if Role.COORDINATOR in roles else in_schools
    rows = (
        Membership.objects.current()
        .filter(who, person__is_active=True, person__email__isnull=False)
        .order_by("organisation_id", "pk")
    )
    return list(rows.values_list("person_id", "organisation_id", "working_days"))
