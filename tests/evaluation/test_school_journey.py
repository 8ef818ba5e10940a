"""From the CPD lead who makes the governors' two pages to the governor who reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from apps.core import clock, jobs
from apps.core.models import Job
from apps.evaluation.models import Report
from tests import factories as f
from tests.evaluation.story import tell
from tests.evaluation.test_school_report import furnish
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@on_a_phone
def test_from_the_cpd_lead_to_the_governor(page: Page, sign_in, look) -> None:
    story = furnish(tell())
    sign_in(story.lead)
    make(page, "The school's report", look)
    expect(page.get_by_role("heading", name="Staff development at Abbey Road")).to_be_visible()
    expect(page.locator("svg[role=img]")).to_have_count(3)
    look("school-report")

    make(page, "The governors' two pages", look)
    page.goto("/reports/")
    expect(page.locator("tbody tr")).to_have_count(2)
    look("school-list")
    for name in ("Equality", "Release time"):
        make(page, name)
        look(name.lower().replace(" ", "-"))
    make(page, "my record", title="My record of professional development")
    look("own-record")
    sign_in(story.coordinator)
    programme = f.ProgrammeFactory(
        alliance=story.alliance, starts_on=clock.today() - timedelta(days=300)
    )
    story.activities[0].programme = programme
    story.activities[0].save()
    make(page, "What came of the programme")
    look("programme")

    sign_in(story.governor)
    page.goto("/")
    look("governor-home")
    report = Report.objects.get(kind="governors")
    page.locator(f"main a[href='/reports/{report.public_id}/']").first.click()
    for question in ("Who missed out?", "What changed for pupils?", "Three questions to ask"):
        expect(page.get_by_role("heading", name=question).first).to_be_visible()
    assert page.get_by_role("link", name="Correct this report").count() == 0
    look("governors-report")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename.startswith("governors-abbey-road-primary-")
    assert len(PdfReader(download.value.path()).pages) == 2


def make(page: Page, name: str, look=None, title: str = "") -> None:
    page.goto("/reports/")
    page.get_by_role("link", name=f"Make {name}").click()
    expect(page.get_by_role("heading", name=title or name)).to_be_visible()
    if look:
        look("new-school-report")
    page.get_by_role("button", name="Make the report").click()
    expect(page.get_by_role("heading", name="The report is being made")).to_be_visible()
    assert jobs.run(Job.objects.latest("pk").pk, clock.now())
    page.get_by_role("link", name="Read the report").click()
