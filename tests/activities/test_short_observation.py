"""Each rule of short focused observations."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Person
from apps.activities import engine
from apps.activities.engine import Blocked, Slot
from apps.activities.enums import ActivityState, Audience
from apps.activities.forms.records import targets_of
from apps.activities.kinds import kind_of
from apps.activities.kinds.short_observation import actions
from apps.activities.kinds.short_observation.times import minutes_of
from apps.activities.models import Activity, Record, Session
from apps.core import clock
from apps.followups.models import FollowUp
from apps.schools.calendars import UNKNOWN
from apps.schools.enums import JobRole
from tests import factories as f
from tests.activities.triads import Stage, build
from tests.support.clients import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return build()


def asked(stage: Stage, **values: Any) -> Activity:
    return actions.ask(
        by=stage.ann,
        observer=stage.bob.memberships.get(),
        **{"point": "Waiting after a question", "pupil_outcome": "More pupils answer", **values},
    )


def accepted(stage: Stage) -> Activity:
    activity = asked(stage)
    place = activity.participants.get(person=stage.bob)
    engine.answer_invitation(place, by=stage.bob, accept=True)
    activity.refresh_from_db()
    return activity


def seen(stage: Stage, activity: Activity, times: str = "10:05 to 10:17", **data: str) -> Record:
    return engine.record(
        by=stage.bob,
        kind="observation",
        text="Four hands after a second, eleven after five",
        activity=activity,
        about=stage.ann,
        data={"times": times, "strength": "The pause", "question": "And before?", **data},
    )


def test_asking_is_one_step_and_plans_itself(stage: Stage) -> None:
    activity = asked(stage)
    assert activity.state == ActivityState.DRAFT
    assert activity.participants.taking_part().get().person == stage.ann
    assert sum(c.weight for c in activity.criteria.all()) == 100
    assert activity.starts_on and activity.ends_on and activity.equality


def test_it_starts_only_when_the_observer_has_said_yes(stage: Stage) -> None:
    assert accepted(stage).state == ActivityState.ACTIVE


def test_nothing_moves_on_while_the_plan_says_too_little(stage: Stage) -> None:
    activity = engine.start(
        by=stage.ann, kind="short_observation", title="Waiting", organisation=stage.school
    )
    place = engine.invite(
        activity, by=stage.ann, person=stage.bob, organisation=stage.school, role="observer"
    )
    engine.answer_invitation(place, by=stage.bob, accept=True)
    activity.refresh_from_db()
    assert activity.state == ActivityState.DRAFT


def test_a_lead_may_not_order_one(stage: Stage) -> None:
    activity = engine.start(
        by=stage.lead, kind="short_observation", title="Waiting", organisation=stage.school
    )
    with pytest.raises(Blocked, match="asks for it"):
        engine.invite(
            activity, by=stage.lead, person=stage.ann, organisation=stage.school, role="observed"
        )


@pytest.mark.parametrize("point", ["Waiting; seating", "1. Waiting 2. Seating", "A\nB"])
def test_one_point_only(stage: Stage, point: str) -> None:
    activity = asked(stage, point=point)
    place = activity.participants.get(person=stage.bob)
    engine.answer_invitation(place, by=stage.bob, accept=True)
    with pytest.raises(Blocked, match="one point"):
        engine.agree(activity, by=stage.ann)
        engine.activate(activity, by=stage.ann)


@pytest.mark.parametrize("tie", ["line_manager", "appraiser", "induction_tutor"])
def test_never_by_who_assesses(stage: Stage, tie: str) -> None:
    stage.ann.memberships.update(**{tie: stage.bob})
    with pytest.raises(Blocked, match="manages"):
        asked(stage)


def test_the_text_says_that_it_is_never_an_assessment() -> None:
    said = " ".join(str(rule.statement) for rule in kind_of("short_observation").rules)
    assert "early career teacher’s assessment" in said


@pytest.mark.parametrize("minutes", [5, 9, 16, 50])
def test_time_cap_when_planning(stage: Stage, minutes: int) -> None:
    activity = accepted(stage)
    start = clock.now() + timedelta(days=2)
    with pytest.raises(Blocked, match="between 10 and 15"):
        plan(stage, activity, Slot(start, start + timedelta(minutes=minutes)))


def plan(stage: Stage, activity: Activity, slot: Slot, kind: str = "visit") -> Session:
    return engine.plan_session(
        activity,
        by=stage.ann,
        kind=kind,
        slot=slot,
        observer=stage.bob,
        observed=stage.ann,
        despite_conflicts=True,
    )


def test_only_the_observer_visits(stage: Stage) -> None:
    activity = accepted(stage)
    start = clock.now()
    with pytest.raises(Blocked):
        engine.plan_session(
            activity,
            by=stage.ann,
            kind="visit",
            slot=Slot(start, start + timedelta(minutes=15)),
            observer=stage.ann,
            observed=stage.bob,
            despite_conflicts=True,
        )


@pytest.mark.parametrize(
    "times", ["10:05 to 10:45", "10:05 to 10:10", "all morning", "25:00-25:12"]
)
def test_time_cap_on_a_logged_visit(stage: Stage, times: str) -> None:
    activity = accepted(stage)
    with pytest.raises(Blocked):
        seen(stage, activity, times)
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("times", "minutes"),
    [("10:05 to 10:17", 12), ("9.50-10.05", 15), ("9:50 – 10:00", 10), ("10:05", None)],
)
def test_times_are_read(times: str, minutes: int | None) -> None:
    assert minutes_of(times) == minutes


@pytest.mark.parametrize("left_out", ["strength", "question"])
def test_one_strength_and_one_question(stage: Stage, left_out: str) -> None:
    activity = accepted(stage)
    with pytest.raises(Blocked, match="not answered"):
        seen(stage, activity, **{left_out: ""})


def test_the_observed_owns_what_is_written(stage: Stage) -> None:
    row = seen(stage, accepted(stage))
    assert (row.owner, row.audience) == (stage.ann, Audience.PAIR)
    assert not Record.objects.visible_to(stage.lead).exists()


def test_logging_the_visit_brings_it_to_feedback(stage: Stage) -> None:
    activity = accepted(stage)
    seen(stage, activity)
    activity.refresh_from_db()
    assert activity.stage == "feedback"
    with pytest.raises(Blocked):
        seen(stage, activity)


def test_feedback_next_working_day_and_revisit_in_three_weeks(stage: Stage) -> None:
    seen(stage, accepted(stage))
    due = {row.rule.partition(".")[2]: row for row in FollowUp.objects.all()}
    assert due["feedback"].owner == due["revisit"].owner == stage.bob
    assert due["try"].owner == stage.ann
    today = clock.today()
    assert today < due["feedback"].due <= today + timedelta(days=21)
    assert due["revisit"].due == UNKNOWN.first_open(today + timedelta(days=21))


def test_tried_and_revisited_close_the_loop(stage: Stage) -> None:
    activity = accepted(stage)
    seen(stage, activity)
    engine.record(by=stage.ann, kind="tried", text="I counted to five", activity=activity)
    activity.refresh_from_db()
    assert activity.stage == "tried"
    promised = FollowUp.objects.open().values_list("rule", flat=True)
    assert set(promised) == {"short_observation.feedback", "short_observation.revisit"}
    with pytest.raises(Blocked):
        engine.advance(activity, by=stage.ann)
    start = clock.now() - timedelta(minutes=30)
    again = plan(stage, activity, Slot(start, start + timedelta(minutes=10)), "revisit")
    engine.mark_held(again, by=stage.bob)
    activity.refresh_from_db()
    assert activity.stage == "revisited"
    assert [row.rule for row in FollowUp.objects.open()] == ["short_observation.feedback"]


def test_the_observer_finds_what_to_write_on_the_page_of_the_activity(stage: Stage) -> None:
    url = reverse("activities:detail", args=[accepted(stage).public_id])
    heading = "To write at this stage"
    assert heading in signed_in(stage.bob).get(url).content.decode()
    assert heading not in signed_in(stage.ann).get(url).content.decode()


def test_a_second_look_is_written_in_two_minutes_and_is_the_second_visit(stage: Stage) -> None:
    activity = accepted(stage)
    seen(stage, activity)
    engine.record(by=stage.ann, kind="tried", text="I counted to five", activity=activity)
    again: dict[str, Any] = {"kind": "second_look", "activity": activity, "about": stage.ann}
    with pytest.raises(Blocked, match="between 10 and 15"):
        engine.record(by=stage.bob, text="Now", data={"times": "9:00 to 9:40"}, **again)
    row = engine.record(by=stage.bob, text="It is", data={"times": "9:00 to 9:12"}, **again)
    activity.refresh_from_db()
    assert (row.owner, row.session.kind, activity.stage) == (stage.ann, "revisit", "revisited")


def test_a_leaver_pauses_it(stage: Stage) -> None:
    activity = accepted(stage)
    engine.withdraw(activity.participants.get(person=stage.bob), by=stage.bob)
    activity.refresh_from_db()
    assert activity.state == ActivityState.PAUSED


@pytest.mark.parametrize(
    ("job", "word"),
    [
        (JobRole.TEACHER, "about the point"),
        (JobRole.TEACHING_ASSISTANT, "without help"),
        (JobRole.ADMINISTRATION, "greeted"),
        (JobRole.SITE, "checked"),
        (JobRole.TECHNICIAN, "ready before"),
    ],
)
def test_prompts_differ_by_job(stage: Stage, job: str, word: str, client: Client) -> None:
    stage.ann.memberships.update(job_role=job)
    activity = accepted(stage)
    (target,) = targets_of(stage.bob, "observation")
    assert word in str(target.declared.prompt)
    client.force_login(stage.ann)
    page = client.get(reverse("activities:detail", args=[activity.public_id]))
    assert "What to look and listen for" in page.content.decode()


# The page


def sent(stage: Stage, **values: str) -> dict[str, str]:
    return {
        "client_key": str(uuid.uuid4()),
        "point": "How I greet parents",
        "pupil_outcome": "Pupils are in class on time",
        "observer": stage.bob.memberships.get().public_id,
        **values,
    }


def test_asking_is_one_press_from_home_and_my_development(stage: Stage, client: Client) -> None:
    client.force_login(stage.ann)
    url = reverse("activities:short_observation_ask")
    for name in ("home:index", "home:development"):
        assert url in client.get(reverse(name)).content.decode()
    answer = client.post(url, sent(stage))
    assert answer.status_code == 302
    assert Activity.objects.get().organiser == stage.ann


@pytest.mark.parametrize("bad", [{"point": "A; B"}, {"observer": ""}, {"point": ""}])
def test_bad_input_keeps_what_was_written(
    stage: Stage, client: Client, bad: dict[str, str]
) -> None:
    client.force_login(stage.ann)
    answer = client.post(reverse("activities:short_observation_ask"), sent(stage, **bad))
    assert answer.status_code == 422
    assert "Pupils are in class on time" in answer.content.decode()


def test_who_judges_me_is_not_offered(stage: Stage, client: Client) -> None:
    stage.ann.memberships.update(appraiser=stage.bob)
    client.force_login(stage.ann)
    page = client.get(reverse("activities:short_observation_ask"))
    assert page.status_code == 200
    assert stage.bob.name not in page.content.decode()


def test_leads_are_not_offered_the_button(stage: Stage, client: Client) -> None:
    client.force_login(stage.lead)
    url = reverse("activities:short_observation_ask")
    assert url not in client.get(reverse("home:development")).content.decode()
    assert client.get(url).status_code == 403


@pytest.mark.parametrize("colleagues", [1, 30])
def test_the_page_asks_as_little_for_many(
    stage: Stage, client: Client, colleagues: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(colleagues):
        person: Person = f.PersonFactory()
        f.MembershipFactory(person=person, organisation=stage.school)
    client.force_login(stage.ann)
    with django_assert_max_num_queries(15):
        client.get(reverse("activities:short_observation_ask"))
