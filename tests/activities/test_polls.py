"""Polls about a time, who came, and postponing and cancelling on the page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from apps.activities import engine
from apps.activities.engine import Blocked, Conflicts, polls
from apps.activities.engine.attendance import record_attendance
from apps.activities.models import Activity, Attendance, Poll, Session
from apps.core.models import Notice, OutboundEmail
from tests.activities.triads import Stage, an_hour_ago
from tests.activities.weeks import moment, next_monday, on_monday, pay, teach
from tests.support.clients import signed_in


def opened(stage: Stage, activity: Activity, **values: Any) -> Poll:
    monday = next_monday()
    times = [
        (moment(monday, t), moment(monday, t) + timedelta(minutes=45)) for t in ("15:30", "16:00")
    ]
    return polls.open_poll(activity, by=stage.ann, kind="debrief", times=times, **values)


def test_a_poll_asks_everybody_and_one_press_plans(stage: Stage) -> None:
    activity = stage.active()
    poll = opened(stage, activity)
    assert OutboundEmail.objects.filter(template="activities.poll").count() == 2
    assert Notice.objects.filter(kind="activities.poll").count() == 2
    first, second = poll.options.all()
    for person, choices in (
        (stage.ann, {first.pk: "yes", second.pk: "yes"}),
        (stage.bob, {first.pk: "no", second.pk: "if_need_be"}),
    ):
        polls.answer_poll(poll, by=person, choices=choices)
    page = signed_in(stage.ann).get(reverse("activities:poll", args=[poll.public_id]))
    rows = page.context["rows"]
    assert [(r["yes"], r["maybe"], r["no"], r["open"], r["best"]) for r in rows] == [
        (1, 0, 1, 1, False),
        (1, 1, 0, 1, True),
    ]
    signed_in(stage.ann).post(
        reverse("activities:poll_plan", args=[poll.public_id]), {"option": second.pk}
    )
    session = Session.objects.get()
    assert session.starts_at == second.starts_at
    assert polls.plan_from_poll(second, by=stage.ann) == session


def test_a_poll_is_answered_on_one_page(stage: Stage) -> None:
    poll = opened(stage, stage.active())
    client, url = signed_in(stage.bob), reverse("activities:poll", args=[poll.public_id])
    options = list(poll.options.all())
    assert client.post(url, {f"option_{options[0].pk}": "yes"}).status_code == 422
    data = {f"option_{option.pk}": "if_need_be" for option in options}
    assert client.post(url, data).status_code == 302
    assert client.get(url).content.decode().count("If need be") > 2


def test_a_poll_waits_in_the_agenda_until_it_is_answered(stage: Stage) -> None:
    poll = opened(stage, stage.active())
    client, url = signed_in(stage.bob), reverse("activities:poll", args=[poll.public_id])
    assert url in client.get(reverse("activities:agenda")).content.decode()
    polls.answer_poll(poll, by=stage.bob, choices={o.pk: "yes" for o in poll.options.all()})
    assert url not in client.get(reverse("activities:agenda")).content.decode()


def test_only_those_asked_answer_a_poll_and_others_do_not_see_it(stage: Stage) -> None:
    activity = stage.active()
    poll = opened(stage, activity)
    with pytest.raises(Blocked, match="Only those who are to come"):
        polls.answer_poll(poll, by=stage.lead, choices={})
    url = reverse("activities:poll", args=[poll.public_id])
    assert signed_in(stage.dee).get(url).status_code == 404
    assert signed_in(stage.lead).get(url).status_code == 200  # its organiser


def test_a_closed_poll_takes_no_answers(stage: Stage) -> None:
    poll = opened(stage, stage.active())
    polls.close_poll(poll, by=stage.ann)
    with pytest.raises(Blocked, match="closed"):
        polls.answer_poll(poll, by=stage.bob, choices={})


def test_a_poll_shows_what_speaks_against_a_time_before_planning_it(stage: Stage) -> None:
    activity = stage.active()
    teach(stage.ann, stage.school, "TTTTT")
    monday = next_monday()
    times = [(moment(monday, "09:00"), moment(monday, "09:45"))]
    poll = polls.open_poll(activity, by=stage.ann, kind="debrief", times=times)
    option = poll.options.get()
    with pytest.raises(Conflicts):
        polls.plan_from_poll(option, by=stage.ann)
    url = reverse("activities:poll_plan", args=[poll.public_id])
    page = signed_in(stage.ann).post(url, {"option": option.pk, "shown": "something else"})
    assert "needs cover" in page.content.decode()
    assert not Session.objects.exists()
    shown = page.context["shown"]
    signed_in(stage.ann).post(url, {"option": option.pk, "shown": shown})
    assert Session.objects.count() == 1


def test_a_poll_outside_paid_hours_needs_extra_pay_too(stage: Stage) -> None:
    activity = stage.active()
    stage.ann.memberships.update(role="support")
    pay(stage.ann, stage.school, "08:30", "15:00")
    poll = opened(stage, activity)
    data = {"option": poll.options.first().pk}  # type: ignore[union-attr]
    url, client = reverse("activities:poll_plan", args=[poll.public_id]), signed_in(stage.lead)
    assert "Extra pay is recorded" in client.post(url, data).content.decode()
    assert not Session.objects.exists()
    client.post(url, {**data, "extra_pay": "1"})
    assert Session.objects.get().extra_pay


def test_no_poll_about_the_past(stage: Stage) -> None:
    past = an_hour_ago()
    with pytest.raises(Blocked, match="past"):
        polls.open_poll(
            stage.active(),
            by=stage.ann,
            kind="debrief",
            times=[(past.starts_at, past.ends_at)],
        )


# Attendance and postponement


def test_not_recorded_is_missing_never_absent(stage: Stage) -> None:
    activity = stage.active()
    session = engine.plan_session(
        activity, by=stage.ann, kind="debrief", slot=an_hour_ago(), despite_conflicts=True
    )
    record_attendance(session, by=stage.ann, answers={stage.ann.pk: True, stage.bob.pk: False})
    assert dict(Attendance.objects.values_list("person__given_name", "present")) == {
        "Ann": True,
        "Bob": False,
    }
    page = signed_in(stage.ann).get(reverse("activities:session", args=[session.public_id]))
    said = {row["person"].given_name: str(row["look"][1]) for row in page.context["attendance"]}
    assert said == {"Ann": "Present", "Bob": "Absent", "Cy": "Not recorded"}
    record_attendance(session, by=stage.ann, answers={stage.bob.pk: None, stage.dee.pk: True})
    assert [a.person for a in Attendance.objects.all()] == [stage.ann]


def test_nobody_attends_tomorrow(stage: Stage) -> None:
    session = engine.plan_session(
        stage.active(), by=stage.ann, kind="debrief", slot=on_monday("15:30", "16:15")
    )
    with pytest.raises(Blocked, match="not begun"):
        record_attendance(session, by=stage.ann, answers={stage.ann.pk: True})


@pytest.mark.parametrize("move", ["postpone", "cancel"])
def test_postponing_and_cancelling_need_a_reason_and_tell_the_people(
    stage: Stage, move: str
) -> None:
    session = engine.plan_session(
        stage.active(), by=stage.ann, kind="debrief", slot=on_monday("15:30", "16:15")
    )
    client, url = (
        signed_in(stage.ann),
        reverse(f"activities:session_{move}", args=[session.public_id]),
    )
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "The hall is flooded"}).status_code == 302
    told = Notice.objects.filter(kind="activities.session_off").values_list("person", flat=True)
    assert set(told) == {stage.bob.pk, stage.cy.pk}
    page = signed_in(stage.bob).get(reverse("activities:session", args=[session.public_id]))
    assert "The hall is flooded" in page.content.decode()
