"""The schools of the demonstration and who works there."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from apps.accounts.models import Person
from apps.home.demo import names
from apps.schools.enums import CareerStage, JobRole, Phase, Role
from apps.schools.models import Alliance, Membership, Organisation

DOMAIN = "cpdhub.example"
MAIN, NINE_STAFF, ELSEWHERE = "139193", "125004", "142009"
# URN -> how many work there, the head among them.
STAFF = {
    MAIN: 42,
    "142490": 28,
    "143373": 24,
    "140057": 26,
    "125079": 16,
    NINE_STAFF: 9,
    "133731": 10,
    "145383": 14,
    "145004": 22,
}
STAFF_ELSEWHERE = {ELSEWHERE: 18, "137850": 12, "125238": 11}
SUBJECTS = {
    Phase.SECONDARY: ("English", "Mathematics", "Science", "History", "French", "Art", "PE"),
    Phase.POST_16: ("Biology", "Psychology", "Economics", "English", "Mathematics"),
}
SUPPORT = (
    (JobRole.TEACHING_ASSISTANT, "Teaching assistant"),
    (JobRole.TEACHING_ASSISTANT, "Higher level teaching assistant"),
    (JobRole.ADMINISTRATION, "School administrator"),
    (JobRole.PASTORAL, "Family link worker"),
    (JobRole.TECHNICIAN, "Science technician"),
    (JobRole.SITE, "Site manager"),
)
STAGES = (
    CareerStage.ECT_1,
    CareerStage.ECT_2,
    CareerStage.ESTABLISHED,
    CareerStage.ESTABLISHED,
    CareerStage.EXPERIENCED,
)


@dataclass
class Cast:
    """Everybody, by school URN: heads, CPD leads, governors, teachers, support staff."""

    year_start: date
    heads: dict[str, Person] = field(default_factory=dict)
    leads: dict[str, Person] = field(default_factory=dict)
    teachers: dict[str, list[Person]] = field(default_factory=dict)
    support: dict[str, list[Person]] = field(default_factory=dict)
    signed_in: dict[str, Person] = field(default_factory=dict)

    def staff(self, urn: str) -> list[Person]:
        return self.teachers[urn] + self.support[urn]


def make_person(number: int, at: datetime, account: str = "", hashed: str = "") -> Person:
    """An unsaved person; ``account`` gives them one of the eight addresses that sign in."""
    given, family = names.name(number)
    stem = f"{given}.{family}".lower()
    return Person(
        username=account or stem,
        email=f"{account or stem}@{DOMAIN}",
        given_name=given,
        family_name=family,
        password=hashed or make_password(None),
        is_demo=True,
        date_joined=at,
        last_login=at if number % 8 else None,
    )


def hire(
    schools: dict[str, Organisation], cast: Cast, hashed: str, at: datetime, rng: random.Random
) -> None:
    """Create everybody who works in ``schools``; fills ``cast``."""
    accounts: dict[tuple[object, ...], str] = {
        (MAIN, "head"): "head",
        (MAIN, "lead"): "lead",
        (MAIN, "teacher", 0): "teacher",
        (MAIN, "support", 0): "support",
        (ELSEWHERE, "lead"): "outsider",
    }
    people: list[Person] = []
    rows: list[Membership] = []

    def add(key: tuple[object, ...]) -> Person:
        account = accounts.get(key, "")
        person = make_person(len(people), at, account, hashed if account else "")
        people.append(person)
        if account:
            cast.signed_in[account] = person
        return person

    for urn, size in {**STAFF, **STAFF_ELSEWHERE}.items():
        school = schools[urn]
        head, lead = add((urn, "head")), add((urn, "lead"))
        cast.heads[urn], cast.leads[urn] = head, lead
        teaching = max(3, round((size - 1) * 0.66))
        cast.teachers[urn] = [lead] + [add((urn, "teacher", n)) for n in range(teaching - 1)]
        cast.support[urn] = [add((urn, "support", n)) for n in range(size - 1 - teaching)]
        rows += [
            _row(head, school, Role.HEAD, cast, JobRole.SENIOR_LEADER, "Headteacher"),
            _row(lead, school, Role.CPD_LEAD, cast, JobRole.SENIOR_LEADER, "Deputy head"),
        ]
        rows += [_teacher(p, n, school, cast, rng) for n, p in enumerate(cast.teachers[urn])]
        rows += [_supporter(p, n, school, cast, rng) for n, p in enumerate(cast.support[urn])]
    Person.objects.bulk_create(people)
    _manage(rows, cast)
    Membership.objects.bulk_create(rows)


def appoint(
    person: Person,
    role: Role,
    *,
    since: date,
    school: Organisation | None = None,
    alliance: Alliance | None = None,
) -> Membership:
    return Membership.objects.create(
        person=person, role=role, organisation=school, alliance=alliance, starts_on=since
    )


def _row(
    person: Person, school: Organisation, role: Role, cast: Cast, job: JobRole, title: str
) -> Membership:
    return Membership(
        person=person,
        organisation=school,
        role=role,
        starts_on=cast.year_start - timedelta(days=365),
        job_role=job,
        job_title=title,
        phase=school.phase,
    )


def _teacher(
    person: Person, number: int, school: Organisation, cast: Cast, rng: random.Random
) -> Membership:
    job = JobRole.MIDDLE_LEADER if number % 5 == 1 else JobRole.TEACHER
    subjects = SUBJECTS.get(Phase(school.phase), ("Primary",))
    row = _row(person, school, Role.TEACHER, cast, job, "Teacher")
    row.staff_id = f"T{number + 1:03d}"
    row.subject = row.department = subjects[number % len(subjects)]
    # The first teacher is the CPD lead, who is nobody's beginner.
    row.career_stage = STAGES[number % len(STAGES)] if number else CareerStage.EXPERIENCED
    row.fte = Decimal(1) if rng.random() < 0.75 else Decimal("0.6")
    row.working_days = [0, 1, 2, 3, 4] if row.fte == 1 else [0, 1, 2]
    return row


def _supporter(
    person: Person, number: int, school: Organisation, cast: Cast, rng: random.Random
) -> Membership:
    job, title = SUPPORT[number % len(SUPPORT)]
    row = _row(person, school, Role.SUPPORT, cast, job, title)
    row.staff_id = f"S{number + 1:03d}"
    row.paid_hours = Decimal(rng.choice(("18.5", "27.5", "32.5", "37")))
    row.working_days = [0, 1, 2, 3, 4] if row.paid_hours > 20 else [1, 2, 3]
    return row


def _manage(rows: list[Membership], cast: Cast) -> None:
    """The head appraises the lead; the lead manages nobody, so that records can be shared."""
    for row in rows:
        head = cast.heads[str(row.organisation.urn)]  # type: ignore[union-attr]
        if row.role in (Role.TEACHER, Role.SUPPORT) and row.person is not head:
            row.line_manager = row.appraiser = head
