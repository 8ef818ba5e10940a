"""Release time: asked, approved in bulk on a phone, covered and written down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.activities.models import Release
from apps.core import clock
from apps.schools.cycles import monday_of
from apps.schools.enums import Role
from tests import factories as f
from tests.activities.triads import Stage, build
from tests.browser.test_triad import Walk
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def walk(page: Page, sign_in: Any, look: Any) -> Walk:
    return Walk(page, sign_in, look)


@pytest.fixture
def stage(transactional_db: None) -> Iterator[Stage]:
    made = build()
    head = f.PersonFactory(given_name="Hari", family_name="Headley")
    f.MembershipFactory(person=head, organisation=made.school, role=Role.HEAD)
    made.extra["head"] = head
    f.TimeBudgetFactory(organisation=made.school, cpd_hours=2, term_minutes=1)
    f.SupplyRateFactory(organisation=made.school)
    made.ann.memberships.update(fte="0.6")
    activity = made.active()
    monday = monday_of(clock.today()) + timedelta(days=7)
    for n, person in enumerate((made.ann, made.bob, made.ann, made.bob)):
        f.ReleaseFactory(
            person=person,
            organisation=made.school,
            activity=activity if n else None,
            what_for="" if n else "Course: reading aloud",
            day=monday + timedelta(days=n),
            planned_minutes=60 + 25 * n,
            travel_minutes=25 * n,
            asked_by=made.lead,
        )
    f.ReleaseFactory(
        person=made.ann,
        organisation=made.school,
        activity=activity,
        what_for="",
        day=clock.today() - timedelta(days=1),
        state="used",
        actual_minutes=70,
        cover="supply",
        supply_unit="lesson",
        supply_count=2,
        cover_pence=8_720,
    )
    yield made


@on_a_phone
def test_from_asking_to_cover(walk: Walk, stage: Stage, width: int) -> None:
    walk.be(stage.extra["head"])
    walk.open("/", "1-home")
    walk.page.get_by_role("link", name="4 releases wait for approval").click()
    walk.look("2-approvals")
    for box in walk.page.get_by_role("checkbox").all()[:3]:
        box.check()
    walk.press("Approve the ticked")
    expect(walk.page.get_by_text("3 are approved.")).to_be_visible()
    walk.look("3-approved")
    walk.follow("Refuse")
    walk.press("Refuse it")
    expect(walk.page).to_have_title(re.compile("^Error:"))
    walk.look("4-refuse")
    walk.fill("Why not?", "Mock examinations that day")
    walk.press("Refuse it")
    expect(walk.page.get_by_text("Nothing waits for you")).to_be_visible()
    walk.look("5-nothing-waits")
    assert Release.objects.filter(state="approved").count() == 3
    assert Release.objects.filter(state="refused").count() == 1

    walk.be(stage.lead)
    walk.open("/", "6-lead")
    walk.open("/release/cover/", "7-cover")
    walk.follow("Arrange")
    walk.look("8-arrange")
    walk.page.get_by_label("Internal: a colleague, no cash").check()
    walk.press("Save")
    expect(walk.page.get_by_text("Internal: a colleague, no cash")).to_be_visible()
    walk.page.emulate_media(media="print")
    walk.look("9-cover-printed")
    expect(walk.page.get_by_role("link", name="Arrange").first).to_be_hidden()
    walk.page.emulate_media(media="screen")
    walk.open(f"/release/schools/{stage.school.ref}/", "10-school")
    walk.open(f"/release/schools/{stage.school.ref}/settings/", "11-settings")
    walk.open("/release/", "12-ledger")
    walk.open("/release/new/", "13-new")
    used = Release.objects.get(state="used")
    walk.open(f"/release/{used.public_id}/")
    walk.fill("Minutes it took", "85")
    walk.fill("Travel, £", "4.50")
    walk.press("Save")
    expect(walk.page.get_by_text("1 h 10 min → 1 h 25 min")).to_be_visible()
    walk.look("14-row")
    used.refresh_from_db()
    assert (used.actual_minutes, used.travel_pence) == (85, 450)
    coordinator = f.MembershipFactory(
        organisation=None, alliance=stage.alliance, role=Role.COORDINATOR
    )
    walk.be(coordinator.person)
    walk.open(f"/release/alliances/{stage.alliance.public_id}/", "15-alliance")
