"""One closed needs audit a school, answered by three in five."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from apps.audits.actions import close_audit, create_draft, open_audit
from apps.audits.enums import NeedLevel
from apps.audits.models import Audit, Need, Offer, Topic
from apps.core import clock
from apps.home.scale.places import BATCH, School

TAKEN_ON = 3
# Responses and answers are made in the database: a million rows in seconds.
ANSWERING = (
    """
    UPDATE audits_participation SET answered_at = now()
    WHERE audit_id = ANY(%(audits)s) AND person_id %% 5 < 3
    """,
    """
    INSERT INTO audits_response
        (audit_id, person_id, organisation_id, role, phase, department, career_stage, job_role,
        reached, started_at, submitted_at)
    SELECT audit_id, person_id, organisation_id, role, phase, department, career_stage, job_role,
        1, now(), now()
    FROM audits_participation WHERE audit_id = ANY(%(audits)s) AND answered_at IS NOT NULL
    """,
    """
    INSERT INTO audits_answer
        (response_id, question_id, confidence, priority, not_my_role, chosen, text)
    SELECT r.id, q.id, 1 + (r.id * 7 + q.id * 3) %% 4, 1 + (r.id * 5 + q.id * 11) %% 4,
        false, '{}', ''
    FROM audits_response r JOIN audits_question q ON q.audit_id = r.audit_id
    WHERE r.audit_id = ANY(%(audits)s) AND q.kind = 'grid'
        AND (cardinality(q.for_roles) = 0 OR r.role = ANY(q.for_roles))
    """,
)


def audit_all(schools: list[School]) -> dict[int, list[Need]]:
    """Audit every school; the needs taken on by the organisation's primary key."""
    opened = [_open(school) for school in schools]
    with connection.cursor() as cursor:
        for statement in ANSWERING:
            cursor.execute(statement, {"audits": [audit.pk for audit in opened]})
        cursor.execute("ANALYZE audits_answer")
    for audit, school in zip(opened, schools, strict=True):
        close_audit(by=school.lead, audit=audit)
    return _needs(schools, opened)


def _open(school: School) -> Audit:
    draft = create_draft(
        by=school.lead,
        organisation=school.organisation,
        template="whole-staff",
        title="What do we need to learn?",
        closes_on=clock.today() + timedelta(days=14),
    )
    return open_audit(by=school.lead, audit=draft)


def _needs(schools: list[School], audits: list[Audit]) -> dict[int, list[Need]]:
    topics = list(Topic.objects.filter(organisation=None)[: TAKEN_ON * 4])
    rows, offers = [], []
    for n, (school, audit) in enumerate(zip(schools, audits, strict=True)):
        for m in range(TAKEN_ON):
            topic = topics[(n + m * 3) % len(topics)]
            rows.append(
                Need(
                    organisation=school.organisation,
                    alliance=school.alliance,
                    topic=topic,
                    level=NeedLevel.SCHOOL,
                    statement=topic.name,
                    audit=audit,
                    created_by=school.lead,
                )
            )
            offers.append(
                Offer(
                    organisation=school.organisation,
                    alliance=school.alliance,
                    person=school.staff[m],
                    topic=topics[(n + m * 5) % len(topics)],
                    shared=True,
                )
            )
    Offer.objects.bulk_create(offers, batch_size=BATCH)
    found: dict[int, list[Need]] = {}
    for need in Need.objects.bulk_create(rows, batch_size=BATCH):
        found.setdefault(need.organisation_id, []).append(need)
    return found
