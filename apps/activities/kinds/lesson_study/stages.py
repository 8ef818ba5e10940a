"""The stages of a lesson study, what unlocks each, and its rules."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.activities.kinds import rules
from apps.activities.kinds.base import Moment, Rule, Stage
from apps.activities.kinds.lesson_study import checks
from apps.activities.kinds.lesson_study.study import LESSON, RESEARCH
from apps.activities.kinds.shared import REFLECTIONS_STAY_PRIVATE

STAGES = (
    Stage(
        "ground_rules",
        _("Ground rules"),
        _("The group forms and agrees how it works together."),
        unlocked_by=(checks.group_formed, rules.two_schools, rules.nobody_judges_another),
    ),
    Stage(
        "research",
        _("Research"),
        _("The group finds out what is known about teaching this."),
        unlocked_by=(rules.under_way,),
        needs_active=True,
    ),
    Stage(
        "plan",
        _("Plan"),
        _("The group plans the lesson and predicts what each case pupil will do."),
        unlocked_by=(
            rules.under_way,
            rules.written(RESEARCH, _("What is known already has not been written down yet.")),
        ),
        needs_active=True,
    ),
    Stage(
        "teach",
        _("Teach and observe"),
        _("One of the group teaches; the others watch the case pupils."),
        unlocked_by=(
            rules.under_way,
            rules.written(checks.PLAN, _("The joint lesson plan is not written yet.")),
            checks.teacher_named,
            checks.three_case_pupils,
            checks.predictions_written,
        ),
        needs_active=True,
        days=7,
    ),
    Stage(
        "pupil_interviews",
        _("Pupil interviews"),
        _("The case pupils say what helped them learn."),
        unlocked_by=(
            rules.under_way,
            rules.held(LESSON, _("The research lesson has not been held yet.")),
            checks.pupils_observed,
        ),
        needs_active=True,
        days=1,
    ),
    Stage(
        "discussion",
        _("Discussion"),
        _("What we predicted against what we saw; the teaching comes last."),
        unlocked_by=(rules.under_way, checks.pupils_asked),
        needs_active=True,
        days=1,
    ),
    Stage(
        "shared",
        _("Shared"),
        _("The group says what it learned, and others hear of it."),
        unlocked_by=(rules.under_way, checks.discussed, checks.three_lessons),
        needs_active=True,
        days=21,
    ),
)

RULES = (
    Rule(
        "group_with_chair_and_scribe",
        _("A group of two or more, with a chair and a scribe."),
        checks.group_formed,
        frozenset({Moment.START, Moment.STAGE}),
    ),
    Rule(
        "leaver_pauses",
        _("When the chair or the scribe leaves, it pauses until somebody takes their place."),
        checks.group_formed,
        frozenset({Moment.LEAVE}),
    ),
    Rule(
        "one_chair_one_scribe",
        _("There is one chair, one scribe and at most one knowledgeable other."),
        rules.room_for_candidate,
        frozenset({Moment.INVITE}),
    ),
    Rule(
        "at_least_two_schools",
        _("Across an alliance, the group comes from at least two schools."),
        rules.two_schools,
        frozenset({Moment.START}),
    ),
    Rule(
        "nobody_judges_another",
        _("Nobody manages, appraises or tutors another of the group."),
        rules.nobody_judges_another,
        frozenset({Moment.INVITE, Moment.START}),
    ),
    Rule(
        "three_case_pupils",
        _("Three case pupils, or a multiple of three, stand for groups of learners."),
        checks.three_case_pupils,
        frozenset({Moment.STAGE}),
    ),
    Rule(
        "predicted_before_taught",
        _("What each case pupil will do is predicted before the lesson."),
        checks.predictions_written,
        frozenset({Moment.STAGE}),
    ),
    Rule(
        "next_lesson_locked_until_discussed",
        _("The next lesson is locked until the last has been discussed."),
        checks.discussed,
        frozenset({Moment.STAGE}),
    ),
    Rule(
        "three_research_lessons",
        _("It takes at least three research lessons."),
        checks.three_lessons,
        frozenset({Moment.STAGE}),
    ),
    Rule(
        "taught_plans_stay",
        _("The plan of a lesson that was taught stays as it was."),
        checks.taught_plans_stay,
        frozenset({Moment.RECORD}),
    ),
    REFLECTIONS_STAY_PRIVATE,
    Rule(
        "nothing_graded",
        _("Nothing is graded, scored or ranked: not the teacher, not the pupils."),
        rules.nothing_graded,
        frozenset({Moment.RECORD}),
    ),
)
