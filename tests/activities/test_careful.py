"""Every short text that others read is looked through for pupils' names; the writer decides."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.forms import CharField
from django.test import Client
from django.urls import reverse

from apps.activities.kinds.lesson_study.forms import BeginTalkForm, WishForm
from apps.activities.kinds.peer_visit.forms import OpenSlotForm
from apps.activities.kinds.work_shadowing.forms import ApplicationForm, OfferForm
from apps.activities.models import Activity
from apps.core import clock
from apps.core.careful import Careful
from apps.followups.models import FollowUp
from tests import factories as f
from tests.activities.triads import Stage
from tests.support.clients import signed_in

DOUBTFUL = "The pupil Jayden Millward answers in sentences now"


def warned_then_saved(client: Client, url: str, data: dict[str, Any]) -> None:
    page = client.post(url, data)
    assert page.status_code == 422
    assert "Jayden Millward" in page.content.decode()
    assert "Save anyway" in page.content.decode()
    assert client.post(url, {**data, "anyway": "1"}).status_code == 302


def test_what_became_of_a_promise(stage: Stage) -> None:
    row = f.FollowUpFactory(owner=stage.ann, organisation=stage.school)
    url = reverse("followups:done", args=[row.public_id])
    warned_then_saved(signed_in(stage.ann), url, {"outcome": DOUBTFUL})
    assert FollowUp.objects.get(pk=row.pk).outcome == DOUBTFUL


def test_colleagues_are_no_pupils(stage: Stage) -> None:
    row = f.FollowUpFactory(owner=stage.ann, organisation=stage.school)
    url = reverse("followups:done", args=[row.public_id])
    said = {"outcome": "Bob Exampleton and I tried it twice"}
    assert signed_in(stage.ann).post(url, said).status_code == 302


def test_the_plan(stage: Stage) -> None:
    activity = stage.draft()
    url = reverse("activities:plan_why", args=[activity.public_id])
    data = {
        "version": activity.version,
        "title": activity.title,
        "focus": "Wait time",
        "pupil_outcome": DOUBTFUL,
        "reason": "chosen",
    }
    warned_then_saved(signed_in(stage.lead), url, data)
    assert Activity.objects.get(pk=activity.pk).pupil_outcome == DOUBTFUL


def test_why_it_is_postponed(stage: Stage) -> None:
    activity = stage.active()
    url = reverse("activities:move", args=[activity.public_id, "postpone"])
    day = clock.today() + timedelta(days=30)
    data = {"starts_on": day, "ends_on": day + timedelta(days=60), "reason": DOUBTFUL}
    warned_then_saved(signed_in(stage.lead), url, data)
    assert activity.changes.filter(reason=DOUBTFUL).count() == 1


def test_a_success_criterion(stage: Stage) -> None:
    """A grade of an examination is no doubt: it may well be what is aimed at."""
    activity = stage.draft()
    url = reverse("activities:criteria", args=[activity.public_id])
    day = clock.today() + timedelta(days=60)
    data = {
        "level": "pupil",
        "guskey": 5,
        "indicator": "Pupils at grade 5 or above",
        "measure": DOUBTFUL,
        "source": "task",
        "unit": "pupils",
        "direction": "up",
        "target": 9,
        "target_on": day,
        "weight": 10,
    }
    before = activity.criteria.count()
    warned_then_saved(signed_in(stage.lead), url, data)
    assert activity.criteria.count() == before + 1
    plain = {**data, "indicator": "Pupils at grade 4", "measure": "The same task"}
    assert signed_in(stage.lead).post(url, plain).status_code == 302


def test_what_one_asks_to_be_looked_at(stage: Stage) -> None:
    there = stage.bob.memberships.get(organisation=stage.school)
    url = reverse("activities:short_observation_ask")
    data = {"point": "How I wait", "pupil_outcome": DOUBTFUL, "observer": there.public_id}
    warned_then_saved(signed_in(stage.ann), url, {**data, "client_key": uuid.uuid4()})
    assert Activity.objects.get(organiser=stage.ann).pupil_outcome == DOUBTFUL


@pytest.mark.parametrize(
    "form", [OpenSlotForm, ApplicationForm, OfferForm, WishForm, BeginTalkForm]
)
def test_what_others_read_of_a_kind(form: Any) -> None:
    """What there is to see, what somebody would like to learn, what a host offers or wishes."""
    texts = {name for name, field in form.base_fields.items() if type(field) is CharField}
    assert issubclass(form, Careful) and texts == set(form.careful_of)
