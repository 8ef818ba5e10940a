"""What people rely on in every kind: a no needs no reason and is not held against anybody, and what
somebody needs in order to come is told to one person, for as long as it matters."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

import apps.activities
from apps.activities import engine
from apps.activities.models import Activity, Participant
from apps.core import clock
from apps.core.models import AuditEvent
from tests.activities.triads import Stage
from tests.support.clients import signed_in

NEEDS = "canary-step-free-room"


@pytest.fixture
def needed(stage: Stage) -> Activity:
    """Bob takes part and has said what he needs."""
    activity = stage.active()
    activity.participants.filter(person=stage.bob).update(access_needs=NEEDS)
    return activity


def test_access_needs_go_to_that_activitys_organiser_only(stage: Stage, needed: Activity) -> None:
    url = reverse("activities:detail", args=[needed.public_id])
    assert NEEDS in signed_in(stage.lead).get(url).content.decode()
    for other in (stage.ann, stage.cy, stage.other_lead):
        assert NEEDS not in signed_in(other).get(url).content.decode()
    assert not AuditEvent.objects.filter(data__icontains=NEEDS).exists()


@pytest.mark.parametrize("ending", ["closed", "cancelled", "left"])
def test_access_needs_are_erased_at_the_close(stage: Stage, needed: Activity, ending: str) -> None:
    place = needed.participants.get(person=stage.bob)
    if ending == "closed":
        Activity.objects.filter(pk=needed.pk).update(stage="shared")
        due = clock.today() + timedelta(days=42)
        engine.close(needed, by=stage.lead, promise="What has lasted?", due=due)
    elif ending == "cancelled":
        engine.cancel(needed, by=stage.lead, reason="The class changed")
    else:
        engine.withdraw(place, by=stage.bob)
    place.refresh_from_db()
    assert place.access_needs == ""


def test_declining_needs_no_reason(stage: Stage) -> None:
    activity = stage.draft()
    place = engine.invite(activity, by=stage.lead, person=stage.cy, organisation=stage.partner)
    url = reverse("activities:invitation", args=[activity.public_id])
    assert signed_in(stage.cy).post(url, {"answer": "no"}).status_code == 302
    place.refresh_from_db()
    assert place.state == "declined"
    assert not [f.name for f in Participant._meta.get_fields() if "reason" in f.name]


def test_declining_is_never_totalled_per_person() -> None:
    """Only what answers an invitation, invites again and writes to who asked knows of a no."""
    root = Path(apps.activities.__file__).parent.parent
    knows = re.compile(r"ParticipantState\.DECLINED|participants?__state=.declined")
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if "migrations" not in path.parts and knows.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"activities/engine/people.py", "activities/emails.py"}
