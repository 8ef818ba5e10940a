"""The whole demonstration, walked along its links as each role, on a desk and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from apps.accounts.models import Person
from apps.home.demo import build
from tests.benchmarks.crawl import client_for, pages_of
from tests.support.browser import no_sideways_scrolling

pytestmark = pytest.mark.django_db(transaction=True)
PHONES = (390, 320)


def test_every_page_of_the_demonstration(
    page: Page,
    sign_in: Callable[[Any], None],
    axe: Callable[[], None],
    shot: Callable[[str], Any],
) -> None:
    """axe finds nothing, nothing scrolls sideways, and every page says that it is invented."""
    build.load()
    for role, _words in build.ACCOUNTS:
        found = pages_of(role, client_for(role))
        assert len(found) >= 5, role
        page.context.clear_cookies()
        sign_in(Person.objects.get(username=role))
        for one in found:
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(one.path)
            assert page.get_by_text("Invented people and figures.").is_visible(), one.path
            axe()
            shot(f"{role}-{one.view.replace(':', '-')}-desktop")
            for width in PHONES:
                page.set_viewport_size({"width": width, "height": 844})
                no_sideways_scrolling(page)
                if width == PHONES[0]:
                    shot(f"{role}-{one.view.replace(':', '-')}-phone")
