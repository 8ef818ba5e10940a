"""Timetables, own times and a poll of the demonstration, after all else has been played."""

from __future__ import annotations

from datetime import date, time, timedelta

from apps.accounts.models import Person
from apps.activities.engine import polls
from apps.activities.engine.attendance import record_attendance
from apps.activities.enums import ActivityState, SessionState
from apps.activities.kinds import kind_of
from apps.activities.models import Activity, Poll, Session
from apps.core import clock
from apps.home.demo.people import MAIN, Cast
from apps.home.demo.timeline import Timeline
from apps.schools.actions import timetables
from apps.schools.cycles import monday_of
from apps.schools.enums import PeriodUse
from apps.schools.models import Cycle, Organisation

BELL = (
    ("P1", time(9), time(10)),
    ("P2", time(10), time(11)),
    ("P3", time(11, 20), time(12, 20)),
    ("P4", time(13, 10), time(14, 10)),
    ("P5", time(14, 10), time(15, 10)),
    ("After school", time(15, 20), time(16, 20)),
)
KEPT = {MAIN: 2, "140057": 1, "142490": 1}  # school -> weeks of its cycle
T, F, PPA, DUTY = PeriodUse.TEACHING, PeriodUse.FREE, PeriodUse.PPA, PeriodUse.DUTY


def keep_times(schools: dict[str, Organisation], cast: Cast, when: Timeline) -> None:
    with clock.frozen(when.past(0.05)):
        for urn, weeks in KEPT.items():
            _keep_school(schools[urn], cast, urn, weeks, when.start)
    me, assistant = cast.teachers[MAIN][1], cast.support[MAIN][0]
    day = when.working_day(9)
    spans = [(when.ahead(9 + n, hour=15), when.ahead(9 + n, hour=16)) for n in range(3)]
    timetables.set_offers(by=cast.teachers["142490"][1], spans=spans)
    timetables.set_leave(by=me, days=[(day + timedelta(days=28), day + timedelta(days=29))])
    timetables.set_paid_times(
        by=cast.leads[MAIN],
        organisation=schools[MAIN],
        person=assistant,
        days=dict.fromkeys(range(5), (time(8, 30), time(15, 30))),
    )
    _ask_with_a_poll(when)
    _record_who_came()


def _keep_school(school: Organisation, cast: Cast, urn: str, weeks: int, year_start: date) -> None:
    lead = cast.leads[urn]
    cycle = timetables.set_cycle(
        by=lead,
        organisation=school,
        weeks=weeks,
        anchor_on=monday_of(year_start + timedelta(days=6)),
        most_released=2,
        miles_an_hour=20,
        periods=[(day, *rung) for day in range(5) for rung in BELL],
        seen=0,
    )
    # The last two are not on the timetable yet: of them a poll asks.
    for number, person in enumerate(cast.teachers[urn][:-2]):
        _keep_person(school, lead, cycle, number, person)


def _keep_person(
    school: Organisation, lead: Person, cycle: Cycle, number: int, person: Person
) -> None:
    """Mostly teaching, a tenth PPA, some free; nobody meets every day after school."""
    cells = {}
    for week in range(1, cycle.weeks + 1):
        for period in cycle.periods.all():
            turn = (number * 3 + period.weekday * 7 + week * 2 + len(period.name)) % 10
            if period.name == "After school":
                use = DUTY if (number + period.weekday) % 4 == 0 else F
            elif period.name == "P5" and (number + period.weekday) % 2 == 0:
                use = PPA
            else:
                use = F if turn < 3 and period.name != "P5" else T
            cells[period.pk, week] = use.value
    timetables.set_timetable(by=lead, organisation=school, person=person, cells=cells)


def _ask_with_a_poll(when: Timeline) -> None:
    """In the activity that has most to do: which of three times suits the meeting of all?"""
    for activity in Activity.objects.filter(state=ActivityState.ACTIVE).order_by("pk"):
        meeting = next((s for s in kind_of(activity.kind).sessions if not s.pairs), None)
        people = [p.person for p in activity.participants.taking_part().select_related("person")]
        if meeting is None or len(people) < 3:
            continue
        starts = [when.ahead(14 + n, hour=16) for n in range(3)]
        poll = polls.open_poll(
            activity,
            by=people[0],
            kind=meeting.slug,
            times=[(at, at + timedelta(minutes=meeting.minutes)) for at in sorted(set(starts))],
        )
        _answer(poll, people[:2])
        return


def _answer(poll: Poll, people: list[Person]) -> None:
    said = (("yes", "if_need_be", "no"), ("yes", "yes", "if_need_be"))
    options = list(poll.options.all())
    for person, choices in zip(people, said, strict=False):
        answers = {o.pk: c for o, c in zip(options, choices, strict=False)}
        polls.answer_poll(poll, by=person, choices=answers)


def _record_who_came() -> None:
    """Of the meetings of everybody that were held; of the last person nothing is recorded."""
    rows = Session.objects.filter(state=SessionState.HELD, observer__isnull=True)
    for session in rows.select_related("activity__organiser").order_by("pk"):
        places = session.activity.participants.taking_part()
        people = list(places.values_list("person_id", flat=True))
        record_attendance(
            session,
            by=session.activity.organiser,
            answers=dict.fromkeys(people[:-1], True),
        )
