"""Release time of the demonstration: rates, allowance and delegates, then what was decided."""

from __future__ import annotations

from datetime import timedelta

from apps.activities.models import Release
from apps.activities.release import actions
from apps.activities.release.enums import Cover, InClass
from apps.core import clock, jobs
from apps.core.models import Job, JobState
from apps.core.years import academic_year
from apps.home.demo.people import MAIN, Cast
from apps.home.demo.timeline import Timeline
from apps.schools.actions import release as of_schools
from apps.schools.enums import DelegateKind, Phase
from apps.schools.models import Organisation

PRIMARY, SECONDARY = 21_800, 29_100  # pence a day
DEARER = (Phase.SECONDARY, Phase.POST_16, Phase.ALL_THROUGH)
EXTRA_HOUR = 1650  # pence, of support staff
ALLOWANCE, SET_ASIDE = 180, 30  # minutes a term, hours a year


def set_up(schools: dict[str, Organisation], cast: Cast, when: Timeline) -> None:
    """Before anything is planned: what supply costs, and who may do what at the main school."""
    year = academic_year(when.today)
    with clock.frozen(when.past(0)):
        for urn, head in cast.heads.items():
            school = schools[urn]
            pence = SECONDARY if school.phase in DEARER else PRIMARY
            of_schools.set_rate(
                by=head,
                organisation=school,
                starts_on=when.start,
                pence=pence,
                lessons=5,
                extra_hour_pence=EXTRA_HOUR,
            )
        main, head = schools[MAIN], cast.heads[MAIN]
        of_schools.set_budget(
            by=head,
            organisation=main,
            year=year,
            directed_hours=1265,
            cpd_hours=SET_ASIDE,
            most_out=2,
        )
        of_schools.set_allowance(by=head, organisation=main, year=year, minutes=ALLOWANCE)
        named = {
            DelegateKind.COVER: cast.support[MAIN][2],  # in the school office
            DelegateKind.APPROVER: cast.teachers[MAIN][1],
        }
        for kind, person in named.items():
            of_schools.appoint(by=head, organisation=main, person=person, kind=kind)


def decide(schools: dict[str, Organisation], cast: Cast, when: Timeline) -> None:
    """After everything is planned: time without sessions, half of what waits decided, some cover
    arranged. The rest is left for whoever looks at the demonstration."""
    main, head, lead = schools[MAIN], cast.heads[MAIN], cast.leads[MAIN]
    _await_jobs()
    with clock.frozen(when.days_ago(4)):
        course = _ask(lead, cast, main, "Course: reading fluency", when.working_day(9), 330)
        _ask(lead, cast, main, "Planning the network meeting", when.working_day(6), 60, who=5)
        _ask(lead, cast, main, "Course: first aid at work", when.working_day(3), 300, who=4)
        refused = _ask(lead, cast, main, "Conference in London", when.working_day(8), 420, who=3)
        actions.refuse(
            refused, by=head, reason="Mock examinations that day; the next one is in May"
        )
    with clock.frozen(when.days_ago(2)):
        waiting = list(Release.objects.at(main).waiting().order_by("day", "pk"))
        actions.approve(waiting[1::2], by=head)
        supply = {"cover": Cover.SUPPLY, "supply_unit": "day", "supply_count": 1}
        course.refresh_from_db()
        actions.correct(course, by=lead, version=course.version, values=supply)
        _cover_some(main, lead)


def _ask(
    lead: object,
    cast: Cast,
    school: Organisation,
    what_for: str,
    day: object,
    minutes: int,
    who: int = 4,
) -> Release:
    person = cast.teachers[MAIN][who]
    member = person.memberships.filter(organisation=school).first()
    return actions.ask(
        by=lead,  # type: ignore[arg-type]
        member=member,  # type: ignore[arg-type]
        what_for=what_for,
        when=actions.When(day),  # type: ignore[arg-type]
        minutes=minutes,
        in_class=InClass.YES,
    )


def _cover_some(school: Organisation, lead: object) -> None:
    soon = clock.today() + timedelta(days=14)
    rows = Release.objects.at(school).out_between(clock.today(), soon).filter(cover="")
    for row in list(rows)[::2]:
        values = {"cover": Cover.INTERNAL}
        actions.correct(row, by=lead, version=row.version, values=values)  # type: ignore[arg-type]


def _await_jobs() -> None:
    """Timetables were typed in after sessions were planned; what is decided next depends on who
    is known to be in class now, so do not wait for a worker."""
    for pk in Job.objects.filter(state=JobState.WAITING).values_list("pk", flat=True):
        jobs.run(pk, clock.now())
