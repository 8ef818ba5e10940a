"""A pulse of the main school's staff without names: one that has closed, and one that is open."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from apps.accounts.models import Person
from apps.audits.actions import close_audit, create_draft, open_audit
from apps.audits.enums import AuditMode, Purpose, QuestionKind
from apps.audits.models import Audit, HeldAnswers, Participation, Question
from apps.audits.models.audits import STANDING
from apps.audits.templates_data import TEMPLATES
from apps.core import clock
from apps.home.demo.people import MAIN, Cast
from apps.home.demo.timeline import Timeline
from apps.schools.models import Organisation

TEMPLATE = "pulse"
WORDS = (
    "Planning with my year partner on Tuesdays.",
    "The new behaviour routines. Everybody does the same.",
    "Seeing how the nursery teaches vocabulary.",
)


def feel(school: Organisation, cast: Cast, when: Timeline, rng: random.Random) -> None:
    lead, staff = cast.leads[MAIN], cast.staff(MAIN)
    with clock.frozen(when.past(0.02)):
        first = _open(school, lead)
        _answer(first, staff[:30], rng)
    with clock.frozen(when.past(0.08)):
        close_audit(by=lead, audit=first)
    with clock.frozen(when.days_ago(2)):
        second = _open(school, lead)
        _answer(second, [p for p in staff if p not in cast.signed_in.values()][:12], rng)


def _open(school: Organisation, lead: Person) -> Audit:
    template = TEMPLATES[TEMPLATE]
    draft = create_draft(
        by=lead,
        organisation=school,
        template=TEMPLATE,
        title="How sure do we feel?",
        introduction="Two minutes, twice a year, without names.",
        mode=AuditMode.ANONYMOUS,
        purpose=Purpose.FREE,
        roles=[str(role) for role in template.roles],
        closes_on=clock.today() + timedelta(days=10),
    )
    return open_audit(by=lead, audit=draft)


def _answer(audit: Audit, people: list[Person], rng: random.Random) -> None:
    """As `send_anonymously`, whose two transactions cannot be played inside of one."""
    questions = list(audit.questions.all())
    parts = Participation.objects.filter(audit=audit, person__in=people)
    HeldAnswers.objects.bulk_create(
        HeldAnswers(
            key=UUID(int=rng.getrandbits(128)), audit=audit, sheet=_sheet(part, questions, rng)
        )
        for part in parts
    )
    parts.update(answered_at=audit.opened_at)


def _sheet(part: Participation, questions: list[Question], rng: random.Random) -> dict[str, Any]:
    standing = {name: getattr(part, name) for name in STANDING}
    mine = [q for q in questions if q.is_for(part.role, part.job_role)]
    answers = {str(question.pk): _given(question, rng) for question in mine}
    return {
        "standing": standing | {"organisation_id": part.organisation_id},
        "answers": {pk: given for pk, given in answers.items() if given},
    }


def _given(question: Question, rng: random.Random) -> dict[str, Any]:
    given: dict[str, Any] = {"chosen": []}
    if question.kind == QuestionKind.SCALE and question.steps:
        middle = question.steps * 0.68
        return given | {"number": min(question.steps, max(1, round(rng.gauss(middle, 1.1))))}
    if question.kind in (QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT) and rng.random() < 0.3:
        return given | {"text": rng.choice(WORDS)}
    return {}
