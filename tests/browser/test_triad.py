"""From a need to a closed triad, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.activities import engine
from apps.activities.enums import ActivityState, ParticipantState, SessionState
from apps.activities.models import Activity, Participant, Record, Session
from apps.core import clock
from apps.followups.models import FollowUp
from tests.activities.triads import Stage, build
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Walk:
    """One person after another at one screen; every page visited is checked."""

    def __init__(self, page: Page, sign_in: Any, look: Callable[[str], None]) -> None:
        self.page, self._sign_in, self._look = page, sign_in, look

    def be(self, person: Any) -> None:
        self.page.context.clear_cookies()
        self._sign_in(person)

    def look(self, name: str) -> None:
        self._look(name)

    def open(self, url: str, name: str = "") -> None:
        self.page.goto(url)
        if name:
            self.look(name)

    def press(self, words: Any, **more: Any) -> None:
        self.page.get_by_role("button", name=words, **more).first.click()

    def follow(self, words: str, **more: Any) -> None:
        self.page.locator("main").get_by_role("link", name=words, **more).first.click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)


@pytest.fixture
def walk(page: Page, sign_in: Any, look: Any) -> Walk:
    return Walk(page, sign_in, look)


@pytest.fixture
def stage(transactional_db: None) -> Stage:
    return build()


@on_a_phone
def test_from_a_need_to_a_closed_triad(
    walk: Walk, stage: Stage, width: int, axe: Callable[[], None]
) -> None:
    activity = plan_it(walk, stage)
    invite_three(walk, stage, activity)
    set_criteria_and_dates(walk, activity)
    start_it(walk, activity)
    go_round(walk, stage, activity)
    debrief_and_close(walk, stage, activity)


def plan_it(walk: Walk, stage: Stage) -> Activity:
    walk.be(stage.lead)
    walk.open("/activities/", "1-empty-list")
    walk.open(f"/activities/new/?need={stage.need.public_id}", "2-new")
    walk.page.get_by_role("radio", name="Triad").check()
    walk.press("Make the draft")
    expect(walk.page.get_by_role("heading", level=1)).to_contain_text(stage.need.statement)
    walk.look("3-plan-empty")
    walk.follow("Why and what for")
    walk.fill("Title", "Questioning in Year 4")
    walk.fill("Focus", "Wait time after a question")
    walk.fill("Intended pupil outcome", "More pupils answer in full sentences")
    walk.look("4-why")
    walk.press("Save")
    return Activity.objects.get()


def invite_three(walk: Walk, stage: Stage, activity: Activity) -> None:
    people = f"/activities/{activity.public_id}/people/"
    walk.open(people, "5-people")
    walk.press(f"Ask {stage.partner.name}")
    for person in (stage.ann, stage.bob):
        walk.open(f"{people}?q={person.given_name}")
        walk.press(f"Invite {person.name}")
    walk.open(f"{people}?q=Exampleton", "6-people-found")
    walk.be(stage.other_lead)
    walk.open("/activities/", "7-asked")
    walk.follow(activity_title(activity))
    walk.look("8-name-a-colleague")
    member = stage.cy.memberships.get()
    walk.page.get_by_label("Whom would you name?").select_option(member.public_id)
    walk.press("Name this colleague")
    for person in (stage.ann, stage.bob, stage.cy):
        walk.be(person)
        walk.open("/activities/")
        walk.follow(activity_title(activity))
        if person == stage.ann:
            walk.look("9-invitation")
        walk.press("Yes, I take part")
        expect(walk.page.get_by_text("You take part.")).to_be_visible()
    assert activity.participants.filter(state=ParticipantState.ACCEPTED).count() == 3


def activity_title(activity: Activity) -> str:
    return Activity.objects.get(pk=activity.pk).title


def set_criteria_and_dates(walk: Walk, activity: Activity) -> None:
    walk.open(f"/activities/{activity.public_id}/criteria/", "10-criteria")
    walk.press("Use this")
    walk.fill("Where we start", "4")
    walk.fill("Where we want to be", "12")
    walk.fill("Weight", "60")
    walk.look("11-usual-criterion")
    walk.press("Add the criterion")
    walk.press(re.compile("Use this.*Members using"))
    walk.fill("Where we want to be", "3")
    walk.fill("Weight", "40")
    walk.press("Add the criterion")
    walk.look("12-criteria-agreed")
    walk.open(f"/activities/{activity.public_id}/plan/dates/")
    today = clock.today()
    walk.fill("First day", today.isoformat())
    walk.fill("Last day", (today + timedelta(days=90)).isoformat())
    walk.fill("Release available", "240")
    walk.fill("How can part-timers", "On Tuesdays, when everybody works")
    walk.look("13-dates")
    walk.press("Save")
    walk.look("14-plan-full")


def start_it(walk: Walk, activity: Activity) -> None:
    lead = activity.organiser
    walk.be(lead)
    walk.open(f"/activities/{activity.public_id}/", "15-detail-draft")
    walk.follow("Agree the plan")
    walk.look("16-agree")
    walk.press("Agree the plan")
    walk.follow("Start it")
    walk.press("Start it")
    activity.refresh_from_db()
    assert activity.state == ActivityState.ACTIVE


def go_round(walk: Walk, stage: Stage, activity: Activity) -> None:
    three = (stage.ann, stage.bob, stage.cy)
    walk.be(stage.ann)
    walk.open(f"/activities/{activity.public_id}/", "17-detail-active")
    walk.follow("Plan for Ann Exampleton to observe Cy Exampleton")
    walk.fill("Day", clock.today().isoformat())
    walk.page.get_by_label("From", exact=True).fill("00:00")
    walk.look("18-plan-a-visit")
    walk.press("Save")
    if walk.page.get_by_label("Save it all the same").is_visible():
        walk.page.get_by_label("Save it all the same").check()
        walk.press("Save")
    walk.open("/agenda/", "19-agenda")
    for observer in three:
        walk.be(observer)
        for observed in three:
            if observer != observed:
                log_an_observation(walk, observer, observed)
        walk.open("/log/?form=reflection")
        walk.page.locator("textarea").first.fill("I wait longer now than I did.")
        walk.press("Save", exact=True)
        expect(walk.page.get_by_text("Saved.").first).to_be_visible()
    walk.look("22-reflection")
    assert Session.objects.filter(state=SessionState.HELD).count() == 6
    assert FollowUp.objects.filter(rule__endswith="oral_feedback").count() == 6
    assert FollowUp.objects.filter(rule__endswith="try_out").count() == 6
    assert Record.objects.filter(form="reflection").count() == 3


def log_an_observation(walk: Walk, observer: Any, observed: Any) -> None:
    """At most six taps beside the text: Log, who, the text's field, Save."""
    first = observer.given_name == "Ann" and observed.given_name == "Bob"
    walk.open("/log/?form=observation", "20-log" if first else "")
    walk.page.get_by_label(observed.name).check()
    walk.page.locator("textarea").first.fill("Four seconds passed before Pupil A answered.")
    walk.press("Save", exact=True)
    expect(walk.page.get_by_text("Saved.").first).to_be_visible()
    if first:
        walk.look("21-observation")


def debrief_and_close(walk: Walk, stage: Stage, activity: Activity) -> None:
    detail = f"/activities/{activity.public_id}/"
    walk.be(stage.ann)
    walk.open(detail, "23-round-done")
    expect(walk.page.get_by_text("Everybody has observed and been observed")).to_be_visible()
    walk.follow("Go on to “Debrief”")
    walk.press("Go on to the next stage")
    walk.follow("Plan a session")
    walk.page.get_by_label("Debrief", exact=True).check()
    walk.fill("Day", clock.today().isoformat())
    walk.page.get_by_label("From", exact=True).fill("00:00")
    walk.press("Save")
    if walk.page.get_by_label("Save it all the same").is_visible():
        walk.look("24-conflict")
        walk.page.get_by_label("Save it all the same").check()
        walk.press("Save")
    session = Session.objects.get(kind="debrief")
    walk.open(f"/sessions/{session.public_id}/", "25-session")
    walk.press("It was held")
    walk.follow("Go on to “Shared”")
    walk.press("Go on to the next stage")
    walk.be(stage.lead)
    walk.open(detail, "26-detail-of-the-lead")
    expect(walk.page.get_by_text(re.compile("6 observations and notes"))).to_be_visible()
    expect(walk.page.get_by_text("Four seconds")).to_have_count(0)
    walk.follow("Close it, with a follow-up booked")
    walk.look("27-close")
    walk.press("Close it")
    activity.refresh_from_db()
    assert activity.state == ActivityState.CLOSED
    assert FollowUp.objects.filter(rule__endswith="lasting").count() == 1
    walk.look("28-closed")
    walk.open("/activities/", "29-list")


@pytest.mark.parametrize("width", [390], ids=["phone"])
def test_an_observation_takes_at_most_six_taps_and_its_text(
    walk: Walk, stage: Stage, width: int
) -> None:
    activity = stage.active()
    walk.be(stage.ann)
    walk.open("/activities/")
    taps = 0
    walk.page.get_by_role("link", name=re.compile("^Log$")).last.tap()
    taps += 1
    walk.page.locator("label", has_text=stage.cy.name).tap()
    taps += 1
    walk.page.locator("textarea").first.tap()
    taps += 1
    walk.page.keyboard.type("Pupil A waited.")
    walk.page.get_by_role("button", name="Save", exact=True).tap()
    taps += 1
    expect(walk.page.get_by_text("Saved.").first).to_be_visible()
    assert taps <= 6
    assert Record.objects.get().owner == stage.cy
    walk.open("/log/")
    expect(walk.page.get_by_label(stage.cy.name)).to_be_checked()
    assert activity.participants.count() == Participant.objects.count()


@on_a_phone
def test_a_pupils_name_is_warned_about_and_the_text_kept(
    walk: Walk, stage: Stage, width: int
) -> None:
    stage.active()
    walk.be(stage.ann)
    walk.open("/log/?form=reflection")
    words = "Then Oliver Smithson put his hand up."
    walk.page.locator("textarea").first.fill(words)
    walk.press("Save", exact=True)
    expect(walk.page.get_by_role("alert")).to_contain_text("Oliver Smithson")
    expect(walk.page).to_have_title(re.compile("^Error:"))
    expect(walk.page.locator("textarea").first).to_have_value(words)
    walk.look("warned")
    walk.press("Save anyway")
    expect(walk.page.get_by_text(words)).to_be_visible()


@on_a_phone
def test_two_tabs_in_conflict_show_both_texts(walk: Walk, stage: Stage, width: int) -> None:
    activity = stage.active()
    record = engine.record(
        by=stage.ann, kind="observation", text="Before", activity=activity, about=stage.cy
    )
    walk.be(stage.ann)
    walk.open(f"/records/{record.public_id}/edit/")
    engine.edit_record(record, by=stage.ann, version=1, text="From the other tab")
    walk.page.locator("textarea").first.fill("From this tab")
    walk.press("Save", exact=True)
    expect(walk.page.get_by_text("From the other tab")).to_be_visible()
    expect(walk.page.locator("textarea").first).to_have_value("From this tab")
    walk.look("conflict")
    walk.press("Save", exact=True)
    expect(walk.page.get_by_text("Saved.").first).to_be_visible()
    record.refresh_from_db()
    assert record.text == "From this tab"


@on_a_phone
def test_sharing_an_observation(walk: Walk, stage: Stage, width: int) -> None:
    activity = stage.active()
    record = engine.record(
        by=stage.ann,
        kind="observation",
        text="Four seconds",
        data={"next_step": "Try thinking time"},
        activity=activity,
        about=stage.cy,
    )
    walk.be(stage.cy)
    walk.open(f"/records/{record.public_id}/", "owner")
    walk.follow("Who can see it")
    walk.look("audience")
    walk.page.get_by_label("The people taking part and my CPD lead").check()
    walk.press("Save")
    walk.look("shared")
    walk.be(stage.other_lead)
    walk.open("/shared-with-me/", "shared-list")
    walk.be(stage.bob)
    walk.open("/records/", "records")
    walk.be(stage.ann)
    walk.open("/programmes/", "programmes")
