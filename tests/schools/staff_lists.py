"""What tests of staff lists share."""

from pathlib import Path

from apps.core import clock, jobs
from apps.schools.actions import staff_import as actions
from apps.schools.models import Membership

DATA = Path(__file__).parents[1] / "data" / "staff"


def write(known, lead, leavers=(), left_on=None):
    job = actions.confirm(
        by=lead,
        file_import=known,
        leavers=[m.public_id for m in leavers],
        left_on=left_on or clock.today(),
    )
    jobs.run(job.pk, clock.now())
    job.refresh_from_db()
    known.refresh_from_db()
    return job


SMALL = "ID,Forename,Surname,Work email,Post\n"


def staff_of(school):
    return Membership.objects.current().staff().filter(organisation=school).order_by("staff_id")


# Real files
