"""What refers to a success criterion for good keeps it; the reason is said, and no button is."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from apps.activities.enums import ActivityState
from apps.core import clock
from apps.core.models import AuditEvent
from apps.evaluation.comparisons.models import Comparison
from apps.evaluation.process.actions import adjust
from tests import factories as f
from tests.support.clients import signed_in
from tests.world import make_world

pytestmark = pytest.mark.django_db
SUMS = {"n": 12, "missing": 0, "before": 5, "before_sd": 1, "after": 7, "gain_sd": 1}


@pytest.fixture
def world():
    found = make_world()
    found.own.activity.state = ActivityState.AGREED
    found.own.activity.save()
    return found


def measured(world, criterion) -> None:
    f.MeasurementFactory(criterion=criterion)


def compared(world, criterion) -> None:
    Comparison.objects.create(
        criterion=criterion,
        ours_sums=SUMS,
        theirs_sums=SUMS,
        before_on="2025-01-01",
        after_on="2025-06-01",
        entered_by=world.lead,
    )


def adjusted(world, criterion) -> None:
    adjust(
        by=world.coordinator,
        alliance=world.own.alliance,
        client_key=uuid4(),
        aspect="plan",
        what="Fewer visits",
        why="Cover",
        decided_by="the heads' meeting",
        decided_on=clock.today(),
        criterion=criterion,
    )


@pytest.mark.parametrize("refer", [measured, compared, adjusted])
def test_what_something_refers_to_stays_with_the_reason(world, refer) -> None:
    criterion = f.CriterionFactory(activity=world.own.activity)
    client, keys = signed_in(world.lead), [world.own.activity.public_id, criterion.public_id]
    page = reverse("activities:criterion", args=keys)
    remove = reverse("activities:criterion_remove", args=keys)
    assert remove in client.get(page).content.decode()

    refer(world, criterion)
    shown = client.get(page).content.decode()
    assert remove not in shown
    assert "refer to it, so it stays" in shown
    assert "refer to it, so it stays" in client.post(remove, follow=True).content.decode()
    criterion.refresh_from_db()
    assert not AuditEvent.objects.filter(action="criterion.removed").exists()
