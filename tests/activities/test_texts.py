"""Two people who write one text lose nothing, and see what it was before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from apps.activities import engine
from apps.activities.engine import Stale
from apps.activities.models import Activity, Record
from apps.activities.permissions import can_edit_record
from apps.core.permissions import Refused
from apps.schools.models import Membership
from tests.activities.joint import joint_activity, joint_kind
from tests.activities.triads import Stage


@pytest.fixture
def toy() -> Iterator[str]:
    yield from joint_kind()


@pytest.fixture
def activity(stage: Stage, toy: str) -> Activity:
    return joint_activity(stage)


@pytest.fixture
def plan(stage: Stage, activity: Activity) -> Record:
    return engine.record(
        by=stage.ann,
        kind="our_plan",
        text="Ask one question.\nWait.",
        data={"resources": "mini whiteboards"},
        activity=activity,
    )


def signed_in(client: Client, person: object) -> Client:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


def save(client: Client, plan: Record, **values: object):  # type: ignore[no-untyped-def]
    data = {"version": 1, "text": "x", "resources": "mini whiteboards", "anyway": "1", **values}
    return client.post(reverse("activities:record_edit", args=[plan.public_id]), data)


def test_all_who_take_part_write_a_joint_text(stage: Stage, plan: Record) -> None:
    for person in (stage.ann, stage.bob, stage.cy):
        assert can_edit_record(person, plan)
        assert plan in Record.objects.visible_to(person)
    assert not can_edit_record(stage.lead, plan)


def test_whoever_left_writes_and_reads_it_no_more(
    stage: Stage, activity: Activity, plan: Record
) -> None:
    engine.withdraw(activity.participants.get(person=stage.cy), by=stage.cy)
    assert plan not in Record.objects.visible_to(stage.cy)
    with pytest.raises(Refused):
        engine.edit_record(plan, by=stage.cy, version=1, text="mine")


def test_a_joint_text_is_the_judges_too_when_they_write_it(stage: Stage, plan: Record) -> None:
    """It is no observation of anybody: all who take part write it."""
    Membership.objects.filter(person=stage.ann).update(line_manager=stage.bob)
    assert plan in Record.objects.visible_to(stage.bob)


def test_every_saving_is_kept(stage: Stage, plan: Record) -> None:
    engine.edit_record(plan, by=stage.bob, version=1, text="Ask two questions.\nWait.")
    engine.edit_record(plan, by=stage.cy, version=2, text="Ask two questions.\nWait long.")
    kept = plan.versions.values_list("version", "by", "text")
    assert list(kept) == [
        (1, stage.ann.pk, "Ask one question.\nWait."),
        (2, stage.bob.pk, "Ask two questions.\nWait."),
        (3, stage.cy.pk, "Ask two questions.\nWait long."),
    ]


def test_saving_without_a_change_makes_no_version(stage: Stage, plan: Record) -> None:
    engine.edit_record(plan, by=stage.bob, version=1, text=plan.text, data=plan.data)
    assert plan.versions.count() == 1


def test_an_observation_keeps_no_earlier_words(stage: Stage, activity: Activity) -> None:
    record = engine.record(
        by=stage.ann, kind="observation", text="first", activity=activity, about=stage.cy
    )
    engine.edit_record(record, by=stage.ann, version=1, text="second")
    assert record.versions.count() == 0


def test_whoever_saves_second_gets_both_texts(stage: Stage, plan: Record, client: Client) -> None:
    engine.edit_record(plan, by=stage.bob, version=1, text="Ask two questions.\nWait.")
    with pytest.raises(Stale):
        engine.edit_record(plan, by=stage.cy, version=1, text="other")
    response = save(signed_in(client, stage.cy), plan, text="Ask nothing.\nWait.")
    page = response.content.decode()
    assert response.status_code == 409
    assert stage.bob.name in page
    assert "Ask nothing." in page  # mine, in the form
    assert "</span> two questions<span" in page.partition("<ins>")[2]  # theirs, marked
    assert "</span> one question<span" in page.partition("<del>")[2]
    assert 'value="2"' in page  # the next saving replaces what was shown


def test_bringing_both_together_saves(stage: Stage, plan: Record, client: Client) -> None:
    engine.edit_record(plan, by=stage.bob, version=1, text="Ask two questions.\nWait.")
    response = save(signed_in(client, stage.cy), plan, version=2, text="Ask two.\nWait long.")
    assert response.status_code == 302
    plan.refresh_from_db()
    assert (plan.text, plan.version) == ("Ask two.\nWait long.", 3)


def test_the_versions_page_marks_what_was_changed(
    stage: Stage, plan: Record, client: Client
) -> None:
    engine.edit_record(plan, by=stage.bob, version=1, text="Ask two questions.\nWait.")
    engine.edit_record(plan, by=stage.bob, version=2, text="Ask two questions.\nWait long.")
    url = reverse("activities:record_versions", args=[plan.public_id])
    last = signed_in(client, stage.cy).get(url).content.decode()
    assert "From version 2 to version 3" in last
    assert " long<" in last
    whole = client.get(f"{url}?from=1&to=3").content.decode()
    assert "From version 1 to version 3" in whole
    assert " two questions<" in whole
    assert client.get(f"{url}?from=x&to=99999999999").status_code == 200


def test_earlier_versions_are_for_the_writers_only(
    stage: Stage, plan: Record, client: Client
) -> None:
    engine.share_record(plan, by=stage.ann, audience="alliance")
    url = reverse("activities:record_versions", args=[plan.public_id])
    assert signed_in(client, stage.dee).get(url).status_code == 403
    page = client.get(reverse("activities:record", args=[plan.public_id]))
    assert url not in page.content.decode()
