"""The browser fixtures (see tests/conftest.py)."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect, sync_playwright

from tests.support import chromium

PATIENCE = 20_000  # ms; two cores may be busy with everything else
expect.set_options(timeout=PATIENCE)
_click = Locator.click


def click_and_arrive(self: Locator, **how: Any) -> None:
    """Playwright's click ends when the next page has begun, and what is asked then at once (how
    many, is it there, what is its title) would be answered by half a page.
    """
    _click(self, **how)
    self.page.wait_for_load_state()


Locator.click = click_and_arrive  # type: ignore[method-assign]

both_widths = pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
on_a_phone = pytest.mark.parametrize("width", [390], ids=["phone"])


@pytest.fixture
def width() -> int:
    return 1280


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = chromium.find()
    if found is None:
        pytest.fail(chromium.ADVICE)
    path, environment = found
    # Playwright's own loop makes Django think that its calls come from async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=chromium.FLAGS, env={**os.environ, **environment}
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, live_server: Any, width: int, request: Any) -> Iterator[Page]:
    """A fresh context; relative addresses are the live server's; nothing else can be reached."""
    from tests.support.browser import HEIGHTS, shot

    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": width, "height": HEIGHTS.get(width, 900)},
        has_touch=width < 600,
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    strangers: list[str] = []
    errors: list[str] = []

    def only_ours(route: Route, asked: Request) -> None:
        if asked.url.startswith((live_server.url, "data:", "blob:")):
            route.continue_()
        else:
            strangers.append(asked.url)
            route.abort()

    context.route("**/*", only_ours)
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if faulty(message) else None)
    yield page
    if getattr(request.node, "failed_call", False):
        shot(page, f"failed-{request.node.name}")
    context.close()
    assert not strangers, f"the page asked for {strangers}"
    assert not errors, f"the browser's console says {errors}"


def faulty(message: Any) -> bool:
    """Refused scripts and styles matter; a 403, 404 or 422 asked for on purpose does not."""
    return message.type == "error" and "Failed to load resource" not in message.text


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Any:
    report = yield
    if report.when == "call":
        item.failed_call = report.failed  # type: ignore[attr-defined]
    return report


@pytest.fixture
def sign_in(page: Page, live_server: Any) -> Callable[[Any], None]:
    from tests.support.browser import sign_in

    return lambda person: sign_in(page, person, live_server.url)


@pytest.fixture
def axe(page: Page) -> Callable[[], None]:
    from tests.support.browser import axe

    return lambda: axe(page)


@pytest.fixture
def shot(page: Page, request: Any) -> Callable[[str], Path]:
    from tests.support.browser import shot

    return lambda name: shot(page, f"{request.node.originalname}-{name}")


@pytest.fixture
def look(page: Page, axe: Callable[[], None], shot: Callable[[str], Path]) -> Callable[[str], None]:
    """Look at the page as it is, on a phone and on a desk, whichever the journey is made on.

    A journey is played once: playing it at each width would cost twice and show the same. axe
    reads it at the journey's own width; the walk through the demonstration does at 1280 px.
    So with the pictures.
    """
    from tests.support.browser import HEIGHTS, no_sideways_scrolling

    def check(name: str) -> None:
        own = page.viewport_size
        assert own is not None
        for width in sorted(HEIGHTS, key=lambda width: width != own["width"]):
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            no_sideways_scrolling(page)
            if width == own["width"]:
                axe()
                shot(name)
        page.set_viewport_size(own)

    return check
