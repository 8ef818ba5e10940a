"""An alliance from nothing to signed: made, joined by a head, agreed, signed, changed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.schools.agreements import blocks_to_working_together
from apps.schools.enums import OrganisationStatus, Role
from apps.schools.models import Agreement, Alliance, AllianceMember, Organisation
from tests import factories as f
from tests.support.letters import send_all
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Look = Callable[[str], None]
PASSWORD = "plenty of staffroom tea"


@pytest.fixture
def lead() -> Any:
    """A CPD lead whose school has a head, and a small register around them."""
    school = f.SchoolFactory(name="Ashley Primary School", town="Walton-on-Thames", pupils=420)
    lead = f.PersonFactory(username="maya", given_name="Maya", family_name="Lead")
    f.MembershipFactory(person=lead, organisation=school, role=Role.CPD_LEAD)
    head = f.PersonFactory(username="hugh", given_name="Hugh", family_name="Head")
    f.MembershipFactory(person=head, organisation=school, role=Role.HEAD)
    new = f.SchoolFactory(name="Bell Farm Academy", town="Hersham")
    f.SchoolFactory(name="Bell Farm Junior School", status=OrganisationStatus.CLOSED, successor=new)
    f.SchoolFactory(name="Claygate Primary School", town="Claygate", postcode="KT10 0NB")
    return lead


def urn(name: str) -> str:
    return str(Organisation.objects.get(name=name).urn)


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name).click()


def save(page: Page) -> None:
    page.locator("main").get_by_role("button", name="Save", exact=True).click()


@on_a_phone
def test_from_nothing_to_signed(
    page: Page, lead: Any, sign_in: Callable[[Any], None], look: Look
) -> None:
    sign_in(lead)
    make_alliance(page, look)
    add_schools(page, look)
    chase(page, look)
    head_joins(page, look)
    own_head_joins(page, look, sign_in)
    page.context.clear_cookies()
    sign_in(lead)
    write_agreement(page, look)
    alliance = Alliance.objects.get()
    schools = list(Organisation.objects.filter(alliance_members__state="joined"))
    assert len(blocks_to_working_together(alliance, schools)) == 3
    sign_as(page, look, sign_in, "hugh", "Hugh Head")
    sign_as(page, look, sign_in, "bell", "Bella Bell")
    clear_obstacle(page, look, sign_in, lead)
    assert blocks_to_working_together(alliance, schools) == []
    change_agreement(page, look)


def make_alliance(page: Page, look: Look) -> None:
    page.goto("/schools/")
    look("schools-empty")
    page.locator("main").get_by_role("link", name="Make an alliance").first.click()
    press(page, "Make the alliance")
    expect(page).to_have_title(re.compile("^Error: "))
    look("new-with-error")
    page.get_by_label("Name of the alliance").fill("Walton Learning Alliance")
    page.get_by_label("What it is for").fill("Better talk in mathematics, in every classroom.")
    press(page, "Make the alliance")
    expect(page.get_by_role("heading", name="Add schools", exact=True)).to_be_visible()


def add_schools(page: Page, look: Look) -> None:
    look("add-empty")
    old, ours = urn("Bell Farm Junior School"), urn("Ashley Primary School")
    page.get_by_role("textbox", name="URNs").fill(f"{ours}; and {old},\n999999\n{ours}")
    press(page, "Add these schools")
    results = page.get_by_role("region", name="What you pasted")
    expect(results).to_contain_text("Added")
    expect(results).to_contain_text("Not in the register")
    look("add-results")
    press(page, "Add its successor Bell Farm Academy")
    page.get_by_label("Name, town, postcode or URN").fill("kt100nb")
    press(page, "Search")
    expect(page.locator("#results").get_by_text("1 found for")).to_be_visible()
    look("add-search")
    press(page, "Add Claygate Primary School")
    expect(page.locator("#results")).to_contain_text("Invited")
    page.get_by_role("link", name="Add a partner that is not in the register").click()
    page.get_by_label("University").check()
    page.get_by_label("Name", exact=True).fill("University of Elmbridge")
    look("partner")
    press(page, "Add the partner")
    expect(page.locator("tbody tr")).to_have_count(4)
    look("alliance-invited")


def chase(page: Page, look: Look) -> None:
    row = page.locator("tbody tr").filter(has_text="Bell Farm Academy")
    row.get_by_role("link", name="Enter its address").click()
    page.get_by_label("Head’s e-mail address").fill("Bella@bellfarm.example")
    look("member")
    press(page, "Save and send")
    press(page, "Chase all who have not answered")
    expect(page.get_by_text("Nobody was written to")).to_be_visible()
    assert [m.to for m in send_all() if "bellfarm" in m.to[0]] == [["bella@bellfarm.example"]]
    row = page.locator("tbody tr").filter(has_text="Claygate")
    row.get_by_role("link", name="Enter its address").click()
    press(page, "Make a letter to print")
    expect(page.get_by_text("Point a phone’s camera at the code")).to_be_visible()
    look("letter")


def head_joins(page: Page, look: Look) -> None:
    from django.core import mail

    letter = next(m for m in mail.outbox if "Bell Farm" in m.subject)
    found = re.search(r"http://testserver(/invitations/\S+)", letter.body)
    assert found
    page.context.clear_cookies()
    page.goto(found[1])
    look("invitation")
    assert AllianceMember.objects.joined().count() == 0
    page.get_by_label("Given name").fill("Bella")
    page.get_by_label("Family name").fill("Bell")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("Password again").fill("short")
    press(page, "Confirm that we join")
    expect(page.get_by_role("alert")).to_contain_text("too short")
    look("invitation-with-errors")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_label("I am the head of Bell Farm Academy").check()
    press(page, "Confirm that we join")
    expect(page.get_by_text("Bell Farm Academy has joined")).to_be_visible()
    look("alliance-as-head")
    page.goto(found[1])
    expect(page.get_by_role("heading", name="This invitation has been answered")).to_be_visible()
    look("invitation-used")


def own_head_joins(page: Page, look: Look, sign_in: Callable[[Any], None]) -> None:
    page.context.clear_cookies()
    sign_in(f.PersonFactory._meta.model.objects.get(username="hugh"))
    page.goto(f"/schools/{urn('Ashley Primary School')}/")
    look("school-invited")
    press(page, "Confirm that Ashley Primary School joins")
    expect(page.get_by_text("Ashley Primary School has joined")).to_be_visible()
    look("school")


def write_agreement(page: Page, look: Look) -> None:
    page.goto(f"/alliances/{Alliance.objects.get().public_id}/agreement/")
    look("agreement-none")
    press(page, "Start the agreement")
    look("agreement-tasks")
    page.get_by_role("link", name="Goals and values").click()
    page.locator("#id_rows-0-text").fill("More pupils explain their reasoning")
    page.locator("#id_rows-1-text").fill("Trust between staff rooms")
    look("agreement-goals")
    save(page)
    page.get_by_role("link", name="Parties").click()
    for school in ("Ashley Primary School", "Bell Farm Academy"):
        page.locator("main").get_by_role("link", name=school).click()
        for box in page.get_by_label("We share it").all():
            box.check()
        page.get_by_label("Hours a year").fill("120")
        page.get_by_label("Expertise").fill("Mathematical talk")
        page.get_by_label("Expected return").fill("Fresh eyes on our lessons")
        page.get_by_label("Who signs").fill("The head")
        if school.startswith("Ashley"):
            look("agreement-party")
        save(page)
    page.get_by_role("link", name="Back to all sections").click()
    for section in ("Leadership", "Communication", "Participation", "Equality", "Costs"):
        fill_section(page, section)
    page.get_by_role("link", name="Obstacles").click()
    page.locator("#id_rows-0-text").fill("Cover on Fridays")
    page.locator("#id_rows-0-must_clear").check()
    look("agreement-obstacles")
    save(page)
    page.get_by_role("link", name="Success").click()
    page.get_by_label("Weight of pupil outcomes").fill("70")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("must total 100; now they total 110")
    look("agreement-weights")
    page.get_by_label("Weight of staff outcomes").fill("30")
    page.get_by_label("Success criteria").fill("Tallies of explanations rise in both schools.")
    save(page)
    page.get_by_role("link", name="Evaluation and changes").click()
    page.locator("#id_rows-0-day").fill("2027-06-30")
    page.get_by_label("How we adjust the plan").fill("The two leads agree and write it down.")
    save(page)
    for section in ("Data protection and safeguarding", "Review and exit"):
        fill_section(page, section)
    expect(page.get_by_text("12 of 12 sections complete")).to_be_visible()
    page.get_by_role("link", name="Check and send out").click()
    look("agreement-check")
    page.get_by_role("link", name="Change Costs").click()
    save(page)
    expect(page.get_by_role("heading", name="Check version 1")).to_be_visible()
    press(page, "Send out for signature")
    look("agreement-out")


def fill_section(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=False).first.click()
    for box in page.locator("main textarea, main input[type=text]").all():
        box.fill("As we have always done, and better.")
    save(page)


def sign_as(
    page: Page, look: Look, sign_in: Callable[[Any], None], username: str, name: str
) -> None:
    from apps.accounts.models import Person

    person = Person.objects.get(username__startswith=username[:4])
    letters = [m for m in send_all() if m.to == [person.email]]
    assert len(letters) <= 2
    page.context.clear_cookies()
    sign_in(person)
    page.goto(f"/alliances/{Alliance.objects.get().public_id}/agreement/")
    page.get_by_role("link", name=re.compile("Read and sign for")).click()
    page.get_by_label("Type your full name").fill(name)
    page.get_by_label("I have read this version").check()
    look(f"sign-{username}")
    press(page, "Sign for")
    expect(page.get_by_text("Thank you")).to_be_visible()
    look(f"signed-{username}")


def clear_obstacle(page: Page, look: Look, sign_in: Callable[[Any], None], lead: Any) -> None:
    assert [m.subject for m in send_all() if m.to == [lead.email]][-1].startswith("Everybody")
    page.context.clear_cookies()
    sign_in(lead)
    page.goto(f"/agreements/{Agreement.objects.get().public_id}/")
    press(page, "Mark as cleared")
    expect(page.get_by_text("by Maya Lead")).to_be_visible()
    look("agreement-version")


def change_agreement(page: Page, look: Look) -> None:
    page.goto(f"/alliances/{Alliance.objects.get().public_id}/agreement/")
    press(page, "Start a new version")
    page.get_by_role("link", name="Costs").click()
    page.get_by_label("Costs and who pays").fill("Each school pays its own cover.")
    save(page)
    page.get_by_role("link", name="Check and send out").click()
    press(page, "Send out for signature")
    expect(page.get_by_role("region", name="Version 2: signatures")).to_contain_text("Not signed")
    page.get_by_role("region", name="Version 2").get_by_role("link", name="Read it").click()
    page.get_by_text("1 change since version 1").click()
    look("agreement-changes")
    page.goto("/schools/")
    look("schools")
