"""Schools, alliances and staff in bulk."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.contrib.auth.hashers import make_password

from apps.accounts.models import Person
from apps.core import clock
from apps.core.years import academic_year
from apps.home.demo.names import name
from apps.schools.enums import (
    AgreementState,
    AllianceMemberState,
    JobRole,
    Phase,
    Role,
    TermDateKind,
)
from apps.schools.models import (
    Agreement,
    Alliance,
    AllianceMember,
    Membership,
    Organisation,
    Signature,
    TermDate,
)

BATCH = 2000
FIRST_URN = 800_000
LARGEST_ALLIANCE, USUAL_ALLIANCE = 50, 10
PHASES = (Phase.PRIMARY, Phase.PRIMARY, Phase.PRIMARY, Phase.SECONDARY, Phase.NURSERY)
DOMAIN = "cpdhub.example"


@dataclass
class School:
    """One school with its people; ``alliance`` is set once there are alliances."""

    organisation: Organisation
    head: Person
    lead: Person
    staff: list[Person] = field(default_factory=list)
    alliance: Alliance | None = None


def make_schools(count: int, staff: int, rng: random.Random) -> list[School]:
    """``count`` schools with ``staff`` people in all, heads and CPD leads among them."""
    organisations = Organisation.objects.bulk_create(
        [_school(n, rng) for n in range(count)], batch_size=BATCH
    )
    sizes = _sizes(count, staff, rng)
    people = Person.objects.bulk_create(_people(sum(sizes)), batch_size=BATCH)
    schools, start = [], 0
    for organisation, size in zip(organisations, sizes, strict=True):
        head, lead, *others = people[start : start + size]
        schools.append(School(organisation, head, lead, [lead, *others]))
        start += size
    _memberships(schools)
    _terms(organisations)
    return schools


def make_alliances(schools: list[School]) -> list[Alliance]:
    """One alliance of LARGEST_ALLIANCE schools, the others of USUAL_ALLIANCE, all signed."""
    groups = [schools[:LARGEST_ALLIANCE]]
    rest = schools[LARGEST_ALLIANCE:]
    groups += [rest[n : n + USUAL_ALLIANCE] for n in range(0, len(rest), USUAL_ALLIANCE)]
    alliances = Alliance.objects.bulk_create(
        Alliance(name=f"Scale alliance {n + 1}") for n in range(len(groups))
    )
    now = clock.now()
    agreements = Agreement.objects.bulk_create(
        Agreement(alliance=alliance, number=1, state=AgreementState.OUT, sent_out_at=now)
        for alliance in alliances
    )
    members, signatures = [], []
    for alliance, agreement, group in zip(alliances, agreements, groups, strict=True):
        for school in group:
            school.alliance = alliance
            members.append(
                AllianceMember(
                    alliance=alliance,
                    organisation=school.organisation,
                    state=AllianceMemberState.JOINED,
                    invited_at=now,
                    joined_at=now,
                )
            )
            signatures.append(
                Signature(
                    agreement=agreement,
                    organisation=school.organisation,
                    signed_by=school.head,
                    signed_name=school.head.name,
                    signed_at=now,
                )
            )
    AllianceMember.objects.bulk_create(members, batch_size=BATCH)
    Signature.objects.bulk_create(signatures, batch_size=BATCH)
    return alliances


def make_accounts(schools: list[School]) -> None:
    """One account a role that signs in with the demo password, all at the first school."""
    hashed = make_password(settings.DEMO_PASSWORD)
    first = schools[0]
    existing = {
        "head": first.head,
        "lead": first.lead,
        "teacher": first.staff[1],
        "support": first.staff[-1],
    }
    for role, person in existing.items():
        _name_account(person, role, hashed)
        person.save()
    rows = []
    for role in ("governor", "coordinator", "operator"):
        person = Person(given_name="Scale", family_name=role.title(), is_staff=role == "operator")
        _name_account(person, role, hashed)
        person.save()
        if role == "governor":
            rows.append(_held(person, Role.GOVERNOR, first.organisation))
        elif role == "coordinator":
            rows.append(
                Membership(
                    person=person,
                    role=Role.COORDINATOR,
                    alliance=first.alliance,
                    starts_on=year_start(),
                )
            )
    Membership.objects.bulk_create(rows)


def year_start() -> date:
    return date(academic_year(clock.today()), 9, 1)


def _name_account(person: Person, role: str, hashed: str) -> None:
    person.username = f"scale-{role}"
    person.email = f"scale-{role}@{DOMAIN}"
    person.password = hashed
    person.is_demo = True


def _school(number: int, rng: random.Random) -> Organisation:
    urn = str(FIRST_URN + number)
    return Organisation(
        urn=urn,
        ref=urn,
        name=f"Scale School {number + 1}",
        phase=PHASES[number % len(PHASES)],
        town=f"Town {number % 40}",
        postcode=f"SC{number % 90} {number % 9}AA",
        easting=rng.randrange(400_000, 550_000),
        northing=rng.randrange(100_000, 400_000),
        pupils=rng.randrange(60, 1400),
        is_demo=True,
    )


def _sizes(count: int, staff: int, rng: random.Random) -> list[int]:
    """``count`` sizes of at least 6 that add up to ``staff``."""
    if staff < 6 * count:
        raise ValueError(f"{count} schools need at least {6 * count} staff")
    cuts = [rng.uniform(0.3, 1.7) for _ in range(count)]
    spare = staff - 6 * count
    sizes = [6 + int(spare * cut / sum(cuts)) for cut in cuts]
    sizes[0] += staff - sum(sizes)
    return sizes


def _people(count: int) -> list[Person]:
    found = []
    for n in range(count):
        given, family = name(n % 2500)
        stem = f"scale{n}"
        found.append(
            Person(
                username=stem,
                email=f"{stem}@{DOMAIN}",
                given_name=given,
                family_name=family,
                password=f"!{stem}",  # unusable
                is_demo=True,
            )
        )
    return found


def _memberships(schools: list[School]) -> None:
    rows = []
    for school in schools:
        rows.append(_held(school.head, Role.HEAD, school.organisation))
        rows.append(_held(school.lead, Role.CPD_LEAD, school.organisation))
        for n, person in enumerate(school.staff):
            supporting = n % 3 == 2 or n == len(school.staff) - 1
            row = _held(person, Role.SUPPORT if supporting else Role.TEACHER, school.organisation)
            row.job_role = JobRole.TEACHING_ASSISTANT if supporting else JobRole.TEACHER
            row.staff_id = str(n + 1)
            row.line_manager = row.appraiser = school.head
            rows.append(row)
    Membership.objects.bulk_create(rows, batch_size=BATCH)


def _held(person: Person, role: Role, school: Organisation) -> Membership:
    return Membership(
        person=person, organisation=school, role=role, starts_on=year_start(), phase=school.phase
    )


def _terms(organisations: list[Organisation]) -> None:
    year = year_start().year
    spans = (
        (date(year, 9, 1), date(year, 12, 18)),
        (date(year + 1, 1, 4), date(year + 1, 3, 25)),
        (date(year + 1, 4, 12), date(year + 1, 7, 21)),
    )
    TermDate.objects.bulk_create(
        [
            TermDate(organisation=school, kind=TermDateKind.TERM, starts_on=first, ends_on=last)
            for school in organisations
            for first, last in spans
        ],
        batch_size=BATCH,
    )
