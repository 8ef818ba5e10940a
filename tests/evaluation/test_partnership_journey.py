"""A half-term's review on a phone: read the figures, close it in words, log a change, follow up."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from apps.core import clock
from apps.evaluation.process.models import Adjustment, Review
from tests.evaluation.halfterm import pulse_of, tell_half
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@on_a_phone
def test_a_half_term_is_reviewed_and_adjusted(page: Page, sign_in, look) -> None:
    story = tell_half(is_demo=True)
    pulse_of(story, closed_days_ago=40, mean=3.2)
    pulse_of(story, closed_days_ago=3, mean=3.75)
    sign_in(story.coordinator)
    page.goto(f"/alliances/{story.alliance.public_id}/")
    page.get_by_role("link", name="How the partnership works").click()
    expect(page.get_by_text("has not been reviewed yet")).to_be_visible()
    look("partnership-open")

    adjust(page, look)
    close(page, look)

    sign_in(story.head)
    page.goto("/reports/")
    page.get_by_role("link", name="Five Rivers Alliance").click()
    expect(page.get_by_text("The minutes came late.")).to_be_visible()
    expect(page.get_by_text("Nine more people came.")).to_be_visible()
    assert page.get_by_role("link", name="Log an adjustment").count() == 0
    look("partnership-head")


def adjust(page: Page, look) -> None:
    page.get_by_role("link", name="Log an adjustment").first.click()
    page.get_by_label("What was changed?").fill("Meetings begin at four")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_title("Error: Log an adjustment – cpdhub")
    expect(page.get_by_label("What was changed?")).to_have_value("Meetings begin at four")
    look("partnership-adjust-error")
    page.get_by_label("What is it about?").select_option("equality")
    page.get_by_label("One obstacle").select_option(label="Supply cover is hard to find")
    page.get_by_label("Why?").fill("Support staff could not come at half past three")
    page.get_by_label("Who decided?").fill("the heads’ meeting")
    page.get_by_label("When?").fill(clock.today().isoformat())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("In six weeks you will be asked")).to_be_visible()
    page.get_by_role("link", name="Say what changed").click()
    look("partnership-afterwards")
    page.get_by_label("What changed afterwards?").fill("Nine more people came.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nine more people came.")).to_be_visible()
    assert Adjustment.objects.get().came_of_it


def close(page: Page, look) -> None:
    page.get_by_role("link", name="Close this review").click()
    look("partnership-close")
    page.get_by_label("Communication").fill("The minutes came late.")
    page.get_by_role("button", name="Close the review").click()
    expect(page).to_have_title("Error: Close this review – cpdhub")
    page.get_by_label("What worked").fill("The visits: nobody wanted to leave.")
    page.get_by_label("What did not work").fill("Cover on Fridays.")
    page.get_by_role("button", name="Close the review").click()
    expect(page.get_by_text("can now read it")).to_be_visible()
    assert Review.objects.get().communication == "The minutes came late."
    look("partnership-closed")
