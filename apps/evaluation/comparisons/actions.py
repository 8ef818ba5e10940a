from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from apps.accounts.models import Person
from apps.activities.models import Criterion
from apps.core import audit_trail, clock
from apps.core.permissions import require
from apps.evaluation.comparisons.effect import Group
from apps.evaluation.comparisons.models import Comparison
from apps.evaluation.permissions import can_measure


@transaction.atomic
def compare(
    *,
    by: Person,
    criterion: Criterion,
    client_key: UUID,
    ours: Group,
    theirs: Group,
    who_else: str,
    chosen: str,
    before_on: date,
    after_on: date,
) -> Comparison:
    """Keep the sums of both groups; the same ``client_key`` keeps them once. Raises Refused."""
    require(can_measure(by, criterion.activity))  # type: ignore[arg-type]
    row, created = Comparison.objects.get_or_create(
        client_key=client_key,
        entered_by=by,
        criterion=criterion,
        defaults={
            "ours_sums": ours.as_json(),
            "theirs_sums": theirs.as_json(),
            "who_else": who_else,
            "chosen": chosen,
            "before_on": before_on,
            "after_on": after_on,
            "created_at": clock.now(),
        },
    )
    if created:
        audit_trail.record("comparison.entered", row, by=by, criterion=criterion.pk)
    return row
