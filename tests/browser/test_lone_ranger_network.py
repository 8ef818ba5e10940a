"""From a call for the only ones of their kind to a first meeting, on a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.activities import engine
from apps.activities.engine import Slot
from apps.activities.forming.actions import wish
from apps.activities.forming.models import GroupCall
from apps.activities.models import Activity, Participant, Record
from apps.core import clock, jobs
from apps.core.models import Job
from apps.schools.enums import Role
from tests import factories as f
from tests.activities.shadowing import Cast, cast
from tests.activities.triads import home_of, signed
from tests.browser.test_triad import Walk
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def walk(page: Page, sign_in: Any, look: Any) -> Walk:
    return Walk(page, sign_in, look)


@pytest.fixture
def the(transactional_db: None) -> Cast:
    """With Una, who works in the library of a third school."""
    found = cast()
    third = signed(found.stage, "Cedar School")
    una = f.PersonFactory(given_name="Una", family_name="Exampleton")
    f.MembershipFactory(person=una, organisation=third, role=Role.SUPPORT)
    found.stage.extra["una"] = una
    return found


@on_a_phone
def test_from_a_call_to_a_meeting(walk: Walk, the: Cast, width: int) -> None:
    call = ask(walk, the)
    wish_for(walk, the, call)
    activity = form_it(walk, the, call)
    begin(the, activity)
    meet(walk, the, activity)


def ask(walk: Walk, the: Cast) -> GroupCall:
    walk.be(the.coordinator)
    walk.open("/groups/new/")
    walk.page.get_by_role("radio", name="Lone-ranger network").check()
    walk.fill("Name of the call", "Nobody to ask")
    walk.fill("Wishes until", (clock.today() + timedelta(days=20)).isoformat())
    walk.press("Ask")
    return GroupCall.objects.get()


def wish_for(walk: Walk, the: Cast, call: GroupCall) -> None:
    """Una on her phone; two others as well."""
    walk.be(the.stage.extra["una"])
    walk.open(f"/groups/{call.public_id}/")
    walk.follow("I would like a group")
    walk.page.get_by_label("Of which subject or role").select_option(label="Librarian")
    walk.page.get_by_label("Tuesday after school").check()
    walk.page.get_by_label("coordinators may see this").check()
    walk.look("1-wish")
    walk.press("Save")
    expect(walk.page.get_by_text("The coordinators look for a group for you.")).to_be_visible()
    for person in (the.stage.ann, the.stage.cy):
        wish(
            call,
            by=person,
            organisation=home_of(person),
            foci=["librarian"],
            times=["1after"],
            most_miles=15,
            school_only=False,
        )


def form_it(walk: Walk, the: Cast, call: GroupCall) -> Activity:
    walk.be(the.coordinator)
    walk.open(f"/groups/{call.public_id}/", "2-wishes")
    walk.press("Propose groups")
    jobs.run(Job.objects.latest("pk").pk, clock.now())
    walk.open(f"/groups/{call.public_id}/")
    walk.follow("All proposals")
    walk.follow("Proposal 1")
    expect(walk.page.get_by_text("Librarian", exact=True).first).to_be_visible()
    walk.look("3-proposal")
    walk.press("Form the groups and invite everybody")
    return Activity.objects.get(kind="lone_ranger_network")


def begin(the: Cast, activity: Activity) -> None:
    """All say yes; the plan is written, and a first meeting was at Ash School, a week ago."""
    by = the.coordinator
    with clock.frozen(clock.now() - timedelta(days=8)):
        for place in Participant.objects.filter(activity=activity).select_related("person"):
            engine.answer_invitation(place, by=place.person, accept=True)
        engine.plan(
            activity,
            by=by,
            version=activity.version,
            reason="chosen",
            focus="Quiet readers",
            pupil_outcome="More of them borrow books",
            starts_on=clock.today(),
            ends_on=clock.today() + timedelta(days=200),
            minutes_available=300,
            equality="On Tuesdays, when all three work",
        )
        the.stage.lead = by
        the.stage.criterion(activity)
        engine.agree(activity, by=by)
        engine.activate(activity, by=by)
        start = clock.now() + timedelta(days=1)
        slot = Slot(start, start + timedelta(minutes=90), the.stage.school)
        engine.plan_session(activity, by=by, kind="meeting", slot=slot, despite_conflicts=True)


def meet(walk: Walk, the: Cast, activity: Activity) -> None:
    """It counts once a pupil issue is written; the same school does not host twice in a row."""
    walk.be(the.stage.extra["una"])
    walk.open(f"/activities/{activity.public_id}/", "4-network")
    walk.follow("Pupil issue")
    walk.page.locator("textarea").first.fill("Boys in Year 9 borrow nothing.")
    walk.press("Save", exact=True)
    expect(walk.page.get_by_text("Saved.").first).to_be_visible()
    assert Record.objects.get().audience == "participants"
    walk.open(f"/activities/{activity.public_id}/")
    walk.follow("Plan a session")
    walk.fill("Day", (clock.today() + timedelta(days=30)).isoformat())
    walk.page.get_by_label("At which school?").select_option(label="Ash School")
    walk.press("Save")
    alert = walk.page.get_by_role("alert")
    expect(alert).to_contain_text("Others who could host: Beech School and Cedar School.")
    walk.look("5-another-host")
