"""What the main school does about its needs: a signed plan, looked at since; what was heard."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from apps.accounts.models import Person
from apps.audits.actions import add_goal
from apps.audits.actions.planning import (
    add_line,
    review_line,
    save_frame,
    send_plan,
    sign_plan,
    start_plan,
)
from apps.audits.actions.publishing import change_goal
from apps.audits.actions.telling import send_heard, write_heard
from apps.audits.models import Goal, Plan
from apps.core import clock
from apps.core.years import academic_year
from apps.home.demo.needs import Needs
from apps.home.demo.people import MAIN, Cast
from apps.home.demo.timeline import Timeline
from apps.schools.models import Organisation

# slug of the need, what is done, level, purpose, together or alone, hours, pounds, for pupils,
# where we start from, how we will know
LINES = (
    (
        "questioning-checking",
        "Three triads watch each other check understanding, twice a half-term",
        ("school", "chosen", "together", 90, 1308),
        "Nobody sits through a lesson that they lost in the first ten minutes",
        "In 12 lessons in September 4 teachers asked everybody, not only volunteers",
        "9 of the same 12 do by March",
    ),
    (
        "adaptive-teaching",
        "Science and mathematics plan one unit with a neighbouring school",
        ("team", "chosen", "together", 36, 240),
        "All pupils of the unit reach its last task",
        "17 of 58 did last year",
        "40 of 60 do this year",
    ),
    (
        "speech-language",
        "Assistants learn to lead talk in small groups, in paid hours",
        ("school", "required", "together", 30, 450),
        "Pupils in the groups speak in whole sentences",
        "2 of 15 did in a week of October",
        "10 of 15 do in a week of April",
    ),
    (
        "artificial-intelligence",
        "Everybody has six hours for what they choose to learn",
        ("individual", "free", "alone", 44, 0),
        "Each says what their pupils will notice",
        "Nobody has had time of their own so far",
        "Each tells one colleague what came of it",
    ),
)
TOLD = {
    "heard": "Most of you want to know sooner who has understood, and to see how others find out. "
    "Assistants asked for training in paid hours, and for somebody to follow it up.",
    "will_do": "Triads start before half-term; the time is covered. Assistants train on two "
    "Tuesdays, paid. In March we look at what changed in lessons.",
    "cannot": "There is no money for a course off site for everybody this year. We ask again in "
    "September.",
}


def play(schools: dict[str, Organisation], cast: Cast, known: Needs, when: Timeline) -> None:
    school, lead, head = schools[MAIN], cast.leads[MAIN], cast.signed_in["head"]
    with clock.frozen(when.past(0.36)):
        goal = _priority(known, lead)
        plan = _written(school, lead, known, goal)
        send_plan(by=lead, plan=plan)
        told = write_heard(by=lead, audit=known.audits[MAIN], base=0, **TOLD)
        send_heard(by=lead, heard=told)
    with clock.frozen(when.past(0.4)):
        sign_plan(by=head, plan=plan, name=head.name)
    with clock.frozen(when.past(0.9)):
        first = plan.lines.all()[0]
        review_line(by=lead, line=first, progress="on_track", text="Two of three have met twice.")


def _priority(known: Needs, lead: Person) -> Goal:
    need = known.school[MAIN, "questioning-checking"]
    words = "Every pupil is asked to think in every lesson"
    goal = add_goal(by=lead, need=need, statement=words)
    return change_goal(by=lead, goal=goal, priority=1)


def _written(school: Organisation, lead: Person, known: Needs, goal: Goal) -> Plan:
    plan = start_plan(by=lead, organisation=school, year=academic_year(clock.today()))
    for slug, statement, facts, for_pupils, baseline, success in LINES:
        level, purpose, together, hours, cost = facts
        values: dict[str, Any] = {
            "statement": statement,
            "need": known.school.get((MAIN, slug)),
            "goal": goal if level == "school" else None,
            "level": level,
            "purpose": purpose,
            "together": together,
            "owner": lead,
            "hours": Decimal(hours),
            "cost": Decimal(cost),
            "for_pupils": for_pupils,
            "baseline": baseline,
            "success": success,
            "follow_up_on": _later(),
            "evidence": known.audits[MAIN],
        }
        add_line(by=lead, plan=plan, **values)
    return save_frame(
        by=lead,
        plan=plan,
        reserve=20,
        standard=["pupils", "collaboration", "sustained", "leaders"],
        standard_note="We have nobody yet who knows speech and language well: we ask the alliance.",
    )


def _later() -> date:
    """A weekday well after the story's end."""
    day = clock.today() + timedelta(days=150)
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
