"""What was looked at and is confirmed later, and forms sent for another thing: nothing is half
written, and the reason is said."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.permissions import Refused
from apps.evaluation.actions import ask_for_report
from apps.evaluation.comparisons.models import Comparison
from apps.evaluation.models import Measurement, Report
from apps.evaluation.process.actions import adjust
from tests import factories as f
from tests.evaluation.test_comparison_pages import looked_at
from tests.evaluation.test_measurements import values
from tests.support.clients import signed_in
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def other(world):
    return f.CriterionFactory(activity=world.own.activity, indicator="Full sentences")


def look(client, world, rows: str):
    file = BytesIO(("ID,Measured on,Value\n" + rows).encode())
    file.name = "values.csv"
    url = f"/activities/{world.own.activity.public_id}/measurements/"
    return client.post(url, {"file": file}).context["confirm"]


def store(client, world, token: str):
    url = f"/activities/{world.own.activity.public_id}/measurements/"
    return client.post(url, {"confirm": token}, follow=True)


def test_a_file_of_a_criterion_that_has_gone_stores_nothing(world, other) -> None:
    client, before = signed_in(world.lead), Measurement.objects.count()
    both = "".join(f"{c.public_id},2025-11-01,5\n" for c in (world.own.criterion, other))
    token = look(client, world, both)
    other.delete()

    answer = store(client, world, token)
    assert answer.status_code == 403
    assert "has been removed since you looked" in answer.content.decode()
    assert Measurement.objects.count() == before


def test_a_second_value_of_a_day_is_refused_when_it_is_confirmed(world, other) -> None:
    client = signed_in(world.lead)
    mine, rest = f"{other.public_id},2025-11-01", f"{world.own.criterion.public_id},2025-11-01,3\n"
    five, nine = look(client, world, f"{mine},5\n"), look(client, world, f"{rest}{mine},9\n")
    assert store(client, world, five).status_code == 200

    answer = store(client, world, nine)
    assert answer.status_code == 403
    assert "5 has been stored for" in answer.content.decode()
    assert [row.value for row in other.measurements.all()] == [5]
    assert not world.own.criterion.measurements.filter(measured_on="2025-11-01").exists()


def test_a_comparison_of_a_criterion_that_has_gone_says_so(world, other) -> None:
    client = signed_in(world.lead)
    token = looked_at(client, other)
    url = f"/criteria/{other.public_id}/compare/"
    other.delete()

    answer = client.post(url, {"confirm": token})
    assert answer.status_code == 403
    assert "has been removed since" in answer.content.decode()
    assert client.post(url, {"confirm": "made up"}).status_code == 404


def test_a_key_used_for_another_criterion_stores_nothing(world, other) -> None:
    client, key = signed_in(world.lead), str(uuid4())
    first, second = (looked_at(client, one, client_key=key) for one in (world.own.criterion, other))
    assert client.post(f"/criteria/{world.own.criterion.public_id}/compare/",
                       {"confirm": first}).status_code == 302  # fmt: skip
    answers = [client.post(f"/criteria/{other.public_id}/compare/", {"confirm": second})]
    for one in (world.own.criterion, other):
        url = f"/criteria/{one.public_id}/measure/"
        answers.append(client.post(url, values(client_key=key)))

    assert [answer.status_code for answer in answers] == [403, 302, 403]
    for answer in (answers[0], answers[2]):
        assert "has stored something else already" in answer.content.decode()
    assert not (other.measurements.exists() or Comparison.objects.filter(criterion=other).exists())


def test_a_key_used_for_another_alliance_or_report_is_refused(world) -> None:
    key, day = uuid4(), clock.today()
    said = {"client_key": key, "aspect": "plan", "what": "w", "why": "y", "decided_by": "all"}
    theirs = f.AllianceFactory()
    f.MembershipFactory(
        person=world.coordinator, alliance=theirs, organisation=None, role="coordinator"
    )
    adjust(by=world.coordinator, alliance=world.own.alliance, decided_on=day, **said)
    with pytest.raises(Refused, match="something else already"):
        adjust(by=world.coordinator, alliance=theirs, decided_on=day, **said)

    days = {"start": day - timedelta(days=60), "end": day, "client_key": key, "kind": "alliance"}
    ask_for_report(by=world.coordinator, about=world.own.alliance, **days)
    with pytest.raises(Refused, match="something else already"):
        ask_for_report(by=world.coordinator, about=theirs, **days)
    assert Report.objects.filter(client_key=key).count() == 1


@pytest.mark.parametrize("who", ["lead", "teacher"])
def test_a_long_file_asks_no_more_than_a_short_one(world, other, who) -> None:
    person = getattr(world, who)
    client, counts = signed_in(person), []
    look(client, world, "")
    for many in (1, 30):
        rows = ""
        for n in range(many):
            day = clock.today() - timedelta(days=100 * many + n)
            rows += "".join(f"{c.public_id},{day},{n}\n" for c in (world.own.criterion, other))
        with CaptureQueriesContext(connection) as looking:
            token = look(client, world, rows)
        with CaptureQueriesContext(connection) as storing:
            url = f"/activities/{world.own.activity.public_id}/measurements/"
            assert client.post(url, {"confirm": token}).status_code == 302
        counts.append((len(looking), len(storing)))

    assert counts[0] == counts[1]
    assert AuditEvent.objects.filter(action="measurement.entered", actor=person).count() == 62
