"""What happened to a row, from the audit trail: who changed what, from what, to what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.activities.models import Release
from apps.activities.release.enums import Cover, InClass, Payer, SupplyUnit
from apps.core.models import AuditEvent
from apps.core.ui import amounts, dates

MOST = 30
DONE = {
    "release.asked": _("Asked for"),
    "release.moved": _("Follows its session"),
    "release.approved": _("Approved"),
    "release.refused": _("Refused"),
    "release.used": _("Used"),
    "release.not_used": _("Not used"),
    "release.corrected": _("Corrected"),
    "release.priced": _("Priced by a new rate"),
}
# Of their own school only, as on the page of the row: its cover, what it costs, and how long
# somebody is there beyond their paid hours.
AT_HOME = (
    "extra_minutes",
    "cover",
    "supply_count",
    "supply_unit",
    "cover_pence",
    "travel_pence",
    "extra_pay_pence",
    "fee_pence",
    "payer",
)
CHOICES: dict[str, Any] = {
    "in_class": InClass,
    "cover": Cover,
    "supply_unit": SupplyUnit,
    "payer": Payer,
}
SHOWN = (
    "day",
    "starts_at",
    "ends_at",
    "planned_minutes",
    "travel_minutes",
    "actual_minutes",
    "in_class",
    *AT_HOME,
)


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    what: str
    by: str
    changes: list[Change]


def history_of(row: Release, *, costs: bool) -> list[Entry]:
    """The latest first; without cover, costs and paid hours for other schools."""
    rows = AuditEvent.objects.filter(subject_type="activities.release", subject_id=row.pk)
    return [
        Entry(
            at=event.at,
            what=str(DONE.get(event.action, event.action)),
            by=event.actor.name if event.actor else "",
            changes=list(_changes(event.data, costs)),
        )
        for event in rows.select_related("actor")[:MOST]
    ]


def _changes(data: dict[str, Any], costs: bool) -> Iterator[Change]:
    before, after = data.get("before") or {}, data.get("after") or {}
    for name in SHOWN:
        if name in after and (costs or name not in AT_HOME):
            label = str(Release._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            yield Change(label, _words(name, before.get(name)), _words(name, after[name]))


def _words(name: str, value: Any) -> str:
    if value in (None, ""):
        return str(_("not known"))
    if name.endswith("_minutes"):
        return amounts.duration(value)
    if name.endswith("_pence"):
        return amounts.money(value)
    if name in CHOICES:
        return str(CHOICES[name](value).label)
    if name.endswith("_at"):
        return dates.moment(datetime.fromisoformat(value))
    return dates.day(date.fromisoformat(value)) if name == "day" else str(value)
