"""A CPD lead accepts the terms, imports the staff, mends, invites and prints codes."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.core import clock, jobs
from apps.core.models import OutboundEmail
from apps.schools.actions.staff import accept_terms
from apps.schools.enums import Role
from apps.schools.models import FileImport, Membership
from tests import factories as f
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = """Staff Code,Forename,Surname,Email,Password,Post,Phase,FTE,Working days,Line manager
A1,Zoë,Müller,zoe@s.example,hunter2-canary,Class teacher,KS2,0.6,"Mon, Tue, Wed",B2
B2,Bob,Best,bob@s.example,hunter2-canary,Deputy headteacher,,1,,
C3,Cy,Cole,,hunter2-canary,Caretaker,,1.5,,
,Dee,Dunn,,hunter2-canary,Teacher,,,,
A1,Zoë,Müller,,hunter2-canary,Class teacher,,,,
"""
ROLES = "id,orgSourcedId,role\nA1,77,teacher\nB2,78,teacher\n"


@pytest.fixture
def school():
    school = f.SchoolFactory(name="Ash Grange Primary School")
    for name in ("Pat", "Sam"):
        f.MembershipFactory(
            person=f.PersonFactory(given_name=name, family_name="Stays"),
            organisation=school,
            staff_id=f"old-{name}",
        )
    return school


@pytest.fixture
def lead(school):
    person = f.PersonFactory(given_name="Lea", family_name="Lead")
    f.MembershipFactory(person=person, organisation=school, role=Role.CPD_LEAD)
    return person


@pytest.fixture
def terms(school, lead):
    return accept_terms(by=lead, organisation=school, privacy_notice="Staff handbook, page 12")


@on_a_phone
def test_the_terms_come_first(page, sign_in, lead, school, look):
    sign_in(lead)
    page.goto(reverse("schools:staff", args=[school.ref]))
    look("staff")
    page.get_by_role("link", name="Read and accept the terms").click()
    page.get_by_role("button", name="Accept the terms").click()
    expect(page).to_have_title(re.compile("^Error:"))
    page.get_by_label("Your privacy notice for staff").fill("Staff handbook, page 12")
    page.get_by_label("I accept these processing terms for the school").check()
    look("terms")
    page.get_by_role("button", name="Accept the terms").click()
    expect(page.get_by_role("link", name="Import a list")).to_be_visible()


@on_a_phone
def test_importing_a_list(page, sign_in, lead, school, terms, look, tmp_path):
    sign_in(lead)
    page.goto(reverse("schools:staff_import", args=[school.ref]))
    look("upload")
    upload(page, tmp_path / "holiday.pdf", b"%PDF-1.7")
    page.get_by_role("link", name="This is not a table").click()
    look("upload-refused")
    upload(page, tmp_path / "staff.csv", LIST.encode("cp1252"))

    look("columns")
    assert "canary" not in page.content()
    page.get_by_label("Staff Code").select_option("")
    page.get_by_label("Email").select_option("")
    page.get_by_role("button", name="Show what would change").click()
    expect(page).to_have_title(re.compile("^Error:"))
    look("columns-refused")
    page.get_by_label("Staff Code").select_option("staff_id")
    page.get_by_label("Email").select_option("email")
    page.get_by_role("button", name="Show what would change").click()

    look("preview")
    assert Membership.objects.staff().count() == 2
    page.get_by_label("Pat Stays").check()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download what to mend").click()
    mend = Path(download.value.path()).read_text("utf-8-sig")
    assert "5,Dee Dunn,Not imported,Neither staff ID nor e-mail address" in mend
    assert '4,Cy Cole,"Imported, but something was left out"' in mend
    page.get_by_role("button", name="Confirm and import").click()

    look("waiting")
    jobs.run(FileImport.objects.get().job.pk, clock.now())
    page.get_by_role("link", name="See what came of it").click(timeout=15_000)
    look("result")
    assert Membership.objects.get(staff_id="A1").line_manager.name == "Bob Best"
    assert Membership.objects.get(staff_id="old-Pat").ends_on == clock.today()
    assert not OutboundEmail.objects.exists()


def upload(page, path, data):
    path.write_bytes(data)
    page.get_by_label("Staff list").set_input_files(path)
    page.get_by_role("button", name="Upload and look").click()


@on_a_phone
def test_letting_people_in(page, sign_in, lead, school, terms, look):
    paper = f.PersonFactory(given_name="Cy", family_name="Cole", username="ccole", email=None)
    f.MembershipFactory(person=paper, organisation=school, role=Role.SUPPORT)
    sign_in(lead)
    page.goto(reverse("schools:staff_invite", args=[school.ref]))
    page.get_by_label("Sam Stays").check()
    look("invite")
    page.get_by_role("button", name="Invite the people ticked").click()
    assert OutboundEmail.objects.get().person.given_name == "Sam"
    page.goto(reverse("schools:staff_codes", args=[school.ref]))
    page.get_by_label("Cy Cole").check()
    look("codes")
    page.get_by_role("button", name="Make codes for the people ticked").click()
    look("codes-sheet")
    code = page.locator(".code-words").inner_text()
    paper.refresh_from_db()
    assert paper.check_password(code)


@on_a_phone
def test_looking_after_the_list(page, sign_in, lead, school, terms, look, width):
    part = {"fte": "0.6", "working_days": [0, 1, 2], "subject": "Art", "job_title": "Class teacher"}
    zoe = f.PersonFactory(given_name="Zoë", family_name="Müller", last_login=clock.now())
    row = f.MembershipFactory(person=zoe, organisation=school, staff_id="A1", **part)
    sign_in(lead)
    page.goto(reverse("schools:staff", args=[school.ref]))
    look("staff")
    if width < 768:
        page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Show").select_option("part_time")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("1 person", exact=True).wait_for()
    page.get_by_role("link", name="Zoë Müller").click()
    look("person")
    page.get_by_role("link", name="Change", exact=True).click()
    look("edit")
    page.get_by_label("Subject").fill("Maths")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Leaves the school").click()
    look("leave")
    row.refresh_from_db()
    assert row.subject == "Maths"


@on_a_phone
def test_one_person_by_hand_and_two_files_for_several_schools(
    page, sign_in, lead, school, terms, look, tmp_path
):
    sign_in(lead)
    page.goto(reverse("schools:staff_add", args=[school.ref]))
    look("add")
    page.get_by_role("button", name="Add to the list").click()
    expect(page).to_have_title(re.compile("^Error:"))
    look("add-refused")
    page.get_by_label("Given name").fill("Una")
    page.get_by_label("Family name").fill("Underwood")
    page.get_by_label("Support staff").check()
    page.get_by_role("button", name="Add to the list").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Una Underwood"

    page.goto(reverse("schools:staff_import", args=[school.ref]))
    for name, text in (("users.csv", LIST), ("roles.csv", ROLES)):
        (tmp_path / name).write_text(text)
    page.get_by_label("Staff list").set_input_files(tmp_path / "users.csv")
    page.get_by_label("Second file with roles").set_input_files(tmp_path / "roles.csv")
    page.get_by_role("button", name="Upload and look").click()
    page.get_by_role("button", name="Show what would change").click()
    look("which-school")
    page.get_by_label("77: 2 rows").check()
    page.get_by_role("button", name="Show what would change").click()
    look("preview-several")
    page.get_by_role("button", name="Stop, and delete the uploaded file").click()
    assert not FileImport.objects.exists()
