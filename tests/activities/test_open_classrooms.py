"""Every rule of open classrooms: publishing, booking, cancelling."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from apps.activities import engine
from apps.activities.engine import Blocked, Situation
from apps.activities.enums import SessionState
from apps.activities.kinds.peer_visit import actions
from apps.activities.kinds.peer_visit.models import OpenSlot, SlotBooking
from apps.activities.models import Activity, Session
from apps.core import clock
from apps.core.models import Notice, OutboundEmail
from apps.schools.calendars import LONDON
from apps.schools.enums import TermDateKind
from apps.schools.models import TermDate
from tests import factories as f
from tests.activities.shadowing import Cast, cast
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
