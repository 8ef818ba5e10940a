"""Triads: three peers who take turns to observe and be observed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.activities.enums import Aim, OutcomeLevel, Problem, Reach, RecordForm, Source, Staff
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
    RecordKind,
    Rule,
    SessionKind,
    Stage,
    Trigger,
    UsualCriterion,
)
from apps.activities.kinds.shared import (
    NOTHING_GRADED,
    PUPILS_SHOW_IT,
    REFLECTION,
    REFLECTIONS_STAY_PRIVATE,
    SUPPORTED,
    TOGETHER,
    WIDENING,
)
from apps.activities.matchmaking import Forming

OBSERVATION, EXCHANGE, DEBRIEF = "observation", "exchange", "debrief"

STAGES = (
    Stage("formed", _("Forming"), _("Three people are found and say yes.")),
    Stage(
        "focus",
        _("Focus"),
        _("The three agree what they want to see change for pupils."),
        unlocked_by=(rules.roles_filled, rules.two_schools, rules.nobody_judges_another),
    ),
    Stage(
        "rounds",
        _("Rounds"),
        _("Everybody observes, and is observed by, both others."),
        unlocked_by=(rules.under_way,),
        needs_active=True,
        days=42,
    ),
    Stage(
        "debrief",
        _("Debrief"),
        _("The three look back together: what did we try, what changed for pupils?"),
        unlocked_by=(rules.under_way, rules.everybody_observed_everybody),
        needs_active=True,
    ),
    Stage(
        "shared",
        _("Shared"),
        _("What was learnt is passed on, by those who choose to."),
        unlocked_by=(
            rules.under_way,
            rules.held(DEBRIEF, _("The debrief has not been held yet.")),
        ),
        needs_active=True,
    ),
)

RULES = (
    Rule(
        "exactly_three",
        _("A triad is exactly three people."),
        rules.roles_filled,
        frozenset({Moment.START, Moment.STAGE}),
    ),
    Rule(
        "leaver_pauses",
        _("When a member leaves, the triad pauses until a third person is found."),
        rules.roles_filled,
        frozenset({Moment.LEAVE}),
    ),
    Rule(
        "each_observes_both",
        _("In a cycle each member observes, and is observed by, both others."),
        rules.everybody_observed_everybody,
        frozenset({Moment.STAGE}),
    ),
    Rule(
        "no_fourth_person",
        _("A fourth person cannot be invited."),
        rules.room_for_candidate,
        frozenset({Moment.INVITE}),
    ),
    Rule(
        "at_least_two_schools",
        _("Across an alliance, the three come from at least two schools."),
        rules.two_schools,
        frozenset({Moment.INVITE, Moment.START}),
    ),
    Rule(
        "nobody_judges_another",
        _("Nobody manages, appraises or tutors another member."),
        rules.nobody_judges_another,
        frozenset({Moment.INVITE, Moment.START}),
    ),
    REFLECTIONS_STAY_PRIVATE,
    NOTHING_GRADED,
)

RECORDS = (
    RecordKind(
        RecordForm.OBSERVATION,
        _("Observation"),
        _("What did you see and hear? Facts, not judgements."),
        audiences=WIDENING,
        about_another=True,
        fields=(
            Field(
                "next_step",
                _("One next step, or one question"),
                _("Something to try within a fortnight, or to think about together."),
            ),
        ),
        session=OBSERVATION,
    ),
    REFLECTION,
    RecordKind(
        RecordForm.NOTE,
        _("Shared note"),
        _("What did the three of you find out?"),
        audiences=TOGETHER,
    ),
)

FOLLOWUPS = (
    FollowUpRule(
        "oral_feedback",
        _("Talk about it by the next working day"),
        Trigger.SESSION_HELD,
        of=(OBSERVATION, EXCHANGE),
        owner=OwnerOf.OBSERVER,
        promise=_("Talk with %(other)s about what you saw"),
        due=rules.next_working_day,
    ),
    FollowUpRule(
        "try_out",
        _("Try something out within a fortnight"),
        Trigger.SESSION_HELD,
        of=(OBSERVATION, EXCHANGE),
        owner=OwnerOf.OBSERVED,
        promise=_("Try one thing that came of what %(other)s saw"),
        due=rules.in_days(14),
    ),
    FollowUpRule(
        "hold_debrief",
        _("Hold the debrief within a fortnight"),
        Trigger.STAGE_ENTERED,
        of=("debrief",),
        owner=OwnerOf.ORGANISER,
        promise=_("See that the debrief is held: %(title)s"),
        due=rules.in_days(14),
        settled_by_session=DEBRIEF,
    ),
)

CRITERIA = (
    UsualCriterion(
        "pupil_outcome",
        OutcomeLevel.PUPIL,
        5,
        _("Pupils who show the intended outcome in their work"),
        _("Sample of books or short task, same pupils before and after"),
        _("pupils"),
        60,
        Source.WORK,
    ),
    UsualCriterion(
        "practice_changed",
        OutcomeLevel.STAFF,
        4,
        _("Members using what they tried in most lessons"),
        _("Each member says so at the debrief, with an example"),
        _("people"),
        25,
        Source.STAFF_SAY,
    ),
    UsualCriterion(
        "visits_held",
        OutcomeLevel.STAFF,
        3,
        _("Visits held of the six in a cycle"),
        _("Counted from the grid of visits"),
        _("visits"),
        15,
        Source.COUNTED,
    ),
    UsualCriterion(
        "hosts_learnt",
        OutcomeLevel.STAFF,
        2,
        _("Members who learnt something from being visited"),
        _("Each host names it at the debrief"),
        _("people"),
        0,
        Source.STAFF_SAY,
    ),
    PUPILS_SHOW_IT,
    SUPPORTED,
)

KIND = Kind(
    slug="triad",
    name=_("Triad"),
    purpose=_("Three peers observe each other in turn and help one another improve."),
    roles=(KindRole("member", _("Member"), 3, 3),),
    stages=STAGES,
    rules=RULES,
    sessions=(
        SessionKind(OBSERVATION, _("Observation"), pairs=True, minutes=50, stages=("rounds",)),
        SessionKind(
            EXCHANGE,
            _("Exchange of plans or pupil work"),
            pairs=True,
            minutes=30,
            stages=("rounds",),
            releases_observed=True,
            pair_words=_("%(observer)s looks at the plans or pupil work of %(observed)s"),
        ),
        SessionKind(DEBRIEF, _("Debrief"), minutes=45, stages=("debrief", "shared")),
    ),
    records=RECORDS,
    followups=FOLLOWUPS,
    criteria=CRITERIA,
    links=(
        Link(
            _("Groups across schools"),
            "activities:group_calls",
            _("Say that you would like one; a coordinator brings people together."),
        ),
    ),
    caution=_(
        "A trial of 20-minute peer observations in English secondary schools found no gain in "
        "GCSE results, and timetabling cut how many took place. Agree the release first."
    ),
    minutes=240,
    repeats_from="rounds",
    lasting=_("Say what has lasted from the triad: %(title)s"),
    choice=Choice(
        problems=frozenset({Problem.TEACHING, Problem.LEARNING, Problem.INCLUSION}),
        staff=frozenset({Staff.TEACHERS, Staff.SUPPORT, Staff.LEADERS}),
        reach=frozenset({Reach.OWN, Reach.NEAR, Reach.FAR}),
        aims=frozenset({Aim.REFINE}),
        minutes=480,
        evidence=_(
            "Mixed: colleagues value it, and a large trial of short peer observations found no "
            "gain in examination results."
        ),
    ),
)

FORMING = Forming("triad", ("member", "member", "member"), least=3)
