"""A link to an objective of one's appraisal is voluntary and tells that it exists, no more."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from apps.activities import engine
from apps.activities.engine import objectives
from apps.activities.enums import Audience
from apps.activities.models import Record
from apps.core.models import AuditEvent
from tests.activities.triads import Stage
from tests.support.clients import signed_in


@pytest.fixture
def seen(stage: Stage) -> Record:
    """Bob on Ann, whom the lead appraises from now on."""
    activity = stage.active()
    stage.ann.memberships.update(appraiser=stage.lead)
    text = "canary-of-the-observation"
    return engine.record(
        by=stage.bob, kind="observation", text=text, activity=activity, about=stage.ann
    )


def shared_page(client: Client) -> str:
    return client.get(reverse("activities:shared")).content.decode()


def test_a_link_to_an_objective_is_voluntary_and_reveals_that_it_exists_only(
    stage: Stage, seen: Record
) -> None:
    appraiser, url = (
        signed_in(stage.lead),
        reverse("activities:record_objective", args=[seen.public_id]),
    )
    heading = "Linked to an objective by those whom you appraise"
    assert heading not in shared_page(appraiser)

    signed_in(stage.ann).post(url, {"linked": "yes"})

    page = shared_page(appraiser)
    assert heading in page and stage.ann.name in page
    for hidden in ("canary", seen.public_id, str(seen.activity), stage.bob.name):
        assert hidden not in page
    assert heading not in shared_page(signed_in(stage.other_lead))
    assert appraiser.get(reverse("activities:record", args=[seen.public_id])).status_code == 404
    trail = AuditEvent.objects.filter(action="record.objective_linked").get()
    assert trail.actor == stage.ann

    signed_in(stage.ann).post(url, {"linked": "no"})
    assert heading not in shared_page(appraiser)


def test_who_ceases_to_appraise_learns_of_no_link(stage: Stage, seen: Record) -> None:
    objectives.link(seen, by=stage.ann, linked=True)
    assert Record.objects.linked_for(stage.lead).exists()
    stage.ann.memberships.update(appraiser=None)
    assert not Record.objects.linked_for(stage.lead).exists()


def test_only_its_owner_links_it_and_no_reflection_is_linked(stage: Stage, seen: Record) -> None:
    url = reverse("activities:record_objective", args=[seen.public_id])
    assert signed_in(stage.bob).post(url, {"linked": "yes"}).status_code == 403
    private = engine.record(
        by=stage.ann, kind="reflection", text="For myself", organisation=stage.school
    )
    assert private.audience == Audience.ONLY_ME
    url = reverse("activities:record_objective", args=[private.public_id])
    assert signed_in(stage.ann).post(url, {"linked": "yes"}).status_code == 403
    assert not Record.objects.filter(objective_on__isnull=False).exists()


def test_a_lead_who_has_it_in_no_menu_finds_what_is_shared_with_them(stage: Stage) -> None:
    page = signed_in(stage.lead).get(reverse("activities:list")).content.decode()
    assert f'href="{reverse("activities:shared")}"' in page
