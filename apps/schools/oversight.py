"""Who judges whom: what is meant for a person's development is kept from those."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from apps.schools.models import Oversight

if TYPE_CHECKING:
    from apps.accounts.models import Person


def judges_since(judge: Person, person_id: int, moment: datetime) -> bool:
    """Whether ``judge`` has managed, appraised or tutored the person at ``moment`` or later."""
    ties = Oversight.objects.filter(judge=judge, person_id=person_id)
    return ties.since(moment).exists()


def judged_by(judge: Person, *, owner: str, made_at: str) -> Exists:
    """A condition on rows: ``judge`` has judged the row's ``owner`` since it was ``made_at``.

    Both are names of fields. To judge is to manage, appraise or tutor.
    """
    ties = Oversight.objects.filter(judge=judge).since(OuterRef(made_at))
    return Exists(ties.filter(person=OuterRef(owner)))
