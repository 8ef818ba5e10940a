"""A text survives a lost network, a closed tab and an ended sign-in, and arrives once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from tests.browser import draft_urls
from tests.factories.accounts import PersonFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.browser.draft_urls"),
]
LOG = "/test-log/"
TEXT = "Four questions, three seconds each."


@pytest.fixture(autouse=True)
def nothing_arrived() -> Iterator[None]:
    draft_urls.arrived.clear()
    draft_urls.posts.clear()
    yield


@pytest.fixture
def person(sign_in: Callable[[Any], None]) -> Any:
    person = PersonFactory()
    sign_in(person)
    return person


def write(page: Page, text: str = TEXT) -> None:
    page.get_by_label("Point").select_option("a")
    page.get_by_label("What you saw").fill(text)
    expect(page.get_by_text("Saved on this device")).to_be_visible()


def ready(page: Page) -> None:
    """Wait until the service worker is in charge."""
    page.goto(LOG)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def test_a_closed_tab_loses_nothing(page: Page, person: Any) -> None:
    page.goto(LOG)
    write(page)
    page.close()
    again = page.context.new_page()
    again.goto(LOG)

    expect(again.get_by_label("What you saw")).to_have_value(TEXT)
    expect(again.get_by_label("Point")).to_have_value("a")
    expect(again.get_by_role("status").filter(has_text="Your draft of")).to_be_visible()


SLOW_STORE = """
const open = indexedDB.open.bind(indexedDB);
const late = (request, handler) => (event) => setTimeout(() => handler.call(request, event), 700);
indexedDB.open = (...asked) => new Proxy(open(...asked), {
  get: (request, name) => request[name],
  set: (request, name, handler) => {
    request[name] = name === "onsuccess" ? late(request, handler) : handler;
    return true;
  },
});
"""


def test_what_is_typed_while_the_store_still_opens_is_kept(page: Page, person: Any) -> None:
    page.goto(LOG)
    write(page, "an earlier text")
    page.add_init_script(SLOW_STORE)
    page.goto(LOG)
    page.get_by_label("What you saw").fill(TEXT)

    expect(page.get_by_text("Saved on this device")).to_be_visible()
    expect(page.get_by_label("What you saw")).to_have_value(TEXT)
    page.get_by_label("Point").select_option("a")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert list(draft_urls.arrived.values()) == [TEXT]


def test_a_sent_text_leaves_no_draft(page: Page, person: Any) -> None:
    page.goto(LOG)
    write(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto(LOG)

    expect(page.get_by_label("What you saw")).to_have_value("")
    assert list(draft_urls.arrived.values()) == [TEXT]
    assert len(draft_urls.posts) == 1


def test_a_refused_text_stays(page: Page, person: Any) -> None:
    page.goto(LOG)
    write(page, "x")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_label("What you saw")).to_have_value("x")
    page.get_by_label("What you saw").fill(TEXT)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    assert list(draft_urls.arrived.values()) == [TEXT]


def test_offline_it_waits_and_goes_when_the_network_is_back(page: Page, person: Any) -> None:
    page.goto(LOG)
    write(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("You are offline. Kept on this device")).to_be_visible()
    assert draft_urls.posts == []
    page.context.set_offline(False)

    expect(page.get_by_role("status").filter(has_text="Sent")).to_be_visible()
    expect(page.get_by_label("What you saw")).to_have_value("")
    assert list(draft_urls.arrived.values()) == [TEXT]


def test_offline_reopened_the_text_is_there(page: Page, person: Any) -> None:
    ready(page)
    write(page)
    page.context.set_offline(True)
    page.close()
    again = page.context.new_page()
    again.goto(LOG)

    expect(again.get_by_role("heading", name="You are offline")).to_be_visible()
    expect(again.get_by_label("What you saw")).to_have_value(TEXT)
    assert person.given_name not in again.content()


def test_written_offline_it_arrives_once(page: Page, person: Any) -> None:
    ready(page)
    page.context.set_offline(True)
    page.goto(LOG)
    page.get_by_label("What you saw").fill(TEXT)
    expect(page.get_by_text("Saved on this device")).to_be_visible()
    page.context.set_offline(False)
    page.goto(LOG)
    expect(page.get_by_label("What you saw")).to_have_value(TEXT)
    page.get_by_label("Point").select_option("a")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    assert list(draft_urls.arrived.values()) == [TEXT]


def test_an_answer_that_got_lost_makes_no_second_record(page: Page, person: Any) -> None:
    page.goto(LOG)
    write(page)

    def lose_the_answer(route: Any) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.fallback()

    page.route(f"**{LOG}", lose_the_answer)
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url("chrome-error://chromewebdata/")
    page.unroute(f"**{LOG}")
    page.goto(LOG)

    expect(page.get_by_role("status").filter(has_text="Sent")).to_be_visible()
    assert len(draft_urls.posts) == 2
    assert list(draft_urls.arrived.values()) == [TEXT]


def test_two_tabs_lose_neither_text(page: Page, person: Any) -> None:
    page.goto(LOG)
    write(page, "first tab")
    other = page.context.new_page()
    other.goto(LOG)
    other.get_by_label("What you saw").fill("second tab")
    expect(other.get_by_text("Saved on this device")).to_be_visible()
    page.get_by_label("What you saw").fill("first tab, more")
    expect(page.get_by_text("open in another tab too")).to_be_visible()
    for tab in (page, other):
        tab.get_by_role("button", name="Save").click()
        expect(tab.get_by_text("Saved.")).to_be_visible()

    assert sorted(draft_urls.arrived.values()) == ["first tab, more", "second tab"]


def test_a_draft_of_an_older_version_overwrites_nothing(page: Page, person: Any) -> None:
    draft_urls.stored.update(text="As it was.", version=1)
    page.goto("/test-edit/")
    page.get_by_label("Text").fill("My change.")
    expect(page.get_by_text("Saved on this device")).to_be_visible()
    draft_urls.stored.update(text="Their change.", version=2)
    page.reload()
    expect(page.get_by_label("Text")).to_have_value("My change.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved elsewhere: Their change.")).to_be_visible()
    expect(page.get_by_label("Text")).to_have_value("My change.")
    page.get_by_label("Text").fill("Both changes.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()

    assert draft_urls.stored == {"text": "Both changes.", "version": 3}
    page.goto("/test-edit/")
    expect(page.get_by_text("Your draft of")).to_be_hidden()


def test_after_the_sign_in_ended_the_draft_comes_back(
    page: Page, person: Any, sign_in: Callable[[Any], None]
) -> None:
    page.goto(LOG)
    write(page)
    Session.objects.all().delete()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("You have been signed out")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    sign_in(person)
    page.goto(LOG)

    expect(page.get_by_label("What you saw")).to_have_value(TEXT)
    assert draft_urls.posts == []


def test_signing_out_clears_the_device(
    page: Page, person: Any, sign_in: Callable[[Any], None]
) -> None:
    page.goto(LOG)
    write(page)
    page.locator("summary", has_text="Account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    sign_in(person)
    page.goto(LOG)

    expect(page.get_by_label("What you saw")).to_have_value("")


def test_another_person_does_not_see_it(
    page: Page, person: Any, sign_in: Callable[[Any], None]
) -> None:
    page.goto(LOG)
    write(page)
    sign_in(PersonFactory())
    page.goto(LOG)

    expect(page.get_by_label("What you saw")).to_have_value("")


def test_a_second_entry_offers_the_last_choices(page: Page, person: Any) -> None:
    page.goto(LOG)
    write(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto(LOG)

    expect(page.get_by_label("Point")).to_have_value("a")


def test_the_end_of_the_sign_in_is_announced_and_put_off(
    page: Page, person: Any, settings: Any
) -> None:
    settings.SESSION_COOKIE_AGE = 121
    page.goto(LOG)
    warning = page.get_by_role("alertdialog", name="You are about to be signed out")
    expect(warning).to_be_visible()
    settings.SESSION_COOKIE_AGE = 7200
    warning.get_by_role("button", name="Stay signed in").click()

    expect(warning).to_be_hidden()


def test_the_offline_page_is_fit_to_be_seen(page: Page, axe: Callable[[], None]) -> None:
    page.goto("/offline/")

    expect(page.get_by_text("There is no draft on this device")).to_be_visible()
    axe()
