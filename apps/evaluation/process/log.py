"""The log of adjustments: as a page lists it, and as a report tells it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core.ui.dates import day
from apps.evaluation.process.enums import Aspect
from apps.evaluation.process.models import Adjustment
from apps.evaluation.snapshot import tables
from apps.evaluation.snapshot.frame import Frame
from apps.evaluation.snapshot.partnership import full_names, unless_named
from apps.schools.models import Alliance

Facts = dict[str, Any]
TEXTS = ("what", "why", "decided_by")


def of_alliance(alliance: Alliance) -> QuerySet[Adjustment]:
    """Newest first, with all that is shown of them."""
    return Adjustment.objects.filter(alliance=alliance).select_related(
        "criterion", "obstacle", "entered_by", "afterwards__added_by"
    )


def facts(frame: Frame) -> list[Facts]:
    """Those decided in the period. A text that names somebody of a staff list is left out."""
    rows = of_alliance(frame.alliance).filter(decided_on__range=(frame.start, frame.end))
    found = list(rows.order_by("decided_on", "pk"))
    names = full_names(frame) if found else set()
    return [
        {
            "aspect": row.aspect,
            "decided_on": day(row.decided_on),
            **{name: unless_named(getattr(row, name), names) for name in TEXTS},
            "afterwards": unless_named(row.came_of_it.text, names) if row.came_of_it else None,
            "waits": row.came_of_it is None,
        }
        for row in found
    ]


def table(found: list[Facts]) -> Facts | None:
    if not found:
        return None
    return tables.table(
        "adjustments",
        _("What was adjusted, and what changed afterwards"),
        [_("About"), _("Changed"), _("Why"), _("Decided"), _("What changed afterwards")],
        [
            [
                str(Aspect(row["aspect"]).label),
                _told(row["what"]),
                _told(row["why"]),
                f"{_told(row['decided_by'])}, {row['decided_on']}",
                _("Not known yet") if row["waits"] else _told(row["afterwards"]),
            ]
            for row in found
        ],
        words=5,
    )


def _told(text: str | None) -> str:
    return text if text is not None else _("(names somebody: see the log)")
