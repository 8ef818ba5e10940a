"""Two people, or one in a hurry, at the same moment."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from apps.activities import engine
from apps.activities.engine import Blocked, Stale
from apps.activities.engine.changes import token
from apps.activities.enums import ParticipantState
from apps.activities.models import Activity, Record
from apps.followups.models import FollowUp
from tests.activities.triads import Stage, build
from tests.activities.weeks import on_monday

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(transactional_db: None) -> Stage:
    return build()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run them in threads of their own, from one starting line; results or exceptions."""
    line = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(n: int, act: Callable[[], Any]) -> None:
        try:
            line.wait()
            results[n] = act()
        except (Blocked, Stale) as refusal:
            results[n] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_form_sent_twice_at_once_makes_one_record(stage: Stage) -> None:
    activity, key = stage.active(), uuid.uuid4()

    def send() -> Record:
        return engine.record(
            by=stage.ann,
            kind="observation",
            text="x",
            activity=activity,
            about=stage.cy,
            client_key=key,
        )

    results = at_once(send, send, send)
    assert len({record.pk for record in results}) == 1
    assert Record.objects.count() == 1
    assert FollowUp.objects.count() == 2


def test_a_draft_sent_twice_at_once_is_one_activity(stage: Stage) -> None:
    key = uuid.uuid4()
    results = at_once(*[lambda: stage.draft(client_key=key)] * 3)
    assert len({activity.pk for activity in results}) == 1
    assert Activity.objects.count() == 1


def test_two_people_saving_one_text_lose_neither(stage: Stage) -> None:
    record = engine.record(
        by=stage.ann, kind="observation", text="x", activity=stage.active(), about=stage.cy
    )

    def save(text: str) -> Callable[[], Record]:
        return lambda: engine.edit_record(record, by=stage.ann, version=1, text=text)

    results = at_once(save("one"), save("two"))
    refused = [r for r in results if isinstance(r, Stale)]
    assert len(refused) == 1
    record.refresh_from_db()
    assert record.text == refused[0].current.text


def test_four_cannot_become_three_at_once(stage: Stage) -> None:
    activity = stage.planned()
    people = [(stage.ann, stage.school), (stage.bob, stage.school)]
    for person, _school in people:
        stage.join(activity, person)

    def ask(person: Any) -> Callable[[], Any]:
        return lambda: engine.invite(
            activity, by=stage.lead, person=person, organisation=stage.partner
        )

    results = at_once(ask(stage.cy), ask(stage.dee))
    assert sum(isinstance(r, Blocked) for r in results) == 1
    live = (ParticipantState.INVITED, ParticipantState.ACCEPTED)
    assert activity.participants.filter(state__in=live).count() == 3


def test_two_presses_advance_one_stage(stage: Stage) -> None:
    activity = stage.active()
    stage.everybody_visits(activity)
    seen = token(activity)
    results = at_once(*[lambda: engine.advance(activity, by=stage.ann, seen=seen)] * 2)
    assert sum(isinstance(r, Blocked) for r in results) == 1
    activity.refresh_from_db()
    assert activity.stage == "debrief"


def test_one_hour_of_one_person_is_not_planned_twice_at_once(stage: Stage) -> None:
    activities = [stage.active(), stage.active(title="Another one")]
    slot = on_monday("16:00", "16:45")

    def plan(activity: Activity) -> Callable[[], Any]:
        return lambda: engine.plan_session(activity, by=stage.ann, kind="debrief", slot=slot)

    results = at_once(*map(plan, activities))
    assert sorted(type(result).__name__ for result in results) == ["Conflicts", "Session"]
