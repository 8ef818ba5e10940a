from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.activities.enums import Aim, Problem, Reach, Staff
from apps.activities.kinds import rules
from apps.activities.kinds.base import Choice, Kind, KindRole, Link, Panel, SessionKind
from apps.activities.kinds.lesson_study import checks, panels
from apps.activities.kinds.lesson_study.stages import RULES, STAGES
from apps.activities.kinds.lesson_study.study import (
    EXPERT,
    LEARNED,
    LEAST_LESSONS,
    LEAST_TALK,
    LESSON,
    PLANNING,
    SHARING,
    SLUG,
    TALK,
)
from apps.activities.kinds.lesson_study.writing import CRITERIA, FOLLOWUPS, PLAN_FIELDS, RECORDS
from apps.activities.matchmaking import Forming

KIND = Kind(
    slug=SLUG,
    name=_("Lesson study"),
    purpose=_(
        "A group researches how pupils learn one thing, in three lessons that it plans, "
        "watches and discusses together."
    ),
    roles=(
        KindRole(checks.CHAIR, _("Chair"), 1, 1),
        KindRole(checks.SCRIBE, _("Scribe"), 1, 1),
        KindRole(checks.MEMBER, _("Member"), 0, 8),
        KindRole(EXPERT, _("Knowledgeable other"), 0, 1),
    ),
    stages=STAGES,
    rules=RULES,
    sessions=(
        SessionKind(PLANNING, _("Planning together"), minutes=60, stages=("plan",)),
        SessionKind(LESSON, _("Research lesson"), minutes=60, stages=("teach",)),
        SessionKind(
            TALK,
            _("Discussion of the lesson"),
            minutes=60,
            stages=("pupil_interviews", "discussion"),
            least_minutes=LEAST_TALK,
            most_minutes=240,
        ),
        SessionKind(SHARING, _("Sharing event"), minutes=45, stages=("ground_rules", "shared")),
    ),
    records=RECORDS,
    followups=FOLLOWUPS,
    criteria=CRITERIA,
    caution=_(
        "In a trial with 181 English schools pupils' results did not clearly improve (effect "
        "0.03, between −0.06 and 0.12), at about £2,300 a school a year. It pays only where "
        "release for planning and discussion is real, and the technique is used afterwards."
    ),
    minutes=540,
    repeats_from="plan",
    repeat_name=_("Plan the next research lesson"),
    repeat_unlocked_by=(checks.discussed,),
    start_unlocked_by=(checks.everybody_agreed_the_rules, checks.sharing_booked),
    close_unlocked_by=(
        rules.written(LEARNED, _("What the group learned is not written yet.")),
        checks.sharing_held,
    ),
    least_cycles=LEAST_LESSONS,
    plan_fields=PLAN_FIELDS,
    panels=(
        Panel("activities/lesson_study/ground_rules.html", panels.ground_rules),
        Panel("activities/lesson_study/lessons.html", panels.lessons),
        Panel("activities/lesson_study/sharing.html", panels.sharing),
    ),
    links=(
        Link(
            _("Posters of lesson studies"),
            "activities:lesson_study_posters",
            _("What groups of the alliance found out, in their own words."),
        ),
    ),
    lasting=_("Say which technique is still in use, and what pupils do now: %(title)s"),
    choice=Choice(
        problems=frozenset({Problem.LEARNING, Problem.TEACHING, Problem.INCLUSION}),
        staff=frozenset({Staff.TEACHERS, Staff.ECTS}),
        reach=frozenset({Reach.OWN, Reach.NEAR}),
        aims=frozenset({Aim.REFINE, Aim.NEW}),
        minutes=900,
        evidence=_(
            "Weak for results: a trial in 181 schools found an effect of 0.03 (−0.06 to 0.12). "
            "Teachers value planning and watching together."
        ),
    ),
)

FORMING = Forming(SLUG, (checks.CHAIR, checks.SCRIBE, checks.MEMBER, checks.MEMBER), least=3)
