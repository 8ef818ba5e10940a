"""A school with staff, and people who answer its audits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from apps.accounts.models import Person
from apps.audits import actions, taxonomy
from apps.audits.enums import AuditMode, QuestionKind
from apps.audits.models import Audit, Participation, Response, Topic
from apps.core import clock
from apps.schools.enums import Role
from apps.schools.models import Organisation
from tests import factories as f


@dataclass
class School:
    school: Organisation
    lead: Person
    head: Person
    teachers: list[Person] = field(default_factory=list)
    support: list[Person] = field(default_factory=list)

    @property
    def staff(self) -> list[Person]:
        return self.teachers + self.support


def make_school(teachers: int = 6, support: int = 6, **values: Any) -> School:
    school = f.SchoolFactory(**values)
    made = School(school, f.PersonFactory(), f.PersonFactory())
    f.MembershipFactory(person=made.lead, organisation=school, role=Role.CPD_LEAD)
    f.MembershipFactory(person=made.head, organisation=school, role=Role.HEAD)
    for people, role, n in (
        (made.teachers, Role.TEACHER, teachers),
        (made.support, Role.SUPPORT, support),
    ):
        for _ in range(n):
            people.append(f.PersonFactory())
            f.MembershipFactory(person=people[-1], organisation=school, role=role)
    return made


def draft(made: School, *, topics: Sequence[str] = (), **values: Any) -> Audit:
    taxonomy.load(Topic)
    audit = actions.create_draft(
        by=made.lead,
        organisation=made.school,
        template="whole-staff",
        **{
            "title": "What we need",
            "closes_on": clock.today() + timedelta(days=14),
            "mode": AuditMode.NAMED,
            **values,
        },
    )
    if topics:
        actions.choose_topics(by=made.lead, audit=audit, slugs=topics)
    return audit


def opened(made: School, **values: Any) -> Audit:
    return actions.open_audit(by=made.lead, audit=draft(made, **values))


def part_of(audit: Audit, person: Person) -> Participation:
    return Participation.objects.select_related("audit", "organisation").get(
        audit=audit, person=person
    )


def answer(
    audit: Audit,
    person: Person,
    ratings: Iterable[tuple[str, int | None, int | None]] = (),
    *,
    comment: str = "",
    offers: Sequence[str] = (),
    send: bool = True,
) -> Response:
    """``ratings`` are (topic's slug, confidence, priority). Anonymous ones are sent at once."""
    part = part_of(audit, person)
    questions = {q.topic.slug: q for q in audit.questions.filter(topic__isnull=False)}
    given = {questions[slug].pk: actions.Given(a, b) for slug, a, b in ratings}
    for kind, value in (
        (QuestionKind.LONG_TEXT, actions.Given(text=comment)),
        (QuestionKind.OFFER, actions.Given(chosen=tuple(offers))),
    ):
        question = audit.questions.filter(kind=kind).first()
        if question and value:
            given[question.pk] = value
    if part.promised == AuditMode.ANONYMOUS:
        actions.send_anonymously(by=person, part=part, key=uuid4(), given=given)
        return Response()
    response = actions.save_section(by=person, part=part, number=1, given=given)
    return actions.submit(by=person, part=part) if send else response
