from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from apps.activities import engine
from apps.activities.enums import Reason
from apps.activities.kinds.short_observation.kind import KIND, OBSERVER

if TYPE_CHECKING:
    from apps.accounts.models import Person
    from apps.activities.models import Activity
    from apps.schools.models import Membership


@transaction.atomic
def ask(
    *,
    by: Person,
    observer: Membership,
    point: str,
    pupil_outcome: str,
    client_key: uuid.UUID | None = None,
) -> Activity:
    """Ask a colleague (their place at the school) to look at one point. Blocked by its rules."""
    organisation = observer.organisation
    assert organisation is not None  # staff belong to a school
    activity = engine.start(
        by=by,
        kind=KIND.slug,
        title=point,
        organisation=organisation,
        reason=Reason.CHOSEN,
        focus=point,
        pupil_outcome=pupil_outcome,
        client_key=client_key,
    )
    if not activity.participants.filter(role=OBSERVER).exists():
        engine.invite(
            activity, by=by, person=observer.person, organisation=organisation, role=OBSERVER
        )
    return activity
