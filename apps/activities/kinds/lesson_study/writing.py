"""What a lesson study asks, writes, follows up and judges itself by."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.activities.enums import Audience, OutcomeLevel, RecordForm, Source
from apps.activities.kinds import rules
from apps.activities.kinds.base import (
    Field,
    FollowUpRule,
    OwnerOf,
    RecordKind,
    Trigger,
    UsualCriterion,
)
from apps.activities.kinds.lesson_study import checks
from apps.activities.kinds.lesson_study.study import LEARNED, LESSON, RESEARCH, TALK
from apps.activities.kinds.shared import PRACTICE_SEEN, REFLECTION, SUPPORTED

GROUP = (Audience.PARTICIPANTS,)  # what is passed on is the poster, in words that all agreed

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
        settled_by_session=TALK,
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
        Source.TASK,
    ),
    UsualCriterion(
        "technique_reused",
        OutcomeLevel.STAFF,
        4,
        _("Members who use the technique in their other lessons"),
        _("Each member says so three weeks after the sharing, with an example"),
        _("people"),
        25,
        Source.STAFF_SAY,
    ),
    UsualCriterion(
        "discussed_in_time",
        OutcomeLevel.ORGANISATION,
        3,
        _("Research lessons discussed within 36 hours"),
        _("Counted from the list of research lessons"),
        _("lessons"),
        10,
        Source.COUNTED,
    ),
    UsualCriterion(
        "own_learning",
        OutcomeLevel.STAFF,
        2,
        _("Members, the knowledgeable other too, who name what they now see differently"),
        _("Each says it at the sharing event"),
        _("people"),
        15,
        Source.STAFF_SAY,
    ),
    PRACTICE_SEEN,
    SUPPORTED,
)
