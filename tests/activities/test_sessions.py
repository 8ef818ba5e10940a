from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.activities import engine
from apps.activities.engine import Blocked, Conflicts, Slot, Stale
from apps.activities.enums import SessionState
from apps.activities.models import Session
from apps.core import clock
from apps.core.models import Notice, OutboundEmail
from apps.followups.models import FollowUp
from apps.schools.models import TermDate
from tests.activities.triads import Stage, an_hour_ago
from tests.support.clients import signed_in


def tomorrow() -> Slot:
    start = clock.now() + timedelta(days=1)
    return Slot(start, start + timedelta(minutes=50))


def plan(stage: Stage, activity, **values):  # type: ignore[no-untyped-def]
    return engine.plan_session(
        activity,
        **{
            "by": stage.ann,
            "kind": "observation",
            "slot": tomorrow(),
            "observer": stage.ann,
            "observed": stage.cy,
            **values,
        },
    )


def test_a_session_sent_twice_is_planned_once(stage: Stage) -> None:
    activity, key = stage.active(), uuid.uuid4()
    assert plan(stage, activity, client_key=key) == plan(stage, activity, client_key=key)
    assert Session.objects.count() == 1


def test_planning_tells_the_other_of_the_pair_and_invites_both(stage: Stage) -> None:
    plan(stage, stage.active())
    mails = OutboundEmail.objects.filter(template="activities.session")
    assert {mail.person for mail in mails} == {stage.ann, stage.cy}
    assert [n.person for n in Notice.objects.filter(kind="activities.session")] == [stage.cy]


@pytest.mark.parametrize("pair", [("ann", "ann"), ("ann", "dee"), ("ann", None)])
def test_a_visit_is_between_two_who_take_part(stage: Stage, pair: tuple[str, str | None]) -> None:
    observer, observed = (getattr(stage, name) if name else None for name in pair)
    with pytest.raises(Blocked, match="two different people"):
        plan(stage, stage.active(), observer=observer, observed=observed)


def test_nothing_is_planned_before_the_plan_is_agreed(stage: Stage) -> None:
    activity = stage.planned()
    stage.three(activity)
    with pytest.raises(Blocked, match="once the plan is agreed"):
        plan(stage, activity)


def test_a_clash_is_shown_and_never_saved_silently(stage: Stage) -> None:
    activity, slot = stage.active(), tomorrow()
    plan(stage, activity, slot=slot)
    clash = {"slot": slot, "observer": stage.bob, "observed": stage.ann}
    with pytest.raises(Conflicts, match="Ann Exampleton has another session"):
        plan(stage, activity, **clash)
    assert plan(stage, activity, despite_conflicts=True, **clash).pk


def test_two_may_watch_one_lesson(stage: Stage) -> None:
    activity, slot = stage.active(), tomorrow()
    plan(stage, activity, slot=slot)
    assert plan(stage, activity, slot=slot, observer=stage.bob).pk


def test_a_closed_school_is_a_conflict(stage: Stage) -> None:
    slot = tomorrow()
    day = slot.starts_at.date()
    TermDate.objects.create(
        organisation=stage.partner, kind="closure", starts_on=day, ends_on=day + timedelta(days=1)
    )
    slot = Slot(slot.starts_at, slot.ends_at, stage.partner)
    with pytest.raises(Conflicts, match="Beech School is closed"):
        plan(stage, stage.active(), slot=slot)


def test_marking_held_twice_makes_the_follow_ups_once(stage: Stage) -> None:
    session = stage.visit(stage.active(), stage.ann, stage.cy)
    engine.mark_held(session, by=stage.cy)
    assert FollowUp.objects.filter(source_id=session.pk).count() == 2


def test_tomorrows_session_has_not_been_held(stage: Stage) -> None:
    session = plan(stage, stage.active(), despite_conflicts=True)
    with pytest.raises(Blocked, match="future"):
        engine.mark_held(session, by=stage.ann)


def test_two_people_moving_one_session_lose_nothing(stage: Stage) -> None:
    session = plan(stage, stage.active(), despite_conflicts=True)
    later = tomorrow()
    engine.change_session(session, by=stage.ann, sequence=0, slot=later, despite_conflicts=True)
    with pytest.raises(Stale) as stale:
        engine.change_session(
            session, by=stage.cy, sequence=0, slot=an_hour_ago(), despite_conflicts=True
        )
    assert stale.value.current.starts_at == later.starts_at


def test_a_time_in_the_past_is_asked_about_before_it_is_saved(stage: Stage) -> None:
    activity, client = stage.active(), signed_in(stage.ann)
    day = timezone.localdate(tomorrow().starts_at) - timedelta(days=370)
    sent = {"what": "debrief", "day": day.isoformat(), "start": "16:00", "minutes": "45"}
    sent |= {"organisation": stage.school.ref, "client_key": str(uuid.uuid4())}
    address = reverse("activities:session_new", args=[activity.public_id])
    asked = client.post(address, sent)
    assert "This time lies in the past" in asked.content.decode()
    assert "Save it all the same" in asked.content.decode()
    ticked = {"shown": asked.context["form"]["shown"].value(), "despite_conflicts": "on"}
    assert client.post(address, {**sent, **ticked}).status_code == 302
    assert not OutboundEmail.objects.filter(template="activities.session").exists()


def test_a_tick_accepts_only_the_conflicts_that_were_shown(stage: Stage) -> None:
    """Another time in the same form: what speaks against it, in the same words, is shown first."""
    activity, client = stage.active(), signed_in(stage.ann)
    first, second = tomorrow(), tomorrow()
    second = Slot(second.starts_at + timedelta(hours=3), second.ends_at + timedelta(hours=3))
    plan(stage, activity, slot=first)
    plan(stage, activity, slot=second, observer=stage.cy, observed=stage.ann)

    def post(slot: Slot, **more: str) -> Any:
        starts_at = timezone.localtime(slot.starts_at)
        sent = {"what": "debrief", "day": starts_at.date().isoformat(), "minutes": "45"}
        sent |= {"start": starts_at.strftime("%H:%M"), "client_key": str(uuid.uuid4()), **more}
        return client.post(reverse("activities:session_new", args=[activity.public_id]), sent)

    shown = post(first).context["form"]["shown"].value()
    again = post(second, shown=shown, despite_conflicts="on")
    assert "Ann Exampleton has another session" in again.content.decode()
    assert not again.context["form"]["despite_conflicts"].value()
    assert Session.objects.count() == 2
    shown = again.context["form"]["shown"].value()
    assert post(second, shown=shown, despite_conflicts="on").status_code == 302


def test_who_may_not_move_a_visit_reads_who_may(stage: Stage) -> None:
    session = plan(stage, stage.active(), despite_conflicts=True)
    address = reverse("activities:session", args=[session.public_id])
    third = ({stage.ann, stage.bob, stage.cy} - {session.observer, session.observed}).pop()
    assert "Only the two people of this visit" in signed_in(third).get(address).content.decode()


def test_nothing_is_planned_while_it_is_paused(stage: Stage) -> None:
    activity = stage.active()
    engine.pause(activity, by=stage.lead, reason="Examinations")
    with pytest.raises(Blocked, match="It is paused"):
        plan(stage, activity, despite_conflicts=True)
    page = signed_in(stage.ann).get(reverse("activities:detail", args=[activity.public_id]))
    assert reverse("activities:find_time", args=[activity.public_id]) not in page.content.decode()


def test_a_postponed_session_is_planned_again(stage: Stage) -> None:
    session = plan(stage, stage.active(), despite_conflicts=True)
    session = engine.postpone(session, by=stage.ann, reason="Snow")
    assert (session.state, session.off_reason) == (SessionState.POSTPONED, "Snow")
    moved = engine.change_session(
        session, by=stage.ann, sequence=1, slot=tomorrow(), despite_conflicts=True
    )
    assert (moved.state, moved.sequence) == (SessionState.PLANNED, 2)


def test_next_for_is_mine_and_to_come(stage: Stage) -> None:
    activity = stage.active()
    session = plan(stage, activity, despite_conflicts=True)
    plan(stage, activity, observer=stage.bob, observed=stage.cy, despite_conflicts=True)
    assert Session.objects.next_for(stage.ann, clock.now()) == session
    assert Session.objects.next_for(stage.lead, clock.now()) is None
