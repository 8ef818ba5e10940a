from tests.support.pages import both_widths


@both_widths
def test_the_sign_in_page(page, axe, shot) -> None:
    page.goto("/accounts/login/")

    assert page.locator("input[name=login]").is_visible()
    shot("sign-in")
