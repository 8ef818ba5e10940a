"""What a peer visit is: questions before, doubts after, and a decision within half a term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.activities.engine.changes import PLANNING
from apps.activities.enums import Aim as Purpose
from apps.activities.enums import OutcomeLevel, Problem, Reach, RecordForm, Source, Staff
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
from apps.activities.kinds.peer_visit.enums import Aim, Decision
from apps.activities.kinds.peer_visit.finding import find_panel
from apps.activities.kinds.peer_visit.sharing import host_clears_sharing
from apps.activities.kinds.shared import (
    NOTHING_GRADED,
    PRACTICE_SEEN,
    REFLECTION,
    REFLECTIONS_STAY_PRIVATE,
    SUPPORTED,
    TOGETHER,
    WIDENING,
)

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.engine.situation import Situation

VISITOR, HOST = "visitor", "host"
QUESTIONS, EVIDENCE, CRITICAL, DECISION = "questions", "evidence", "critical", "decision"
VISIT, DEBRIEF = "visit", "debrief"
HALF_A_TERM, FORTNIGHT = 42, 14

questions_written = rules.written(
    QUESTIONS, _("The visitors’ questions have to be written before the visit.")
)

STAGES = (
    Stage("need", _("Need"), _("What would we like to see done, and why?")),
    Stage(
        "host_found",
        _("Host found"),
        _("Somebody who does it opens the door."),
        unlocked_by=(rules.roles_filled, rules.two_schools, rules.nobody_judges_another),
    ),
    Stage(
        "questions",
        _("Questions"),
        _("The visitors write down what they want to find out, and the host reads it."),
        needs_active=True,
    ),
    Stage(
        "visit",
        _("Visit"),
        _("They come, look and listen, and note what they see."),
        unlocked_by=(rules.under_way, questions_written),
        needs_active=True,
        days=21,
    ),
    Stage(
        "debrief",
        _("Debrief"),
        _("The critical questions: what may not transfer, and what did nobody see?"),
        unlocked_by=(rules.under_way, rules.held(VISIT, _("The visit has not been held yet."))),
        needs_active=True,
    ),
    Stage(
        "decision",
        _("Decision"),
        _("Adopt, adapt or reject, with the reason."),
        unlocked_by=(
            rules.under_way,
            rules.written(CRITICAL, _("The critical questions have not been answered yet.")),
        ),
        needs_active=True,
        days=HALF_A_TERM,
    ),
)

RULES = (
    Rule(
        "visitor_and_host",
        _("At least one visitor, and one host."),
        rules.roles_filled,
        frozenset({Moment.START, Moment.STAGE, Moment.LEAVE}),
    ),
    Rule(
        "one_host",
        _("A second host cannot be invited."),
        rules.room_for_candidate,
        frozenset({Moment.INVITE}),
    ),
    Rule(
        "at_least_two_schools",
        _("Across an alliance, visitor and host come from different schools."),
        rules.two_schools,
        frozenset({Moment.INVITE, Moment.START}),
    ),
    Rule(
        "nobody_judges_another",
        _("Nobody manages, appraises or tutors another who takes part."),
        rules.nobody_judges_another,
        frozenset({Moment.INVITE, Moment.START}),
    ),
    Rule(
        "questions_before_the_visit",
        _("The visit waits until the visitors’ questions are written."),
        questions_written,
        frozenset({Moment.STAGE}),
    ),
    Rule(
        "doubts_are_compulsory",
        _("Every critical question is answered: none may be left empty."),
        rules.all_answered,
        frozenset({Moment.RECORD}),
    ),
    Rule(
        "host_clears_sharing",
        _("What is written about the host’s school is shared further only after the host’s yes."),
        host_clears_sharing,
        frozenset({Moment.RECORD}),
    ),
    REFLECTIONS_STAY_PRIVATE,
    NOTHING_GRADED,
)

RECORDS = (
    RecordKind(
        RecordForm.NOTE,
        _("Questions before the visit"),
        _("What do we want to find out? The host reads this before we come."),
        audiences=TOGETHER,
        slug=QUESTIONS,
        stages=("questions", "visit"),
        roles=(VISITOR,),
        joint=True,
    ),
    RecordKind(
        RecordForm.OBSERVATION,
        _("Evidence from the visit"),
        _("What did you see and hear? Facts, not judgements."),
        audiences=WIDENING,
        about_another=True,
        fields=(
            Field(
                "surprise",
                _("What surprised you?"),
                _("Something that you did not expect, or did not find."),
            ),
        ),
        session=VISIT,
        slug=EVIDENCE,
        stages=("visit", "debrief"),
        roles=(VISITOR,),
    ),
    RecordKind(
        RecordForm.NOTE,
        _("Critical questions"),
        _("What may not transfer to your school, and why?"),
        audiences=TOGETHER,
        fields=(
            Field(
                "true",
                _("What would have to be true for it to work with you?"),
                _("Staff, time, money, pupils, what came before it."),
                required=True,
            ),
            Field(
                "unseen",
                _("What did you not see?"),
                _("Other classes, other days, the years that it took, who was not there."),
                required=True,
            ),
            Field(
                "sceptic",
                _("What would a sceptic say?"),
                _("The best argument against it, as its owner would put it."),
                required=True,
            ),
        ),
        slug=CRITICAL,
        stages=("debrief",),
        roles=(VISITOR,),
        joint=True,
    ),
    RecordKind(
        RecordForm.NOTE,
        _("Decision"),
        _("Why? What speaks for it, and what against?"),
        audiences=TOGETHER,
        fields=(
            Field(
                "decision", _("What do you decide?"), choices=tuple(Decision.choices), required=True
            ),
            Field("first_step", _("The first step, by whom and when"), required=False),
        ),
        slug=DECISION,
        stages=("decision",),
        roles=(VISITOR,),
        joint=True,
    ),
    REFLECTION,
)

FOLLOWUPS = (
    FollowUpRule(
        "brief_colleagues",
        _("Brief colleagues within a fortnight"),
        Trigger.SESSION_HELD,
        of=(VISIT,),
        owner=OwnerOf.OBSERVER,
        promise=_("Tell colleagues what you saw on the visit to %(other)s"),
        due=rules.in_days(FORTNIGHT),
    ),
    FollowUpRule(
        "decide",
        _("Decide within half a term"),
        Trigger.SESSION_HELD,
        of=(VISIT,),
        owner=OwnerOf.OBSERVER,
        promise=_("Adopt, adapt or reject: decide after the visit to %(other)s, with the reason"),
        due=rules.in_days(HALF_A_TERM),
        settled_by=DECISION,
    ),
)

CRITERIA = (
    UsualCriterion(
        "informed_decision",
        OutcomeLevel.ORGANISATION,
        3,
        _("A decision with its reason, and what would have to be true, in writing"),
        _("The decision and the critical questions are there"),
        _("decisions"),
        30,
        Source.COUNTED,
    ),
    UsualCriterion(
        "in_use",
        OutcomeLevel.STAFF,
        4,
        _("Colleagues who use what was adopted or adapted, a term later"),
        _("Each says so, with an example; none if it was rejected"),
        _("people"),
        30,
        Source.STAFF_SAY,
    ),
    UsualCriterion(
        "pupil_outcome",
        OutcomeLevel.PUPIL,
        5,
        _("Pupils who show the intended outcome in their work"),
        _("Sample of books or short task, same pupils before and after"),
        _("pupils"),
        25,
        Source.WORK,
    ),
    UsualCriterion(
        "host_learning",
        OutcomeLevel.STAFF,
        2,
        _("Questions of the visitors that the host is now working on"),
        _("The host names them at the debrief"),
        _("questions"),
        15,
        Source.STAFF_SAY,
    ),
    PRACTICE_SEEN,
    SUPPORTED,
)


def sharing_panel(situation: Situation, person: Person) -> dict[str, Any] | None:
    """Whether the host has cleared sharing, for those who take part."""
    from apps.activities.kinds.peer_visit.sharing import answer_of

    begun = situation.activity.state not in PLANNING
    if not begun or not situation.takes_part(person.pk) or not situation.people_as(HOST):
        return None
    host = situation.people_as(HOST)[0].person
    return {
        "answer": answer_of(situation),
        "host": host,
        "is_host": host.pk == person.pk,
        "pid": situation.activity.public_id,
    }


def booking_panel(situation: Situation, person: Person) -> dict[str, Any] | None:
    """The open classroom that was booked for this visit."""
    from apps.activities.kinds.peer_visit.models import SlotBooking

    bookings = list(
        SlotBooking.objects.standing()
        .filter(activity=situation.activity)
        .select_related("slot__organisation", "slot__host", "visitor")
    )
    if not bookings:
        return None
    return {
        "bookings": bookings,
        "mine": next((b for b in bookings if b.visitor_id == person.pk), None),
        "waits": _now("It goes into the agenda once the plan is agreed."),
        "may_attach": situation.activity.state in ("agreed", "active", "review_due"),
    }


KIND = Kind(
    slug="peer_visit",
    name=_("Peer visit"),
    purpose=_("See how somebody elsewhere does it, question it, and decide what to take home."),
    roles=(KindRole(VISITOR, _("Visitor"), 1, None), KindRole(HOST, _("Host"), 1, 1)),
    stages=STAGES,
    rules=RULES,
    sessions=(
        SessionKind(
            VISIT,
            _("Visit"),
            pairs=True,
            minutes=90,
            stages=("questions", "visit"),
            observers=(VISITOR,),
            observed=(HOST,),
            least_minutes=20,
            unlocked_by=(questions_written,),
        ),
        SessionKind(DEBRIEF, _("Debrief"), minutes=30, stages=("debrief", "decision")),
    ),
    records=RECORDS,
    followups=FOLLOWUPS,
    criteria=CRITERIA,
    caution=_(
        "No trial has tested visits of this kind. What is seen in an hour is a good hour, and what "
        "made it possible is rarely in the room: that is why the critical questions are compulsory."
    ),
    minutes=180,
    close_unlocked_by=(rules.written(DECISION, _("The decision has not been written yet.")),),
    plan_fields=(
        Field(
            "visit_aim",
            _("Refine or contrast?"),
            _("Both are good; they need different hosts and different questions."),
            required=True,
            choices=tuple(Aim.choices),
        ),
    ),
    panels=(
        Panel("activities/peer_visit/_finding.html", find_panel),
        Panel("activities/peer_visit/_booking.html", booking_panel),
        Panel("activities/peer_visit/_sharing.html", sharing_panel),
    ),
    links=(
        Link(
            _("Open classrooms"),
            "activities:open_slots",
            _("Hours for which a colleague of your alliance opens the door: book one."),
        ),
    ),
    lasting=_("Say what became of the decision: %(title)s"),
    choice=Choice(
        problems=frozenset(
            {Problem.TEACHING, Problem.KNOWLEDGE, Problem.LEADING, Problem.BEHAVIOUR}
        ),
        staff=frozenset({Staff.TEACHERS, Staff.ECTS, Staff.SUPPORT, Staff.LEADERS}),
        reach=frozenset({Reach.NEAR, Reach.FAR}),
        aims=frozenset({Purpose.NEW, Purpose.REFINE}),
        minutes=300,
        evidence=_(
            "Weak: no trial of visits is known to us. Visitors value them; whether anything "
            "changes depends on what is decided and tried afterwards."
        ),
    ),
)
