"""Audits of the demonstration: answered with believable, invented answers."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta

from apps.accounts.models import Person
from apps.audits.actions import (
    close_audit,
    create_draft,
    keep_goal,
    offer_help,
    open_audit,
    take_on,
)
from apps.audits.enums import AuditMode, Purpose, QuestionKind
from apps.audits.models import Answer, Audit, Need, Participation, Question, Response, Topic
from apps.audits.models.audits import STANDING
from apps.audits.templates_data import TEMPLATES
from apps.core import clock
from apps.home.demo import next_audit
from apps.home.demo.people import MAIN, NINE_STAFF, Cast
from apps.home.demo.timeline import Timeline
from apps.schools.enums import Role
from apps.schools.models import Alliance, Organisation

# How much is known already (mean confidence) and wanted (mean priority), where it stands out.
CONFIDENCE = {
    "questioning-checking": 1.9,
    "artificial-intelligence": 1.6,
    "adaptive-teaching": 2.0,
    "speech-language": 1.7,
    "supporting-learning": 2.8,
    "interventions": 2.1,
    "subject-knowledge": 3.5,
    "site-safety": 3.3,
}
PRIORITY = {
    "questioning-checking": 3.6,
    "adaptive-teaching": 3.5,
    "speech-language": 3.4,
    "interventions": 3.4,
    "artificial-intelligence": 2.9,
    "subject-knowledge": 1.9,
    "site-safety": 1.8,
}
COMMENTS = (
    "Time to watch somebody who does this well.",
    "An hour with the speech and language link would change my mornings.",
    "Follow up what we did last year before starting something new.",
    "Please ask us in our paid hours.",
    "I would like to see how a primary teaches vocabulary.",
    "More practice, fewer slides.",
)
CLOSED = (MAIN, "142490", "143373", "140057", "125079", "133731", "145004", NINE_STAFF)
OFFERED = ("subject-knowledge", "reading-vocabulary", "speech-language", "autism")
TAKEN_ON = (
    "questioning-checking",
    "adaptive-teaching",
    "speech-language",
    "interventions",
    "artificial-intelligence",
)


@dataclass
class Needs:
    """What came of the audits: needs by (URN, topic slug), and the open audit."""

    school: dict[tuple[str, str], Need] = field(default_factory=dict)
    audits: dict[str, Audit] = field(default_factory=dict)


def ask_everybody(
    schools: dict[str, Organisation],
    cast: Cast,
    alliance: Alliance,
    when: Timeline,
    rng: random.Random,
) -> Needs:
    """One closed audit a school, its needs taken on; one more open at the main school."""
    needs = Needs()
    for n, urn in enumerate(CLOSED):
        lead = cast.leads[urn]
        with clock.frozen(when.past(0.1 + 0.01 * n)):
            audit = _open(schools[urn], lead, "whole-staff", AuditMode.NAMED)
        with clock.frozen(when.past(0.2 + 0.01 * n)):
            _answer(audit, cast.staff(urn), share=0.86, rng=rng)
        with clock.frozen(when.past(0.28 + 0.01 * n)):
            close_audit(by=lead, audit=audit)
            needs.audits[urn] = Audit.objects.get(pk=audit.pk)
            _take_on(needs, urn, alliance, lead)
    _keep_and_offer(needs, when)
    with clock.frozen(when.days_ago(6)):
        audit = _open(schools[MAIN], cast.leads[MAIN], "support-staff", AuditMode.CONFIDENTIAL)
    with clock.frozen(when.days_ago(3)):
        others = [p for p in cast.support[MAIN] if p is not cast.signed_in["support"]]
        _answer(audit, others, share=0.7, rng=rng)
    with clock.frozen(when.days_ago(1)):
        next_audit.prepare(schools[MAIN], cast.leads[MAIN])
    return needs


def _open(school: Organisation, lead: Person, template: str, mode: str) -> Audit:
    draft = create_draft(
        by=lead,
        organisation=school,
        template=template,
        title="What do we need to learn this year?"
        if template == "whole-staff"
        else "What would help you in your job?",
        introduction="Our plan starts from what you need. It takes about eight minutes.",
        mode=mode,
        purpose=Purpose.CHOSEN,
        roles=[str(role) for role in TEMPLATES[template].roles],
        closes_on=clock.today() + timedelta(days=14),
    )
    return open_audit(by=lead, audit=draft)


def _answer(audit: Audit, people: list[Person], *, share: float, rng: random.Random) -> None:
    """``share`` of ``people`` answer every question for their role."""
    questions = list(audit.questions.select_related("topic"))
    asked = {p.person_id: p for p in Participation.objects.filter(audit=audit)}
    chosen = [
        p for p in people if p.pk in asked and (p.username == "teacher" or rng.random() < share)
    ]
    responses = Response.objects.bulk_create(
        Response(
            audit=audit,
            person=person,
            organisation_id=asked[person.pk].organisation_id,
            **{name: getattr(asked[person.pk], name) for name in STANDING},
            started_at=clock.now() - timedelta(minutes=9),
            submitted_at=clock.now(),
        )
        for person in chosen
    )
    Answer.objects.bulk_create(
        row
        for response in responses
        for question in questions
        if not question.for_roles or response.role in question.for_roles
        for row in _row(response, question, rng)
    )
    Participation.objects.filter(audit=audit, person__in=chosen).update(answered_at=clock.now())


def _row(response: Response, question: Question, rng: random.Random) -> list[Answer]:
    row = Answer(response=response, question=question)
    if question.kind == QuestionKind.GRID and question.topic:
        if rng.random() < 0.04:
            row.not_my_role = True
        else:
            slug = question.topic.slug
            row.confidence = _level(CONFIDENCE.get(slug, 2.7), rng)
            row.priority = _level(PRIORITY.get(slug, 2.5), rng)
    elif question.kind == QuestionKind.CHOICE:
        row.chosen = sorted(rng.sample(question.choices, k=min(2, len(question.choices))))
    elif question.kind == QuestionKind.LONG_TEXT and rng.random() < 0.3:
        row.text = rng.choice(COMMENTS)
    else:
        return []
    return [row]


def _level(mean: float, rng: random.Random) -> int:
    return min(4, max(1, round(rng.gauss(mean, 0.8))))


def _take_on(needs: Needs, urn: str, alliance: Alliance, lead: Person) -> None:
    audit = needs.audits[urn]
    topics = _topics(audit)
    most = 2 if urn == NINE_STAFF else 4 if urn == MAIN else 3
    for slug in [slug for slug in TAKEN_ON if slug in topics][:most]:
        need = take_on(by=lead, audit=audit, topic=topics[slug])
        need.alliance = alliance  # shared with the alliance, so that others can help
        need.save(update_fields=["alliance"])
        needs.school[urn, slug] = need


def _topics(audit: Audit) -> dict[str, Topic]:
    questions = audit.questions.select_related("topic")
    return {q.topic.slug: q.topic for q in questions if q.topic}


def _keep_and_offer(needs: Needs, when: Timeline) -> None:
    """Some keep a goal of their own, some offer help across the alliance."""
    with clock.frozen(when.past(0.4)):
        for audit in needs.audits.values():
            topics = _topics(audit)
            parts = Participation.objects.filter(audit=audit, answered_at__isnull=False)
            for n, part in enumerate(parts.select_related("person", "organisation", "audit")):
                if part.person.username == "teacher" or n % 9 == 0:
                    _goal(part, topics, n)
                if n % 7 == 2:
                    _offer(part, topics, OFFERED[n % len(OFFERED)])


def _goal(part: Participation, topics: dict[str, Topic], number: int) -> None:
    topic = topics["questioning-checking" if part.role == Role.TEACHER else "interventions"]
    rated = Answer.objects.filter(
        response__audit=part.audit,
        response__person=part.person,
        question__topic=topic,
        confidence__isnull=False,
    )
    if rated.exists():
        keep_goal(by=part.person, part=part, topic=topic, shared=number % 2 == 0)


def _offer(part: Participation, topics: dict[str, Topic], slug: str) -> None:
    if slug in topics:
        words = "Come and see how we do it on a Tuesday"
        offer_help(by=part.person, part=part, topic=topics[slug], text=words, shared=True)
