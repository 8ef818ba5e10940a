from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities.models import Criterion
from apps.core import audit_trail, clock
from apps.core.client_keys import made_before
from apps.core.permissions import Permission, allowed_if, require
from apps.evaluation.comparisons.effect import Group
from apps.evaluation.comparisons.models import Comparison
from apps.evaluation.locking import locked
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
    """Keep the sums of both groups, instead of those kept before; the same ``client_key`` keeps
    them once. Raises Refused."""
    criterion = locked(criterion)
    stored = made_before(Comparison, client_key, entered_by=by, criterion=criterion)
    if stored is not None:
        return stored
    require(can_measure(by, criterion.activity))  # type: ignore[arg-type]
    row = Comparison(
        criterion=criterion,
        client_key=client_key,
        ours_sums=ours.as_json(),
        theirs_sums=theirs.as_json(),
        who_else=who_else,
        chosen=chosen,
        before_on=before_on,
        after_on=after_on,
        entered_by=by,
        created_at=clock.now(),
    )
    require(can_replace(row))
    row.save(force_insert=True)
    audit_trail.record("comparison.entered", row, by=by, criterion=criterion.pk)
    return row


def can_replace(row: Comparison) -> Permission:
    """Instead of what is kept of the same days, from which it must not be told what few had."""
    return allowed_if(
        not Comparison.objects.tell_of_few_beside(row),
        _(
            "A comparison of the same days is kept, and a group in this one is the same but for "
            "fewer than five: whoever saw both could work out their values. It can be replaced "
            "once each group that changes has at least five more or fewer in it."
        ),
    )
