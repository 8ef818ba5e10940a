"""An alliance's equality report: who takes part across its schools, and who misses out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.evaluation.reports import alliance, school_equality
from apps.evaluation.reports.base import ALLIANCE, ReportKind
from apps.evaluation.snapshot import equality


def _title(about: Any) -> str:
    return _("Equality in %(alliance)s") % {"alliance": about.name}


KIND = ReportKind(
    slug="alliance_equality",
    name=gettext_lazy("Equality"),
    purpose=school_equality.PURPOSE,
    subject=ALLIANCE,
    makers=alliance.MAKERS,
    readers=alliance.READERS,
    refusal=alliance.REFUSAL,
    title=_title,
    file="equality",
    frame=alliance.frame_of,
    sources={"people": equality.of_alliance},
    charts=school_equality.drawn,
    says=school_equality.says,
)
