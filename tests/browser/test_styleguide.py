"""Every component, in both themes and at every width, as a person meets it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import no_sideways_scrolling

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["/styleguide/", "/styleguide/form/?state=errors&role=teacher"]


@pytest.fixture(autouse=True)
def with_debug(settings: Any) -> None:
    settings.DEBUG = True


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("url", PAGES)
def test_axe_finds_nothing(page: Page, look: Callable[[str], None], url: str, theme: Any) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto(url)

    look(f"{theme}-{PAGES.index(url)}")


@pytest.mark.parametrize("width", [320])
@pytest.mark.parametrize("url", PAGES)
def test_nothing_scrolls_sideways_at_320_px(page: Page, url: str) -> None:
    page.goto(url)

    no_sideways_scrolling(page)


@pytest.mark.parametrize("width", [390])
def test_targets_are_large_enough(page: Page) -> None:
    page.goto("/styleguide/form/")

    small = page.evaluate(
        """() => [...document.querySelectorAll("main .btn, .input, .choice, nav a, summary")]
            .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5)
            .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert [found for found in small if "thread-step" not in found] == []


def test_an_empty_form_moves_focus_to_the_summary_and_on_to_the_field(page: Page) -> None:
    page.goto("/styleguide/form/")
    page.get_by_role("button", name="Save the observation").click()

    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(page).to_have_title("Error: Log an observation – cpdhub")
    summary.get_by_role("link", name="Who can see this").click()
    expect(page.get_by_label("Only you", exact=False)).to_be_focused()


def test_an_invalid_form_keeps_what_was_typed(page: Page) -> None:
    page.goto("/styleguide/form/")
    page.get_by_label("Focus of the observation").fill("Wait time")
    page.get_by_label("Your triad").check()
    page.get_by_role("button", name="Save the observation").click()

    expect(page.get_by_label("Focus of the observation")).to_have_value("Wait time")
    expect(page.get_by_label("Your triad")).to_be_checked()
    expect(page.get_by_label("Minutes")).to_have_attribute("aria-invalid", "true")


def test_the_menus_work_from_the_keyboard(page: Page) -> None:
    page.goto("/styleguide/")
    summary = page.locator("details.acting > summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Weald & Wey Alliance")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Weald & Wey Alliance")).to_be_hidden()
    expect(summary).to_be_focused()


@pytest.mark.parametrize("width", [390])
def test_a_phone_has_a_bottom_bar_with_log_in_its_middle(page: Page) -> None:
    page.goto("/styleguide/")
    bar = page.get_by_role("navigation", name="Main, at the bottom")

    assert bar.locator(":scope > ul > li").all_inner_texts()[:4] == [
        "Home",
        "Needs",
        "Log",
        "Activities",
    ]
    bar.get_by_text("More").click()
    expect(bar.get_by_role("link", name="Reports")).to_be_visible()


def test_a_long_job_is_followed_and_its_end_announced(page: Page) -> None:
    page.goto("/styleguide/")
    expect(page.get_by_text("80 of 200")).to_be_visible()

    expect(page.locator("#live")).to_have_text("Finished.", timeout=20_000)


def test_characters_left_are_counted(page: Page) -> None:
    page.goto("/styleguide/form/")
    page.get_by_label("What you saw").fill("x" * 510)

    expect(page.locator("[data-counter]")).to_have_text("10 characters too many")


def test_everything_is_there_without_a_script(browser: Any, live_server: Any) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto("/styleguide/")
    page.locator("details.acting > summary").click()
    expect(page.get_by_role("button", name="Weald & Wey Alliance")).to_be_visible()
    page.goto("/styleguide/form/")
    page.get_by_role("button", name="Save the observation").click()

    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    context.close()


def test_forced_colours_keep_the_marks(page: Page, shot: Callable[[str], Any]) -> None:
    page.emulate_media(forced_colors="active")
    page.goto("/styleguide/")

    width = page.locator(".stage-current").first.evaluate("e => getComputedStyle(e).borderTopWidth")
    assert width == "6px"
    shot("forced")


def test_print_drops_the_navigation(page: Page) -> None:
    page.goto("/styleguide/")
    page.emulate_media(media="print")

    expect(page.locator(".top-bar")).to_be_hidden()
    expect(page.locator(".destinations")).to_be_hidden()
    expect(page.get_by_role("heading", name="Style guide")).to_be_visible()
