"""The filters of lists: folded on a phone, with what is on; open where there is room."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from apps.core import clock
from apps.schools.enums import Role
from apps.schools.models import Membership
from tests import factories as f
from tests.support.browser import no_sideways_scrolling
from tests.support.pages import both_widths
from tests.world import make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lead():
    world = make_world()
    for days in range(-3, 9):
        due = clock.today() + timedelta(days=days)
        f.FollowUpFactory(owner=world.teacher, organisation=world.own.school, due=due)
    for n in range(8):
        person = f.PersonFactory(given_name=f"Person{n}")
        f.MembershipFactory(person=person, organisation=world.own.school, role=Role.TEACHER)
    Membership.objects.filter(person=world.lead, role=Role.TEACHER).delete()
    return world.lead


@both_widths
@pytest.mark.parametrize("path", ["/follow-ups/", "/activities/", "staff"])
def test_filters_of_a_list(page, sign_in, axe, shot, lead, width, path) -> None:
    if path == "staff":
        school = lead.memberships.get(role=Role.CPD_LEAD).organisation
        path = f"/schools/{school.ref}/staff/"
    sign_in(lead)
    page.goto(path)
    filters = page.get_by_role("search", name="Filter")
    show = filters.get_by_role("button", name="Show")
    if width < 768:
        expect(show).to_be_hidden()
        first_row = page.locator("ul.rows li, tbody tr").first
        assert first_row.bounding_box()["y"] < 844, "something of the list is on the first screen"
        filters.get_by_text("Filters", exact=True).click()
    expect(show).to_be_visible()
    axe()
    no_sideways_scrolling(page)
    shot(path.strip("/").split("/")[-1])


@both_widths
def test_what_is_on_can_be_read_when_folded(page, sign_in, axe, shot, lead, width) -> None:
    sign_in(lead)
    page.goto("/follow-ups/")
    filters = page.get_by_role("search", name="Filter")
    if width < 768:
        filters.get_by_text("Filters", exact=True).click()
    page.get_by_label("Due").select_option("overdue")
    page.get_by_label("Whose").select_option("shared")
    filters.get_by_role("button", name="Show").click()
    expect(page.get_by_text("3 open follow-ups")).to_be_visible()
    if width < 768:
        expect(filters.locator("summary")).to_have_text("Filters (2 on): Shared with me, Overdue")
        expect(page.get_by_label("Due")).to_be_hidden()
    else:
        expect(filters.locator("summary")).to_be_hidden()
        expect(page.get_by_label("Due")).to_have_value("overdue")
    axe()
    shot("on")


def test_filters_work_without_a_script(browser, live_server, lead) -> None:
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    page = context.new_page()
    from tests.support.browser import sign_in

    sign_in(page, lead, live_server.url)
    page.goto("/follow-ups/")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Due").select_option("overdue")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Filters (1 on):")).to_be_visible()
    context.close()
