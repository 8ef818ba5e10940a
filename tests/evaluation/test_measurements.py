"""Entering and correcting: once, by whom it may be, with the old value kept."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from apps.activities.enums import ActivityState
from apps.core import clock
from apps.core.models import AuditEvent
from apps.evaluation.forms import MeasureForm, warnings
from apps.evaluation.models import Measurement
from apps.evaluation.permissions import can_measure
from tests import factories as f
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def as_lead(client, world):
    client.force_login(world.lead, backend="django.contrib.auth.backends.ModelBackend")
    return client


def values(**changed):
    return {
        "client_key": str(uuid4()),
        "value": "9",
        "measured_on": clock.today().isoformat(),
        "n": "24",
        "note": "Tally",
        **changed,
    }


def test_a_form_sent_twice_counts_once(as_lead, world) -> None:
    sent = values()
    for _again in range(2):
        response = as_lead.post(f"/criteria/{world.own.criterion.public_id}/measure/", sent)
        assert response.status_code == 302

    row = Measurement.objects.get(client_key=sent["client_key"])
    assert (row.value, row.n, row.entered_by) == (9, 24, world.lead)
    assert AuditEvent.objects.filter(action="measurement.entered").count() == 1


def test_a_correction_keeps_the_old_value_and_is_made_once(as_lead, world) -> None:
    old = world.own.measurement
    sent = values(value="7")
    for _again in range(2):
        response = as_lead.post(f"/measurements/{old.public_id}/correct/", sent)
        assert response.status_code == 302
    refused = as_lead.post(f"/measurements/{old.public_id}/correct/", values())

    assert refused.status_code == 403
    assert b"corrected already" in refused.content
    assert list(Measurement.objects.current().filter(criterion=old.criterion)) == [old.corrected_by]
    page = as_lead.get(f"/activities/{world.own.activity.public_id}/evaluation/").content.decode()
    assert "<del>8</del>" in page
    assert f"Corrected by {world.lead}" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"value": ""}, "Fill in"),
        ({"value": "nine"}, "number"),
        ({"value": "123456789012"}, "digits"),
        ({"measured_on": "2999-01-01"}, "not in the future"),
        ({"measured_on": "0001-01-01"}, "Check the year"),
        ({"n": "0"}, "less than 1"),
        ({"value": "8\x00"}, "number"),
        ({"client_key": "no"}, ""),
    ],
)
def test_what_cannot_be_is_refused_and_kept_on_the_page(as_lead, world, changed, words) -> None:
    before = Measurement.objects.count()
    response = as_lead.post(
        f"/criteria/{world.own.criterion.public_id}/measure/", values(**changed)
    )

    assert response.status_code == 422
    assert words in response.content.decode()
    assert 'value="Tally"' in response.content.decode()
    assert Measurement.objects.count() == before


def test_what_looks_odd_is_stored_and_questioned(as_lead, world) -> None:
    response = as_lead.post(
        f"/criteria/{world.own.criterion.public_id}/measure/",
        values(value="-40", n="3", measured_on=(clock.today() - timedelta(days=9)).isoformat()),
        follow=True,
    )

    page = response.content.decode()
    for words in ("below zero", "moved away", "three times", "before the baseline", "fewer than"):
        assert words in page
    assert Measurement.objects.filter(value=-40).exists()


@pytest.mark.parametrize(
    ("criterion", "value", "n", "words"),
    [
        ({"unit": "% of pupils"}, 140, None, "percentage"),
        ({"unit": "per cent"}, 8, 9, "fewer than ten"),
        ({"direction": "down"}, 8, None, "target is higher than the baseline"),
        ({"baseline_n": 30}, 8, 90, "same group"),
    ],
)
def test_warnings(criterion, value, n, words) -> None:
    found = warnings(
        f.CriterionFactory.build(activity=None, **criterion), Decimal(value), clock.today(), n
    )

    assert any(words in text for text in found)


def test_nothing_is_odd_about_a_believable_value() -> None:
    criterion = f.CriterionFactory.build(activity=None)

    assert warnings(criterion, Decimal(8), clock.today(), 25) == []
    assert MeasureForm(criterion=criterion).fields["value"].label == "Value (pupils)"


@pytest.mark.parametrize("change", [{"value": 1}, {"n": 3}, {"note": "another"}])
def test_the_database_keeps_measurements(world, change) -> None:
    row = world.own.measurement
    with pytest.raises(IntegrityError), transaction.atomic():
        Measurement.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Measurement.objects.filter(pk=row.pk).delete()
    Measurement.objects.filter(pk=row.pk).update(note="")  # erasing what somebody wrote


@pytest.mark.parametrize(
    ("state", "words"),
    [(ActivityState.DRAFT, "begins when"), (ActivityState.CANCELLED, "was cancelled")],
)
def test_only_what_was_agreed_is_measured(world, state, words) -> None:
    world.own.activity.state = state

    assert words in can_measure(world.lead, world.own.activity).reason


def test_others_hear_why_they_may_not(world) -> None:
    assert can_measure(world.coordinator, world.own.activity)
    assert "entered by the organiser" in can_measure(world.head, world.own.activity).reason


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_of_the_verdict(as_lead, world, rows, django_assert_max_num_queries) -> None:
    for _n in range(rows):
        old = f.MeasurementFactory(criterion=f.CriterionFactory(activity=world.own.activity))
        f.MeasurementFactory(criterion=old.criterion, corrects=old)
    with django_assert_max_num_queries(12):
        as_lead.get(f"/activities/{world.own.activity.public_id}/evaluation/")
