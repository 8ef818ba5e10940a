"""The whole demonstration, walked along its links as each role, on a desk and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import Person
from apps.home.demo import build
from tests.benchmarks.crawl import Page as Found
from tests.benchmarks.crawl import client_for, pages_of
from tests.support.browser import no_sideways_scrolling

pytestmark = pytest.mark.django_db(transaction=True)
PHONES = (390, 320)
# What looks different to each role; every other page is looked at as the first who may open it.
DIFFERS = ("home:index", "activities:detail")


def test_every_page_of_the_demonstration(
    page: Page,
    sign_in: Callable[[Any], None],
    axe: Callable[[], None],
    shot: Callable[[str], Any],
) -> None:
    """axe finds nothing, nothing scrolls sideways, every page says that it is invented, and no
    link leads to a refusal.

    At the end the thread is followed from a need to the mailed verdict.
    """
    build.load()
    seen: set[str] = set()
    for role, _words in build.ACCOUNTS:
        refused: list[str] = []
        found = pages_of(role, client_for(role), warm=False, refused=refused)
        assert len(found) >= 5, role
        assert refused == [], f"{role} is led to what is refused"
        page.context.clear_cookies()
        sign_in(Person.objects.get(username=role))
        for one in found:
            new = one.view not in seen
            if new or one.view in DIFFERS:
                _look(page, one, axe, shot, new=new)
            seen.add(one.view)
    page.context.clear_cookies()
    sign_in(Person.objects.get(username="lead"))
    _follow_the_thread(page)


def _look(
    page: Page, one: Found, axe: Callable[[], None], shot: Callable[[str], Any], *, new: bool
) -> None:
    name = f"{one.role}-{one.view.replace(':', '-')}"
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(one.path)
    banner = page.get_by_text("Invented people and figures.").first
    assert banner.is_visible(), f"{one.path} does not say that it is invented"
    axe()
    if new:
        shot(name)
    for width in PHONES:
        page.set_viewport_size({"width": width, "height": 844})
        no_sideways_scrolling(page)


def _follow_the_thread(page: Page) -> None:
    """From home by links alone: need, activity, evidence, follow-up, verdict, report, PDF."""
    page.set_viewport_size({"width": 1280, "height": 900})
    thread = page.get_by_role("navigation", name="Where you are on the thread")
    page.goto("/")
    page.get_by_role("link", name="Needs", exact=True).first.click()
    page.locator("main").get_by_role("link", name="Needs", exact=True).click()
    page.get_by_role("link", name="Adaptive teaching").first.click()
    expect(page.get_by_text("Mean need")).to_be_visible()
    page.get_by_role("link", name="One goal, different ladders").click()
    expect(thread.get_by_text("Activity")).to_have_attribute("aria-current", "step")
    expect(page.get_by_role("heading", name="Who has observed whom")).to_be_visible()
    expect(thread.get_by_role("link", name="Follow-up")).to_be_visible()
    thread.get_by_role("link", name="Verdict").click()
    expect(page.get_by_text("Tally in three lessons").first).to_be_visible()
    page.get_by_role("link", name="Reports", exact=True).first.click()
    page.locator("main tbody a[href^='/reports/']").first.click()
    with page.expect_download() as paper:
        page.get_by_role("link", name="PDF").first.click()
    assert paper.value.path().read_bytes().startswith(b"%PDF-")
