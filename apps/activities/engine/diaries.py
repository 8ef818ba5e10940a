"""What fills the days of some people: their timetables, offers and leave, the sessions they have
already, and who else of their schools is out. Read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from apps.activities.enums import ParticipantState, SessionState
from apps.activities.models import Session
from apps.activities.slots import Busy, Member, School
from apps.activities.slots.facts import Span
from apps.activities.slots.travel import minutes_between
from apps.core.years import academic_year, year_bounds
from apps.schools.calendars import LONDON
from apps.schools.times import SchoolTimes, Times, schools_times, times_of

if TYPE_CHECKING:
    from apps.schools.models import Organisation

PLANNED, HELD = SessionState.PLANNED, SessionState.HELD


@dataclass(frozen=True, slots=True)
class Fixed:
    """A session as it lies in somebody's diary."""

    starts: datetime
    ends: datetime
    place: int | None
    state: str
    teaches: bool  # the visit is to their own lesson

    def meets(self, starts: datetime, ends: datetime) -> bool:
        return self.starts < ends and starts < self.ends


@dataclass
class Diaries:
    """``schools`` are the homes of the people and the places that matter, by id."""

    first: date
    last: date
    times: dict[int, Times]
    fixed: dict[int, list[Fixed]]
    schools: dict[int, School]
    school_times: dict[int, SchoolTimes]
    names: dict[int, str] = field(default_factory=dict)

    def way(self, person: int, place: int | None) -> int | None:
        """Minutes from the person's own school; 0 online, None where a point is not known."""
        if place is None:
            return 0
        home = self.schools[self.times[person].organisation]
        return minutes_between(home, self.schools.get(place), home.miles_an_hour)

    def planned(self, person: int) -> list[Fixed]:
        return [f for f in self.fixed.get(person, []) if f.state == PLANNED]

    def released(self, school: int, but: Collection[int] = ()) -> list[Span]:
        """When people of the school, other than ``but``, are out of a class of theirs."""
        found = []
        for person, times in self.times.items():
            if times.organisation == school and person not in but:
                for fixed in self.planned(person):
                    if not fixed.teaches and _meets_any(fixed, times.needing_cover):
                        found.append((fixed.starts, fixed.ends))
        return found

    def member(self, person: int, *, minutes: int, taught: bool = False) -> Member:
        """As the slot finder sees them, for a session of so many ``minutes``. ``taught``: it is
        part of a lesson of theirs, which needs no cover and must be one where a timetable says
        when they teach."""
        times = self.times[person]
        offers = tuple(times.offers)
        lessons = tuple(_alone(span, minutes) for span in times.spans("teaching"))
        # Longer than the break, so that nobody's break is all there is of it.
        through = tuple((a, b) for a, b in times.through if b - a < timedelta(minutes=minutes))
        free = (lessons if taught else times.spans("free") + through) + offers
        covered: tuple[Span, ...] = () if taught else times.needing_cover
        away = times.leave + times.unpaid(self.first, self.last)
        return Member(
            person,
            times.organisation,
            free,
            covered,
            tuple(times.between),
            (*times.protected, *away),
            tuple(Busy(f.starts, f.ends, f.place) for f in self.planned(person)),
            self.travelled(person),
        )

    def travelled(self, person: int) -> int:
        """Minutes on the road this year, for what was held and what is planned."""
        return sum(2 * (self.way(person, f.place) or 0) for f in self.fixed.get(person, []))


def diaries_of(
    people: Collection[tuple[int, int]],
    organisations: Iterable[Organisation],
    first: date,
    last: date,
    *,
    but: Session | None = None,
) -> Diaries:
    """``people``: (person, school). Others of a school that limits how many are out at once are
    read too. ``but``: a session that is being moved, and stands in no one's way."""
    known = {o.pk: o for o in organisations}
    times_by_school = schools_times(known)
    limited = [pk for pk, s in times_by_school.items() if s.most_released is not None]
    rows = _sessions([person for person, _school in people], limited, first, last, but)
    fixed: dict[int, list[Fixed]] = defaultdict(list)
    everybody = dict(people)
    for row in rows:
        for person, school in _people_of(row):
            if person in everybody or school in limited:
                everybody.setdefault(person, school)
                fixed[person].append(_fixed(row, person))
        if row["organisation_id"] is not None:
            known.setdefault(row["organisation_id"], _Point(row))  # type: ignore[arg-type]
    times = times_of(list(everybody.items()), first, last, times_by_school)
    diaries = Diaries(first, last, times, fixed, {}, times_by_school)
    for pk, organisation in known.items():
        diaries.schools[pk] = _school(organisation, times_by_school.get(pk, SchoolTimes()))
        diaries.names[pk] = organisation.name
    return diaries


class _Point:
    """The school of a session, as far as the way there goes."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.pk = row["organisation_id"]
        self.name = row["place"]
        self.easting, self.northing = row["easting"], row["northing"]


def _school(organisation: Any, times: SchoolTimes) -> School:
    known = organisation.easting and organisation.northing
    point = (organisation.easting, organisation.northing) if known else None
    return School(
        organisation.pk,
        point=point,
        miles_an_hour=times.miles_an_hour,
        most_released=times.most_released,
    )


def _sessions(
    persons: list[int], limited: list[int], first: date, last: date, but: Session | None
) -> list[dict[str, Any]]:
    """Sessions of these people this year, and planned ones of others of the limited schools.

    A row for each person who takes part; of a visit only the two are asked for.
    """
    year_first, _year_last = year_bounds(academic_year(first))
    begin = datetime.combine(min(year_first, first), time(), tzinfo=LONDON)
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=LONDON)
    here = Q(state=PLANNED, activity__participants__organisation_id__in=limited)
    rows = Session.objects.filter(
        Q(activity__participants__person_id__in=persons) | here,
        starts_at__range=(begin, end),
        state__in=(PLANNED, HELD),
        activity__participants__state=ParticipantState.ACCEPTED,
    )
    if but is not None and but.pk:
        rows = rows.exclude(pk=but.pk)
    return list(
        rows.values(
            "starts_at",
            "ends_at",
            "state",
            "time_known",
            "organisation_id",
            "observer_id",
            "observed_id",
            "kind",
            person=F("activity__participants__person_id"),
            school=F("activity__participants__organisation_id"),
            activity_kind=F("activity__kind"),
            place=F("organisation__name"),
            easting=F("organisation__easting"),
            northing=F("organisation__northing"),
        ).distinct()
    )


def _people_of(row: dict[str, Any]) -> list[tuple[int, int]]:
    pair = {row["observer_id"], row["observed_id"]} - {None}
    return [(row["person"], row["school"])] if not pair or row["person"] in pair else []


def _fixed(row: dict[str, Any], person: int) -> Fixed:
    return Fixed(
        row["starts_at"],
        row["ends_at"],
        row["organisation_id"],
        row["state"],
        row["observed_id"] == person and in_lesson(row["activity_kind"], row["kind"]),
    )


def in_lesson(activity_kind: str, session_kind: str) -> bool:
    """Whether the person visited teaches meanwhile."""
    from apps.activities.kinds import kind_of

    declared = kind_of(activity_kind).session(session_kind)
    return declared is not None and declared.pairs and not declared.releases_observed


def _alone(lesson: Span, minutes: int) -> Span:
    """The lesson without its last minute, so that a visit which fits into one lesson is not
    found across two."""
    starts, ends = lesson
    fits = ends - starts > timedelta(minutes=minutes)
    return (starts, ends - timedelta(minutes=1)) if fits else lesson


def _meets_any(fixed: Fixed, spans: Iterable[Span]) -> bool:
    return any(fixed.meets(starts, ends) for starts, ends in spans)


def open_days(school: SchoolTimes, first: date, last: date, *, lessons: bool) -> frozenset[date]:
    """The days on which a session may be there; ``lessons``: on which there are lessons."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    fits = school.teaches_on if lessons else school.calendar.is_open
    return frozenset(day for day in days if fits(day))
