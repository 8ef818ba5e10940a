"""Who gets a scheduled report, on which morning, and who is told of a preview."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from apps.accounts.mail_kinds import frequencies
from apps.accounts.models import MailFrequency, Person
from apps.activities.models import Activity
from apps.evaluation.models import Report, ReportSchedule
from apps.evaluation.posting.models import SPEAKERS
from apps.evaluation.reports.base import MAILED, About
from apps.schools.calendars import LONDON, MORNING, UNKNOWN, Calendar, calendars_of
from apps.schools.enums import Role
from apps.schools.models import Alliance, AllianceMember, Membership, Organisation

MAIL_KIND = "reports"
EARLY = time(5)  # of the day on which a previewed report goes out, before its readers' morning


def place_of(about: About) -> Alliance | Organisation:
    """Whose schools and people it concerns: itself, or what it belongs to."""
    if isinstance(about, Alliance | Organisation):
        return about
    if isinstance(about, Person):
        raise TypeError("what is about one person goes to nobody else")
    if isinstance(about, Activity):
        return about.alliance or about.organisation
    return about.alliance


def schools_of(place: Alliance | Organisation) -> list[int]:
    if isinstance(place, Organisation):
        return [place.pk]
    rows = AllianceMember.objects.joined().filter(alliance=place)
    return list(rows.values_list("organisation_id", flat=True))


def mornings(schedule: ReportSchedule, at: datetime) -> Iterator[tuple[int, datetime]]:
    """Each reader once, with the next open morning of their (first) school and working week.

    A coordinator who belongs to no school of the alliance follows its first school.
    """
    place = place_of(schedule.subject)
    schools = schools_of(place)
    held = _held(place, schedule.roles, schools)
    calendars = calendars_of(schools)
    wanted = frequencies({person for person, _school, _days in held}, MAIL_KIND)
    local = timezone.localtime(at)
    first = local.date() + timedelta(days=local.time() > MORNING)
    done: set[int] = set()
    for person, school, days in held:
        if person in done or wanted[person] == MailFrequency.OFF:
            continue
        done.add(person)
        where = school or (schools[0] if schools else 0)
        yield person, calendars.get(where, UNKNOWN).first_open_morning(first, days)


def preview_ends(schedule: ReportSchedule, at: datetime) -> datetime:
    """Early on the first open day after as many open days as its owner has, today not counted."""
    schools = schools_of(place_of(schedule.subject))
    return after_open_days(
        calendars_of(schools[:1]).get(schools[0], UNKNOWN) if schools else UNKNOWN,
        timezone.localdate(at),
        schedule.preview_days,
    )


def after_open_days(calendar: Calendar, day: date, days: int) -> datetime:
    for _open_day in range(days + 1):
        day = calendar.first_open(day + timedelta(days=1))
    return datetime.combine(day, EARLY, tzinfo=LONDON)


def owners(report: Report) -> list[Person]:
    """Whoever set its schedule last; all who may make it, once that person may no more."""
    schedule, about = report.schedule, report.subject
    owner = schedule.created_by if schedule else None
    if owner is not None and owner.is_active and report.rules.may_make(owner, about):
        return [owner]
    place = place_of(about)
    held = _held(place, MAILED, schools_of(place), with_address=False)
    people = Person.objects.filter(pk__in={person for person, _school, _days in held})
    return [person for person in people.order_by("pk") if report.rules.may_make(person, about)]


def speakers(schools: Iterable[int]) -> Iterator[tuple[int, int]]:
    """(person, school) of those who comment for one of ``schools``."""
    rows = Membership.objects.current().filter(
        organisation_id__in=list(schools), role__in=SPEAKERS, person__is_active=True
    )
    pairs = rows.order_by("organisation_id", "person_id")
    yield from pairs.values_list("person_id", "organisation_id").distinct()


def _held(
    place: Alliance | Organisation,
    roles: Sequence[str],
    schools: Sequence[int],
    *,
    with_address: bool = True,
) -> list[tuple[int, int | None, list[int]]]:
    """(person, organisation, working days) of everybody with one of the roles (and an address)."""
    who = Q(organisation_id__in=schools, role__in=[r for r in roles if r in MAILED])
    if isinstance(place, Alliance) and Role.COORDINATOR in roles:
        who |= Q(alliance_id=place.pk, role=Role.COORDINATOR)
    rows = Membership.objects.current().filter(who, person__is_active=True)
    if with_address:
        rows = rows.filter(person__email__isnull=False)
    rows = rows.order_by("organisation_id", "pk")
    return list(rows.values_list("person_id", "organisation_id", "working_days"))
