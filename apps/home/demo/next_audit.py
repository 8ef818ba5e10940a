"""What the main school is about to ask: a draft that its lead has begun to change."""

from __future__ import annotations

from datetime import timedelta

from apps.accounts.models import Person
from apps.audits.actions import (
    UP,
    add_question,
    add_topic,
    choose_topics,
    create_draft,
    keep_in_bank,
    move_section,
)
from apps.audits.enums import AuditMode, QuestionKind
from apps.audits.templates_data import TEMPLATES
from apps.core import clock
from apps.schools.models import Organisation

TEMPLATE = "middle-leaders"


def prepare(school: Organisation, lead: Person) -> None:
    """The template for middle leaders, with a topic and a question of the school's own."""
    template = TEMPLATES[TEMPLATE]
    draft = create_draft(
        by=lead,
        organisation=school,
        template=TEMPLATE,
        title=str(template.title),
        introduction=str(template.introduction),
        mode=AuditMode.NAMED,
        roles=[str(role) for role in template.roles],
        job_roles=[str(role) for role in template.job_roles],
        closes_on=clock.today() + timedelta(days=21),
    )
    own = add_topic(
        by=lead,
        organisation=school,
        name="Leading our reading spine",
        description="The books every class reads, and how we talk about them",
    )
    choose_topics(by=lead, audit=draft, slugs=[*template.topics, own.slug])
    question = add_question(
        by=lead,
        audit=draft,
        values={
            "kind": QuestionKind.RANKING,
            "section": "Room to lead",
            "text": "Where should an extra hour a week go?",
            "choices": ["Visiting lessons", "Planning together", "Pupils' work", "Coaching"],
        },
    )
    keep_in_bank(by=lead, question=question)
    move_section(by=lead, question=question, way=UP)
