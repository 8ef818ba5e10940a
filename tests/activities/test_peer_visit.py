"""Every rule of peer visits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.activities import engine
from apps.activities.engine import Blocked, Situation
from apps.activities.enums import ActivityState, Audience, SessionState
from apps.activities.kinds import kind_of
from apps.activities.kinds.peer_visit.finding import find_panel
from apps.activities.kinds.peer_visit.models import OpenSlot
from apps.activities.kinds.peer_visit.sharing import answer_sharing
from apps.activities.models import Activity, Record
from apps.core import clock
from apps.followups.models import FollowUp
from apps.schools.calendars import UNKNOWN
from tests.activities.shadowing import Cast, an_hour_ago, cast
from tests.factories import kinds as k

CRITICAL = {
    "true": "Two adults in the room",
    "unseen": "Friday afternoons",
    "sceptic": "It works because the class is small",
}


@pytest.fixture
def the(db: None) -> Cast:
    return cast()


def visit(the: Cast, **more: object) -> Activity:
    """Under way, at its questions: Ann visits Cy."""
    activity = the.drafted("peer_visit", {"visitor": the.stage.ann, "host": the.stage.cy})
    return the.begin(the.plan_rest(activity, visit_aim="contrast"))


def ask(the: Cast, activity: Activity) -> Record:
    return engine.record(
        by=the.stage.ann, kind="questions", text="How do you start?", activity=activity
    )


def visited(the: Cast) -> Activity:
    activity = visit(the)
    ask(the, activity)
    activity = engine.advance(activity, by=the.stage.ann)
    engine.record(
        by=the.stage.ann,
        kind="evidence",
        text="They began in silence.",
        activity=activity,
        about=the.stage.cy,
    )
    return activity


def debriefed(the: Cast) -> Activity:
    activity = engine.advance(visited(the), by=the.stage.ann)
    engine.record(
        by=the.stage.ann, kind="critical", text="Our rooms.", activity=activity, data=CRITICAL
    )
    return activity


def test_a_visit_without_a_host_finds_classrooms_that_would_suit(the: Cast) -> None:
    def opened(**more: object) -> OpenSlot:
        place = {"organisation": the.stage.partner, "alliance": the.stage.alliance}
        return k.OpenSlotFactory(**{"host": the.stage.cy, **place, **more})

    activity = the.drafted("peer_visit", {"visitor": the.stage.ann})
    Activity.objects.filter(pk=activity.pk).update(focus="Behaviour on corridors")
    tied = opened(host=the.stage.dee, topic="Corridors and behaviour")
    the.stage.dee.memberships.update(line_manager=the.stage.ann)
    plain, suits = opened(topic="Talk partners"), opened(topic="Calm corridors at break")
    opened(host=the.stage.ann, organisation=the.stage.school, topic="Corridors")
    past = clock.now() - timedelta(hours=2)
    opened(topic="Corridors", starts_at=past, ends_at=past + timedelta(hours=1))
    situation = Situation.of(Activity.objects.get(pk=activity.pk))
    panel = find_panel(situation, the.stage.ann)
    assert panel is not None
    assert [match.slot for match in panel["matches"]] == [suits, plain]
    assert "In common with your focus: corridors" in panel["matches"][0].why
    assert find_panel(situation, the.coordinator) is None
    client = Client()
    client.force_login(the.stage.ann, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("activities:detail", args=[activity.public_id])).content.decode()
    assert "Find a match" in page
    assert tied.topic not in page
    url = f"{reverse('activities:open_slot', args=[suits.public_id])}?visit={activity.public_id}"
    assert url in page
    booking = client.get(url)
    assert booking.context["form"].initial["activity"] == activity.public_id
    other = client.get(url.replace(activity.public_id, "nothing"))
    assert "activity" not in other.context["form"].initial
    assert find_panel(Situation.of(visit(the)), the.stage.ann) is None


def test_its_stages_are_those_of_a_peer_visit() -> None:
    assert [s.slug for s in kind_of("peer_visit").stages] == [
        "need",
        "host_found",
        "questions",
        "visit",
        "debrief",
        "decision",
    ]


def test_visitor_and_host(the: Cast) -> None:
    activity = the.drafted("peer_visit", {"visitor": the.stage.ann})
    with pytest.raises(Blocked, match="1 more person"):
        engine.agree(the.plan_rest(activity, visit_aim="refine"), by=the.stage.lead)


def test_one_host(the: Cast) -> None:
    activity = the.drafted("peer_visit", {"visitor": the.stage.ann, "host": the.stage.cy})
    with pytest.raises(Blocked, match="room for 1 person"):
        engine.invite(
            activity,
            by=the.stage.lead,
            person=the.stage.dee,
            organisation=the.stage.partner,
            role="host",
        )


def test_several_visitors_may_come(the: Cast) -> None:
    people = {"visitor": the.stage.ann, "host": the.stage.cy}
    activity = the.drafted("peer_visit", people)
    place = engine.invite(
        activity,
        by=the.stage.lead,
        person=the.stage.bob,
        organisation=the.stage.school,
        role="visitor",
    )
    engine.answer_invitation(place, by=the.stage.bob, accept=True)
    assert len(Situation.of(activity).all_pairs("visit")) == 2


def test_at_least_two_schools(the: Cast) -> None:
    with pytest.raises(Blocked, match="two schools"):
        the.drafted("peer_visit", {"visitor": the.stage.ann, "host": the.stage.bob})


def test_nobody_judges_another(the: Cast) -> None:
    the.stage.cy.memberships.update(appraiser=the.stage.ann)
    with pytest.raises(Blocked, match="manages"):
        the.drafted("peer_visit", {"visitor": the.stage.ann, "host": the.stage.cy})


def test_refine_or_contrast_is_asked(the: Cast) -> None:
    activity = the.drafted("peer_visit", {"visitor": the.stage.ann, "host": the.stage.cy})
    with pytest.raises(Blocked, match="Refine or contrast"):
        engine.agree(the.plan_rest(activity), by=the.stage.lead)


def test_questions_before_the_visit(the: Cast) -> None:
    activity = visit(the)
    assert activity.stage == "questions"
    with pytest.raises(Blocked, match="questions have to be written"):
        engine.advance(activity, by=the.stage.ann)
    session = engine.plan_session(
        activity,
        by=the.stage.ann,
        kind="visit",
        slot=an_hour_ago(),
        observer=the.stage.ann,
        observed=the.stage.cy,
        despite_conflicts=True,
    )
    with pytest.raises(Blocked, match="questions have to be written"):
        engine.mark_held(session, by=the.stage.ann)
    ask(the, activity)
    engine.mark_held(session, by=the.stage.ann)
    assert engine.advance(activity, by=the.stage.ann).stage == "visit"


def test_only_visitors_visit_only_hosts(the: Cast) -> None:
    activity = visit(the)
    with pytest.raises(Blocked, match="two different people"):
        engine.plan_session(
            activity,
            by=the.stage.ann,
            kind="visit",
            slot=an_hour_ago(),
            observer=the.stage.cy,
            observed=the.stage.ann,
        )


def test_the_host_owns_what_is_observed(the: Cast) -> None:
    activity = visited(the)
    evidence = Record.objects.get(kind="evidence")
    assert (evidence.owner, evidence.audience) == (the.stage.cy, Audience.PAIR)
    assert not Record.objects.visible_to(the.stage.lead).filter(pk=evidence.pk).exists()
    assert activity.sessions.get().state == SessionState.HELD


def test_the_debrief_waits_for_the_visit(the: Cast) -> None:
    activity = visit(the)
    ask(the, activity)
    activity = engine.advance(activity, by=the.stage.ann)
    with pytest.raises(Blocked, match="visit has not been held"):
        engine.advance(activity, by=the.stage.ann)


@pytest.mark.parametrize("missing", CRITICAL)
def test_doubts_are_compulsory(the: Cast, missing: str) -> None:
    activity = engine.advance(visited(the), by=the.stage.ann)
    with pytest.raises(Blocked, match="critical questions have not been answered"):
        engine.advance(activity, by=the.stage.ann)
    with pytest.raises(Blocked, match="not answered yet"):
        engine.record(
            by=the.stage.ann,
            kind="critical",
            text="Our rooms.",
            activity=activity,
            data={**CRITICAL, missing: " "},
        )


def test_the_decision_follows_the_critical_questions(the: Cast) -> None:
    activity = engine.advance(debriefed(the), by=the.stage.ann)
    assert activity.stage == "decision"
    due = clock.today() + timedelta(days=30)
    with pytest.raises(Blocked, match="decision has not been written"):
        engine.close(activity, by=the.stage.lead, promise="Ask", due=due)
    with pytest.raises(Blocked, match="What do you decide"):
        engine.record(by=the.stage.ann, kind="decision", text="Because", activity=activity)
    engine.record(
        by=the.stage.ann,
        kind="decision",
        text="Our rooms are smaller.",
        activity=activity,
        data={"decision": "adapt", "first_step": ""},
    )
    assert not FollowUp.objects.open().filter(rule="peer_visit.decide").exists()
    closed = engine.close(activity, by=the.stage.lead, promise="Ask", due=due)
    assert closed.state == ActivityState.CLOSED


def test_host_clears_sharing(the: Cast) -> None:
    activity = debriefed(the)
    critical = Record.objects.get(kind="critical")
    with pytest.raises(Blocked, match="the host has to say yes"):
        engine.share_record(critical, by=the.stage.ann, audience=Audience.ALLIANCE)
    answer_sharing(activity, by=the.stage.cy, allowed=True)
    engine.share_record(critical, by=the.stage.ann, audience=Audience.ALLIANCE)
    assert Record.objects.visible_to(the.stage.other_lead).filter(pk=critical.pk).exists()


def test_a_host_who_takes_the_yes_back_takes_it_back_for_all(the: Cast) -> None:
    activity = debriefed(the)
    critical = Record.objects.get(kind="critical")
    answer_sharing(activity, by=the.stage.cy, allowed=True)
    engine.share_record(critical, by=the.stage.ann, audience=Audience.SCHOOLS)
    answer_sharing(activity, by=the.stage.cy, allowed=False)
    critical.refresh_from_db()
    assert critical.audience == Audience.PARTICIPANTS
    with pytest.raises(Blocked, match="the host has to say yes"):
        engine.share_record(critical, by=the.stage.ann, audience=Audience.ALLIANCE)


def test_colleagues_are_briefed_within_a_fortnight_and_it_is_decided_in_half_a_term(
    the: Cast,
) -> None:
    visited(the)
    found = {row.rule: row for row in FollowUp.objects.all()}
    assert set(found) == {"peer_visit.brief_colleagues", "peer_visit.decide"}
    for rule, days in (("brief_colleagues", 14), ("decide", 42)):
        row = found[f"peer_visit.{rule}"]
        assert row.owner == the.stage.ann
        assert row.due == UNKNOWN.first_open(clock.today() + timedelta(days=days))
