"""An alliance with its coordinator and schools, and audits of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from apps.accounts.models import Person
from apps.audits import actions, taxonomy
from apps.audits.enums import AuditMode
from apps.audits.models import Audit, AuditSchool, Topic
from apps.core import clock
from apps.schools.enums import Role
from apps.schools.models import Alliance
from tests import factories as f
from tests.audits.school import School, make_school


@dataclass
class Together:
    alliance: Alliance
    coordinator: Person
    schools: list[School]


def make_alliance(*staff: tuple[int, int]) -> Together:
    """One school for each (teachers, support staff)."""
    made = Together(f.AllianceFactory(name="Heathland"), f.PersonFactory(), [])
    f.MembershipFactory(
        person=made.coordinator, alliance=made.alliance, organisation=None, role=Role.COORDINATOR
    )
    for n, (teachers, support) in enumerate(staff, start=1):
        made.schools.append(make_school(teachers, support, name=f"School {n}"))
        f.AllianceMemberFactory(alliance=made.alliance, organisation=made.schools[-1].school)
    return made


def across(made: Together, *, topics: Sequence[str] = ("autism",), **values: Any) -> Audit:
    """A draft whose schools are all invited."""
    taxonomy.load(Topic)
    audit = actions.create_draft(
        by=made.coordinator,
        alliance=made.alliance,
        template="whole-staff",
        **{
            "title": "What our schools need",
            "closes_on": clock.today() + timedelta(days=14),
            "mode": AuditMode.CONFIDENTIAL,
            **values,
        },
    )
    actions.choose_topics(by=made.coordinator, audit=audit, slugs=topics)
    schools = [each.school.pk for each in made.schools]
    actions.invite_schools(by=made.coordinator, audit=audit, organisations=schools)
    return audit


def place_of(audit: Audit, school: School) -> AuditSchool:
    places = AuditSchool.objects.select_related("audit", "organisation")
    return places.get(audit=audit, organisation=school.school)


def takes_part(audit: Audit, school: School, **values: Any) -> AuditSchool:
    return actions.accept(by=school.lead, place=place_of(audit, school), **values)
