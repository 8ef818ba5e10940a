"""What every answer and every log line must and must not hold."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from apps.activities.models import Record
from cpdhub import logs
from tests import factories as f
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def as_lead(world: World) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.lead, backend=BACKEND)
    return client


@pytest.mark.parametrize(
    "path",
    [
        "/activities/%00/",
        "/schools/%00/",
        "/jobs/%00/",
        "/reports/%00/",
        "/needs/?audits=all&school=%00",
    ],
)
def test_a_nul_byte_finds_nothing(as_lead: Client, path: str) -> None:
    assert as_lead.get(path).status_code == 404


def test_a_nul_byte_in_a_button_finds_nothing(as_lead: Client, world: World) -> None:
    path = reverse("activities:invite", args=[world.own.activity.public_id])
    assert as_lead.post(path, {"member": "\0"}).status_code == 404


@pytest.mark.parametrize("name", ["home:index", "accounts:profile", "activities:records"])
def test_what_is_seen_signed_in_stays_in_no_cache(as_lead: Client, name: str) -> None:
    assert as_lead.get(reverse(name))["Cache-Control"] == "private, no-store"


def test_an_anonymous_answer_may_say_itself_how_it_is_kept(client: Client) -> None:
    assert "no-store" in client.get(reverse("core:csrf"))["Cache-Control"]


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/invitations/k4mz-29dw-xv7q/", "/invitations/[token]/"),
        ("/unsubscribe/WzEsImEiXQ:1t:x/", "/unsubscribe/[token]/"),
        ("/accounts/password/reset/key/1a-set-9c/", "/accounts/password/reset/key/[token]/"),
        ("/accounts/confirm-email/MQ:1t:y/", "/accounts/confirm-email/[token]/"),
        ("/activities/b4c5d6f7g8h9/", "/activities/b4c5d6f7g8h9/"),
    ],
)
def test_the_tokens_of_links_are_not_logged(path: str, kept: str) -> None:
    said: Any = logs.hide_secrets(None, "info", {"event": f"Not Found: {path}", "path": path})
    assert said == {"event": f"Not Found: {kept}", "path": kept}


def test_a_refused_row_is_not_quoted_in_the_log() -> None:
    record = f.RecordFactory(text="canary-reflection")
    with pytest.raises(IntegrityError) as caught:
        Record.objects.filter(pk=record.pk).update(audience="schools", activity=None)
    assert "canary-reflection" in str(caught.value), "PostgreSQL quotes the row"
    said = logs.format_error((caught.type, caught.value, caught.tb))
    assert "canary-reflection" not in said
    assert "record_without_activity_is_private" in said
    assert "test_requests.py" in said
    said = logs.hide_secrets(None, "error", {"event": f"Task failed: {caught.value!r}"})["event"]
    assert said.startswith("Task failed: IntegrityError")
    assert "canary-reflection" not in said
