"""Coaching: one goal, one live step at a time, between two people who trust each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from apps.activities.enums import (
    Aim,
    Audience,
    OutcomeLevel,
    Problem,
    Reach,
    RecordForm,
    Source,
    Staff,
)
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
from apps.activities.kinds.coaching import checks
from apps.activities.kinds.coaching.checks import DROP_IN, GROW, INSTRUCTIONAL, MEETING
from apps.activities.kinds.coaching.finding import find_panel
from apps.activities.kinds.coaching.pairs import (
    COACH,
    COACHEE,
    SLUG,
    contract_of,
    load_of,
    step_now,
    steps_of,
    the_pair,
)
from apps.activities.kinds.shared import (
    NOTHING_GRADED,
    PRACTICE_SEEN,
    REFLECTION,
    REFLECTIONS_STAY_PRIVATE,
    SUPPORTED,
)

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.engine.situation import Situation
    from apps.core.permissions import Permission

FORTNIGHT = 14
ACTIVE = ("observe", "step", "rehearse", "try", "review", "ended")


def pair_panel(situation: Situation, person: Person) -> dict[str, Any] | None:
    """Contract and steps: for the two, and nobody else."""
    pair = the_pair(situation)
    if pair is None or person.pk not in pair:
        return None
    place = situation.place_of(person.pk)
    steps = situation.once(steps_of)
    return {
        "activity": situation.activity,
        "contract": situation.once(contract_of),
        "begun": situation.is_active,
        "now": step_now(situation),
        "steps": [step for step in steps if step.review],
        "load": load_of(person.pk, place.organisation_id)
        if place is not None and person.pk == pair[0]
        else None,
    }


BOTH_MOMENTS = frozenset({Moment.INVITE, Moment.START})

STAGES = (
    Stage("matched", _("Matched"), _("A trained coach and a coachee say yes to each other.")),
    Stage(
        "contract",
        _("Contract"),
        _("The two agree goal, rhythm, confidence and end."),
        unlocked_by=(rules.roles_filled, checks.coach_trained, rules.nobody_judges_another),
    ),
    Stage(
        "observe",
        _("Observe"),
        _("A drop-in of fifteen minutes, or a conversation about goal and reality."),
        unlocked_by=(rules.under_way, checks.contract_agreed),
        needs_active=True,
    ),
    Stage(
        "step",
        _("Step"),
        _("The two choose one step."),
        unlocked_by=(rules.under_way, checks.looked_first),
        needs_active=True,
        days=7,
    ),
    Stage(
        "rehearse",
        _("Rehearse"),
        _("The step is modelled and rehearsed before it meets a class."),
        unlocked_by=(rules.under_way, checks.step_chosen),
        needs_active=True,
        days=7,
    ),
    Stage(
        "try",
        _("Try"),
        _("The coachee tries the step."),
        unlocked_by=(rules.under_way, checks.rehearsed),
        needs_active=True,
    ),
    Stage(
        "review",
        _("Review"),
        _("Secured, the same again, or another step?"),
        unlocked_by=(rules.under_way, checks.tried),
        needs_active=True,
    ),
    Stage(
        "ended",
        _("Ended"),
        _("The two look back, and part."),
        unlocked_by=(rules.under_way, checks.reviewed),
        needs_active=True,
    ),
)

RULES = (
    Rule(
        "coach_and_coachee",
        _("One coach, one coachee; when one leaves, it pauses."),
        rules.roles_filled,
        frozenset({Moment.START, Moment.STAGE, Moment.LEAVE}),
    ),
    Rule(
        "no_third_person",
        _("There is no third person in it."),
        rules.room_for_candidate,
        frozenset({Moment.INVITE}),
    ),
    Rule(
        "one_pair",
        _("A new pair is a new coaching: notes stay with those who wrote them."),
        checks.one_pair,
        frozenset({Moment.INVITE}),
    ),
    Rule(
        "coach_trained", _("The coach has recorded training."), checks.coach_trained, BOTH_MOMENTS
    ),
    Rule(
        "not_line_manager",
        _("The coach does not manage, appraise or tutor the coachee, nor the other way round."),
        rules.nobody_judges_another,
        BOTH_MOMENTS,
    ),
    Rule(
        "within_caseload",
        _("A coach has no more coachees than the school has agreed: five unless it says so."),
        checks.within_caseload,
        frozenset({Moment.INVITE}),
    ),
    Rule(
        "private_to_the_pair",
        _("What is written stays between the two. CPD leads see that meetings took place."),
        checks.private_to_the_pair,
        frozenset({Moment.RECORD}),
    ),
    REFLECTIONS_STAY_PRIVATE,
    NOTHING_GRADED,
)

RECORDS = (
    RecordKind(
        RecordForm.NOTE,
        _("Notes of the conversation"),
        _("What did you talk about? The two of you write this together."),
        audiences=(Audience.PAIR,),
        fields=(
            Field("goal", _("Goal"), _("What do you want to be different, and by when?")),
            Field("reality", _("Reality"), _("What happens now? What have you tried?")),
            Field("options", _("Options"), _("What could you do? And what else?")),
            Field("wrap_up", _("Wrap-up"), _("What will you do, when, and who helps?")),
        ),
        slug="grow_notes",
        stages=ACTIVE,
        joint=True,
        when=("form", GROW),
    ),
    RecordKind(
        RecordForm.NOTE,
        _("Notes of the meeting"),
        _("Thirty minutes: what did you talk about? The two of you write this together."),
        audiences=(Audience.PAIR,),
        fields=(
            Field("praise", _("Praise"), _("What went well, exactly, and what did it do?")),
            Field("next_step", _("Next step"), _("One step, small enough for a week.")),
            Field("model", _("Model"), _("What did the coach show?")),
            Field("rehearsal", _("Rehearse"), _("What did you practise, and how often?")),
        ),
        slug="meeting_notes",
        stages=ACTIVE,
        joint=True,
        when=("form", INSTRUCTIONAL),
    ),
    RecordKind(
        RecordForm.OBSERVATION,
        _("Drop-in"),
        _("What did you see and hear in these fifteen minutes? Facts, not judgements."),
        audiences=(Audience.PAIR,),
        about_another=True,
        session=DROP_IN,
        slug=DROP_IN,
        stages=ACTIVE,
        roles=(COACH,),
        when=("form", INSTRUCTIONAL),
    ),
    REFLECTION,
)

FOLLOWUPS = (
    FollowUpRule(
        "meet_again",
        _("Meet again within a fortnight"),
        Trigger.SESSION_HELD,
        of=(MEETING,),
        owner=OwnerOf.ROLE,
        role=COACH,
        promise=_("Meet your coachee again within a fortnight"),
        due=rules.in_days(FORTNIGHT),
        shared=False,
    ),
    FollowUpRule(
        "try_step",
        _("Try the step within a fortnight"),
        Trigger.STAGE_ENTERED,
        of=("try",),
        owner=OwnerOf.ROLE,
        role=COACHEE,
        promise=_("Try the step that you rehearsed with your coach"),
        due=rules.in_days(FORTNIGHT),
        shared=False,
    ),
)

CRITERIA = (
    UsualCriterion(
        "pupil_outcome",
        OutcomeLevel.PUPIL,
        5,
        _("Pupils who show the intended outcome"),
        _("Short task or sample of work, same pupils before and after"),
        _("pupils"),
        40,
        Source.WORK,
    ),
    UsualCriterion(
        "practice_embedded",
        OutcomeLevel.STAFF,
        4,
        _("The coachee does in most lessons what the coaching was about"),
        _("The coachee says so at the end, with an example"),
        _("people"),
        40,
        Source.STAFF_SAY,
    ),
    UsualCriterion(
        "coach_learnt",
        OutcomeLevel.STAFF,
        2,
        _("The coach has learnt something for their own work"),
        _("The coach names it at the end"),
        _("people"),
        20,
        Source.STAFF_SAY,
    ),
    PRACTICE_SEEN,
    SUPPORTED,
)


def _may_open_coaches(person: Person) -> Permission:
    # It asks the engine, which loads the kinds.
    from apps.activities.kinds.coaching.permissions import can_see_coaches

    return can_see_coaches(person)


KIND = Kind(
    slug=SLUG,
    name=_("Coaching"),
    purpose=_("A trained coach helps a colleague to make one thing a habit, step by step."),
    roles=(KindRole(COACH, _("Coach"), 1, 1), KindRole(COACHEE, _("Coachee"), 1, 1)),
    stages=STAGES,
    rules=RULES,
    sessions=(
        SessionKind(
            DROP_IN,
            _("Drop-in"),
            pairs=True,
            minutes=15,
            stages=("observe", "try", "review"),
            observers=(COACH,),
            observed=(COACHEE,),
            most_minutes=15,
        ),
        SessionKind(
            MEETING, _("Meeting"), minutes=30, stages=ACTIVE, least_minutes=15, most_minutes=90
        ),
    ),
    records=RECORDS,
    followups=FOLLOWUPS,
    criteria=CRITERIA,
    caution=_(
        "Coaching takes real time: about three quarters of an hour a fortnight for each of the "
        "two. Protect it first; without it the steps stay on paper."
    ),
    minutes=270,
    repeats_from="observe",
    repeat_unlocked_by=(checks.reviewed, rules.nobody_judges_another),
    repeat_name=_("Take the next step"),
    start_unlocked_by=(checks.contract_agreed,),
    least_cycles=2,
    plan_fields=(
        Field(
            "form",
            _("Which form of coaching?"),
            required=True,
            choices=(
                (GROW, _("GROW conversations: goal, reality, options, wrap-up")),
                (INSTRUCTIONAL, _("Instructional coaching: drop-in, one step, model, rehearse")),
            ),
        ),
    ),
    panels=(
        Panel("activities/coaching/_finding.html", find_panel),
        Panel("activities/coaching/pair.html", pair_panel),
    ),
    links=(
        Link(
            _("Coaches"),
            "activities:coaching_coaches",
            _("Training, coachees and protected time of a school’s coaches."),
            _may_open_coaches,
        ),
    ),
    private_progress=True,
    lasting=_("Say which steps are still in use: %(title)s"),
    choice=Choice(
        problems=frozenset({Problem.TEACHING, Problem.BEHAVIOUR, Problem.LEADING}),
        staff=frozenset({Staff.TEACHERS, Staff.ECTS, Staff.SUPPORT, Staff.LEADERS}),
        reach=frozenset({Reach.OWN, Reach.NEAR, Reach.FAR}),
        aims=frozenset({Aim.REFINE, Aim.NEW}),
        minutes=540,
        evidence=_(
            "No trial of this form is cited here. It brings together what studies of "
            "professional development find useful: modelling, rehearsal, feedback, repetition."
        ),
    ),
)
