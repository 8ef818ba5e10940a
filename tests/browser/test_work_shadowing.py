"""A round of work shadowing, from its opening to the first half-day, at a desk and on a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.activities.kinds.work_shadowing.models import Application, Placement, ShadowingRound
from apps.activities.models import Activity
from apps.core import clock, jobs
from apps.core.models import Job
from tests.activities.shadowing import Cast, cast
from tests.browser.test_triad import Walk
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def walk(page: Page, sign_in: Any, look: Any) -> Walk:
    return Walk(page, sign_in, look)


@pytest.fixture
def the(transactional_db: None) -> Cast:
    return cast()


@on_a_phone
def test_from_a_round_to_a_briefing(walk: Walk, the: Cast, width: int) -> None:
    row = open_a_round(walk, the)
    apply_and_approve(walk, the, row)
    offer_a_place(walk, the, row)
    put_together(walk, the, row)
    activity = all_say_yes(walk, the)
    go_through_the_briefing(walk, the, activity)
    walk.be(the.head)
    walk.open(f"/shadowing/rounds/{row.public_id}/outcome/", "16-outcome")
    expect(walk.page.get_by_text("fewer than five").first).to_be_visible()


def open_a_round(walk: Walk, the: Cast) -> ShadowingRound:
    today = clock.today()
    walk.be(the.coordinator)
    walk.open("/shadowing/", "1-no-round-yet")
    walk.follow("Open a round")
    walk.fill("Name of the round", "Spring")
    for strand in ("Senior leaders", "Middle leaders", "Aspiring leaders"):
        walk.page.get_by_label(strand).check()
    walk.fill("Applications and offers until", (today + timedelta(days=20)).isoformat())
    walk.fill("Placements from", (today + timedelta(days=10)).isoformat())
    walk.fill("Placements to", (today + timedelta(days=100)).isoformat())
    walk.press("Open the round")
    walk.look("2-round-dates-wrong")
    walk.fill("Placements from", (today + timedelta(days=30)).isoformat())
    walk.press("Open the round")
    expect(walk.page.get_by_text("The round is open.")).to_be_visible()
    walk.look("3-round-of-the-coordinator")
    return ShadowingRound.objects.get()


def apply_and_approve(walk: Walk, the: Cast, row: ShadowingRound) -> None:
    walk.be(the.shadow)
    walk.open(f"/shadowing/rounds/{row.public_id}/", "4-round-of-a-teacher")
    walk.follow("Apply", exact=True)
    walk.page.get_by_label("Middle leaders").check()
    walk.page.get_by_label("What would you like to see most?").select_option("behaviour")
    walk.fill("Your career goal", "Lead a year group")
    walk.fill("What should pupils", "Calmer corridors")
    for half in ("Monday morning", "Tuesday afternoon"):
        walk.page.get_by_label(half).check()
    walk.fill("How many half-days?", "2")
    walk.look("5-apply")
    walk.press("Send it to your head")
    walk.look("6-application")
    walk.be(the.head)
    walk.open("/", "7-home-of-the-head")
    walk.follow("Read and answer")
    walk.look("8-approve")
    walk.press("Approve", exact=True)
    assert Application.objects.get().state == "approved"


def offer_a_place(walk: Walk, the: Cast, row: ShadowingRound) -> None:
    walk.be(the.other_head)
    walk.open(f"/shadowing/rounds/{row.public_id}/offer/")
    member = the.host.memberships.get()
    walk.page.get_by_label("Who would host?").select_option(member.public_id)
    walk.page.get_by_label("Behaviour and attendance").check()
    for half in ("Monday morning", "Tuesday afternoon"):
        walk.page.get_by_label(half).check()
    walk.look("9-offer")
    walk.press("Offer the place")
    expect(walk.page.get_by_text("The place is offered.")).to_be_visible()
    the.offer(row, the.stage.bob)


def put_together(walk: Walk, the: Cast, row: ShadowingRound) -> None:
    walk.be(the.coordinator)
    walk.open(f"/shadowing/rounds/{row.public_id}/board/", "10-board")
    expect(walk.page.get_by_text("It is their own school.")).to_be_visible()
    walk.press("Place here")
    expect(walk.page.get_by_text("Proposed. Nobody sees it before you publish.")).to_be_visible()
    walk.look("11-proposed")
    walk.press("Publish the proposals")
    expect(walk.page.get_by_text("Waiting for answers")).to_be_visible()


def all_say_yes(walk: Walk, the: Cast) -> Activity:
    placement = Placement.objects.get()
    for person in (the.shadow, the.host, the.head, the.other_head):
        walk.be(person)
        walk.open(f"/shadowing/placements/{placement.public_id}/")
        if person == the.host:
            walk.look("12-placement")
        walk.press("Yes", exact=True)
    expect(walk.page.get_by_text("All have said yes: it is a placement now.")).to_be_visible()
    walk.look("13-accepted")
    return Activity.objects.get()


def go_through_the_briefing(walk: Walk, the: Cast, activity: Activity) -> None:
    the.begin(the.plan_rest(activity))
    for person, shot in ((the.host, "14-briefing-host"), (the.shadow, "15-briefing-shadow")):
        walk.be(person)
        walk.open(f"/activities/{activity.public_id}/")
        walk.follow("Briefing and confidentiality")
        for box in walk.page.locator("input[type=checkbox]").all():
            box.check()
        if person == the.host:
            walk.fill("Name of your school", "A. Leader")
        walk.look(shot)
        walk.press("Save", exact=True)
    walk.look("15b-activity")
    walk.follow("Go on to “Placement”")
    walk.press("Go on to the next stage")
    activity.refresh_from_db()
    assert activity.stage == "placed"


@on_a_phone
def test_a_round_solved_and_taken_over(walk: Walk, the: Cast, width: int) -> None:
    row = somebody_for_everybody(the)
    walk.be(the.coordinator)
    walk.open(f"/shadowing/rounds/{row.public_id}/board/", "20-board-before")
    walk.press("Propose placements")
    expect(walk.page.get_by_role("button", name="Stop")).to_be_visible()
    walk.look("20b-under-way")
    done(walk)
    walk.look("21-proposal")
    expect(walk.page.get_by_text("Second choice: SEND and inclusion").first).to_be_visible()
    expect(walk.page.get_by_text("another host near enough showed this: Early")).to_be_visible()
    walk.page.get_by_label("Bob", exact=False).first.select_option("Rule out")
    walk.press("Solve again")
    done(walk)
    expect(walk.page.get_by_role("heading", name="Ruled out by you")).to_be_visible()
    walk.look("22-second-proposal")
    walk.follow("All proposals")
    walk.look("23-proposals")
    walk.follow("Proposal 1", exact=True)
    walk.press("Take it over to the board")
    expect(walk.page.get_by_text("2 placements are on the board.")).to_be_visible()
    walk.look("24-taken-over")


def somebody_for_everybody(the: Cast) -> ShadowingRound:
    """Two apply for what one of them could have elsewhere, and a third wants what nobody shows."""
    for school, east in ((the.stage.school, 400_000), (the.stage.partner, 408_000)):
        school.easting, school.northing, school.pupils = east, 150_000, 180
        school.save()
    row = the.round()
    the.application(row, the.stage.ann, foci=["behaviour", "inclusion"])
    the.application(row, the.stage.bob, foci=["behaviour"])
    the.application(row, the.stage.lead, foci=["early"])
    the.offer(row, the.stage.cy, foci=["behaviour"])
    the.offer(row, the.stage.dee, foci=["inclusion"])
    return row


def done(walk: Walk) -> None:
    """The worker of the journey: the job runs, and its page leads to the result."""
    assert jobs.run(Job.objects.latest("pk").pk, clock.now())
    walk.page.reload()
    walk.follow("Look at the proposal")
