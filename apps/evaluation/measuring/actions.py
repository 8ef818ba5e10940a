from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import uuid4

from django.db import transaction

from apps.accounts.models import Person
from apps.activities.models import Criterion
from apps.evaluation.actions import measure
from apps.evaluation.models import Measurement


class Value(NamedTuple):
    criterion: int
    measured_on: date
    value: Decimal
    n: int | None
    note: str


@transaction.atomic
def measure_many(*, by: Person, values: Sequence[Value]) -> int:
    """Store all of them or none; how many were new. Raises Refused.

    What is stored already, corrected since or not, is not stored again.
    """
    keys = {one.criterion for one in values}
    # One file at a time for these criteria, always in the same order.
    rows = Criterion.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
    criteria = {row.pk: row for row in rows}
    new = 0
    for one in values:
        same = Measurement.objects.filter(
            criterion=one.criterion, measured_on=one.measured_on, value=one.value
        )
        if same.exists():
            continue
        measure(
            by=by,
            criterion=criteria[one.criterion],
            client_key=uuid4(),
            value=one.value,
            measured_on=one.measured_on,
            n=one.n,
            note=one.note,
        )
        new += 1
    return new
