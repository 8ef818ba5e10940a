"""What one person needs for themselves stays theirs when an activity serves it."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from apps.activities.models import Activity
from apps.audits.enums import NeedLevel
from apps.audits.models import Goal, Need
from tests import factories as f
from tests.activities.triads import Stage

BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_others_in_the_activity_neither_see_nor_drop_it(stage: Stage, client: Client) -> None:
    activity = stage.active()
    need: Need = f.NeedFactory(
        organisation=stage.school,
        person=stage.ann,
        level=NeedLevel.INDIVIDUAL,
        statement="canary-need",
    )
    goal: Goal = f.GoalFactory(
        organisation=stage.school, person=stage.ann, need=need, statement="canary-goal"
    )
    activity.needs.add(need)
    activity.goals.add(goal)
    path = reverse("activities:plan_why", args=[activity.public_id])
    client.force_login(stage.cy, backend=BACKEND)
    page = client.get(path)
    assert page.status_code == 200
    assert "canary" not in page.content.decode()
    answer = client.post(path, _same(activity, needs=[stage.need.pk]))
    assert answer.status_code == 302
    assert set(activity.needs.all()) == {need, stage.need}
    assert list(activity.goals.all()) == [goal]


def test_its_owner_sees_it_and_can_take_it_out(stage: Stage, client: Client) -> None:
    activity = stage.active()
    need = f.NeedFactory(
        organisation=stage.school,
        person=stage.ann,
        level=NeedLevel.INDIVIDUAL,
        statement="canary-need",
    )
    activity.needs.add(need)
    path = reverse("activities:plan_why", args=[activity.public_id])
    client.force_login(stage.ann, backend=BACKEND)
    assert "canary-need" in client.get(path).content.decode()
    assert client.post(path, _same(activity, needs=[stage.need.pk])).status_code == 302
    assert list(activity.needs.all()) == [stage.need]


def _same(activity: Activity, **values: object) -> dict[str, object]:
    return {
        "version": activity.version,
        "title": activity.title,
        "focus": activity.focus,
        "pupil_outcome": activity.pupil_outcome,
        "reason": activity.reason,
        **values,
    }
