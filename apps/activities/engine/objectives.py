"""The voluntary link of one's own record to an objective of one's appraisal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from apps.activities.models import Record
from apps.core import audit_trail, clock

if TYPE_CHECKING:
    from apps.accounts.models import Person


@transaction.atomic
def link(record: Record, *, by: Person, linked: bool) -> Record:
    """Say, or take back, that it belongs to an objective of its owner, who is ``by``. The
    appraiser learns that there is such a record, and nothing of what it says."""
    row = Record.objects.select_for_update().get(pk=record.pk)
    if (row.objective_on is not None) == linked:
        return row
    row.objective_on = clock.today() if linked else None
    row.save(update_fields=["objective_on"])
    action = "record.objective_linked" if linked else "record.objective_unlinked"
    audit_trail.record(action, row, by=by)
    return row
