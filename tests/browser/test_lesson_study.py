"""A lesson study from its ground rules to a poster that the alliance sees, desk and phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.activities import engine
from apps.activities.kinds.lesson_study.models import CaseNote, CasePupil, Poster, Prediction
from apps.activities.models import Activity, Record
from apps.core import clock
from tests.activities import studies
from tests.activities.triads import Stage, build
from tests.browser.test_triad import Walk
from tests.support.browser import no_sideways_scrolling
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class NarrowWalk(Walk):
    """On a phone, every page is looked at on the narrowest one, too."""

    def look(self, name: str) -> None:
        super().look(name)
        size = self.page.viewport_size
        assert size is not None
        self.page.set_viewport_size({"width": 320, "height": 640})
        no_sideways_scrolling(self.page)
        self.page.set_viewport_size(size)


@pytest.fixture
def walk(page: Page, sign_in: Any, look: Any) -> Walk:
    return NarrowWalk(page, sign_in, look)


@pytest.fixture
def stage(transactional_db: None) -> Stage:
    return build()


@on_a_phone
def test_from_ground_rules_to_a_poster(walk: Walk, stage: Stage, width: int) -> None:
    activity = studies.agreed(stage)
    agree_and_start(walk, stage, activity)
    research_and_plan(walk, stage, activity)
    teach_and_watch(walk, stage, activity)
    discuss(walk, stage, activity)
    two_more_lessons(walk, stage, activity)
    make_the_poster(walk, stage, activity)


def detail(activity: Activity) -> str:
    return f"/activities/{activity.public_id}/"


def save(walk: Walk, words: str, button: str = "Save") -> None:
    """Press the button and wait until the page says ``words``: the form is sent by a script."""
    walk.press(button, exact=button == "Save")
    expect(walk.page.get_by_text(words).first).to_be_visible()


def lesson(activity: Activity, name: str = "", cycle: int = 1) -> str:
    return f"/lesson-studies/{activity.public_id}/lessons/{cycle}/{name}"


def agree_and_start(walk: Walk, stage: Stage, activity: Activity) -> None:
    walk.be(stage.lead)
    walk.open(f"{detail(activity)}plan/why/", "0-the-question")
    for person in (stage.ann, stage.bob, stage.cy):
        walk.be(person)
        walk.open(detail(activity), "1-ground-rules" if person == stage.ann else "")
        walk.press("I agree to these rules")
    walk.follow("Book the sharing event")
    walk.fill("Day", (clock.today() + timedelta(days=58)).isoformat())
    walk.page.get_by_label("From", exact=True).fill("16:00")
    walk.press("Save")
    if walk.page.get_by_label("Save it all the same").is_visible():
        walk.page.get_by_label("Save it all the same").check()
        walk.press("Save")
    walk.be(stage.lead)
    walk.open(detail(activity))
    walk.follow("Start it")
    walk.press("Start it")
    activity.refresh_from_db()
    assert activity.stage == "research"


def research_and_plan(walk: Walk, stage: Stage, activity: Activity) -> None:
    walk.be(stage.ann)
    walk.open(detail(activity))
    walk.follow("What is known already")
    walk.page.locator("textarea").first.fill("Number lines help to compare.")
    save(walk, "Saved.")
    walk.open(detail(activity))
    walk.follow("Go on to “Plan”")
    walk.press("Go on to the next stage")
    walk.look("3-planning")
    walk.follow("Who teaches, and the phases")
    walk.page.get_by_label(stage.cy.name).check()
    walk.look("4-who-teaches")
    walk.press("Save")
    choose_case_pupils(walk, activity)
    for n, code in enumerate("ABC"):
        if n == 0:
            walk.open(lesson(activity, "predictions/"), "7-predictions-empty")
        for number in (1, 2, 3):
            walk.page.locator(f"[name=will_{number}]").fill(f"{code} draws a line first.")
            walk.page.locator(f"[name=shows_{number}]").fill(f"{code} says which is larger.")
        save(walk, f"Saved: case pupil {code}.", "Save, then case pupil" if code < "C" else "Save")
    assert Prediction.objects.count() == 9
    walk.open(detail(activity))
    walk.follow("Lesson plan")
    walk.page.locator("textarea").first.fill("Draw, compare, explain.")
    save(walk, "Saved.")
    walk.open(detail(activity))
    walk.follow("Go on to “Teach and observe”")
    walk.press("Go on to the next stage")


def choose_case_pupils(walk: Walk, activity: Activity) -> None:
    walk.open(lesson(activity, "case-pupils/"), "5-no-case-pupils")
    walk.fill("Code", "Tom")
    walk.fill("Which learners", "needs time")
    walk.press("Add")
    expect(walk.page.get_by_role("alert")).to_contain_text("could be a name")
    walk.look("6-a-name-is-refused")
    for code, typifies in studies.GROUPS.items():
        walk.fill("Code", code)
        walk.fill("Which learners", typifies)
        walk.press("Add")
        expect(walk.page.get_by_text(f"Case pupil {code} is added.")).to_be_visible()
    assert CasePupil.objects.count() == 3


def teach_and_watch(walk: Walk, stage: Stage, activity: Activity) -> None:
    studies.teach(stage, activity, hours_ago=60)
    walk.be(stage.bob)
    walk.open(lesson(activity, "notes/"), "10-notes")
    for code in "ABC":
        walk.page.locator("[name=note_1]").fill(f"{code} drew two lines and pointed.")
        save(walk, f"Saved: case pupil {code}.", "Save, then case pupil" if code < "C" else "Save")
    assert CaseNote.objects.count() == 3
    engine.advance(activity, by=stage.ann)
    walk.open(lesson(activity, "interviews/"), "11-interview")
    walk.page.locator("textarea").first.fill("Drawing it helped me.")
    save(walk, "Saved: case pupil A.")
    engine.advance(activity, by=stage.ann)


def discuss(walk: Walk, stage: Stage, activity: Activity) -> None:
    walk.be(stage.cy)
    walk.open(lesson(activity, "discussion/"), "12-late")
    walk.fill("Why is it later", "Supply fell through")
    walk.press("Begin the discussion")
    expect(walk.page.get_by_role("heading", level=1)).to_have_text("Case pupil A")
    expect(walk.page.locator(".timer-clock")).to_have_text("10 minutes left")
    walk.press("Start", exact=True)
    expect(walk.page.get_by_role("button", name="Pause")).to_be_focused()
    walk.look("13-discussion")
    parts = ("Case pupil A", "Case pupil B", "Case pupil C", "What the pupils said", "All pupils")
    for part in (*parts, "The teaching, and the next plan"):
        expect(walk.page.get_by_role("heading", level=1)).to_have_text(part)
        walk.page.locator("textarea").first.fill(f"What we agreed of this: {part}")
        save(walk, f"Saved: {part}.", "Save, and on")
    walk.press("The discussion is over")
    walk.look("15-after-the-lesson")
    walk.open(lesson(activity), "16-lesson")
    walk.be(stage.lead)
    walk.open(detail(activity), "17-what-a-lead-sees")
    expect(walk.page.get_by_text("What we agreed")).to_have_count(0)
    expect(walk.page.get_by_text("(late: ")).to_be_visible()


def two_more_lessons(walk: Walk, stage: Stage, activity: Activity) -> None:
    walk.be(stage.ann)
    walk.open(detail(activity))
    walk.follow("Plan the next research lesson")
    walk.press("Go round again")
    walk.open(lesson(activity, cycle=2))
    walk.press("Begin with the last lesson's plan")
    walk.page.locator("textarea").first.fill("Draw, compare, explain to a partner.")
    save(walk, "Saved.")
    walk.open(lesson(activity, cycle=2), "18-second-lesson")
    Record.objects.filter(kind="lesson_plan", cycle=2).update(kind="note", joint=False)
    activity = studies.one_lesson(stage, Activity.objects.get(pk=activity.pk))
    studies.one_lesson(stage, engine.repeat(activity, by=stage.ann))
    engine.advance(activity, by=stage.ann)


def make_the_poster(walk: Walk, stage: Stage, activity: Activity) -> None:
    walk.open(detail(activity))
    walk.follow("Make the poster")
    for label, name in (("Title", "title"), ("What we did", "did"), ("What we found", "found")):
        walk.fill(label, studies.POSTER[name])
    walk.fill("What we shall keep doing", studies.POSTER["keep"])
    walk.look("20-poster-words")
    save(walk, "The group alone sees it")
    walk.press("Ask for approval")
    poster = Poster.objects.get()
    walk.be(stage.lead)
    walk.open(detail(activity))
    walk.follow(f"Poster: {poster.title}")
    walk.look("22-poster-waits")
    walk.press("Approve it")
    walk.be(stage.dee)
    walk.open("/activities/")
    walk.follow("Posters of lesson studies")
    walk.look("23-posters")
    walk.follow(poster.title)
    expect(walk.page.get_by_text(studies.POSTER["found"])).to_be_visible()
    walk.look("24-poster")


@pytest.mark.parametrize("width", [390], ids=["phone"])
def test_the_timer_announces_and_does_not_hurry(walk: Walk, stage: Stage, width: int) -> None:
    activity = studies.planning(stage)
    studies.ready_to_teach(stage, activity)
    studies.to_discussion(stage, activity)
    walk.be(stage.cy)
    walk.page.clock.install()
    walk.open(lesson(activity, "discussion/"))
    walk.press("Begin the discussion")
    walk.press("Start", exact=True)
    status = walk.page.locator(".timer [role=status]")
    expect(status).to_have_text("10 minutes left")
    walk.page.clock.fast_forward("05:01")
    expect(status).to_have_text("5 minutes left")
    walk.page.clock.fast_forward("04:00")
    expect(status).to_have_text("One minute left")
    walk.page.clock.fast_forward("01:00")
    expect(status).to_contain_text("The time for this part is over")
    walk.press("Five minutes more")
    expect(status).to_have_text("5 minutes left")


@pytest.mark.parametrize("width", [390], ids=["phone"])
def test_without_scripts_the_discussion_says_its_minutes(
    browser: Any, live_server: Any, stage: Stage, width: int
) -> None:
    from tests.support.browser import sign_in

    activity = studies.planning(stage)
    studies.ready_to_teach(stage, activity)
    studies.to_discussion(stage, activity)
    context = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        viewport={"width": width, "height": 844},
    )
    page = context.new_page()
    sign_in(page, stage.cy, live_server.url)
    page.goto(lesson(activity, "discussion/"))
    page.get_by_role("button", name="Begin the discussion").click()
    expect(page.get_by_text("About 10 minutes")).to_be_visible()
    expect(page.locator("[data-timer]")).to_be_hidden()
    page.locator("textarea").first.fill("Agreed without scripts")
    page.get_by_role("button", name="Save, and on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Case pupil B")
    context.close()
