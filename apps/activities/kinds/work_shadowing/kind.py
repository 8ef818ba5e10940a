"""What work shadowing is: days beside somebody who leads in another school."""

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
from apps.activities.kinds.shared import (
    NOTHING_GRADED,
    REFLECTION,
    REFLECTIONS_STAY_PRIVATE,
    SUPPORTED,
    TOGETHER,
)
from apps.activities.kinds.work_shadowing import conditions
from apps.activities.kinds.work_shadowing.conditions import HOST, SHADOW
from apps.activities.kinds.work_shadowing.waiting import waiting

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.engine.situation import Situation

BRIEFING, PLACEMENT, REVIEW = "briefing", "placement", "review"
LOG, ACTION, BENEFIT = "log", "action", "host_benefit"
WEEK, FORTNIGHT, HALF_A_TERM = 7, 14, 42
HALF_DAY = 210  # minutes

STAGES = (
    Stage("applied", _("Applied"), _("Somebody says what they would like to see, and why.")),
    Stage(
        "approved",
        _("Approved"),
        _("Their own head says yes."),
        unlocked_by=(conditions.head_approved,),
    ),
    Stage(
        "matched",
        _("Matched"),
        _("A host in another school is found."),
        unlocked_by=(conditions.head_approved, conditions.host_asked),
    ),
    Stage(
        "host_accepts",
        _("Host accepts"),
        _("The host says yes."),
        unlocked_by=(
            rules.roles_filled,
            conditions.host_elsewhere,
            conditions.host_has_room,
            rules.nobody_judges_another,
        ),
    ),
    Stage(
        "briefed",
        _("Briefing"),
        _("Host and shadow go through the checklist; the shadow signs confidentiality."),
        needs_active=True,
    ),
    Stage(
        "placed",
        _("Placement"),
        _("The days beside the host, with a log."),
        unlocked_by=(rules.under_way, conditions.briefed, conditions.confidential),
        needs_active=True,
        days=42,
    ),
    Stage(
        "reflected",
        _("Reflection"),
        _("What was it worth, and what will you do in your own school?"),
        unlocked_by=(
            rules.under_way,
            rules.held(PLACEMENT, _("No half-day of the placement has been held yet.")),
        ),
        needs_active=True,
        days=WEEK,
    ),
    Stage(
        "applied_learning",
        _("Put to use"),
        _("The action is taken, and the host says what hosting brought."),
        unlocked_by=(
            rules.under_way,
            rules.written(ACTION, _("What will be done in their own school is not written yet.")),
        ),
        needs_active=True,
        days=HALF_A_TERM,
    ),
)

RULES = (
    Rule(
        "one_shadow_one_host",
        _("One person shadows one host."),
        rules.roles_filled,
        frozenset({Moment.START, Moment.STAGE, Moment.LEAVE}),
    ),
    Rule(
        "no_second_host",
        _("A second host or shadow cannot be invited."),
        rules.room_for_candidate,
        frozenset({Moment.INVITE}),
    ),
    Rule(
        "host_in_another_school",
        _("The host works in another school."),
        conditions.host_elsewhere,
        frozenset({Moment.INVITE, Moment.START}),
    ),
    Rule(
        "host_capacity",
        _("Nobody hosts more people at a time than they have offered to."),
        conditions.host_has_room,
        frozenset({Moment.INVITE, Moment.START}),
    ),
    Rule(
        "own_head_approves",
        _("The head of the one who shadows approves it first."),
        conditions.head_approved,
        frozenset({Moment.START, Moment.STAGE}),
    ),
    Rule(
        "confidentiality_before_placement",
        _("The shadow accepts the confidentiality statement before the placement."),
        conditions.confidential,
        frozenset({Moment.STAGE}),
    ),
    Rule(
        "briefed_by_both",
        _("Host and shadow have both gone through the briefing before the placement."),
        conditions.briefed,
        frozenset({Moment.STAGE}),
    ),
    Rule(
        "nobody_judges_another",
        _("Neither manages, appraises or tutors the other."),
        rules.nobody_judges_another,
        frozenset({Moment.INVITE, Moment.START}),
    ),
    REFLECTIONS_STAY_PRIVATE,
    NOTHING_GRADED,
)

RECORDS = (
    RecordKind(
        RecordForm.NOTE,
        _("Log of the placement"),
        _("What did you see the host do, and how? No names of pupils or families."),
        # What is seen in another school stays between the two: the statement says so.
        audiences=(Audience.PARTICIPANTS,),
        fields=(Field("question", _("One question to ask the host")),),
        slug=LOG,
        stages=("placed", "reflected"),
        roles=(SHADOW,),
    ),
    RecordKind(
        RecordForm.NOTE,
        _("Action in your own school"),
        _("What will you do in your own school because of it?"),
        audiences=TOGETHER,
        fields=(
            Field("first_step", _("The first step, and by when"), required=True),
            Field("who_notices", _("Who will notice the difference, and how?")),
        ),
        slug=ACTION,
        stages=("reflected", "applied_learning"),
        roles=(SHADOW,),
    ),
    RecordKind(
        RecordForm.NOTE,
        _("What hosting brought"),
        _("What did you and your school gain from hosting?"),
        audiences=TOGETHER,
        slug=BENEFIT,
        stages=("reflected", "applied_learning"),
        roles=(HOST,),
    ),
    REFLECTION,
)

FOLLOWUPS = (
    FollowUpRule(
        "reflection",
        _("Reflect within a week"),
        Trigger.STAGE_ENTERED,
        of=("reflected",),
        owner=OwnerOf.ROLE,
        role=SHADOW,
        promise=_("Write a reflection for yourself: %(title)s"),
        due=rules.in_days(WEEK),
        shared=False,
    ),
    FollowUpRule(
        "action",
        _("Take the action within half a term"),
        Trigger.STAGE_ENTERED,
        of=("reflected",),
        owner=OwnerOf.ROLE,
        role=SHADOW,
        promise=_("Take one action in your own school: %(title)s"),
        due=rules.in_days(HALF_A_TERM),
    ),
    FollowUpRule(
        "host_benefit",
        _("Say what hosting brought"),
        Trigger.STAGE_ENTERED,
        of=("reflected",),
        owner=OwnerOf.ROLE,
        role=HOST,
        promise=_("Say what hosting brought you and your school: %(title)s"),
        due=rules.in_days(FORTNIGHT),
        settled_by=BENEFIT,
    ),
)

CRITERIA = (
    UsualCriterion(
        "pupil_outcome",
        OutcomeLevel.PUPIL,
        5,
        _("Pupils who gain from the action taken afterwards"),
        _("Named with the action: which pupils, and how it is seen"),
        _("pupils"),
        25,
        Source.WORK,
    ),
    UsualCriterion(
        "action_completed",
        OutcomeLevel.STAFF,
        4,
        _("Actions taken in their own school within half a term"),
        _("The follow-up is done, with what happened"),
        _("actions"),
        40,
        Source.STAFF_SAY,
    ),
    UsualCriterion(
        "progression",
        OutcomeLevel.STAFF,
        2,
        _("Confidence with the focus, on a scale that they choose themselves"),
        _("They say so before and after; nobody else rates it"),
        _("points"),
        20,
        Source.STAFF_SAY,
    ),
    UsualCriterion(
        "host_benefit",
        OutcomeLevel.ORGANISATION,
        3,
        _("Things that the host or the host’s school took from it"),
        _("The host names them"),
        _("things"),
        15,
        Source.STAFF_SAY,
    ),
    UsualCriterion(
        "host_learnt",
        OutcomeLevel.STAFF,
        2,
        _("Hosts who learnt something for their own work"),
        _("The host names it at the end of the placement"),
        _("people"),
        0,
        Source.STAFF_SAY,
    ),
    SUPPORTED,
)


def panel(situation: Situation, person: Person) -> dict[str, Any] | None:
    """The head's approval and the briefing, for those who take part or organise."""
    activity = situation.activity
    if not situation.takes_part(person.pk) and activity.organiser_id != person.pk:
        return None
    application = situation.once(conditions.application_of)
    briefing = situation.once(conditions.briefing_of)
    shadows = {p.person_id for p in situation.people_as(SHADOW)}
    return {
        "pid": activity.public_id,
        "application": application,
        "may_ask": application is None and person.pk in shadows,
        "mine": application is not None and application.person_id == person.pk,
        "briefing": briefing,
        "host_left": len(briefing.missing(HOST)) if briefing else 7,
        "shadow_left": len(briefing.missing(SHADOW)) if briefing else 7,
        "may_brief": situation.takes_part(person.pk) and activity.state != "draft",
    }


KIND = Kind(
    slug="work_shadowing",
    name=_("Work shadowing"),
    purpose=_("Spend days beside somebody who leads in another school, and act on it at home."),
    roles=(
        KindRole(SHADOW, _("The one who shadows"), 1, 1),
        KindRole(HOST, _("Host"), 1, 1),
    ),
    stages=STAGES,
    rules=RULES,
    sessions=(
        SessionKind(BRIEFING, _("Briefing"), minutes=45, stages=("briefed",)),
        SessionKind(
            PLACEMENT,
            _("Half-day of the placement"),
            pairs=True,
            minutes=HALF_DAY,
            stages=("briefed", "placed"),
            observers=(SHADOW,),
            observed=(HOST,),
            least_minutes=60,
            unlocked_by=(conditions.briefed, conditions.confidential),
            pair_words=_("%(observer)s shadows %(observed)s"),
        ),
        SessionKind(REVIEW, _("Talk afterwards"), minutes=30, stages=("reflected",)),
    ),
    records=RECORDS,
    followups=FOLLOWUPS,
    criteria=CRITERIA,
    caution=_(
        "No trial of shadowing between schools is known to us. Its whole cost is release, and what "
        "it is worth shows in the action taken afterwards, not in how good the days felt."
    ),
    minutes=4 * HALF_DAY,
    panels=(Panel("activities/work_shadowing/_panel.html", panel),),
    links=(
        Link(
            _("Work shadowing"),
            "activities:shadowing",
            _("Rounds of your alliance: apply, offer a place, answer."),
        ),
    ),
    waiting=waiting,
    lasting=_("Say what became of the action: %(title)s"),
    choice=Choice(
        problems=frozenset({Problem.LEADING, Problem.KNOWLEDGE}),
        staff=frozenset({Staff.LEADERS}),
        reach=frozenset({Reach.NEAR, Reach.FAR}),
        aims=frozenset({Aim.NEW, Aim.REFINE}),
        minutes=1020,
        evidence=_(
            "Weak: no trial is known to us. Comparable schemes report that people value it; the "
            "action within half a term is what makes it more than a visit."
        ),
    ),
)
