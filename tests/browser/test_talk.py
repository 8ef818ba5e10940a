"""A thread, a text written together, a calendar file and a feed, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.activities import engine
from apps.activities.engine import talk
from apps.activities.models import Message
from tests.activities.joint import joint_activity, joint_kind
from tests.activities.triads import build
from tests.schools.ics_files import all_day, of_school, real_dates
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def toy() -> Iterator[str]:
    yield from joint_kind()


@on_a_phone
def test_a_thread_is_read_and_written(
    page: Page, sign_in: Callable[[Any], None], look: Callable[[str], None], width: int
) -> None:
    stage = build()
    activity = stage.active()
    talk.say(activity, by=stage.bob, text="How did the first visit go?")
    sign_in(stage.ann)
    page.goto(f"/activities/{activity.public_id}/")
    page.get_by_role("link", name="Read and write").click()
    page.get_by_label("Your message").fill("A pupil called Xanthe hid.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("looks like")
    look("warned")
    page.get_by_label("Your message").fill("Pupil A waited longer than before.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Pupil A waited longer")).to_be_visible()
    look("thread")
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("Taken back by its author.")).to_be_visible()
    assert Message.objects.filter(author=stage.ann).get().text == ""


@on_a_phone
def test_two_who_write_one_plan_lose_nothing(
    page: Page,
    sign_in: Callable[[Any], None],
    look: Callable[[str], None],
    width: int,
    toy: str,
) -> None:
    stage = build()
    activity = joint_activity(stage)
    plan = engine.record(
        by=stage.ann, kind="our_plan", text="Ask one question.\nWait.", activity=activity
    )
    sign_in(stage.cy)
    page.goto(f"/records/{plan.public_id}/edit/")
    engine.edit_record(plan, by=stage.bob, version=1, text="Ask two questions.\nWait.")
    page.get_by_label("What will we do in the lesson?").fill("Ask one question.\nWait long.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(f"{stage.bob.name} saved this in between")
    look("both")
    page.get_by_label("What will we do in the lesson?").fill("Ask two questions.\nWait long.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="3 versions").click()
    expect(page.get_by_role("heading", name="From version 2 to version 3")).to_be_visible()
    look("versions")


@on_a_phone
def test_a_calendar_file_is_looked_at_and_read_in(
    page: Page, sign_in: Callable[[Any], None], look: Callable[[str], None], width: int
) -> None:
    stage = build()
    dates = real_dates()["https://moorhill.staffs.sch.uk/parents/term-dates"]
    more = all_day("x", "Sports Day", "2027-06-16").encode()
    data = of_school(dates).replace(b"END:VCALENDAR", more + b"\r\nEND:VCALENDAR")
    sign_in(stage.lead)
    page.goto(f"/schools/{stage.school.ref}/calendar/")
    page.get_by_role("link", name="Read from a calendar file").click()
    look("upload")
    file = {"name": "dates.ics", "mimeType": "text/calendar", "buffer": data}
    page.get_by_label("Calendar file").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_role("heading", name="Understood")).to_be_visible()
    look("preview")
    page.get_by_role("button", name="Read these dates in").click()
    expect(page.get_by_text("were read in or changed")).to_be_visible()


@on_a_phone
def test_a_feed_is_made_and_ended(
    page: Page, sign_in: Callable[[Any], None], look: Callable[[str], None], width: int
) -> None:
    stage = build()
    sign_in(stage.ann)
    page.goto("/account/")
    page.get_by_role("link", name="My dates in my calendar").click()
    page.get_by_role("button", name="Make my address").click()
    expect(page.get_by_text("it is not shown again")).to_be_visible()
    look("feed")
    page.get_by_role("button", name="End the address").click()
    expect(page.get_by_text("The address no longer works.")).to_be_visible()
    page.goto("/records/export/")
    look("export")
