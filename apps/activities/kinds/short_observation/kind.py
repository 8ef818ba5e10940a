"""Short focused observations: one point, ten to fifteen minutes, asked for by the observed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.activities.engine.jobs import job_of
from apps.activities.enums import Aim, OutcomeLevel, Problem, Reach, RecordForm, Source, Staff
from apps.activities.kinds import rules
from apps.activities.kinds.base import (
    Block,
    Choice,
    Field,
    FollowUpRule,
    Kind,
    KindRole,
    Light,
    Link,
    Moment,
    OwnerOf,
    Panel,
    RecordKind,
    Rule,
    SessionKind,
    Stage,
    Text,
    Trigger,
    UsualCriterion,
)
from apps.activities.kinds.shared import (
    NOTHING_GRADED,
    PUPILS_SHOW_IT,
    REFLECTION,
    REFLECTIONS_STAY_PRIVATE,
    TOGETHER,
    WIDENING,
)
from apps.activities.kinds.short_observation import times
from apps.activities.kinds.short_observation.times import LEAST_MINUTES, MOST_MINUTES
from apps.schools.enums import JobRole

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.engine.situation import Situation

OBSERVED, OBSERVER = "observed", "observer"
VISIT, REVISIT = "visit", "revisit"
FEEDBACK, TRIED, SECOND_LOOK = "feedback", "tried", "second_look"
FORTNIGHT, THREE_WEEKS = 14, 21
SEVERAL = re.compile(r"[\n;•]|\b\d[.)]\s|\b(?:and also|as well as)\b", re.IGNORECASE)

PROMPTS: dict[str, tuple[Text, ...]] = {
    JobRole.TEACHING_ASSISTANT: (
        _("What did the pupil do without help, and what only with it?"),
        _("When did the adult wait, and for how long?"),
    ),
    JobRole.ADMINISTRATION: (
        _("How long did somebody wait before they were greeted?"),
        _("What did a visitor or parent know when they left the desk?"),
    ),
    JobRole.PASTORAL: (
        _("What did the pupil say, in their own words, and when?"),
        _("What was agreed, and how would the pupil remember it?"),
    ),
    JobRole.TECHNICIAN: (
        _("What was ready before the lesson began, and what was looked for during it?"),
        _("What did the person say aloud about safety?"),
    ),
    JobRole.SITE: (
        _("What did you see being checked, and in what order?"),
        _("Who was told, and how, when something was not right?"),
    ),
}
IN_CLASS: tuple[Text, ...] = (
    _("What did pupils say or do at that moment? Count, or write it down word by word."),
    _("Who spoke, who did not, and for how long?"),
)


def asked_by_the_observed(situation: Situation) -> Block | None:
    """Nobody is sent to be observed: whoever is observed asked for it."""
    observed = situation.people_as(OBSERVED)
    if situation.candidate is not None and situation.candidate.role == OBSERVED:
        observed = [*observed, situation.candidate]
    if all(place.person_id == situation.activity.organiser_id for place in observed):
        return None
    return Block(
        _now("Only the person who is observed asks for it: they start one of their own."),
        ", ".join(place.person.name for place in observed),
    )


def one_point_only(situation: Situation) -> Block | None:
    if not SEVERAL.search(situation.activity.focus.strip()):
        return None
    return Block(
        _now("The focus names more than one point. Choose one; the others can have their turn."),
        situation.organiser_name,
    )


def prompts(situation: Situation, person: Person) -> dict[str, Any] | None:
    """What to look for, by the job of the person who is observed."""
    observed = situation.people_as(OBSERVED)
    if not observed or not situation.takes_part(person.pk):
        return None
    said = PROMPTS.get(job_of(observed[0]), IN_CLASS)
    return {"point": situation.activity.focus, "prompts": said}


def time_cap(situation: Situation) -> Block | None:
    """A visit that is written down lasted no longer than it may."""
    draft = situation.draft
    if draft is None or draft.kind not in (RecordForm.OBSERVATION, SECOND_LOOK):
        return None
    reason = times.wrong_with(str(draft.data.get("times", "")))
    return Block(reason) if reason else None


visited = rules.held(VISIT, _("The visit has not been held yet."))

STAGES = (
    Stage("requested", _("Requested"), _("One point, and somebody who comes to look at it.")),
    Stage(
        "scheduled",
        _("Scheduled"),
        _("Ten to fifteen minutes are agreed."),
        unlocked_by=(rules.roles_filled, rules.nobody_judges_another, one_point_only),
        needs_active=True,
    ),
    Stage(
        "visited",
        _("Visited"),
        _("The observer writes down what they saw: two minutes are enough."),
        unlocked_by=(rules.under_way, visited),
        needs_active=True,
        days=1,
    ),
    Stage(
        "feedback",
        _("Feedback"),
        _("The two talk within a day: one strength, one question."),
        unlocked_by=(
            rules.under_way,
            rules.written(RecordForm.OBSERVATION, _("Nothing is written about the visit yet.")),
        ),
        needs_active=True,
        days=1,
    ),
    Stage(
        "tried",
        _("Tried"),
        _("One thing was tried, and what happened is written down."),
        unlocked_by=(
            rules.under_way,
            rules.written(TRIED, _("It is not written yet what was tried.")),
        ),
        needs_active=True,
        days=FORTNIGHT,
    ),
    Stage(
        "revisited",
        _("Revisited"),
        _("The observer comes again: is the point secure?"),
        unlocked_by=(
            rules.under_way,
            rules.held(REVISIT, _("The observer has not come again yet.")),
        ),
        needs_active=True,
        days=THREE_WEEKS,
    ),
)

RULES = (
    Rule(
        "one_observed_one_observer",
        _("One is observed, one observes."),
        rules.roles_filled,
        frozenset({Moment.START, Moment.STAGE, Moment.LEAVE}),
    ),
    Rule(
        "no_second_observer",
        _("Nobody else is invited to watch."),
        rules.room_for_candidate,
        frozenset({Moment.INVITE}),
    ),
    Rule(
        "asked_by_the_observed",
        _("The observed asks for it and chooses the point: nobody is sent to be observed."),
        asked_by_the_observed,
        frozenset({Moment.INVITE, Moment.START}),
    ),
    Rule(
        "one_point_only",
        _("It is about one point only."),
        one_point_only,
        frozenset({Moment.START, Moment.STAGE}),
    ),
    Rule(
        "never_an_assessment",
        _(
            "It is never part of an appraisal or of an early career teacher’s assessment: nobody "
            "who manages, appraises or tutors the observed is the observer."
        ),
        rules.nobody_judges_another,
        frozenset({Moment.INVITE, Moment.START}),
    ),
    Rule(
        "time_cap",
        _("A visit takes ten to fifteen minutes."),
        time_cap,
        frozenset({Moment.RECORD}),
    ),
    Rule(
        "strength_and_question",
        _("What is written says one strength and asks one question."),
        rules.all_answered,
        frozenset({Moment.RECORD}),
    ),
    REFLECTIONS_STAY_PRIVATE,
    NOTHING_GRADED,
)

TIMES = Field(
    "times",
    _("From when to when?"),
    _("Such as 10:05 to 10:17: fifteen minutes at most."),
    required=True,
    read=times.read,
)
RECORDS = (
    RecordKind(
        RecordForm.OBSERVATION,
        _("Short observation"),
        _("What did you see and hear about the point? Facts, not judgements."),
        audiences=WIDENING,
        about_another=True,
        fields=(
            TIMES,
            Field("strength", _("One strength"), required=True),
            Field("question", _("One question"), required=True),
        ),
        session=VISIT,
        prompts=tuple((job, said[0]) for job, said in PROMPTS.items()),
        slug=RecordForm.OBSERVATION.value,  # named on the page of the activity: it is due that day
        stages=("scheduled", "visited"),
        roles=(OBSERVER,),
    ),
    RecordKind(
        RecordForm.OBSERVATION,
        _("Second look"),
        _("Is the point secure? What did you see and hear this time?"),
        audiences=WIDENING,
        about_another=True,
        fields=(TIMES,),
        session=REVISIT,
        slug=SECOND_LOOK,
        stages=(TRIED, "revisited"),
        roles=(OBSERVER,),
    ),
    RecordKind(
        RecordForm.NOTE,
        _("What I tried"),
        _("What did you try, and what happened?"),
        audiences=TOGETHER,
        slug=TRIED,
        stages=(FEEDBACK, "tried"),
        roles=(OBSERVED,),
    ),
    REFLECTION,
)

FOLLOWUPS = (
    FollowUpRule(
        "feedback",
        _("Talk about it within a day"),
        Trigger.SESSION_HELD,
        of=(VISIT,),
        owner=OwnerOf.OBSERVER,
        promise=_("Talk with %(other)s about the visit: one strength, one question"),
        due=rules.next_working_day,
    ),
    FollowUpRule(
        "try",
        _("Try one thing within a fortnight"),
        Trigger.SESSION_HELD,
        of=(VISIT,),
        owner=OwnerOf.OBSERVED,
        promise=_("Try one thing after the visit of %(other)s, and write down what happened"),
        due=rules.in_days(FORTNIGHT),
        settled_by=TRIED,
    ),
    FollowUpRule(
        "revisit",
        _("Come again within three weeks"),
        Trigger.SESSION_HELD,
        of=(VISIT,),
        owner=OwnerOf.OBSERVER,
        promise=_("Visit %(other)s again, for the same point"),
        due=rules.in_days(THREE_WEEKS),
        settled_by_session=REVISIT,
    ),
)

CRITERIA = (
    UsualCriterion(
        "point_secured",
        OutcomeLevel.STAFF,
        4,
        _("The point is secure: it happens without thinking about it"),
        _("Both say so at the second visit, with an example"),
        _("people"),
        70,
        Source.SEEN,
        baseline=0,
        target=1,
    ),
    UsualCriterion(
        "observer_learnt",
        OutcomeLevel.STAFF,
        2,
        _("The observer has learnt something for their own work"),
        _("The observer names it at the second visit"),
        _("people"),
        30,
        Source.STAFF_SAY,
        baseline=0,
        target=1,
    ),
    PUPILS_SHOW_IT,
)

KIND = Kind(
    slug="short_observation",
    name=_("Short focused observation"),
    purpose=_("A colleague comes for ten minutes and looks at one point that you choose."),
    roles=(KindRole(OBSERVED, _("Observed"), 1, 1), KindRole(OBSERVER, _("Observer"), 1, 1)),
    stages=STAGES,
    rules=RULES,
    sessions=tuple(
        SessionKind(
            slug,
            name,
            pairs=True,
            minutes=MOST_MINUTES,
            stages=stages,
            observers=(OBSERVER,),
            observed=(OBSERVED,),
            least_minutes=LEAST_MINUTES,
            most_minutes=MOST_MINUTES,
        )
        for slug, name, stages in (
            (VISIT, _("Visit"), ("scheduled",)),
            (REVISIT, _("Second visit"), ("feedback", "tried", "revisited")),
        )
    ),
    records=RECORDS,
    followups=FOLLOWUPS,
    criteria=CRITERIA,
    panels=(Panel("activities/short_observation/prompts.html", prompts),),
    quick_start=Link(_("Ask for a short observation"), "activities:short_observation_ask"),
    light=Light(
        own_role=OBSERVED,
        days=42,
        equality=_("The observer comes to where and when the person works."),
    ),
    caution=_(
        "A trial of 20-minute peer observations in English secondary schools found no gain in "
        "GCSE results. One point, quick feedback and a second visit are what this form adds; they "
        "have not been tested in a trial."
    ),
    minutes=40,
    lasting=_("Is the point still secure? %(title)s"),
    choice=Choice(
        problems=frozenset({Problem.TEACHING, Problem.BEHAVIOUR, Problem.INCLUSION}),
        staff=frozenset({Staff.TEACHERS, Staff.ECTS, Staff.SUPPORT, Staff.LEADERS}),
        reach=frozenset({Reach.OWN, Reach.NEAR}),
        aims=frozenset({Aim.REFINE}),
        minutes=60,
        evidence=_(
            "Untested in a trial. A trial of longer peer observations found no gain in "
            "examination results."
        ),
    ),
)
