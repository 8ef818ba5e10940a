"""Plans with lines, for tests and for the permission matrix."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from apps.accounts.models import Person
from apps.audits.actions import planning
from apps.audits.models import AnswersFile, HeardBack, Plan, PlanLine
from apps.core import clock
from apps.core.years import academic_year
from apps.schools.models import Organisation
from tests import factories as f


def line_values(**values: Any) -> dict[str, Any]:
    """All that a line must say before the head is asked."""
    year = academic_year(clock.today())
    return {
        "statement": "Six of us watch each other teach vocabulary",
        "level": "school",
        "purpose": "chosen",
        "together": "together",
        "hours": Decimal(40),
        "cost": Decimal(200),
        "for_pupils": "They use the new words in writing",
        "baseline": "3 of 30 do, in September",
        "success": "20 of 30 do, by May",
        "follow_up_on": date(year + 1, 5, 20),
        "why_none": "The pupils' work shows it",
        **values,
    }


def make_plan(school: Organisation, lead: Person, lines: int = 1, **values: Any) -> Plan:
    """A draft of this year with its standard ticked."""
    year = academic_year(clock.today())
    plan = planning.start_plan(by=lead, organisation=school, year=year)
    planning.save_frame(
        by=lead, plan=plan, reserve=20, standard=["pupils", "leaders"], standard_note=""
    )
    for _ in range(lines):
        planning.add_line(by=lead, plan=plan, **line_values(owner=lead, **values))
    plan.refresh_from_db()
    return plan


def furnish(place: Any, organiser: Person, first: Person, head: Person) -> None:
    """A draft, one with the head and a signed one (of other years), an offer, texts to send."""
    common = {"organisation": place.school, "created_by": organiser}
    place.plan = make_plan(place.school, organiser)
    place.plan_line = place.plan.lines.get()
    place.plan_out = Plan.objects.create(year=2024, state="out", sent_at=clock.now(), **common)
    signed = {"year": 2023, "state": "signed", "sent_at": clock.now()}
    place.plan_signed = Plan.objects.create(**signed, **common)
    planning.PlanSignature.objects.create(
        plan=place.plan_signed, signed_by=head, signed_name="H Ead"
    )
    place.signed_line = PlanLine.objects.create(plan=place.plan_signed, **line_values())
    place.offer = f.OfferFactory(
        organisation=place.school, alliance=place.alliance, person=first, shared=True
    )
    place.told_audit = f.AuditFactory(state="closed", closed_at=clock.now(), **common)
    f.ParticipationFactory(audit=place.told_audit, person=first)
    HeardBack.objects.create(
        audit=place.told_audit,
        heard="You need time.",
        will_do="Two afternoons.",
        cannot="A third.",
        written_by=organiser,
        sent_at=clock.now(),
    )
    place.closed_again = f.AuditFactory(state="closed", closed_at=clock.now(), **common)
    HeardBack.objects.create(
        audit=place.closed_again, heard="a", will_do="b", cannot="c", written_by=organiser
    )
    place.answers_file = AnswersFile.objects.create(
        audit=place.draft_audit, filename="answers.csv", rows=1
    )
    place.written_file = AnswersFile.objects.create(
        audit=place.draft_audit, filename="written.csv", rows=1, result={"imported": 1}
    )
    place.school_goal = f.GoalFactory(organisation=place.school, need=place.need, priority=1)
