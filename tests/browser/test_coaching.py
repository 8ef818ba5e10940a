"""Coaching, from recorded training to a reviewed step."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.activities import engine
from apps.activities.kinds.coaching.models import CoachingContract, CoachingStep
from tests.activities.coached import hold, matched
from tests.activities.triads import Stage, build
from tests.browser.test_triad import Walk
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def walk(page: Page, sign_in: Any, look: Any) -> Walk:
    return Walk(page, sign_in, look)


@pytest.fixture
def stage(transactional_db: None) -> Stage:
    return build()


def train(walk: Walk, stage: Stage) -> None:
    walk.be(stage.lead)
    walk.open("/coaching/coaches/", "1-no-coaches")
    walk.follow("Record training")
    walk.look("2-training")
    walk.page.get_by_label("Who was trained?").select_option(stage.bob.memberships.get().public_id)
    walk.fill("When?", "2026-09-01")
    walk.fill("By whom?", "The hub")
    walk.press("Record it")
    expect(walk.page.get_by_text("may coach now")).to_be_visible()


@on_a_phone
def test_from_training_to_a_reviewed_step(walk: Walk, stage: Stage, width: int) -> None:
    train(walk, stage)
    activity = matched(stage)
    walk.open("/coaching/coaches/", "3-coaches")
    walk.follow("Set time and number")
    walk.fill("Protected minutes", "30")
    walk.look("4-time")
    walk.press("Save")
    expect(walk.page.get_by_text("Saved.").first).to_be_visible()
    walk.be(stage.ann)
    walk.open(f"/activities/{activity.public_id}/", "5-matched")
    walk.follow("Write the contract")
    walk.fill("What does the coachee want", "A calm start")
    walk.fill("How often", "Every second Tuesday")
    walk.fill("When does it end?", "At Easter")
    walk.look("6-contract")
    walk.press("Save and agree")
    expect(walk.page.get_by_text("It stands once")).to_be_visible()
    walk.be(stage.bob)
    walk.open(f"/coaching/{activity.public_id}/contract/", "7-agree")
    walk.press("I agree")
    expect(walk.page.get_by_text("Both have agreed")).to_be_visible()
    assert CoachingContract.objects.get().is_agreed
    engine.activate(engine.agree(activity, by=stage.lead), by=stage.lead)
    hold(stage, activity, "drop_in")
    walk.open(f"/coaching/{activity.public_id}/step/", "8-choose")
    walk.fill("The one step", "Stand at the door and greet")
    walk.press("Save", exact=True)
    walk.follow("Rehearse it")
    walk.fill("How did you rehearse it?", "Four times")
    walk.look("9-rehearse")
    walk.press("Save", exact=True)
    walk.follow("Say how it went")
    walk.fill("What happened?", "Most were at work")
    walk.press("Save", exact=True)
    walk.follow("Review it")
    walk.page.get_by_label("Secured").check()
    walk.look("10-review")
    walk.press("Save", exact=True)
    expect(walk.page.get_by_text("Take the next one, or end")).to_be_visible()
    assert CoachingStep.objects.get().review == "secured"
    walk.open(f"/activities/{activity.public_id}/", "11-pair")
    expect(walk.page.get_by_text("Stand at the door and greet").first).to_be_visible()
    walk.be(stage.lead)
    walk.open(f"/activities/{activity.public_id}/", "12-lead")
    expect(walk.page.get_by_text("Stand at the door")).to_have_count(0)
