"""The results in a browser, once: at a desk and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.audits.results.charts import draw_once
from tests.audits.test_results import closed_audit
from tests.support.browser import HEIGHTS, axe, no_sideways_scrolling, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_lead_reads_the_results_by_another_grouping(
    page: Page, transactional_db: None, sign_in: Callable[[Any], None]
) -> None:
    made, audit = closed_audit()
    draw_once(audit)
    sign_in(made.lead)
    page.set_viewport_size({"width": 1280, "height": HEIGHTS[1280]})
    page.goto(f"/needs/audits/{audit.public_id}/")
    expect(page.locator("#groups h2")).to_contain_text("Teaching and support staff")
    page.locator("#groups nav").get_by_role("link", name="Leaders and staff").click()
    expect(page.locator("#groups h2")).to_contain_text("Leaders and staff")
    axe(page)
    shot(page, "audit-results")
    page.set_viewport_size({"width": 390, "height": HEIGHTS[390]})
    no_sideways_scrolling(page)
    axe(page)
    shot(page, "audit-results")
