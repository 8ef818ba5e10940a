"""An alliance's report on time out of class or off duty for its activities."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.evaluation.reports import alliance, school_time
from apps.evaluation.reports.base import ALLIANCE, ReportKind
from apps.evaluation.snapshot import time


def _title(about: Any) -> str:
    return _("Time for the activities of %(alliance)s") % {"alliance": about.name}


KIND = ReportKind(
    slug="alliance_time",
    name=gettext_lazy("Release time"),
    purpose=school_time.PURPOSE,
    subject=ALLIANCE,
    makers=alliance.MAKERS,
    readers=alliance.READERS,
    refusal=alliance.REFUSAL,
    title=_title,
    file="release",
    frame=alliance.frame_of,
    sources={"time": time.of_alliance},
    charts=school_time.drawn,
    says=school_time.says,
)
