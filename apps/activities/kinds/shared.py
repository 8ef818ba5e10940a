"""What kinds of activity share: audiences from the narrowest, the private reflection, the rules
of all that is written, what is asked after twelve weeks, and indicators to choose beside a kind's
own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.activities.enums import Audience, OutcomeLevel, RecordForm, Source
from apps.activities.kinds import rules
from apps.activities.kinds.base import (
    FollowUpRule,
    Moment,
    OwnerOf,
    RecordKind,
    Rule,
    Text,
    Trigger,
    UsualCriterion,
)

SIX_WEEKS, TWELVE_WEEKS = 42, 84  # days

WIDENING = (
    Audience.PAIR,
    Audience.PARTICIPANTS,
    Audience.CPD_LEAD,
    Audience.SCHOOLS,
    Audience.ALLIANCE,
)
TOGETHER = WIDENING[1:]  # of what belongs to all who take part

REFLECTION = RecordKind(
    RecordForm.REFLECTION,
    _("Private reflection"),
    _("What did you notice, and what will you do differently?"),
    audiences=(Audience.ONLY_ME,),
)

REFLECTIONS_STAY_PRIVATE = Rule(
    "reflections_stay_private",
    _("Nobody but its author ever sees a reflection."),
    rules.reflection_private,
    frozenset({Moment.RECORD}),
)
NOTHING_GRADED = Rule(
    "nothing_graded",
    _("Nothing is graded, scored or ranked."),
    rules.nothing_graded,
    frozenset({Moment.RECORD}),
)


def changed_for_pupils(written: str, promise: Text) -> FollowUpRule:
    """Whoever wrote ``written``, a record's slug, is asked; with ``promise`` where their words
    cannot be quoted."""
    return FollowUpRule(
        "changed_for_pupils",
        _("What changed for pupils? At twelve weeks"),
        Trigger.RECORD_WRITTEN,
        of=(written,),
        owner=OwnerOf.AUTHOR,
        promise=promise,
        in_own_words=_("What has changed for pupils? “%(text)s”"),
        due=rules.in_days(TWELVE_WEEKS),
    )


# Indicators to choose: of no weight until the planner gives them one.
PUPILS_SHOW_IT = UsualCriterion(
    "pupils_show_it",
    OutcomeLevel.PUPIL,
    5,
    _("Pupils who do what the change is meant to bring about"),
    _("Counted in five minutes of a lesson, same class before and after"),
    _("pupils"),
    0,
    Source.SEEN,
)
PRACTICE_SEEN = UsualCriterion(
    "practice_seen",
    OutcomeLevel.STAFF,
    4,
    _("Colleagues in whose lessons it is seen in use"),
    _("Somebody whom they invite looks for it, before and six weeks after; nothing is graded"),
    _("people"),
    0,
    Source.SEEN,
)
SUPPORTED = UsualCriterion(
    "supported",
    OutcomeLevel.ORGANISATION,
    3,
    _("People who could take part in their working hours, with their lessons covered"),
    _("Counted from the release asked for and used"),
    _("people"),
    0,
    Source.COUNTED,
)
REACTIONS = UsualCriterion(
    "reactions",
    OutcomeLevel.STAFF,
    1,
    _("People who say that it was worth their time"),
    _("One question at the end"),
    _("people"),
    0,
    Source.REACTION,
)
