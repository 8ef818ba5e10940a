"""Attempts to read or do what is somebody else's: each was possible once."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from apps.activities import cpd_log, engine, wall
from apps.activities.engine.attendance import record_attendance
from apps.activities.kinds.peer_visit.models import OpenSlot
from apps.activities.kinds.work_shadowing.models import Offer, Placement
from apps.activities.models import Activity, Record, Session
from apps.core import clock
from apps.schools.calendars import LONDON
from apps.schools.enums import Role
from tests import factories as f
from tests.activities import coached
from tests.activities.shadowing import cast
from tests.activities.test_cpd_log import attended
from tests.activities.test_training_event import booked, held
from tests.activities.triads import Stage, build
from tests.factories.kinds import OpenSlotFactory
from tests.support.clients import signed_in


@pytest.fixture(autouse=True)
def fresh(db: None) -> None:
    cache.clear()


def anew(person: Any) -> Any:
    return type(person).objects.get(pk=person.pk)


def url(name: str, thing: Any) -> str:
    return reverse(f"activities:{name}", args=[thing.public_id])


def test_whoever_only_attends_plans_no_session_by_a_suggestion(stage: Stage) -> None:
    activity = booked(stage, stage.ann, stage.bob)
    start = datetime(2027, 3, 2, 16, tzinfo=LONDON)
    sent = {
        "what": "training",
        "starts": start.isoformat(),
        "minutes": 60,
        "place": stage.school.ref,
        "client_key": str(uuid.uuid4()),
    }
    response = signed_in(stage.ann).post(url("find_time", activity), sent)
    assert response.status_code == 403
    assert not Session.objects.filter(activity=activity).exists()
    signed_in(stage.lead).post(url("find_time", activity), sent)
    assert Session.objects.filter(activity=activity).exists()


def test_coordinators_read_no_log_of_what_a_school_does_by_itself(stage: Stage) -> None:
    activity = attended(stage, {stage.ann: True, stage.bob: True})
    coordinator = f.PersonFactory()
    f.MembershipFactory(
        person=coordinator, alliance=stage.alliance, organisation=None, role=Role.COORDINATOR
    )
    assert [row.activity for row in read(coordinator)] == [activity]
    Activity.objects.filter(pk=activity.pk).update(alliance=None, title="canary-inset")
    assert read(anew(coordinator)) == []
    page = signed_in(coordinator).get("/cpd-log/?year=2026&format=csv").getvalue().decode()
    assert "canary-inset" not in page
    assert [row.activity for row in read(stage.lead)] == [activity]


def read(person: Any) -> list[cpd_log.Row]:
    schools = cpd_log.schools_read(person)
    rows = cpd_log.activities_read(person, schools)
    return cpd_log.log_of(cpd_log.in_year(rows, 2026), schools).rows


def test_who_was_absent_is_for_whoever_keeps_the_list_and_their_own_lead(stage: Stage) -> None:
    activity = booked(stage, stage.ann, stage.bob, stage.cy)
    session = held(stage, activity)
    record_attendance(session, by=stage.lead, answers={stage.ann.pk: False, stage.bob.pk: True})
    assert came(stage.lead, session) == {"Ann", "Bob", "Cy"}
    assert came(stage.ann, session) == {"Ann"}
    assert came(stage.other_lead, session) == {"Cy"}


def came(person: Any, session: Session) -> set[str]:
    context = signed_in(person).get(url("session", session)).context
    return {row["person"].given_name for row in context["attendance"] or ()}


@pytest.fixture
def notes(stage: Stage) -> Record:
    """Ann coaches Bob; they have written notes, which Ann began."""
    activity = coached.active(stage, "grow")
    coached.hold(stage, activity, "meeting", 30)
    return engine.record(
        by=stage.ann, kind="grow_notes", text="canary-notes", activity=activity, data={}
    )


def test_whoever_began_a_joint_text_and_left_reads_it_no_more(stage: Stage, notes: Record) -> None:
    assert notes.activity is not None
    place = notes.activity.participants.get(person=stage.ann)
    engine.withdraw(place, by=stage.ann)
    assert not Record.objects.visible_to(anew(stage.ann)).filter(pk=notes.pk).exists()
    assert not Record.objects.mine(anew(stage.ann)).filter(pk=notes.pk).exists()
    assert Record.objects.visible_to(anew(stage.bob)).filter(pk=notes.pk).exists()


def gone(person: Any) -> Any:
    """The person, whose last day at their school was yesterday."""
    long_ago, yesterday = clock.today() - timedelta(days=400), clock.today() - timedelta(days=1)
    person.memberships.update(starts_on=long_ago, ends_on=yesterday)
    return anew(person)


def test_whoever_left_the_alliance_answers_no_placement_and_sees_no_visitors(stage: Stage) -> None:
    the = cast(stage)
    placement = the.published()
    slot = OpenSlotFactory(host=stage.cy, organisation=stage.partner, alliance=stage.alliance)
    offer = placement.offer
    assert signed_in(stage.cy).get(url("shadowing_placement", placement)).status_code == 200
    cy = gone(stage.cy)
    assert not Placement.objects.visible_to(cy).exists()
    assert not Placement.objects.waiting_for(cy).exists()
    assert not Offer.objects.visible_to(cy).filter(pk=offer.pk).exists()
    assert not OpenSlot.objects.visible_to(cy).filter(pk=slot.pk).exists()
    answer = signed_in(cy).post(url("shadowing_placement", placement), {"answer": "yes"})
    assert answer.status_code == 404


def test_guesses_of_the_code_are_counted_however_many_come_at_once(stage: Stage) -> None:
    for _n in range(wall.MOST_TRIES):
        assert not wall._tried_too_often(stage.ann)
    assert wall._tried_too_often(stage.ann)

    def guess(_n: int) -> bool:
        try:
            return wall._tried_too_often(stage.bob)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as many:
        refused = list(many.map(guess, range(24)))
        many.submit(lambda: (cache.clear(), connection.close())).result()
    assert refused.count(False) == wall.MOST_TRIES


def test_whoever_has_left_sees_the_activity_no_longer() -> None:
    stage = build()
    activity = stage.active()
    place = activity.participants.get(person=stage.cy)
    assert Activity.objects.visible_to(stage.cy).filter(pk=activity.pk).exists()
    engine.withdraw(place, by=stage.cy)
    for person in (stage.cy, stage.other_lead):
        assert not Activity.objects.visible_to(person).filter(pk=activity.pk).exists()
