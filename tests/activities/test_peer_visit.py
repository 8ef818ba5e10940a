"""Every rule of peer visits and open classrooms."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from apps.activities import engine
from apps.activities.engine import Blocked, Situation
from apps.activities.enums import ActivityState, Audience, SessionState
from apps.activities.kinds import kind_of
from apps.activities.kinds.peer_visit import actions
from apps.activities.kinds.peer_visit.models import OpenSlot, SlotBooking
from apps.activities.kinds.peer_visit.sharing import answer_sharing
from apps.activities.models import Activity, Record, Session
from apps.core import clock
from apps.core.models import Notice, OutboundEmail
from apps.followups.models import FollowUp
from apps.schools.calendars import LONDON
from apps.schools.enums import TermDateKind
from apps.schools.models import TermDate
from tests import factories as f
from tests.activities.shadowing import Cast, an_hour_ago, cast
from tests.activities.triads import home_of
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
        assert row.due == clock.today() + timedelta(days=days)


# Open classrooms


def slot(the: Cast, **values: object) -> OpenSlot:
    starts_at = clock.now() + timedelta(days=9)
    return k.OpenSlotFactory(
        host=the.stage.cy,
        organisation=the.stage.partner,
        alliance=the.stage.alliance,
        **{"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1), **values},
    )


def book(the: Cast, row: OpenSlot, who: str = "ann", **more: object) -> SlotBooking:
    person = getattr(the.stage, who)
    return actions.book(row, by=person, organisation=home_of(person), **more)


MONDAY = datetime(2026, 9, 14, 10, tzinfo=LONDON)


def publish(the: Cast, days: int = 1) -> OpenSlot:
    """On a Monday in September, so many days ahead."""
    start = MONDAY + timedelta(days=days)
    with clock.frozen(MONDAY):
        return actions.open_classroom(
            by=the.stage.cy,
            organisation=the.stage.partner,
            alliance=the.stage.alliance,
            topic="Talk partners",
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            places=1,
        )


def test_the_school_must_be_open_that_day(the: Cast) -> None:
    assert publish(the).places == 1
    with pytest.raises(Blocked, match="is closed that day"):
        publish(the, days=5)


def test_there_is_nothing_to_see_on_an_inset_day(the: Cast) -> None:
    publish(the)
    day = (MONDAY + timedelta(days=2)).date()
    TermDate.objects.create(
        organisation=the.stage.partner, kind=TermDateKind.INSET, starts_on=day, ends_on=day
    )
    with pytest.raises(Blocked, match="INSET"):
        publish(the, days=2)


def test_a_host_opens_one_classroom_at_a_time(the: Cast) -> None:
    publish(the)
    with pytest.raises(Blocked, match="already"):
        publish(the)


def test_booking_makes_a_visit_with_that_host(the: Cast) -> None:
    booking = book(the, slot(the))
    situation = Situation.of(booking.activity)
    assert [p.person for p in situation.people_as("visitor")] == [the.stage.ann]
    assert [p.person for p in situation.people_as("host")] == [the.stage.cy]
    assert booking.activity.alliance == the.stage.alliance
    assert booking.activity.organiser == the.stage.ann


def test_booking_for_a_visit_that_is_agreed_plans_its_session(the: Cast) -> None:
    activity = visit(the)
    booking = book(the, slot(the), activity=activity)
    booking.refresh_from_db()
    session = Session.objects.get()
    assert booking.session == session
    assert (session.observer, session.observed) == (the.stage.ann, the.stage.cy)


def test_a_booked_hour_goes_into_the_agenda_once_the_plan_is_agreed(the: Cast) -> None:
    booking = book(the, slot(the))
    with pytest.raises(Blocked, match="once the plan is agreed"):
        actions.attach(booking, by=the.stage.ann)
    the.plan_rest(booking.activity, visit_aim="refine")
    engine.agree(booking.activity, by=the.stage.ann)
    first = actions.attach(booking, by=the.stage.ann)
    assert actions.attach(booking, by=the.stage.ann).session_id == first.session_id
    assert Session.objects.count() == 1


def test_nobody_books_twice(the: Cast) -> None:
    row = slot(the, places=3)
    book(the, row)
    with pytest.raises(Blocked, match="a place already"):
        book(the, row)


def test_nobody_is_in_two_open_classrooms_at_once(the: Cast) -> None:
    row = slot(the)
    other = k.OpenSlotFactory(
        host=the.stage.dee,
        organisation=the.stage.partner,
        alliance=the.stage.alliance,
        starts_at=row.starts_at + timedelta(minutes=30),
    )
    book(the, row)
    with pytest.raises(Blocked, match="at that time"):
        book(the, other)


def test_there_are_no_more_visitors_than_places(the: Cast) -> None:
    row = slot(the, places=1)
    book(the, row)
    with pytest.raises(Blocked, match="All places are taken"):
        book(the, row, "bob")
    assert not OpenSlot.objects.with_room().exists()
    assert OpenSlot.objects.with_taken().get().taken == 1


def test_cancelling_frees_the_place_and_the_session(the: Cast) -> None:
    row = slot(the, places=1)
    booking = book(the, row, activity=visit(the))
    actions.cancel_booking(booking, by=the.stage.ann)
    assert Session.objects.get().state == SessionState.CANCELLED
    assert OpenSlot.objects.with_room().get() == row
    assert book(the, row, "bob").visitor == the.stage.bob


def test_who_leaves_the_visit_frees_the_place(the: Cast) -> None:
    row = slot(the, places=1)
    booking = book(the, row)
    place = booking.activity.participants.get(person=the.stage.ann)
    engine.withdraw(place, by=the.stage.ann)
    assert OpenSlot.objects.with_room().get() == row
    assert book(the, row).visitor == the.stage.ann


def test_a_judge_books_no_place(the: Cast) -> None:
    the.stage.cy.memberships.update(line_manager=the.stage.ann)
    with pytest.raises(Blocked, match="manages"):
        book(the, slot(the))
    assert not Activity.objects.exists()


def test_within_one_school_a_visit_needs_no_alliance(the: Cast) -> None:
    booking = book(the, slot(the), "dee")
    assert booking.activity.alliance is None


def test_withdrawing_tells_who_had_booked(the: Cast) -> None:
    row = slot(the)
    booking = book(the, row, activity=visit(the))
    actions.withdraw_slot(row, by=the.stage.cy)
    assert Session.objects.get().state == SessionState.CANCELLED
    assert Notice.objects.filter(person=the.stage.ann, kind="activities.slot_withdrawn").exists()
    assert OutboundEmail.objects.filter(key=f"activities.slot_withdrawn:{booking.pk}").exists()
    with pytest.raises(Blocked, match="withdrawn"):
        book(the, row, "bob")


def test_the_host_is_told_who_comes(the: Cast) -> None:
    book(the, slot(the))
    assert Notice.objects.filter(person=the.stage.cy, kind="activities.slot_booked").exists()


def test_only_the_host_sees_who_comes(the: Cast, client: object) -> None:
    row = slot(the, places=2)
    book(the, row)
    for person, seen in ((the.stage.cy, True), (the.stage.dee, False), (the.stage.lead, False)):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[attr-defined]
        body = client.get(f"/open-classrooms/{row.public_id}/").content.decode()  # type: ignore[attr-defined]
        assert ("Ann Exampleton" in body) is seen


def test_another_alliance_sees_no_classroom(the: Cast) -> None:
    stranger = f.PersonFactory()
    f.MembershipFactory(person=stranger)
    slot(the)
    assert not OpenSlot.objects.visible_to(stranger).exists()
    assert OpenSlot.objects.visible_to(the.stage.ann).exists()
