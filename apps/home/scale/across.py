"""One needs audit of all schools together: everybody asked, everybody answering sixty items."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection

from apps.audits.actions import close_audit
from apps.audits.enums import AuditMode, AuditState, QuestionKind, SchoolState
from apps.audits.models import Audit, AuditSchool, Question, Topic
from apps.core import clock, jobs
from apps.core.models import Job, JobState
from apps.home.scale.places import School

TITLE = "What do all our schools need?"
ITEMS = 60
AGREED = 5  # four in five schools may be compared by name
# Everybody is asked and answers, in the database: three million rows in a minute or two.
ANSWERING = (
    """
    INSERT INTO audits_participation (audit_id, person_id, organisation_id, answered_at, role,
        phase, department, career_stage, job_role, mode, for_school)
    SELECT %(audit)s, m.person_id, max(m.organisation_id), now(), max(m.role), '', '', '',
        CASE WHEN m.person_id %% 9 = 0 THEN 'middle_leader' ELSE max(m.job_role) END, '', false
    FROM schools_membership m
    WHERE m.organisation_id = ANY(%(schools)s) AND m.role IN ('teacher', 'support')
    GROUP BY m.person_id
    """,
    """
    INSERT INTO audits_response (audit_id, person_id, organisation_id, role, phase, department,
        career_stage, job_role, reached, started_at, submitted_at)
    SELECT audit_id, person_id, organisation_id, role, phase, department, career_stage, job_role,
        1, now(), now()
    FROM audits_participation WHERE audit_id = %(audit)s
    """,
    """
    INSERT INTO audits_answer (response_id, question_id, confidence, priority, number,
        not_my_role, chosen, text)
    SELECT r.id, q.id,
        CASE WHEN q.kind = 'grid' THEN 1 + (r.id * 7 + q.id * 3) %% 4 END,
        CASE WHEN q.kind = 'grid' THEN 1 + (r.id * 5 + q.id * 11) %% 4 END,
        CASE WHEN q.kind = 'scale' THEN 1 + (r.id * 3 + q.id) %% 5 END,
        false, '{}', ''
    FROM audits_response r, audits_question q
    WHERE r.audit_id = %(audit)s AND q.audit_id = %(audit)s
    """,
)


def audit_together(schools: list[School]) -> Audit:
    """The closed audit, its results worked out as its job does it."""
    audit = _opened(schools)
    values: dict[str, Any] = {
        "audit": audit.pk,
        "schools": [school.organisation.pk for school in schools],
    }
    with connection.cursor() as cursor:
        for statement in ANSWERING:
            cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ANALYZE audits_answer, audits_response")
    close_audit(by=audit.created_by, audit=audit)
    for job in Job.objects.filter(state=JobState.WAITING, params__audit=audit.pk).order_by("pk"):
        jobs.run(job.pk, clock.now())
    return Audit.objects.get(pk=audit.pk)


def _opened(schools: list[School]) -> Audit:
    lead = schools[0].lead
    now = clock.now()
    audit = Audit.objects.create(
        alliance=schools[0].alliance,
        title=TITLE,
        mode=AuditMode.CONFIDENTIAL,
        opens_on=clock.today() - timedelta(days=14),
        closes_on=clock.today(),
        created_by=lead,
    )
    Question.objects.bulk_create(_questions(audit))
    AuditSchool.objects.bulk_create(
        AuditSchool(
            audit=audit,
            organisation=school.organisation,
            state=SchoolState.ACCEPTED,
            compare_ok=n % AGREED > 0,
            decided_by=school.lead,
            decided_at=now,
        )
        for n, school in enumerate(schools)
    )
    Audit.objects.filter(pk=audit.pk).update(state=AuditState.OPEN, opened_at=now)
    audit.refresh_from_db()
    return audit


def _questions(audit: Audit) -> list[Question]:
    """A grid for every topic there is, and scales until there are ITEMS."""
    topics = list(Topic.objects.filter(organisation=None)[:ITEMS])
    rows = []
    for n in range(ITEMS):
        topic = topics[n] if n < len(topics) else None
        rows.append(
            Question(
                audit=audit,
                code=topic.slug if topic else f"scale-{n}",
                position=n,
                section="Needs",
                kind=QuestionKind.GRID if topic else QuestionKind.SCALE,
                topic=topic,
                text=topic.name if topic else f"Statement {n}",
                steps=None if topic else 5,
            )
        )
    return rows
