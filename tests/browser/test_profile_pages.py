"""My account, what I am sent, and the links in letters, as people see them."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.accounts import mail_kinds
from apps.schools import invitations
from apps.schools.enums import JobRole, Role
from tests import factories as f
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@on_a_phone
def test_account_choices_and_links(
    page: Page, sign_in: Callable[[Any], None], look: Callable[[str], None]
) -> None:
    lead = f.MembershipFactory(role=Role.CPD_LEAD)
    listed = f.MembershipFactory(
        organisation=lead.organisation,
        person=f.PersonFactory(given_name="Tess", family_name="Taylor", username="ttaylor"),
        job_role=JobRole.TEACHING_ASSISTANT,
        job_title="Teaching assistant",
        role=Role.SUPPORT,
        working_days=[0, 2, 4],
    )
    listed.person.set_unusable_password()
    listed.person.save()
    invitation = invitations.invite_person(by=lead.person, membership=listed)
    assert invitation is not None
    page.goto(invitations.path_of(invitation))
    look("choose-password")
    page.get_by_label("Password", exact=True).fill("plenty of staffroom tea")
    page.get_by_label("Password again").fill("plenty of staffroom tea")
    page.get_by_role("button", name="Choose this password").click()
    expect(page.get_by_text("You are signed in as Tess Taylor")).to_be_visible()
    page.goto("/account/")
    expect(page.get_by_text("Monday, Wednesday, Friday")).to_be_visible()
    look("profile")
    page.get_by_role("link", name="Choose your e-mail").click()
    page.get_by_role("group", name="Follow-ups").get_by_label("Once a week").check()
    look("mail")
    page.get_by_role("button", name="Save choices").click()
    expect(page.get_by_text("Your choices hold")).to_be_visible()
    page.context.clear_cookies()
    page.goto(mail_kinds.unsubscribe_path(listed.person, "reports"))
    look("unsubscribe")
    page.get_by_role("button", name="Stop these e-mails").click()
    expect(page.get_by_text("You are unsubscribed")).to_be_visible()
    look("unsubscribed")
    page.goto("/invitations/forged/")
    look("forged")
