"""Success criteria: agreed before the start, and then only their baseline may still come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from apps.activities.engine.changes import OVER, PLANNING, locked
from apps.activities.engine.refusals import refuse_if
from apps.activities.kinds import kind_of
from apps.activities.kinds.base import UsualCriterion
from apps.activities.models import Activity, Criterion
from apps.core import audit_trail

if TYPE_CHECKING:
    from apps.accounts.models import Person

OF_AUDIT = {"audit_question": "", "baseline_audit": None}
BASELINE = frozenset({"baseline", "baseline_on", "baseline_n", *OF_AUDIT})


def save_criterion(
    activity: Activity, *, by: Person, criterion: Criterion | None = None, **values: Any
) -> Criterion:
    """Add one, or change ``criterion``; once the activity has started, only its baseline."""
    with locked(activity) as row:
        refuse_if(row.state in OVER, _("It is over: reopen it to change its criteria."))
        if row.state not in PLANNING:
            refuse_if(
                criterion is None or set(values) - BASELINE,
                _("What counts as success was agreed before the start."),
            )
        target = criterion or Criterion(activity=row)
        if target.baseline_audit_id and "baseline_audit" not in values and "baseline" in values:
            # A form has changed the object already; another baseline is no longer the audit's.
            stored = Criterion.objects.filter(pk=target.pk, baseline=values["baseline"])
            values |= {} if stored.exists() else OF_AUDIT
        for name, value in values.items():
            setattr(target, name, value)
        target.save()
        audit_trail.record(
            "criterion.changed" if criterion else "criterion.added", target, by=by, activity=row.pk
        )
    return target


def remove_criterion(criterion: Criterion, *, by: Person) -> None:
    """While it is still being planned, and nothing has been measured."""
    activity = criterion.activity
    refuse_if(activity is None, _("It belongs to a goal."))
    with locked(activity) as row:  # type: ignore[arg-type]
        refuse_if(
            row.state not in PLANNING, _("What counts as success was agreed before the start.")
        )
        audit_trail.record("criterion.removed", criterion, by=by, activity=row.pk)
        criterion.delete()


def usual_left(activity: Activity, present: list[Criterion]) -> list[UsualCriterion]:
    """Those that the kind suggests and the activity does not have yet."""
    here = {criterion.indicator for criterion in present}
    return [usual for usual in kind_of(activity.kind).criteria if str(usual.indicator) not in here]
