"""Postponing an activity, and finding somebody for a place that fell empty."""

from datetime import timedelta

import pytest

from apps.activities import engine
from apps.activities.engine import Blocked, Slot
from apps.activities.enums import ActivityState, PlaceRequestState, SessionState
from apps.core import clock
from apps.core.models import AuditEvent, Notice, OutboundEmail
from tests.activities.test_rules import reasons
from tests.activities.triads import Stage

pytestmark = pytest.mark.django_db


def test_postponing_keeps_everything_and_tells_everybody(stage: Stage) -> None:
    activity = stage.active()
    first, last = clock.today() + timedelta(days=60), clock.today() + timedelta(days=120)
    tomorrow = Slot(clock.now() + timedelta(days=1), clock.now() + timedelta(days=1, hours=1))
    session = engine.plan_session(
        activity,
        by=stage.lead,
        kind="observation",
        slot=tomorrow,
        observer=stage.ann,
        observed=stage.bob,
        despite_conflicts=True,
    )
    before = activity.changes.count()

    activity = engine.postpone_activity(
        activity, by=stage.lead, starts_on=first, ends_on=last, reason="Inspection"
    )

    session.refresh_from_db()
    assert (activity.state, activity.stage) == (ActivityState.ACTIVE, "rounds")
    assert (activity.starts_on, activity.ends_on) == (first, last)
    assert session.state == SessionState.POSTPONED
    assert activity.changes.count() == before + 1
    assert activity.changes.last().reason == "Inspection"
    assert AuditEvent.objects.filter(action="activity.postponed").count() == 1
    assert Notice.objects.filter(kind="activities.postponed").count() == 3
    assert OutboundEmail.objects.filter(template="activities.postponed").count() == 3


def test_postponing_needs_a_reason_and_days_to_come(stage: Stage) -> None:
    activity = stage.active()
    today = clock.today()
    with pytest.raises(Blocked) as blocked:
        engine.postpone_activity(
            activity, by=stage.lead, starts_on=today, ends_on=today, reason=" "
        )
    assert "Give a reason" in reasons(blocked)
    with pytest.raises(Blocked) as blocked:
        engine.postpone_activity(
            activity,
            by=stage.lead,
            starts_on=today - timedelta(days=9),
            ends_on=today - timedelta(days=1),
            reason="x",
        )
    assert "in the past" in reasons(blocked)


def test_the_page_asks_for_the_new_dates(stage: Stage, client) -> None:  # type: ignore[no-untyped-def]
    activity = stage.active()
    client.force_login(stage.lead)
    url = f"/activities/{activity.public_id}/postpone/now/"
    assert client.post(url, {"reason": "x"}).status_code == 422
    day = (clock.today() + timedelta(days=30)).isoformat()
    client.post(url, {"starts_on": day, "ends_on": day, "reason": "Inspection"})
    page = client.get(f"/activities/{activity.public_id}/").content.decode()
    assert "Postponed" in page
    assert "Inspection" in page


def test_one_press_asks_all_schools_for_a_third_person(stage: Stage, client) -> None:  # type: ignore[no-untyped-def]
    activity = stage.active()
    engine.withdraw(activity.participants.get(person=stage.cy), by=stage.cy)
    client.force_login(stage.lead)
    url = f"/activities/{activity.public_id}/"
    assert "Ask all schools of the alliance" in client.get(url).content.decode()

    client.post(f"{url}people/ask-all/")
    client.post(f"{url}people/ask-all/")

    asked = activity.place_requests.get()
    assert (asked.organisation, asked.role) == (stage.partner, "member")
    assert asked.state == PlaceRequestState.OPEN
    assert "1 school has been asked" in client.get(url).content.decode()
