"""What somebody's job is at the school for which they take part: prompts differ by it."""

from __future__ import annotations

from apps.activities.models import Participant
from apps.schools.models import Membership


def job_of(place: Participant) -> str:
    """The job role, else an empty string."""
    rows = Membership.objects.current().filter(
        person_id=place.person_id, organisation_id=place.organisation_id
    )
    return rows.exclude(job_role="").values_list("job_role", flat=True).first() or ""
