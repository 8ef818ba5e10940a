"""The personal feed: one secret address, revocable, neutral about what is private."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from apps.activities import engine
from apps.activities.engine import Slot, feeds
from apps.activities.models import Activity, CalendarFeed, Session
from apps.activities.views.feeds import MISSES
from apps.core import clock
from apps.core.models import AuditEvent
from cpdhub import logs
from tests import factories as f
from tests.activities.triads import Stage

SOON = datetime(2027, 1, 13, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_misses(db: None) -> Any:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def activity(stage: Stage) -> Any:
    with clock.frozen(datetime(2026, 11, 25, 10, tzinfo=UTC)):
        yield stage.active()


@pytest.fixture
def session(stage: Stage, activity: Activity) -> Session:
    return engine.plan_session(
        activity,
        by=stage.ann,
        kind="observation",
        slot=Slot(SOON, SOON + timedelta(minutes=50), organisation=stage.school),
        observer=stage.ann,
        observed=stage.bob,
        despite_conflicts=True,
    )


def path(token: str) -> str:
    return reverse("activities:feed", args=[token])


def events(client: Client, token: str) -> dict[str, Any]:
    response = client.get(path(token))
    assert response.status_code == 200
    calendar = Calendar.from_ical(response.content)
    return {str(event["UID"]).partition("@")[0]: event for event in calendar.walk("VEVENT")}


def test_a_feed_holds_my_sessions_without_signing_in(
    stage: Stage, session: Session, client: Client
) -> None:
    token = feeds.renew(by=stage.bob)
    found = events(client, token)
    event = found[f"session-{session.public_id}"]
    assert event.decoded("dtstart") == SOON
    assert event["STATUS"] == "CONFIRMED"
    assert f"session-{session.public_id}" not in events(client, feeds.renew(by=stage.cy))


def test_what_is_off_is_marked_as_cancelled(stage: Stage, session: Session, client: Client) -> None:
    token = feeds.renew(by=stage.bob)
    engine.cancel_session(session, by=stage.ann)
    event = events(client, token)[f"session-{session.public_id}"]
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)


def test_a_private_follow_up_says_only_that_it_is_due(
    stage: Stage, activity: Activity, client: Client
) -> None:
    common = {"owner": stage.bob, "organisation": stage.school, "due": SOON.date()}
    mine = f.FollowUpFactory(promise="canary-private", shared=False, **common)
    ours = f.FollowUpFactory(promise="Try wait time", shared=True, **common)
    token = feeds.renew(by=stage.bob)
    found = events(client, token)
    assert found[f"followup-{mine.public_id}"]["SUMMARY"] == "Follow-up due"
    assert found[f"followup-{ours.public_id}"]["SUMMARY"] == "Follow-up due: Try wait time"
    assert b"canary" not in client.get(path(token)).content


def test_the_secret_is_kept_as_a_digest_and_shown_once(stage: Stage, client: Client) -> None:
    client.force_login(stage.ann, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("activities:feed_mine")
    made = client.post(url, {"do": "renew"}).content.decode()
    token = made.partition("/calendar/feed/")[2].partition(".ics")[0]
    assert len(token) == feeds.LENGTH
    assert token not in client.get(url).content.decode()
    assert CalendarFeed.objects.get().digest != token
    assert token not in str(list(AuditEvent.objects.values_list("data", flat=True)))
    assert client.get(path(token)).status_code == 200


def test_a_new_address_ends_the_old_one_and_both_can_be_ended(stage: Stage, client: Client) -> None:
    old = feeds.renew(by=stage.ann)
    new = feeds.renew(by=stage.ann)
    assert client.get(path(old)).status_code == 404
    assert client.get(path(new)).status_code == 200
    feeds.end(by=stage.ann)
    assert client.get(path(new)).status_code == 404


def test_a_disabled_person_has_no_feed(stage: Stage, client: Client) -> None:
    token = feeds.renew(by=stage.ann)
    stage.ann.is_active = False
    stage.ann.save()
    assert client.get(path(token)).status_code == 404


def test_a_feed_sets_no_cookie_and_may_be_kept_privately(stage: Stage, client: Client) -> None:
    token = feeds.renew(by=stage.ann)
    response = client.get(path(token))
    assert not response.cookies
    assert response["Cache-Control"] == "private, max-age=3600"
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    again = client.get(path(token), headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.post(path(token)).status_code == 405


def test_guessing_is_slowed_down(stage: Stage, client: Client) -> None:
    token = feeds.renew(by=stage.ann)
    for _ in range(MISSES):
        assert client.get(path("wrong")).status_code == 404
    assert client.get(path("wrong")).status_code == 429
    assert client.get(path(token)).status_code == 429


def test_no_log_line_holds_the_secret() -> None:
    line = logs.hide_secrets(None, "info", {"path": path("s3cret-token")})
    assert line["path"] == "/calendar/feed/[token]"


def test_a_session_is_a_file_too(stage: Stage, session: Session, client: Client) -> None:
    client.force_login(stage.bob, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(reverse("activities:session_file", args=[session.public_id]))
    assert "attachment" in response["Content-Disposition"]
    calendar = Calendar.from_ical(response.content)
    assert calendar["METHOD"] == "PUBLISH"
    assert "ORGANIZER" not in calendar.walk("VEVENT")[0]


def test_a_feed_of_many_sessions_takes_few_queries(
    stage: Stage, session: Session, client: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        f.SessionFactory(activity=session.activity, observer=stage.ann, observed=stage.bob)
    token = feeds.renew(by=stage.bob)
    with django_assert_max_num_queries(12):
        assert len(events(client, token)) > 30
