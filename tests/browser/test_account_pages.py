"""Signing in and what belongs to it: every page in the look, fit for everybody."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import Page, expect

from tests.factories.accounts import PASSWORD, PersonFactory
from tests.support.pages import on_a_phone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def check_page(
    page: Page, axe: Callable[[], None], look: Callable[[str], None]
) -> Callable[[str], None]:
    """Look at the page in both themes."""

    def check(name: str) -> None:
        page.emulate_media(color_scheme="dark")
        axe()
        page.emulate_media(color_scheme="light")
        look(name)
        assert page.locator("h1").count() == 1

    return check


@pytest.fixture
def person() -> Any:
    return PersonFactory(username="maya", email="maya@ashley.example")


def fill_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address or username").fill(login)
    page.get_by_label("Password", exact=True).fill(password)
    page.locator("main").get_by_role("button", name="Sign in").click()


def confirm(page: Page) -> None:
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


@on_a_phone
def test_signing_in_wrongly_and_rightly(
    page: Page, person: Any, check_page: Callable[[str], None]
) -> None:
    fill_in(page, "maya", "wrong")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page).to_have_title("Error: Sign in – cpdhub")
    expect(page.get_by_label("E-mail address or username")).to_have_value("maya")
    check_page("wrong")
    fill_in(page, "maya@ashley.example")
    expect(page.locator("main [name=password]")).to_have_count(0)


@on_a_phone
def test_a_new_password_by_mail(page: Page, person: Any, check_page: Callable[[str], None]) -> None:
    page.goto("/accounts/password/reset/")
    check_page("reset")
    page.get_by_label("E-mail address").fill("maya@ashley.example")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look in your inbox")).to_be_visible()
    check_page("reset-done")
    page.goto("/accounts/password/reset/key/1-nonsense/")
    check_page("reset-link-spent")


@on_a_phone
@pytest.mark.parametrize("place", ["email", "password/change", "2fa", "logout"])
def test_what_belongs_to_the_account(
    page: Page,
    person: Any,
    sign_in: Callable[[Any], None],
    check_page: Callable[[str], None],
    place: str,
) -> None:
    sign_in(person)
    page.goto(f"/accounts/{place}/")
    check_page(place.replace("/", "-"))


@on_a_phone
def test_an_authenticator_app_and_its_codes(
    page: Page, person: Any, check_page: Callable[[str], None]
) -> None:
    fill_in(page, "maya")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto("/accounts/2fa/totp/activate/")
    confirm(page)
    check_page("totp")
    secret = page.locator("#authenticator_secret").input_value()
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    page.get_by_label("Six figures from the app").fill(code)
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    check_page("recovery-codes")
    page.goto("/accounts/2fa/")
    check_page("two-steps-on")
    page.goto("/accounts/2fa/webauthn/add/")
    check_page("passkey")
    page.goto("/accounts/2fa/totp/deactivate/")
    check_page("turn-off")


def test_is_it_still_you(
    page: Page, person: Any, sign_in: Callable[[Any], None], check_page: Callable[[str], None]
) -> None:
    sign_in(person)
    page.goto("/accounts/2fa/totp/activate/")
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    check_page("reauthenticate")


@pytest.mark.parametrize("url", ["/no-such-page/"])
def test_a_page_that_is_not_there(page: Page, check_page: Callable[[str], None], url: str) -> None:
    page.goto(url)
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    check_page("404")
