"""Success criteria: agreed before the start, and then only their baseline may still come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.activities.engine.changes import OVER, PLANNING, locked
from apps.activities.engine.refusals import refuse_if, required
from apps.activities.kinds import kind_of
from apps.activities.kinds.base import UsualCriterion
from apps.activities.models import Activity, Criterion
from apps.core import audit_trail

if TYPE_CHECKING:
    from apps.accounts.models import Person

OF_AUDIT = {"audit_question": "", "baseline_audit": None}
FIGURE = ("baseline", "baseline_on", "baseline_n")
BASELINE = frozenset({*FIGURE, *OF_AUDIT})

HELD = gettext_lazy("Measurements, comparisons or adjustments refer to it, so it stays.")


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
        if criterion is not None and "baseline_audit" not in values:
            values |= _leaves_audit(criterion, values)
        for name, value in values.items():
            setattr(target, name, value)
        target.save()
        audit_trail.record(
            "criterion.changed" if criterion else "criterion.added", target, by=by, activity=row.pk
        )
    return target


def _leaves_audit(criterion: Criterion, values: dict[str, Any]) -> dict[str, Any]:
    """What a baseline given by hand changes beside itself: it is no longer an audit's. Blocked
    once a later figure of the same question stands against it."""
    stored = _still_there(criterion)
    given = {name: values[name] for name in FIGURE if name in values}
    # A form has changed ``criterion`` already, so what was stored is looked at.
    if stored.baseline_audit_id is None or all(
        getattr(stored, name) == value for name, value in given.items()
    ):
        return {}
    refuse_if(
        stored.measurements.exists(),
        _(
            "Its baseline is an audit’s figure, and later figures are compared with it, so it "
            "stays as it was released."
        ),
    )
    return OF_AUDIT


def _still_there(criterion: Criterion) -> Criterion:
    rows = Criterion.objects.select_for_update(of=("self",))
    return required(rows.filter(pk=criterion.pk).first(), _("It has been removed already."))


def remove_criterion(criterion: Criterion, *, by: Person) -> None:
    """While it is still being planned, and nothing has been measured or written about it."""
    activity = criterion.activity
    refuse_if(activity is None, _("It belongs to a goal."))
    with locked(activity) as row:  # type: ignore[arg-type]
        refuse_if(
            row.state not in PLANNING, _("What counts as success was agreed before the start.")
        )
        # Whoever measures it locks it too, so nothing can come in between.
        refuse_if(_still_there(criterion).is_held(), str(HELD))
        audit_trail.record("criterion.removed", criterion, by=by, activity=row.pk)
        criterion.delete()


def usual_left(activity: Activity, present: list[Criterion]) -> list[UsualCriterion]:
    """Those that the kind suggests and the activity does not have yet."""
    here = {criterion.indicator for criterion in present}
    return [usual for usual in kind_of(activity.kind).criteria if str(usual.indicator) not in here]
