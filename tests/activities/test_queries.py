"""Query counts: within the budget, and the same with 1 and with 30 rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from apps.activities import engine
from apps.activities.models import Activity, Programme
from tests import factories as f
from tests.activities import coached, studies
from tests.activities.triads import Stage
from tests.support.clients import queries

LIST, FORM = 12, 15


def more_activities(stage: Stage) -> None:
    for _ in range(29):
        activity = f.ActivityFactory(
            organisation=stage.school, alliance=stage.alliance, organiser=stage.lead
        )
        for person, school in ((stage.ann, stage.school), (stage.cy, stage.partner)):
            f.ParticipantFactory(activity=activity, person=person, organisation=school)
        f.SessionFactory(activity=activity, observer=stage.ann, observed=stage.cy)


def more_records(stage: Stage) -> None:
    activity = Activity.objects.first()
    for n in range(29):
        f.RecordFactory(
            form="observation",
            author=stage.ann if n % 2 else stage.bob,
            owner=stage.cy,
            organisation=stage.partner,
            activity=activity,
            audience="participants",
        )


def more_programmes(stage: Stage) -> None:
    for programme in [f.ProgrammeFactory(alliance=stage.alliance) for _ in range(29)]:
        assert programme in Programme.objects.all()


@pytest.mark.parametrize(
    ("name", "who", "add"),
    [
        ("list", "lead", more_activities),
        ("list", "ann", more_activities),
        ("agenda", "ann", more_activities),
        ("records", "cy", more_records),
        ("shared", "bob", more_records),
        ("programmes", "ann", more_programmes),
    ],
)
def test_lists_stay_within_their_budget(
    stage: Stage, name: str, who: str, add: Callable[[Stage], None]
) -> None:
    activity = stage.active()
    stage.visit(activity, stage.ann, stage.cy)
    engine.record(by=stage.ann, kind="note", text="x", activity=activity)
    engine.record(by=stage.cy, kind="note", text="x", activity=activity)
    f.ProgrammeFactory(alliance=stage.alliance)
    person, url = getattr(stage, who), reverse(f"activities:{name}")
    few = queries(person, url)
    add(stage)
    assert queries(person, url) == few
    assert few <= LIST


@pytest.mark.parametrize("who", ["lead", "ann", "other_lead"])
def test_the_page_of_an_activity_has_a_fixed_cost(stage: Stage, who: str) -> None:
    activity = stage.active()
    url = reverse("activities:detail", args=[activity.public_id])
    stage.visit(activity, stage.ann, stage.cy)
    few = queries(getattr(stage, who), url)
    more_records(stage)
    for observer, observed in (
        (stage.ann, stage.bob),
        (stage.bob, stage.cy),
        (stage.cy, stage.ann),
    ):
        stage.visit(activity, observer, observed)
    assert queries(getattr(stage, who), url) <= few
    assert few <= FORM


@pytest.mark.parametrize("who", ["head", "lead", "ann", "other_lead"])
@pytest.mark.parametrize("state", ["draft", "agreed", "active", "review_due", "paused"])
def test_the_page_of_an_activity_costs_no_more_than_a_form(
    stage: Stage, who: str, state: str
) -> None:
    head = f.MembershipFactory(organisation=stage.school, role="head").person
    activity = stage.active()
    stage.visit(activity, stage.ann, stage.cy)
    engine.record(by=stage.ann, kind="note", text="x", activity=activity)
    Activity.objects.filter(pk=activity.pk).update(state=state)
    url = reverse("activities:detail", args=[activity.public_id])
    assert queries(head if who == "head" else getattr(stage, who), url) <= FORM


def test_the_thread_asks_once_whether_somebody_takes_part(stage: Stage) -> None:
    activity = stage.active()
    assert queries(stage.ann, reverse("activities:thread", args=[activity.public_id])) <= LIST


@pytest.mark.parametrize(
    "name", ["plan", "plan_why", "plan_dates", "people", "criteria", "session_new"]
)
@pytest.mark.parametrize("who", ["lead", "ann"])
def test_planning_pages_stay_within_their_budget(stage: Stage, name: str, who: str) -> None:
    activity = stage.active()
    url = reverse(f"activities:{name}", args=[activity.public_id])
    assert queries(getattr(stage, who), url) <= FORM


@pytest.mark.parametrize("form", ["observation", "reflection", "note"])
def test_the_log_stays_within_its_budget(stage: Stage, form: str) -> None:
    stage.active()
    few = queries(stage.ann, f"{reverse('activities:log')}?form={form}")
    more_activities(stage)
    assert queries(stage.ann, f"{reverse('activities:log')}?form={form}") == few
    assert few <= FORM


@pytest.mark.parametrize("who", ["ann", "lead"])
def test_the_log_without_a_form_named_asks_once(stage: Stage, who: str) -> None:
    stage.active()
    assert queries(getattr(stage, who), reverse("activities:log")) <= FORM


def test_the_page_of_a_lesson_study_costs_no_more_than_a_form(stage: Stage) -> None:
    activity = studies.ready_to_teach(stage, studies.planning(stage))
    page = reverse("activities:detail", args=[activity.public_id])
    assert queries(stage.ann, page) <= FORM
    studies.to_discussion(stage, activity)
    assert queries(stage.ann, page) <= FORM
    assert queries(stage.lead, page) <= FORM
    lesson = reverse("activities:lesson_study_lesson", args=[activity.public_id, 1])
    assert queries(stage.ann, lesson) <= FORM


def test_the_page_of_a_coaching_costs_no_more_than_a_form(stage: Stage) -> None:
    activity = coached.active(stage)
    coached.whole_step(stage, activity)
    page = reverse("activities:detail", args=[activity.public_id])
    for person in (stage.ann, stage.bob, stage.lead):
        assert queries(person, page) <= FORM
