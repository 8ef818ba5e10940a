"""What the pages say and keep: filters, errors, remembered choices, refusals."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.activities import engine
from apps.activities.enums import ActivityState
from apps.activities.models import Activity, Record
from apps.core import clock
from tests import factories as f
from tests.activities.triads import Stage
from tests.support.clients import signed_in


def titles(client: Client, query: str) -> set[str]:
    shown = client.get(reverse("activities:list") + query)
    return {card["activity"].title for card in shown.context["cards"]}


@pytest.fixture
def three(stage: Stage) -> dict[str, Activity]:
    common = {"organisation": stage.school, "alliance": stage.alliance, "organiser": stage.lead}
    late = clock.today() - timedelta(days=1)
    return {
        "active": f.ActivityFactory(title="active", next_step_on=late, **common),
        "due": f.ActivityFactory(title="due", state=ActivityState.REVIEW_DUE, **common),
        "closed": f.ActivityFactory(
            title="closed", state=ActivityState.CLOSED, closed_at=clock.now(), **common
        ),
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"active", "due", "closed"}),
        ("?state=live", {"active", "due"}),
        ("?state=active", {"active", "due"}),
        ("?state=review_due", {"due"}),
        ("?state=closed", {"closed"}),
        ("?step=stuck", {"active"}),
        ("?whose=mine", {"active", "due", "closed"}),
        ("?kind=triad", {"active", "due", "closed"}),
        ("?state=nonsense", set()),
        ("?school=%00", set()),
    ],
)
def test_filters(stage: Stage, three: dict[str, Activity], query: str, expected: set[str]) -> None:
    assert titles(signed_in(stage.lead), query) == expected


def test_filters_by_school_and_alliance(stage: Stage, three: dict[str, Activity]) -> None:
    client = signed_in(stage.lead)
    assert len(titles(client, f"?school={stage.school.ref}")) == 3
    assert titles(client, f"?school={stage.partner.ref}") == set()
    assert len(titles(client, f"?alliance={stage.alliance.public_id}")) == 3


def test_an_invalid_form_keeps_what_was_typed(stage: Stage) -> None:
    activity = stage.draft()
    url = reverse("activities:plan_why", args=[activity.public_id])
    answer = signed_in(stage.lead).post(url, {"version": 1, "focus": "Wait time", "title": ""})
    assert answer.status_code == 422
    assert "Wait time" in answer.content.decode()


def test_two_people_planning_see_both_texts(stage: Stage) -> None:
    activity = stage.draft()
    engine.plan(activity, by=stage.lead, version=1, focus="Hers")
    url = reverse("activities:plan_why", args=[activity.public_id])
    data = {
        "version": 1,
        "title": "T",
        "focus": "His",
        "pupil_outcome": "O",
        "reason": "need",
        "needs": [stage.need.pk],
    }
    answer = signed_in(stage.lead).post(url, data)
    assert answer.status_code == 409
    assert {"Hers", "His"} <= set(re.findall(r"Hers|His\b", answer.content.decode()))
    activity.refresh_from_db()
    assert activity.focus == "Hers"


def test_a_need_of_another_alliance_cannot_be_served(stage: Stage) -> None:
    foreign = f.NeedFactory()
    data = {
        "client_key": "6f0c8a52-7d4c-4c6e-9b62-0f3d0c5f3b11",
        "kind": "triad",
        "title": "T",
        "organisation": stage.school.ref,
        "alliance": stage.alliance.public_id,
        "reason": "need",
        "needs": [foreign.pk],
    }
    assert signed_in(stage.lead).post(reverse("activities:new"), data).status_code == 422
    assert not Activity.objects.exists()


def test_a_school_of_others_cannot_lead(stage: Stage) -> None:
    data = {
        "client_key": "6f0c8a52-7d4c-4c6e-9b62-0f3d0c5f3b12",
        "kind": "triad",
        "title": "T",
        "organisation": f.SchoolFactory().ref,
        "reason": "chosen",
    }
    assert signed_in(stage.lead).post(reverse("activities:new"), data).status_code == 422
    assert not Activity.objects.exists()


def test_the_log_names_nobody_by_default_and_remembers(stage: Stage) -> None:
    stage.active()
    client, url = signed_in(stage.ann), reverse("activities:log")
    form = client.get(url).context["form"]
    assert "target" not in form.initial
    key = next(key for key, target in form.targets.items() if target.about == stage.cy)
    data = {
        "client_key": str(form.initial.get("client_key") or "6f0c8a52-7d4c-4c6e-9b62-0f3d0c5f3b13"),
        "target": key,
        "text": "Pupil A waited.",
        "happened_on": clock.today().isoformat(),
    }
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 302
    assert Record.objects.count() == 1
    assert client.get(url).context["form"].initial["target"] == key


def test_the_log_takes_no_activity_of_others(stage: Stage) -> None:
    activity = stage.active()
    place = activity.participants.get(person=stage.cy)
    data = {
        "client_key": "6f0c8a52-7d4c-4c6e-9b62-0f3d0c5f3b14",
        "target": f"{activity.public_id}.{place.public_id}",
        "text": "x",
        "happened_on": clock.today().isoformat(),
    }
    url = reverse("activities:log") + "?form=observation"
    assert signed_in(stage.dee).post(url, data).status_code == 422
    assert not Record.objects.exists()


def test_a_blocked_step_says_why_and_who_can_unblock_it(stage: Stage) -> None:
    activity = stage.active()
    shown = signed_in(stage.ann).get(reverse("activities:detail", args=[activity.public_id]))
    words = shown.content.decode()
    assert "6 visits of this cycle are still to come" in words
    assert "Who can change that: Ann Exampleton, Bob Exampleton and Cy Exampleton" in words


def test_opening_an_invitation_changes_nothing(stage: Stage) -> None:
    activity = stage.draft()
    place = engine.invite(activity, by=stage.lead, person=stage.ann, organisation=stage.school)
    signed_in(stage.ann).get(reverse("activities:invitation", args=[activity.public_id]))
    place.refresh_from_db()
    assert place.answered_at is None


def test_what_people_write_is_shown_as_text(stage: Stage) -> None:
    activity = stage.active()
    record = engine.record(
        by=stage.ann, kind="observation", text="<b>x</b>", activity=activity, about=stage.cy
    )
    shown = signed_in(stage.cy).get(reverse("activities:record", args=[record.public_id]))
    assert "&lt;b&gt;x&lt;/b&gt;" in shown.content.decode()


@pytest.mark.parametrize("q", ["\x00", "a" * 300, "%", "' or 1=1"])
def test_odd_searches_are_answered(stage: Stage, q: str) -> None:
    url = reverse("activities:people", args=[stage.draft().public_id])
    assert signed_in(stage.lead).get(url, {"q": q}).status_code == 200
