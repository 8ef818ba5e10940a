"""What of the ledger is for a person's own school alone."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from apps.core import clock
from apps.core.years import academic_year
from apps.schools.models import Membership, TimeBudget
from tests import factories as f
from tests.activities.triads import Stage
from tests.support.clients import signed_in


def test_an_organiser_elsewhere_learns_nothing_of_somebodys_whole_year(stage: Stage) -> None:
    activity = stage.active()
    Membership.objects.filter(person=stage.cy).update(fte=1)
    TimeBudget.objects.create(
        organisation=stage.partner, year=academic_year(clock.today()), cpd_hours=1
    )
    row = f.ReleaseFactory(
        person=stage.cy,
        organisation=stage.partner,
        activity=activity,
        what_for="",
        day=clock.today() + timedelta(days=6),
        planned_minutes=600,
    )
    page = reverse("activities:release_row", args=[row.public_id])
    for person in (stage.cy, stage.other_lead):
        assert signed_in(person).get(page).context["over"] == 540
    response = signed_in(stage.lead).get(page)  # organises it, and leads another school
    assert response.status_code == 200
    assert not response.context["over"]
