"""Inviting a whole group in one press."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.activities import engine, groups
from apps.activities.engine import Blocked
from apps.activities.enums import ParticipantState
from apps.activities.models import Activity
from apps.core.models import OutboundEmail
from apps.schools.enums import JobRole, Role
from tests import factories as f
from tests.activities.test_training_event import DETAILS, booked, planned
from tests.activities.triads import Stage


def staff(stage: Stage, count: int) -> None:
    for n in range(count):
        f.MembershipFactory(
            person=f.PersonFactory(),
            organisation=stage.school,
            role=Role.SUPPORT if n % 2 else Role.TEACHER,
            job_role=JobRole.TEACHING_ASSISTANT if n % 2 else JobRole.TEACHER,
            department="Science" if n % 3 == 0 else "",
        )


def training(stage: Stage) -> Activity:
    return stage.planned(kind="training_event", details=DETAILS)


def press(client: Client, stage: Stage, activity: Activity, **values: str) -> Any:
    client.force_login(stage.lead, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("activities:invite_group", args=[activity.public_id])
    data = {"school": stage.school.ref, "group": "all", "role": "attender", **values}
    return client.post(url, data)


def test_one_press_invites_sixty_people_and_writes_to_each(client: Client, stage: Stage) -> None:
    staff(stage, 60)
    activity = training(stage)
    assert press(client, stage, activity).status_code == 302
    assert activity.participants.filter(state=ParticipantState.INVITED).count() == 62
    assert OutboundEmail.objects.filter(template="activities.invited").count() == 62


def test_a_second_press_invites_nobody_twice(client: Client, stage: Stage) -> None:
    activity = training(stage)
    press(client, stage, activity)
    press(client, stage, activity)
    assert activity.participants.count() == 2
    assert OutboundEmail.objects.filter(template="activities.invited").count() == 2


def test_whoever_said_no_is_not_asked_again(client: Client, stage: Stage) -> None:
    activity = training(stage)
    press(client, stage, activity)
    place = activity.participants.get(person=stage.ann)
    engine.answer_invitation(place, by=stage.ann, accept=False)
    press(client, stage, activity)
    place.refresh_from_db()
    assert place.state == ParticipantState.DECLINED


@pytest.mark.parametrize(
    ("group", "count"), [("teaching_assistant", 3), ("in:Science", 2), ("all", 8)]
)
def test_a_job_role_or_a_department(client: Client, stage: Stage, group: str, count: int) -> None:
    staff(stage, 6)
    activity = training(stage)
    assert press(client, stage, activity, group=group).status_code == 302
    assert activity.participants.count() == count


def test_whom_a_rule_refuses_is_passed_over_and_named(client: Client, stage: Stage) -> None:
    other = booked(stage, stage.ann)
    planned(stage, other, ago=-24)
    activity = booked(stage, stage.cy)
    planned(stage, activity, ago=-24)
    page = press(client, stage, activity)
    assert page.status_code == 302
    shown = client.get(page["Location"]).content.decode()
    assert "Ann Exampleton has another session at that time." in shown
    people = activity.participants.values_list("person__given_name", flat=True)
    assert sorted(people) == ["Bob", "Cy"]


def test_no_more_than_the_most_at_once(
    client: Client, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff(stage, 6)
    monkeypatch.setattr(groups, "MOST", 3)
    activity = training(stage)
    press(client, stage, activity)
    assert activity.participants.count() == 3


def test_the_staff_of_a_school_that_i_do_not_lead_is_not_mine_to_invite(
    client: Client, stage: Stage
) -> None:
    activity = training(stage)
    assert press(client, stage, activity, school=stage.partner.ref).status_code == 422
    assert not activity.participants.exists()


def test_a_kind_with_few_places_has_no_such_page(client: Client, stage: Stage) -> None:
    assert press(client, stage, stage.planned()).status_code == 404


def test_nobody_is_invited_to_what_is_over(stage: Stage) -> None:
    activity = training(stage)
    engine.cancel(activity, by=stage.lead, reason="Snow")
    members = list(groups.members_of(activity, stage.school, groups.EVERYBODY))
    done = engine.invite_many(activity, by=stage.lead, members=members)
    assert done.places == []
    assert "It is over" in done.blocks[0].reason
    with pytest.raises(Blocked):
        stage.join(activity, stage.ann)
