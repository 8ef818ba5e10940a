"""What kinds of activity share: audiences from the narrowest, the private reflection, and the
rules of all that is written."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.activities.enums import Audience, RecordForm
from apps.activities.kinds import rules
from apps.activities.kinds.base import Moment, RecordKind, Rule

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
