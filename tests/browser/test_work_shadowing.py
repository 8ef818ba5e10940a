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

MOST_TABS = 100
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
def test_a_round_solved_and_taken_over_with_the_keyboard(walk: Walk, the: Cast, width: int) -> None:
    row = somebody_for_everybody(the)
    walk.be(the.coordinator)
    walk.open(f"/shadowing/rounds/{row.public_id}/board/", "20-board-before")
    tab_to(walk, "button", "Propose placements", go=True)
    done(walk, "20b-under-way")
    walk.look("21-proposal")
    expect(walk.page.get_by_text("Second choice: SEND and inclusion").first).to_be_visible()
    expect(walk.page.get_by_text("another host near enough showed this: Early")).to_be_visible()
    tab_to(walk, "link", f"Move to… {the.stage.ann.name}", go=True)
    walk.look("22-somebody")
    tab_to(walk, "combobox", "Which place?")
    walk.page.keyboard.type(the.stage.cy.name[:6])
    cost = walk.page.locator("#cost")
    expect(cost).to_contain_text(f"Would lose their place: {the.stage.bob.name}")
    walk.look("23-what-it-costs")
    tab_to(walk, "button", "Move there and solve again", go=True)
    done(walk)
    walk.look("24-moved")
    tab_to(walk, "checkbox", f"Take back {the.stage.ann.name}")
    tab_to(walk, "button", "Compare", go=True)
    expect(walk.page.get_by_text("2 people are placed differently.")).to_be_visible()
    walk.look("25-compared")
    tab_to(walk, "link", "All proposals", go=True)
    walk.look("26-proposals")
    tab_to(walk, "link", "Proposal 1", go=True)
    tab_to(walk, "button", "Take it over to the board", go=True)
    expect(walk.page.get_by_text("2 placements are on the board.")).to_be_visible()
    walk.look("27-taken-over")
    tab_to(walk, "button", "Publish the proposals", go=True)
    expect(walk.page.get_by_text("Waiting for answers").first).to_be_visible()


def tab_to(walk: Walk, role: Any, name: str, *, go: bool = False) -> None:
    """Get there with the Tab key alone, and go where it leads with Enter."""
    wanted = walk.page.get_by_role(role, name=name).first
    expect(wanted).to_be_visible()
    for _ in range(MOST_TABS):
        walk.page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            if go:
                with walk.page.expect_navigation():
                    walk.page.keyboard.press("Enter")
            return
    raise AssertionError(f"the Tab key does not reach {name}")


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


def done(walk: Walk, shot: str = "") -> None:
    """The worker of the journey: the job runs, and its page leads to the result."""
    expect(walk.page.get_by_role("button", name="Stop")).to_be_visible()
    if shot:
        walk.look(shot)
    assert jobs.run(Job.objects.latest("pk").pk, clock.now())
    walk.page.reload()
    tab_to(walk, "link", "Look at the proposal", go=True)
