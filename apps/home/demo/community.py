"""The alliance of the demonstration: its schools, its agreement, its calendars."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from apps.accounts.models import Person
from apps.core import clock
from apps.home.demo.people import ELSEWHERE, MAIN, STAFF, STAFF_ELSEWHERE, Cast, appoint
from apps.home.demo.timeline import Timeline
from apps.schools.enums import (
    AgreementState,
    AllianceMemberState,
    OrganisationKind,
    Position,
    Role,
    TermDateKind,
)
from apps.schools.models import (
    Agreement,
    AgreementGoal,
    Alliance,
    AllianceMember,
    Contribution,
    EvaluationDate,
    GoalPosition,
    Obstacle,
    Organisation,
    ProcessingTerms,
    Signature,
    TermDate,
)
from apps.schools.register.importing import run as import_register
from apps.schools.staff.terms import TERMS_VERSION

SCHOOLS_CSV = Path(__file__).with_name("schools.csv")
NOT_SIGNED = "145383"
GOALS = (
    "Every pupil taught by somebody who is still learning",
    "Support staff plan and take part as equals",
    "What we learn in one school is tried in another within a term",
)
TEXTS = {
    "sponsor": "The heads' steering group",
    "coordinator": "The alliance coordinator, one day a week",
    "distributed_leads": "One CPD lead a school; subject links for English, maths and SEND.",
    "communication": "A page a fortnight by e-mail; CPD leads meet online; heads meet in person.",
    "communication_frequency": "Leads half-termly, heads termly",
    "communication_owner": "The coordinator",
    "participation": "Everybody may join one activity a year; schools host in turn.",
    "equality": "All staff, on any contract, may take part.",
    "part_timers": "Sessions fall on days that part-timers work, or the day is swapped.",
    "support_staff": "Within paid hours; otherwise extra pay is agreed beforehand.",
    "access": "The organiser asks privately what each person needs.",
    "enthusiasm": "One thing that worked is told at every leads' meeting.",
    "adjustment": "Half-termly review; changes are written down with the reason and the date.",
    "success_criteria": "Pupil outcomes named in each plan; practice in use after twelve weeks.",
    "costs": "Each school covers its own staff; visits are paid back in kind.",
    "data_annex": "Schools are controllers; cpdhub processes for them; no pupil is named.",
    "safeguarding": "Visitors sign in and show identity; concerns go to the host's DSL at once.",
    "review_and_exit": "Reviewed every July; a school may leave at the end of a term.",
}


def load_schools() -> dict[str, Organisation]:
    """Import the register rows of the demonstration; schools by URN."""
    import_register([SCHOOLS_CSV], write=True)
    urns = [*STAFF, *STAFF_ELSEWHERE]
    found = {o.urn: o for o in Organisation.objects.filter(urn__in=urns) if o.urn}
    for school in found.values():
        school.is_demo = True
    Organisation.objects.bulk_update(found.values(), ["is_demo"])
    return found


def keep_calendars(schools: dict[str, Organisation], year_start: date) -> None:
    """Believable terms for every school; real ones differ from school to school."""
    y = year_start.year
    kinds = TermDateKind
    spans = (
        (kinds.INSET, date(y, 9, 1), date(y, 9, 1)),
        (kinds.TERM, date(y, 9, 1), date(y, 12, 18)),
        (kinds.HALF_TERM, date(y, 10, 26), date(y, 10, 30)),
        (kinds.TERM, date(y + 1, 1, 4), date(y + 1, 3, 25)),
        (kinds.HALF_TERM, date(y + 1, 2, 15), date(y + 1, 2, 19)),
        (kinds.TERM, date(y + 1, 4, 12), date(y + 1, 7, 21)),
        (kinds.HALF_TERM, date(y + 1, 5, 31), date(y + 1, 6, 4)),
    )
    TermDate.objects.bulk_create(
        TermDate(organisation=school, kind=kind, starts_on=first, ends_on=last)
        for school in schools.values()
        for kind, first, last in spans
    )


def accept_terms(schools: dict[str, Organisation], cast: Cast) -> None:
    ProcessingTerms.objects.bulk_create(
        ProcessingTerms(
            organisation=school,
            version=TERMS_VERSION,
            privacy_notice=f"{school.website or 'https://school.example'}/privacy",
            accepted_by=cast.heads[urn],
        )
        for urn, school in schools.items()
    )


def found_alliance(
    schools: dict[str, Organisation], cast: Cast, coordinator: Person, when: Timeline
) -> Alliance:
    """Nine schools and a university; all but one have signed, one partner has not answered."""
    with clock.frozen(when.past(0.02)):
        alliance = Alliance.objects.create(
            name="Wey Valley Learning Alliance",
            purpose="Nine schools that learn from each other, from nursery to sixth form",
            is_demo=True,
        )
        appoint(coordinator, Role.COORDINATOR, since=when.start, alliance=alliance)
        for urn in STAFF:
            _join(alliance, schools[urn], cast.heads[urn])
        university = Organisation.objects.create(
            kind=OrganisationKind.UNIVERSITY,
            name="Department of Education, Northmoor University (invented)",
            town="Guildford",
            is_demo=True,
        )
        AllianceMember.objects.create(
            alliance=alliance,
            organisation=university,
            head_email="education@northmoor.example",
            invited_at=clock.now(),
        )
    agreement = _write_agreement(alliance, schools, when)
    for n, urn in enumerate(urn for urn in STAFF if urn != NOT_SIGNED):
        with clock.frozen(when.past(0.06 + 0.005 * n)):
            _sign(agreement, schools[urn], cast.heads[urn])
    return alliance


def found_elsewhere(schools: dict[str, Organisation], cast: Cast, when: Timeline) -> Alliance:
    """The outsider's alliance, which also invites the main school: its head has to answer."""
    with clock.frozen(when.past(0.1)):
        alliance = Alliance.objects.create(
            name="Woking Schools Together",
            purpose="Three schools and their transition work",
            is_demo=True,
        )
        for urn in STAFF_ELSEWHERE:
            _join(alliance, schools[urn], cast.heads[urn])
    with clock.frozen(when.past(0.9)):
        AllianceMember.objects.create(
            alliance=alliance,
            organisation=schools[MAIN],
            head_email=cast.heads[MAIN].email or "",
            invited_at=clock.now(),
        )
        appoint(cast.teachers[ELSEWHERE][1], Role.COORDINATOR, since=when.start, alliance=alliance)
    return alliance


def _join(alliance: Alliance, school: Organisation, head: Person) -> None:
    AllianceMember.objects.create(
        alliance=alliance,
        organisation=school,
        state=AllianceMemberState.JOINED,
        head_email=head.email or "",
        invited_at=clock.now(),
        joined_at=clock.now() + timedelta(days=1),
        confirmed_by=head,
    )


def _write_agreement(
    alliance: Alliance, schools: dict[str, Organisation], when: Timeline
) -> Agreement:
    with clock.frozen(when.past(0.05)):
        agreement = Agreement.objects.create(
            alliance=alliance,
            number=1,
            state=AgreementState.OUT,
            sent_out_at=clock.now(),
            pupil_weight=60,
            staff_weight=40,
            **TEXTS,
        )
    goals = AgreementGoal.objects.bulk_create(
        AgreementGoal(agreement=agreement, text=text) for text in GOALS
    )
    GoalPosition.objects.bulk_create(
        GoalPosition(
            goal=goal,
            organisation=schools[urn],
            position=Position.ACCEPTABLE if (n + m) % 4 == 3 else Position.SHARED,
        )
        for m, goal in enumerate(goals)
        for n, urn in enumerate(STAFF)
    )
    Contribution.objects.bulk_create(
        Contribution(
            agreement=agreement,
            organisation=schools[urn],
            hours=size * 4,
            expertise="Two people who coach",
            hosting="One open morning a term",
            expected_return="Visits of the same worth, and a share of what is learnt",
        )
        for urn, size in STAFF.items()
    )
    Obstacle.objects.create(
        agreement=agreement,
        text="Cover for small schools",
        mitigation="Larger schools lend a cover supervisor for visits",
    )
    EvaluationDate.objects.bulk_create(
        EvaluationDate(agreement=agreement, day=day)
        for day in (when.working_day(28), when.working_day(120), when.working_day(220))
    )
    return agreement


def _sign(agreement: Agreement, school: Organisation, head: Person) -> None:
    Signature.objects.create(
        agreement=agreement,
        organisation=school,
        signed_by=head,
        signed_name=head.name,
        signed_at=clock.now(),
    )
