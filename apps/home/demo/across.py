"""The alliance asks its schools: two short audits that have closed, and one that they decide on."""

from __future__ import annotations

import random
from datetime import timedelta

from apps.accounts.models import Person
from apps.audits.actions import (
    accept,
    close_audit,
    create_draft,
    decline,
    invite_schools,
    open_audit,
)
from apps.audits.actions.audience import must_choose, sizes_at
from apps.audits.actions.inviting import choices_for
from apps.audits.enums import AuditMode, Purpose, QuestionKind, SmallChoice
from apps.audits.models import Answer, Audit, AuditSchool, Participation, Response
from apps.audits.models.audits import STANDING
from apps.audits.templates_data import TEMPLATES
from apps.core import clock
from apps.home.demo.people import MAIN, NINE_STAFF, Cast
from apps.home.demo.timeline import Timeline
from apps.schools.models import Alliance, Organisation

SEED = 20261122
NOT_THIS_TIME = "133731"
WAITING = (MAIN, "145383")  # have not answered the second invitation


def ask_the_schools(
    schools: dict[str, Organisation],
    cast: Cast,
    alliance: Alliance,
    coordinator: Person,
    when: Timeline,
) -> None:
    rng = random.Random(SEED)  # noqa: S311 - believable figures, no secrets
    members = list(alliance.members.joined().values_list("organisation__urn", flat=True))
    invited = {urn: schools[urn] for urn in members if urn in cast.leads}

    def ask(template: str, begin: float, fall: float, rng: random.Random) -> None:
        """From ``begin`` (a part of the story's time) on, over a quarter of it."""
        with clock.frozen(when.past(begin)):
            audit = _draft(coordinator, alliance, template, days=0)
            _invite(audit, coordinator, invited)
            for urn, school in invited.items():
                _decide(audit, school, cast.leads[urn], declines=urn == NOT_THIS_TIME)
        with clock.frozen(when.past(begin + 0.05)):
            open_audit(by=coordinator, audit=audit)
        with clock.frozen(when.past(begin + 0.15)):
            _answer(audit, fall, rng)
        with clock.frozen(when.past(begin + 0.25)):
            close_audit(by=coordinator, audit=audit)

    ask("pulse", 0.45, 0.2, rng)
    ask("partnership", 0.55, 0.08, random.Random(SEED))  # noqa: S311
    with clock.frozen(when.days_ago(4)):
        culture = _draft(coordinator, alliance, "culture", days=10)
        _invite(culture, coordinator, invited)
        for urn, school in invited.items():
            if urn not in WAITING:
                _decide(culture, school, cast.leads[urn], declines=urn == NOT_THIS_TIME)


def _draft(by: Person, alliance: Alliance, template: str, *, days: int) -> Audit:
    source = TEMPLATES[template]
    opens_on = clock.today() + timedelta(days=days)
    return create_draft(
        by=by,
        alliance=alliance,
        template=template,
        title=str(source.title),
        introduction=str(source.introduction),
        mode=AuditMode.CONFIDENTIAL,
        purpose=Purpose.CHOSEN,
        roles=[str(role) for role in source.roles],
        job_roles=[str(role) for role in source.job_roles],
        opens_on=opens_on,
        closes_on=opens_on + timedelta(days=14),
    )


def _invite(audit: Audit, by: Person, schools: dict[str, Organisation]) -> None:
    invite_schools(by=by, audit=audit, organisations=[school.pk for school in schools.values()])


def _decide(audit: Audit, school: Organisation, lead: Person, *, declines: bool) -> None:
    place = AuditSchool.objects.select_related("audit").get(audit=audit, organisation=school)
    if declines:
        decline(by=lead, place=place)
        return
    small, found = "", sizes_at(audit, school.pk)
    if must_choose(audit, found):
        totals = SmallChoice.TOTAL in choices_for(audit, found) and school.urn != NINE_STAFF
        small = SmallChoice.TOTAL if totals else SmallChoice.POOLED
    accept(
        by=lead,
        place=place,
        compare_ok=school.urn != NINE_STAFF,
        small=small,
    )


def _answer(audit: Audit, fall: float, rng: random.Random) -> None:
    """Seven or eight of ten people; the mean falls from question to question."""
    parts = [p for p in Participation.objects.filter(audit=audit) if rng.random() < 0.76]
    responses = Response.objects.bulk_create(
        Response(
            audit=audit,
            person_id=part.person_id,
            organisation_id=part.organisation_id,
            started_at=clock.now() - timedelta(minutes=3),
            submitted_at=clock.now(),
            **{name: getattr(part, name) for name in STANDING},
        )
        for part in parts
    )
    scales = list(audit.questions.filter(kind=QuestionKind.SCALE))
    Answer.objects.bulk_create(
        Answer(
            response=response,
            question=question,
            number=min(question.steps or 5, max(1, round(rng.gauss(3.6 - n * fall, 0.9)))),
        )
        for response in responses
        for n, question in enumerate(scales)
        if question.is_for(response.role, response.job_role)
    )
    answered = Participation.objects.filter(pk__in=[part.pk for part in parts])
    answered.update(answered_at=clock.now())
