"""What a network writes, follows up and judges itself by."""

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
from apps.activities.kinds.lone_ranger_network.checks import (
    ACTION,
    BEFORE_THE_NEXT,
    FOUND,
    ISSUE,
    MEETING,
    MEETINGS,
    REVIEW,
    TESTED,
    TESTS,
)
from apps.activities.kinds.shared import (
    PRACTICE_SEEN,
    REFLECTION,
    SIX_WEEKS,
    SUPPORTED,
    TOGETHER,
    changed_for_pupils,
)

RECORDS = (
    RecordKind(
        RecordForm.NOTE,
        _("Pupil issue"),
        _("What do pupils find hard, or miss, in your school? “Pupil A”, never a name."),
        audiences=(Audience.PARTICIPANTS,),  # with one such pupil in a school, words can name them
        fields=(
            Field(
                "question",
                _("What would you like to ask the others?"),
                _("Such as “How do you run choir when half of them leave at lunch?”"),
            ),
        ),
        slug=ISSUE,
        stages=(MEETINGS,),
    ),
    RecordKind(
        RecordForm.NOTE,
        _("Action to test"),
        _("What will you test in your school before the next meeting? One thing."),
        audiences=TOGETHER,
        fields=(
            Field("sign", _("How will you see whether it helps pupils?"), _("Count or look.")),
        ),
        slug=ACTION,
        stages=(MEETINGS, TESTS),
        once=True,
    ),
    RecordKind(
        RecordForm.NOTE,
        _("What I tested"),
        _("What did you test, and what happened for pupils?"),
        audiences=TOGETHER,
        fields=(Field("keep", _("Will you keep it, change it or drop it?")),),
        slug=TESTED,
        stages=(TESTS, REVIEW),
        once=True,
    ),
    RecordKind(
        RecordForm.NOTE,
        _("What the network found"),
        _("Which ideas are in use now, and what has changed for pupils?"),
        audiences=TOGETHER,
        fields=(
            Field(
                "alone",
                _("Is anybody still on their own with their work? What would help?"),
                _("Whom do you ask now that you did not know before?"),
            ),
        ),
        slug=FOUND,
        stages=(REVIEW,),
        joint=True,
    ),
    REFLECTION,
)

FOLLOWUPS = (
    FollowUpRule(
        "test",
        _("Test one idea before the next meeting"),
        Trigger.SESSION_HELD,
        of=(MEETING,),
        owner=OwnerOf.EVERYBODY,
        promise=_("Test one idea from “%(title)s”, and write down what happened"),
        due=rules.in_days(BEFORE_THE_NEXT),
        settled_by=TESTED,
    ),
    FollowUpRule(
        "still_in_use",
        _("Is it still in use? At six weeks"),
        Trigger.RECORD_WRITTEN,
        of=(TESTED,),
        owner=OwnerOf.AUTHOR,
        promise=_("Is what you tested in “%(title)s” still in use, and what has changed?"),
        in_own_words=_("Is it still in use, and what has changed? “%(text)s”"),
        due=rules.in_days(SIX_WEEKS),
    ),
    changed_for_pupils(
        TESTED, _("What has changed for pupils since you tested an idea of “%(title)s”?")
    ),
)

CRITERIA = (
    UsualCriterion(
        "pupil_outcome",
        OutcomeLevel.PUPIL,
        5,
        _("Pupils of those we talked about for whom it is better"),
        _("The same short task, or the same points in their work, before and twelve weeks after"),
        _("pupils"),
        40,
        Source.WORK,
    ),
    UsualCriterion(
        "ideas_used",
        OutcomeLevel.STAFF,
        4,
        _("Members who still use an idea of another school six weeks later"),
        _("Each says so at the follow-up, with an example"),
        _("people"),
        30,
        Source.STAFF_SAY,
    ),
    UsualCriterion(
        "less_alone",
        OutcomeLevel.STAFF,
        3,
        _("Members who asked somebody of their subject or role for advice in the last month"),
        _("One question, the same before the first and after the third meeting"),
        _("people"),
        30,
        Source.STAFF_SAY,
    ),
    UsualCriterion(
        "hosts_learnt",
        OutcomeLevel.STAFF,
        2,
        _("Hosts who learnt something from what their guests asked"),
        _("Each host names it at the next meeting"),
        _("people"),
        0,
        Source.STAFF_SAY,
    ),
    UsualCriterion(
        "pupils_served",
        OutcomeLevel.PUPIL,
        5,
        _("Pupils who are better served, such as seen by the nurse or borrowing books"),
        _("Counted from the same list before and twelve weeks after"),
        _("pupils"),
        0,
        Source.COUNTED,
    ),
    PRACTICE_SEEN,
    SUPPORTED,
)
