"""Baselines and measurements straight from a question that audits repeat; evidence as a link."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.audits.enums import AuditState, SchoolState
from apps.audits.models import AuditSchool
from apps.audits.permissions import can_read_results
from apps.core import clock
from apps.core.permissions import Refused
from apps.evaluation import scoring
from apps.evaluation.measuring import audits
from apps.evaluation.models import Measurement
from tests import factories as f
from tests.evaluation.test_measurements import values
from tests.support.clients import queries, signed_in
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def closed(organisation, days_ago: int, need: float, n: int = 12, **values):
    """An audit with one topic (need) and one scale from the bank (its mean half of that)."""
    at = clock.now() - timedelta(days=days_ago)
    topic = {"topic": 7, "name": "Reading fluency", "all": {"n": n, "need": need}}
    scale = {"bank": 3, "text": "We share what works", "n": n, "mean": need / 2, "steps": 5}
    shared = {"topics": [topic], "scales": [scale, {**scale, "bank": None}]}
    return f.AuditFactory(
        organisation=organisation,
        state=AuditState.CLOSED,
        closed_at=at,
        results={"shared": shared},
        title=f"Audit of {days_ago} days ago",
        **values,
    )


def bare(world, **values):
    values = {"baseline": None, "baseline_on": None, "target": 4, "direction": "down", **values}
    return f.CriterionFactory(activity=world.own.activity, **values)


def pressed(client, criterion, question: str, audit):
    sent = {"figure": f"{question}/{audit.public_id}"}
    return client.post(f"/criteria/{criterion.public_id}/audit/", sent, follow=True)


def test_a_baseline_and_a_measurement_come_from_two_audits(world) -> None:
    first, second = closed(world.own.school, 100, 8.0), closed(world.own.school, 10, 6.0, n=11)
    criterion, client = bare(world), signed_in(world.lead)
    page = client.get(f"/criteria/{criterion.public_id}/audit/").content.decode()
    assert page.count("Reading fluency: mean need") >= 4  # both audits, and their buttons

    pressed(client, criterion, "topic:7", first)
    criterion.refresh_from_db()
    assert (criterion.baseline, criterion.baseline_n) == (8, 12)
    assert criterion.baseline_on == timezone.localdate(first.closed_at)
    for _again in range(2):
        page = pressed(client, criterion, "topic:7", second).content.decode()

    row = criterion.measurements.get()
    assert (row.value, row.n, row.audit) == (6, 11, second)
    assert row.measured_on == timezone.localdate(second.closed_at)
    assert f"As released by the audit “{second.title}”" in page
    parts = {p.criterion: p for p in scoring.score(world.own.activity).parts}
    assert parts[criterion].progress == Decimal("0.5")
    with pytest.raises(IntegrityError), transaction.atomic():
        Measurement.objects.filter(pk=row.pk).update(audit=first)


def test_small_groups_have_no_figure(world) -> None:
    small, hidden = closed(world.own.school, 10, 6.0, n=4), closed(world.own.school, 5, 6.0)
    hidden.results["shared"]["topics"][0]["all"] = None

    found = audits.figures([small, hidden])
    assert {(one.audit, one.question) for one in found} == {(hidden, "bank:3")}


def test_only_who_reads_the_results_takes_them(world) -> None:
    audit = closed(world.own.school, 10, 6.0)
    criterion = bare(world)
    [figure, _scale] = [one for one in audits.figures([audit]) if one.audit == audit]
    for person in (world.teacher, world.coordinator, world.other_lead):
        assert not audits.readable(person, world.own.activity)
        assert pressed(signed_in(person), criterion, "topic:7", audit).status_code == 404
        with pytest.raises(Refused, match="Only the CPD lead and the head"):
            audits.take(by=person, criterion=criterion, figure=figure)
    open_one = closed(world.own.school, 3, 6.0)
    open_one.state = AuditState.OPEN
    open_one.save()
    assert open_one not in audits.readable(world.lead, world.own.activity)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"target": 40}, "lies outside this scale, 1 to 16"),
        ({"target": 6}, "where the target is"),
        ({"baseline": 9}, "not of this question"),
        ({"direction": "up"}, "the target is lower than this figure"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(world, changed, words) -> None:
    audit = closed(world.own.school, 10, 6.0)
    criterion = bare(world, **changed)

    answer = pressed(signed_in(world.lead), criterion, "topic:7", audit)
    assert answer.status_code == 403
    assert words in answer.content.decode()
    page = signed_in(world.lead).get(f"/criteria/{criterion.public_id}/audit/").content.decode()
    assert words in page or "measured another way" in page


def test_another_question_or_an_earlier_audit_is_no_measurement(world) -> None:
    early, first, last = (closed(world.own.school, days, 8.0 - days / 50) for days in (90, 60, 5))
    criterion, client = bare(world), signed_in(world.lead)
    pressed(client, criterion, "topic:7", first)
    for question, audit in (("bank:3", last), ("topic:7", early)):
        assert pressed(client, criterion, question, audit).status_code == 403
    assert not criterion.measurements.exists()


@pytest.mark.parametrize(
    "changed", [{"baseline": "7"}, {"baseline_on": "2025-01-01"}, {"baseline_n": "90"}]
)
def test_a_baseline_of_ones_own_is_no_longer_the_audits(world, changed) -> None:
    audit = closed(world.own.school, 10, 6.0)
    criterion, client = bare(world), signed_in(world.lead)
    pressed(client, criterion, "topic:7", audit)
    url = f"/activities/{world.own.activity.public_id}/criteria/{criterion.public_id}/"

    same = {"baseline": "6.00", "baseline_on": timezone.localdate(audit.closed_at).isoformat()}
    client.post(url, {**same, "baseline_n": 12})
    criterion.refresh_from_db()
    assert criterion.baseline_audit == audit
    client.post(url, {**same, "baseline_n": 12, **changed})
    criterion.refresh_from_db()
    assert (criterion.baseline_audit, criterion.audit_question) == (None, "")


def test_the_baseline_of_later_figures_is_not_overwritten_by_hand(world) -> None:
    first, second = closed(world.own.school, 100, 8.0), closed(world.own.school, 10, 6.0)
    criterion, client = bare(world), signed_in(world.lead)
    for audit in (first, second):
        pressed(client, criterion, "topic:7", audit)
        criterion.refresh_from_db()
    url = f"/activities/{world.own.activity.public_id}/criteria/{criterion.public_id}/"
    day = criterion.baseline_on.isoformat()
    same = {"baseline": "8", "baseline_on": day, "baseline_n": "12"}
    for changed in ({"baseline": "16"}, {"baseline_on": ""}, {"baseline_n": "90"}):
        page = client.post(url, same | changed).content.decode()
        assert "stays as it was released" in page
        criterion.refresh_from_db()
        assert (criterion.baseline, criterion.baseline_n) == (8, 12)
        assert criterion.baseline_audit == first
    assert client.post(url, same).status_code == 302


def test_who_was_asked_may_differ(world) -> None:
    first = closed(world.own.school, 100, 8.0)
    other = closed(world.own.school, 10, 6.0, roles=["support"])
    [figure, _scale] = audits.figures([other])

    assert "asked other staff" in figure.caution(first)
    assert figure.caution(other) == ""


def test_evidence_is_a_link_with_words_of_its_own(world) -> None:
    client, url = signed_in(world.lead), f"/criteria/{world.own.criterion.public_id}/measure/"
    bad = client.post(url, values(link="javascript:alert(1)"))
    alone = client.post(url, values(link_label="Marks"))
    assert (bad.status_code, alone.status_code) == (422, 422)
    assert "Give the address too" in alone.content.decode()

    link = {"link": "https://files.example.org/1", "link_label": "Marks of both tests"}
    page = client.post(url, values(**link), follow=True).content.decode()
    assert 'href="https://files.example.org/1" rel="noopener noreferrer"' in page
    assert "Marks of both tests" in page


def test_who_may_read_is_what_the_audit_itself_says(world) -> None:
    """The list asks once for all what the permission asks of one."""
    alliance = closed(None, 20, 7.0, alliance=world.own.alliance)
    left_out = closed(None, 15, 7.0, alliance=world.own.alliance)
    for audit, state in ((alliance, SchoolState.ACCEPTED), (left_out, SchoolState.DECLINED)):
        AuditSchool.objects.create(
            audit=audit,
            organisation=world.own.school,
            state=state,
            decided_by=world.head,
            decided_at=clock.now(),
        )
    everything = [alliance, left_out, closed(world.own.school, 10, 6.0)]
    for person in world.people.values():
        allowed = {audit for audit in everything if can_read_results(person, audit)}
        assert set(audits.readable(person, world.own.activity)) & set(everything) == allowed


@pytest.mark.parametrize("many", [1, 10])
def test_queries(world, many) -> None:
    for at in range(many):
        closed(world.own.school, 10 + at, 6.0)
    assert queries(world.lead, f"/criteria/{bare(world).public_id}/audit/") <= 12


def test_what_an_audit_measures_is_not_typed_in_nor_the_other_way_round(world) -> None:
    first, second = closed(world.own.school, 100, 8.0), closed(world.own.school, 10, 6.0)
    typed, asked, client = bare(world), bare(world), signed_in(world.lead)
    f.MeasurementFactory(criterion=typed, value=3)
    page = pressed(client, typed, "topic:7", first)
    assert page.status_code == 403
    assert "measured another way already" in page.content.decode()

    pressed(client, asked, "topic:7", first)
    pressed(client, asked, "topic:7", second)
    entered = client.post(f"/criteria/{asked.public_id}/measure/", values())
    corrected = client.post(
        f"/measurements/{asked.measurements.get().public_id}/correct/", values()
    )
    for answer, words in ((entered, "question of audits"), (corrected, "does not change")):
        assert answer.status_code == 403
        assert words in answer.content.decode()
