from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.activities.enums import Aim, Audience, OutcomeLevel, Problem, Reach, RecordForm, Staff
from apps.activities.kinds import rules
from apps.activities.kinds.base import (
    Choice,
    Field,
    FollowUpRule,
    Kind,
    KindRole,
    Link,
    Moment,
    OwnerOf,
    Panel,
    RecordKind,
    Rule,
    SessionKind,
    Stage,
    Trigger,
    UsualCriterion,
)
from apps.activities.kinds.lesson_study import checks, panels
from apps.activities.kinds.lesson_study.study import (
    LEAST_LESSONS,
    LEAST_TALK,
    LESSON,
    PLANNING,
    SHARING,
    SLUG,
    TALK,
)
from apps.activities.kinds.shared import REFLECTION

RESEARCH, LEARNED = "research_notes", "learned"
GROUP = (Audience.PARTICIPANTS,)  # what is passed on is the poster, in words that all agreed

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
    Rule(
        "reflections_stay_private",
        _("Nobody but its author ever sees a reflection."),
        rules.reflection_private,
        frozenset({Moment.RECORD}),
    ),
    Rule(
        "nothing_graded",
        _("Nothing is graded, scored or ranked: not the teacher, not the pupils."),
        rules.nothing_graded,
        frozenset({Moment.RECORD}),
    ),
)

RECORDS = (
    RecordKind(
        RecordForm.NOTE,
        _("What is known already"),
        _("What do research, curriculum and colleagues say about teaching this?"),
        audiences=GROUP,
        fields=(
            Field(
                "try_first",
                _("What shall we try, and why that?"),
                _("One approach or technique that the three lessons will test."),
            ),
        ),
        slug=RESEARCH,
        stages=("research",),
        joint=True,
    ),
    RecordKind(
        RecordForm.NOTE,
        _("Lesson plan"),
        _("How will the lesson go, step by step?"),
        audiences=GROUP,
        fields=(
            Field(
                "objective",
                _("What will pupils be able to do at the end?"),
                _("The same for all; the case pupils have predictions of their own."),
            ),
            Field("changed", _("What changes since the last lesson, and why?"), long=True),
        ),
        slug=checks.PLAN,
        stages=("plan", "teach"),
        joint=True,
    ),
    RecordKind(
        RecordForm.NOTE,
        _("What we learned"),
        _("What did we learn about how pupils learn this?"),
        audiences=GROUP,
        fields=(
            Field("technique", _("Which technique shall we use again?")),
            Field("pupils", _("What changed for the groups the case pupils stand for?")),
        ),
        slug=LEARNED,
        stages=("shared",),
        joint=True,
    ),
    REFLECTION,
)

FOLLOWUPS = (
    FollowUpRule(
        "discuss_within_36_hours",
        _("Discuss the lesson within 36 hours"),
        Trigger.SESSION_HELD,
        of=(LESSON,),
        owner=OwnerOf.ROLE,
        role=checks.CHAIR,
        promise=_("See that the lesson is discussed within 36 hours: %(title)s"),
        due=checks.within_36_hours,
    ),
    FollowUpRule(
        "technique_reused",
        _("Use the technique again within three weeks"),
        Trigger.STAGE_ENTERED,
        of=("shared",),
        owner=OwnerOf.EVERYBODY,
        promise=_("Use the technique in another lesson and say what happened: %(title)s"),
        due=rules.in_days(21),
    ),
)

CRITERIA = (
    UsualCriterion(
        "pupil_progress",
        OutcomeLevel.PUPIL,
        5,
        _("Pupils of the groups we follow who can do what the lessons aim at"),
        _("The same short task before the first and after the third lesson"),
        _("pupils"),
        50,
    ),
    UsualCriterion(
        "technique_reused",
        OutcomeLevel.STAFF,
        4,
        _("Members who use the technique in their other lessons"),
        _("Each member says so three weeks after the sharing, with an example"),
        _("people"),
        25,
    ),
    UsualCriterion(
        "discussed_in_time",
        OutcomeLevel.ORGANISATION,
        3,
        _("Research lessons discussed within 36 hours"),
        _("Counted from the list of research lessons"),
        _("lessons"),
        10,
    ),
    UsualCriterion(
        "own_learning",
        OutcomeLevel.STAFF,
        2,
        _("Members, the knowledgeable other too, who name what they now see differently"),
        _("Each says it at the sharing event"),
        _("people"),
        15,
    ),
)

PLAN_FIELDS = (
    Field(
        "teach_what",
        _("We want to teach…"),
        _("One thing that pupils find hard, such as “comparing fractions”."),
        required=True,
    ),
    Field(
        "to_whom",
        _("…better to…"),
        _("Which learners, such as “Year 5 pupils who are new to English”. No names."),
        required=True,
    ),
    Field(
        "ground_rules",
        _("Our ground rules"),
        _(
            "For example: we all teach and we all learn; the lesson belongs to all of us; we talk "
            "about pupils' learning, never about the teacher; every idea is heard; what we see "
            "stays here. Everybody agrees to them before the start."
        ),
        required=True,
        long=True,
    ),
)

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
        KindRole(checks.EXPERT, _("Knowledgeable other"), 0, 1),
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
