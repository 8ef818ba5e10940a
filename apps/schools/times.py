"""The hours of people over some days: what their timetables hold, what they offer, when they are
away and when they are paid. Everything is read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import FilteredRelation, OuterRef, Q
from django.db.models.functions import JSONObject

from apps.schools.calendars import LONDON, UNKNOWN, Calendar, calendars_of
from apps.schools.cycles import CycleFacts, monday_of, weeks_of
from apps.schools.enums import PROTECTED_USES, PeriodUse, Role

Span = tuple[datetime, datetime]
DAY_STARTS, DAY_ENDS = time(7, 30), time(18)
NEEDS_COVER = (PeriodUse.TEACHING, PeriodUse.DUTY)
WEEK = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Held:
    """One period of one day, and what it holds for somebody."""

    starts: datetime
    ends: datetime
    use: str
    name: str

    @property
    def span(self) -> Span:
        return self.starts, self.ends


@dataclass(slots=True)
class Times:
    """Of one person at one school. ``has_timetable`` is false where nobody has typed one in.

    ``between``: their own time on teaching days, outside the periods; ``through``: breaks between
    two periods in which they are free, where their school lets sessions last through one.
    ``paid``: None where the paid times are not known; else the spans of the days asked for.
    """

    person: int
    organisation: int
    has_timetable: bool = False
    held: list[Held] = field(default_factory=list)
    between: list[Span] = field(default_factory=list)
    through: list[Span] = field(default_factory=list)
    offers: list[Span] = field(default_factory=list)
    leave: list[Span] = field(default_factory=list)
    paid: list[Span] | None = None

    def spans(self, *uses: str) -> tuple[Span, ...]:
        return tuple(held.span for held in self.held if held.use in uses)

    @property
    def protected(self) -> tuple[Span, ...]:
        return self.spans(*PROTECTED_USES)

    @property
    def needing_cover(self) -> tuple[Span, ...]:
        return self.spans(*NEEDS_COVER)

    @property
    def is_known(self) -> bool:
        """Whether anything says when this person can."""
        return self.has_timetable or bool(self.offers)

    def unpaid(self, first: date, last: date) -> list[Span]:
        """The hours outside paid time; none where paid time is not known."""
        if self.paid is None:
            return []
        found, at = [], moment(first, time())
        for starts, ends in sorted(self.paid):
            found.append((at, starts))
            at = ends
        return [*found, (at, moment(last + timedelta(days=1), time()))]


@dataclass(frozen=True, slots=True)
class SchoolTimes:
    """What is set for a school: its calendar, its cycle, and how many may be out at once."""

    calendar: Calendar = UNKNOWN
    cycle: CycleFacts | None = None
    most_released: int | None = None
    miles_an_hour: int = 20
    across_breaks: bool = False

    def teaches_on(self, day: date) -> bool:
        """Open, and no INSET day: on those there are no lessons."""
        inset = any(first <= day <= last for first, last in self.calendar.inset)
        return self.calendar.is_open(day) and not inset

    def weeks(self, first: date, last: date) -> dict[date, int]:
        if self.cycle is None:
            return {}
        return weeks_of(self.cycle, first, last, self.calendar.is_open)


def moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=LONDON)


def schools_times(organisations: Iterable[int]) -> dict[int, SchoolTimes]:
    """In two queries."""
    from apps.schools.models import Cycle

    ids = set(organisations)
    rows = Cycle.objects.filter(organisation_id__in=ids).annotate(
        mondays=ArrayAgg("corrections__monday", order_by="corrections__pk"),
        letters=ArrayAgg("corrections__week", order_by="corrections__pk"),
    )
    cycles = {cycle.organisation_id: cycle for cycle in rows}
    found = {}
    for pk, calendar in calendars_of(ids).items():
        cycle = cycles.get(pk)
        found[pk] = SchoolTimes(calendar)
        if cycle is not None:
            pairs = zip(cycle.mondays, cycle.letters, strict=True)
            facts = CycleFacts(cycle.weeks, cycle.anchor_on, {m: w for m, w in pairs if m})
            found[pk] = SchoolTimes(
                calendar, facts, cycle.most_released, cycle.miles_an_hour, cycle.across_breaks
            )
    return found


def times_of(
    people: Collection[tuple[int, int]],
    first: date,
    last: date,
    schools: dict[int, SchoolTimes],
) -> dict[int, Times]:
    """The times of each (person, school), by person, in three queries."""
    found = {person: Times(person, organisation) for person, organisation in people}
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    worked, paid = _posts(found)
    weeks = {pk: school.weeks(first, last) for pk, school in schools.items()}
    bells = _bells(found)
    for times in found.values():
        school = schools.get(times.organisation, SchoolTimes())
        bell = bells.get(times.organisation, {})
        times.has_timetable = any(uses.get(times.person) for uses in bell.values())
        for day in days:
            if day.weekday() in worked[times.person] and school.teaches_on(day):
                week = weeks.get(times.organisation, {}).get(monday_of(day), 1)
                _fill_day(times, day, week, bell)
                if school.across_breaks:
                    times.through += _free_breaks(times, day)
    _own_times(found, first, last)
    for person, hours in paid.items():
        found[person].paid = [
            (moment(day, hours[day.weekday()][0]), moment(day, hours[day.weekday()][1]))
            for day in days
            if day.weekday() in hours
        ]
    return found


Bell = tuple[int, time, time, str]  # weekday, from, to, name
Bells = dict[Bell, dict[int, dict[int, str]]]  # -> person -> week -> use


def _bells(found: dict[int, Times]) -> dict[int, Bells]:
    """The periods of each school, with what each week's holds for whom; one query."""
    from apps.schools.models import Period

    schools = {times.organisation for times in found.values()}
    rows = Period.objects.filter(cycle__organisation_id__in=schools).annotate(
        mine=FilteredRelation("entries", condition=Q(entries__person_id__in=list(found)))
    )
    columns = ("cycle__organisation_id", "weekday", "starts", "ends", "name")
    bells: dict[int, Bells] = defaultdict(dict)
    entries = ("mine__person_id", "mine__week", "mine__use")
    for school, weekday, starts, ends, name, person, week, use in rows.values_list(
        *columns, *entries
    ):
        uses = bells[school].setdefault((weekday, starts, ends, name), {})
        if person is not None:
            uses.setdefault(person, {})[week] = use
    return bells


def _fill_day(times: Times, day: date, week: int, bell: Bells) -> None:
    today = [item for item in bell.items() if item[0][0] == day.weekday()]
    for (_weekday, starts, ends, name), uses in today:
        use = uses.get(times.person, {}).get(week)
        if use:
            times.held.append(Held(moment(day, starts), moment(day, ends), use, name))
    if times.has_timetable:
        rung = sorted((starts, ends) for (_weekday, starts, ends, _name), _uses in today)
        times.between += [(moment(day, a), moment(day, b)) for a, b in _gaps(rung)]


def _free_breaks(times: Times, day: date) -> list[Span]:
    """Breaks of the day that begin and end with a period in which they are free."""
    free = times.spans(PeriodUse.FREE)
    begins, ends = {span[1] for span in free}, {span[0] for span in free}
    return [(a, b) for a, b in times.between if a.date() == day and a in begins and b in ends]


def _gaps(rung: list[tuple[time, time]]) -> Iterator[tuple[time, time]]:
    at = DAY_STARTS
    for starts, ends in rung:
        if starts > at:
            yield at, starts
        at = max(at, ends)
    if at < DAY_ENDS:
        yield at, DAY_ENDS


Week = dict[int, tuple[time, time]]  # weekday -> paid from, to


def _posts(found: dict[int, Times]) -> tuple[dict[int, Collection[int]], dict[int, Week]]:
    """On which weekdays each works; and when support staff are paid, where that is known:
    teachers are not paid by the hour."""
    from apps.schools.models import Membership, PaidTime

    hours = PaidTime.objects.filter(
        person=OuterRef("person"), organisation=OuterRef("organisation")
    )
    said = JSONObject(weekday="weekday", starts="starts", ends="ends")
    rows: Any = Membership.objects.current().filter(
        person_id__in=list(found), organisation_id__in={t.organisation for t in found.values()}
    )
    rows = rows.annotate(paid=ArraySubquery(hours.values(said=said)))
    worked: dict[int, set[int]] = {person: set() for person in found}
    paid: dict[int, Week] = {}
    columns = ("person_id", "organisation_id", "working_days", "role", "paid")
    for person, organisation, days, role, spans in rows.values_list(*columns):
        if found[person].organisation == organisation:
            worked[person] |= set(days)
            if role == Role.SUPPORT and spans:
                paid[person] = {span["weekday"]: _from_to(span) for span in spans}
    return {person: days or set(WEEK) for person, days in worked.items()}, paid


def _from_to(span: dict[str, str]) -> tuple[time, time]:
    return time.fromisoformat(span["starts"]), time.fromisoformat(span["ends"])


def _own_times(found: dict[int, Times], first: date, last: date) -> None:
    from apps.schools.models import OwnTime

    rows = OwnTime.objects.filter(person_id__in=list(found)).meeting(
        moment(first, time()), moment(last + timedelta(days=1), time())
    )
    for row in rows:
        times = found[row.person_id]
        spans = times.offers if row.kind == OwnTime.Kind.OFFER else times.leave
        spans.append((row.starts_at, row.ends_at))
