from __future__ import annotations

import random
from collections.abc import Callable

from django.db import connection, transaction

from apps.core import clock
from apps.core.dispatch import muted
from apps.core.models import Job, JobState, MailState, OutboundEmail
from apps.home.scale import across, activities, audits, places, release
from apps.schools.models import Organisation

Say = Callable[[str], None]


def is_loaded() -> bool:
    return Organisation.objects.filter(urn=str(places.FIRST_URN)).exists()


def load(*, schools: int, staff: int, count: int, seed: int, say: Say) -> None:
    """Write ``schools`` schools with ``staff`` people and ``count`` activities, all or nothing."""
    rng = random.Random(seed)  # noqa: S311 - dull figures, no secrets
    with muted(), transaction.atomic():
        made = places.make_schools(schools, staff, rng)
        alliances = places.make_alliances(made)
        places.make_accounts(made)
        say(f"{schools} schools, {len(alliances)} alliances, {staff} staff")
        needs = audits.audit_all(made)
        say(f"{schools} audits answered and closed")
        together = across.audit_together(made)
        say(f"One audit of all schools: {together.results['shared']['answered']} answered")
        release.set_rates(made)
        activities.run_activities(made, needs, count, rng)
        say(f"{count} activities")
        Job.objects.filter(state=JobState.WAITING).delete()  # hundreds of charts nobody looks at
        OutboundEmail.objects.due(clock.now()).update(state=MailState.NOT_NEEDED)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
