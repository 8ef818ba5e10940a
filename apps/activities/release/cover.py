"""Who is out in a week, and when the list of it is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.activities.models import Release
from apps.activities.release import telling
from apps.activities.release.enums import AHEAD, Cover, InClass
from apps.activities.release.occupation import Occupation
from apps.core.sweeps import sweep
from apps.schools.calendars import LONDON, MORNING, Calendar, calendars_of
from apps.schools.cycles import monday_of
from apps.schools.delegates import people_covering
from apps.schools.models import Membership, Organisation

WHY = gettext_lazy("CPD")  # all that a cover list ever says
WEEK = timedelta(days=7)
FARTHEST = timedelta(weeks=8)  # the list of the first week of a term may go out before the summer


@dataclass(frozen=True, slots=True)
class Out:
    """Somebody who is out: ``periods`` are theirs that somebody has to take, where known."""

    row: Release
    periods: list[str]

    @property
    def cover(self) -> str:
        row = self.row
        if not row.cover:
            return _("not arranged yet")
        if row.cover != Cover.SUPPLY:
            return str(row.get_cover_display())
        return f"{row.get_cover_display()}: {row.supply_words}"

    @property
    def is_open(self) -> bool:
        return not self.row.cover


def next_monday(day: date) -> date:
    return monday_of(day) + WEEK


def out_in_week(school: Organisation, monday: date) -> list[Out]:
    sunday = monday + timedelta(days=6)
    rows = list(Release.objects.at(school).out_between(monday, sunday).select_related("person"))
    known = Occupation.of({(row.person_id, school.pk) for row in rows}, monday, sunday)
    return [Out(row, _periods(row, known)) for row in rows]


def _periods(row: Release, known: Occupation) -> list[str]:
    who = (row.person_id, row.organisation_id)
    if row.day is None:
        return []
    return known.periods_missed(who, row.day, row.starts_at, row.ends_at)


@sweep("activities.cover_list", every=timedelta(hours=1))
def send_lists(at: datetime) -> int:
    """Send each school's list on the last open day before its week on which whoever gets it works,
    or later if that was missed; how many mails were asked for. A list that was queued is not
    queued again."""
    weeks = _weeks(timezone.localdate(at))
    calendars, people = calendars_of(weeks), people_covering(weeks)
    working = _working_days(people)
    return sum(
        telling.cover_list([person], school, monday)
        for school, mondays in sorted(weeks.items())
        for person in people.get(school, [])
        for monday in mondays
        if is_time(calendars[school], monday, at, working[person, school])
    )


def is_time(
    calendar: Calendar, monday: date, at: datetime, working_days: Collection[int] = ()
) -> bool:
    """Whether the morning of the last open day before ``monday`` has come that is one of
    ``working_days`` (any, without them): who is next there on Tuesday would read it too late."""
    before = (monday - timedelta(days=n) for n in range(1, FARTHEST.days))
    worked = (day for day in before if not working_days or day.weekday() in working_days)
    last = next((day for day in worked if calendar.is_open(day)), monday)
    return at >= datetime.combine(last, MORNING, tzinfo=LONDON)


def _working_days(people: Mapping[int, Collection[int]]) -> dict[tuple[int, int], set[int]]:
    """By person and school."""
    ids = {person for group in people.values() for person in group}
    rows = Membership.objects.current().filter(person_id__in=ids, organisation_id__in=people)
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for person, school, days in rows.values_list("person_id", "organisation_id", "working_days"):
        found[person, school or 0].update(days)
    return found


def _weeks(today: date) -> dict[int, list[date]]:
    """The Mondays of the weeks to come in which somebody is out, by school."""
    rows = (
        Release.objects.between(today + timedelta(days=1), today + FARTHEST)
        .filter(state__in=AHEAD)
        .exclude(in_class=InClass.NO)
    )
    found: dict[int, set[date]] = defaultdict(set)
    for school, day in rows.values_list("organisation_id", "day").order_by().distinct():
        if day is not None and monday_of(day) > today:
            found[school].add(monday_of(day))
    return {school: sorted(mondays) for school, mondays in found.items()}
