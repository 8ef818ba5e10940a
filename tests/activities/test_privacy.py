"""Canaries: what somebody wrote privately stands on nobody else's page, mail, notice or row."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from apps.activities import engine
from apps.activities.models import Activity, Record, Session
from apps.core.letters import compose
from apps.core.models import AuditEvent, Notice, OutboundEmail
from apps.schools.enums import Role
from apps.schools.models import Membership
from tests import factories as f
from tests.activities.triads import Stage
from tests.support.clients import signed_in

PRIVATE, SEEN = "canary-reflection-7", "canary-observation-8"


@pytest.fixture
def told(stage: Stage) -> dict[str, Any]:
    activity = stage.active()
    reflection = engine.record(by=stage.ann, kind="reflection", text=PRIVATE, activity=activity)
    observation = engine.record(
        by=stage.ann,
        kind="observation",
        text=SEEN,
        data={"next_step": SEEN},
        activity=activity,
        about=stage.cy,
    )
    head = f.MembershipFactory(organisation=stage.school, role=Role.HEAD).person
    governor = f.MembershipFactory(organisation=stage.school, role=Role.GOVERNOR).person
    coordinator = f.MembershipFactory(
        organisation=None, alliance=stage.alliance, role=Role.COORDINATOR
    ).person
    operator = f.PersonFactory(is_staff=True)
    return {
        "activity": activity,
        "records": [reflection, observation],
        "others": [stage.bob, stage.lead, stage.other_lead, head, governor, coordinator, operator],
    }


def pages(told: dict[str, Any]) -> list[str]:
    pid = told["activity"].public_id
    lists = ["list", "agenda", "records", "shared", "programmes"]
    return [
        *(reverse(f"activities:{name}") for name in lists),
        *(reverse(f"activities:{name}", args=[pid]) for name in ("detail", "plan", "people")),
        *(reverse("activities:record", args=[r.public_id]) for r in told["records"]),
        *(reverse("activities:record_edit", args=[r.public_id]) for r in told["records"]),
        reverse("followups:list"),
        reverse("home:index"),
    ]


def test_no_private_text_on_another_persons_page(told: dict[str, Any]) -> None:
    for person in told["others"]:
        client = signed_in(person)
        for url in pages(told):
            shown = client.get(url, follow=True).content.decode()
            assert PRIVATE not in shown, (person, url)
            assert SEEN not in shown, (person, url)


def test_the_observed_reads_the_observation_and_never_the_reflection(
    told: dict[str, Any], stage: Stage
) -> None:
    client = signed_in(stage.cy)
    reflection, observation = (
        client.get(reverse("activities:record", args=[r.public_id])) for r in told["records"]
    )
    assert reflection.status_code == 404
    assert SEEN in observation.content.decode()
    assert PRIVATE not in client.get(pages(told)[5]).content.decode()


def test_nothing_written_lies_in_mails_notices_or_the_trail(told: dict[str, Any]) -> None:
    said = [str(list(m.objects.values())) for m in (AuditEvent, OutboundEmail, Notice)]
    for row in OutboundEmail.objects.all():
        message = compose(row)
        said.append(str(message.message()) if message else "")
    assert PRIVATE not in " ".join(said)
    assert SEEN not in " ".join(said)


def test_every_letter_of_ours_can_be_written(told: dict[str, Any]) -> None:
    mine = OutboundEmail.objects.filter(template__startswith="activities.")
    assert {row.template for row in mine} >= {"activities.invited", "activities.answered"}
    for row in mine:
        compose(row)


def test_a_private_reflection_leaves_no_trail(stage: Stage) -> None:
    before = AuditEvent.objects.count()
    kept = engine.record(by=stage.ann, kind="reflection", text=PRIVATE, organisation=stage.school)
    kept = engine.edit_record(kept, by=stage.ann, version=1, text=f"{PRIVATE}, again")
    engine.delete_reflection(kept, by=stage.ann)
    assert AuditEvent.objects.count() == before


def test_what_belongs_to_another_leaves_one(told: dict[str, Any]) -> None:
    written = AuditEvent.objects.filter(subject_type="activities.record")
    _reflection, observation = told["records"]
    assert [row.subject_id for row in written] == [observation.pk]


def test_reading_what_is_not_mine_leaves_a_trail_without_words(
    told: dict[str, Any], stage: Stage
) -> None:
    record = told["records"][1]
    engine.share_record(record, by=stage.cy, audience="participants")
    url = reverse("activities:record", args=[record.public_id])
    for reader in (stage.ann, stage.cy):
        signed_in(reader).get(url)
    assert not AuditEvent.objects.filter(action="record.viewed").exists()
    assert signed_in(stage.bob).get(url).status_code == 200
    row = AuditEvent.objects.get(action="record.viewed")
    assert (row.actor, row.data) == (stage.bob, {"audience": "participants"})


def test_leaders_see_that_something_was_written(told: dict[str, Any], stage: Stage) -> None:
    shown = signed_in(stage.lead).get(pages(told)[5]).content.decode()
    assert "1 observation or note has been written" in shown


def test_a_person_without_any_membership_keeps_only_what_they_own(
    told: dict[str, Any], stage: Stage
) -> None:
    Membership.objects.filter(person=stage.ann).update(starts_on="2019-01-01", ends_on="2020-01-01")
    assert list(Record.objects.visible_to(stage.ann)) == [told["records"][0]]


def test_the_admin_knows_no_record_and_no_session() -> None:
    assert not {Record, Session, Activity} & set(admin.site._registry)
