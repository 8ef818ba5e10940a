"""The briefing: a checklist that host and shadow go through, each ticking for themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.activities.engine.changes import OVER, locked
from apps.activities.engine.refusals import refuse_if
from apps.activities.engine.situation import Situation
from apps.activities.kinds.work_shadowing.enums import Item
from apps.activities.kinds.work_shadowing.models import Briefing
from apps.core import audit_trail, clock

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.models import Activity


def tick(
    activity: Activity,
    *,
    by: Person,
    items: Iterable[str],
    dsl_name: str | None = None,
    ask_name: str | None = None,
) -> Briefing:
    """What ``by`` ticks as host or shadow; the names are the host's to give.

    The shadow's tick at confidentiality is the signature under the statement; it stays.
    """
    wanted = [item.value for item in Item if item in set(items)]
    with locked(activity) as row:
        refuse_if(row.state in OVER, _("It is over."))
        place = Situation.of(row).place_of(by.pk)
        role = place.role if place else ""
        refuse_if(role not in ("host", "shadow"), _("Only host and shadow tick the briefing."))
        briefing, _created = Briefing.objects.get_or_create(activity=row)
        if role == "host":
            briefing.host_ticks = wanted
            briefing.dsl_name = briefing.dsl_name if dsl_name is None else dsl_name
            briefing.ask_name = briefing.ask_name if ask_name is None else ask_name
            refuse_if(
                Item.DSL in wanted and not briefing.dsl_name,
                _("Name the designated safeguarding lead."),
            )
        else:
            _sign(briefing, wanted)
        briefing.save()
        audit_trail.record("shadowing.briefed", row, by=by, role=role, ticked=len(wanted))
    return briefing


def _sign(briefing: Briefing, wanted: list[str]) -> None:
    if briefing.confidential_at is not None and Item.CONFIDENTIALITY not in wanted:
        wanted = [*wanted, Item.CONFIDENTIALITY.value]
    if Item.CONFIDENTIALITY in wanted and briefing.confidential_at is None:
        briefing.confidential_at = clock.now()
    briefing.shadow_ticks = wanted
