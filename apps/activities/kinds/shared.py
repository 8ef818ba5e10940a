"""What several kinds of activity write, and for whom (from the narrowest audience)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.activities.enums import Audience, RecordForm
from apps.activities.kinds.base import RecordKind

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
