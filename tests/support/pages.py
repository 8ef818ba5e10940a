"""The browser fixtures (see tests/conftest.py)."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect, sync_playwright

from tests.support import chromium

PATIENCE = 20_000  # ms; two cores may be busy with everything else
expect.set_options(timeout=PATIENCE)

both_widths = pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])


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
