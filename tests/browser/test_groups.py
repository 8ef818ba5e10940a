"""A group from the first wish to somebody who takes the place of another, with the keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.activities.forming.models import GroupWish
from apps.activities.models import Activity
from tests.browser.test_triad import Walk
from tests.browser.test_work_shadowing import done, tab_to
from tests.matching.calls import KIND, World, world
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PROBLEM = "Behaviour, attendance or how pupils feel gets in the way"


@pytest.fixture
def walk(page: Page, sign_in: Any, look: Any) -> Walk:
    return Walk(page, sign_in, look)


@pytest.fixture
def the(transactional_db: None) -> World:
    return world()


@on_a_phone
def test_from_a_wish_to_a_group_that_is_filled_again(walk: Walk, the: World, width: int) -> None:
    stage = the.cast.stage
    wish(walk, the)
    problem = GroupWish.objects.get().foci
    for person, school in ((stage.bob, stage.school), (stage.cy, stage.partner)):
        the.wish(person, school, foci=problem)
    walk.be(the.cast.coordinator)
    walk.open(f"/groups/{the.call.public_id}/", "4-who-would-like-a-group")
    tab_to(walk, "button", "Propose groups", go=True)
    done(walk)
    expect(walk.page.get_by_text("First wish of all")).to_be_visible()
    tab_to(walk, "combobox", f"{stage.ann.name}, {stage.bob.name}, {stage.cy.name}")
    walk.page.keyboard.type("Keep together")
    walk.look("5-proposal")
    tab_to(walk, "button", "Solve again", go=True)
    done(walk)
    expect(walk.page.get_by_text("You kept this group together.")).to_be_visible()
    tab_to(walk, "button", "Form the groups and invite everybody", go=True)
    say_no(walk, the)
    the.wish(stage.dee, stage.partner, foci=problem)
    ask_somebody_else(walk, the)
    activity = Activity.objects.get(kind=KIND)
    asked = activity.participants.current().values_list("person_id", flat=True)
    assert set(asked) == {stage.bob.pk, stage.cy.pk, stage.dee.pk}


def wish(walk: Walk, the: World) -> None:
    walk.be(the.cast.stage.ann)
    walk.open("/groups/", "1-calls")
    tab_to(walk, "link", the.call.name, go=True)
    tab_to(walk, "link", "I would like a group", go=True)
    tab_to(walk, "combobox", "What would you like to work on most?")
    walk.page.keyboard.type(PROBLEM)
    for box in ("Monday morning", "The alliance’s coordinators may see this"):
        tab_to(walk, "checkbox", box)
        walk.page.keyboard.press("Space")
    walk.look("2-wish")
    tab_to(walk, "button", "Save", go=True)
    walk.look("3-wished")


def say_no(walk: Walk, the: World) -> None:
    walk.be(the.cast.stage.ann)
    walk.open("/")
    tab_to(walk, "link", "See it and answer", go=True)
    tab_to(walk, "link", "Answer", go=True)
    walk.look("6-invitation")
    tab_to(walk, "button", "No, thank you", go=True)


def ask_somebody_else(walk: Walk, the: World) -> None:
    walk.be(the.cast.coordinator)
    walk.open(f"/groups/{the.call.public_id}/", "7-a-group-lacks-somebody")
    tab_to(walk, "link", "Whom to ask next", go=True)
    walk.look("8-whom-to-ask")
    tab_to(walk, "button", f"Invite {the.cast.stage.dee.name}", go=True)
    expect(walk.page.get_by_text(f"{the.cast.stage.dee.name} is invited.")).to_be_visible()
