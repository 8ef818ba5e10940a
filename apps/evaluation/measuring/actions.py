from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.models import Criterion
from apps.core import audit_trail, clock
from apps.core.permissions import Refused, require
from apps.core.ui.dates import day
from apps.evaluation.measuring.stored import Stored
from apps.evaluation.measuring.words import short
from apps.evaluation.models import Measurement
from apps.evaluation.permissions import can_enter_each


class Value(NamedTuple):
    criterion: int
    measured_on: date
    value: Decimal
    n: int | None
    note: str


@transaction.atomic
def measure_many(*, by: Person, values: Sequence[Value]) -> int:
    """Store all of them or none; how many were new. Raises Refused, also where something has
    changed since the values were looked at.

    What is stored already, corrected since or not, is not stored again.
    """
    keys = {one.criterion for one in values}
    # One file at a time for these criteria, always in the same order.
    rows = Criterion.objects.filter(pk__in=keys).order_by("pk").select_related("activity")
    criteria = {row.pk: row for row in rows.select_for_update(of=("self",))}
    if len(criteria) < len(keys):
        raise Refused(
            _(
                "A success criterion of the file has been removed since you looked at it. Nothing "
                "was stored: choose the file again."
            )
        )
    new = list(_new(values, Stored(keys)))
    allowed = can_enter_each(by, criteria.values())
    for one in new:
        require(allowed[one.criterion])
    made = Measurement.objects.bulk_create(
        Measurement(
            criterion=criteria[one.criterion],
            value=one.value,
            measured_on=one.measured_on,
            n=one.n,
            note=one.note,
            entered_by=by,
            created_at=clock.now(),
        )
        for one in new
    )
    entered = ((row, {"criterion": row.criterion_id}) for row in made)
    audit_trail.record_many("measurement.entered", entered, by=by)
    return len(made)


def _new(values: Iterable[Value], stored: Stored) -> Iterator[Value]:
    """Those that nobody has stored since. Raises Refused where another value now stands."""
    for one in values:
        key = (one.criterion, one.measured_on)
        if one.value in stored.ever(key):
            continue
        standing = stored.standing.get(key)
        if standing is not None:
            words = _(
                "%(value)s has been stored for %(day)s since you looked at the file. Nothing was "
                "stored: correct that value on its page, or leave the row out."
            )
            raise Refused(words % {"value": short(standing), "day": day(one.measured_on)})
        stored.add(key, one.value)
        yield one
