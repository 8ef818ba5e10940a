"""The staff list by hand: terms first, people, leaving, invitations, codes."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Person
from apps.core import clock
from apps.core.models import AuditEvent, OutboundEmail
from apps.schools.actions import staff as actions
from apps.schools.enums import JobRole, Role
from apps.schools.models import FileImport, Membership, ProcessingTerms
from apps.schools.staff.terms import TERMS_VERSION
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return f.SchoolFactory(name="Own School")


@pytest.fixture
def lead(school):
    lead = f.PersonFactory(username="lead")
    f.MembershipFactory(person=lead, organisation=school, role=Role.CPD_LEAD)
    return lead


@pytest.fixture
def accepted(school, lead):
    return ProcessingTerms.objects.create(
        organisation=school, version=TERMS_VERSION, privacy_notice="p. 12", accepted_by=lead
    )


@pytest.fixture
def as_lead(lead):
    client = Client()
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    return client


def member(school, **values):
    person = {k: values.pop(k) for k in ("email", "last_login", "given_name") if k in values}
    return f.MembershipFactory(person=f.PersonFactory(**person), organisation=school, **values)


def url(name, school, *args):
    return reverse(f"schools:{name}", args=[school.ref, *args])


def person_form(**values):
    return {
        "given_name": "Ann",
        "family_name": "Able",
        "role": "teacher",
        "working_days": ["0", "1"],
        "starts_on": "2026-09-01",
        "client_key": str(uuid4()),
        **values,
    }


# Terms


@pytest.mark.parametrize("name", ["staff_import", "staff_add", "staff_invite", "staff_codes"])
def test_nothing_before_the_terms_are_accepted(as_lead, school, name):
    response = as_lead.get(url(name, school))
    assert response.url == url("terms", school)
    assert as_lead.post(url(name, school), person_form()).url == url("terms", school)
    assert not FileImport.objects.exists()


def test_accepting_the_terms_needs_the_box_and_the_notice(as_lead, school, lead):
    response = as_lead.post(url("terms", school), {"privacy_notice": " "})
    assert response.status_code == 422
    assert not ProcessingTerms.objects.exists()
    as_lead.post(
        url("terms", school), {"privacy_notice": "https://s.example/privacy", "accept": "on"}
    )
    terms = ProcessingTerms.objects.get()
    assert (terms.accepted_by, terms.privacy_notice) == (lead, "https://s.example/privacy")
    as_lead.post(url("terms", school), {"privacy_notice": "Handbook", "accept": "on"})
    assert ProcessingTerms.objects.get().privacy_notice == "Handbook"


def test_an_older_version_is_asked_again(as_lead, school, lead):
    ProcessingTerms.objects.create(
        organisation=school, version="2020-01", privacy_notice="x", accepted_by=lead
    )
    assert as_lead.get(url("staff_add", school)).url == url("terms", school)


# The list


def test_filters(as_lead, school, accepted):
    member(school, given_name="Full", fte=1)
    member(school, given_name="Part", fte=Decimal("0.6"), working_days=[0, 1, 2], phase="primary")
    member(school, given_name="Paper", email=None, role=Role.SUPPORT, staff_id="S77")
    member(school, given_name="Seen", last_login=clock.now())
    member(school, given_name="Gone", ends_on=clock.today() - timedelta(days=1))

    def names(**query):
        page = as_lead.get(url("staff", school), query).context["page"]
        return {row.person.given_name for row in page}

    assert names() == {"Full", "Part", "Paper", "Seen"}
    assert names(show="part_time") == {"Part"}
    assert names(show="no_email") == {"Paper"}
    assert names(show="no_account") == {"Full", "Part", "Paper"}
    assert names(show="left") == {"Gone"}
    assert names(role="support") == {"Paper"}
    assert names(phase="primary") == {"Part"}
    assert names(q="s77") == {"Paper"}
    assert names(q="zzz") == set()


@pytest.mark.parametrize("name", ["staff", "staff_invite", "staff_codes"])
def test_lists_take_as_many_queries_for_many_people(
    as_lead, school, accepted, django_assert_max_num_queries, name
):
    member(school, email=None)
    member(school)
    with django_assert_max_num_queries(12) as few:
        as_lead.get(url(name, school))
    for n in range(30):
        member(school, email=None if n % 2 else f"p{n}@s.example")
    with django_assert_max_num_queries(12) as many:
        as_lead.get(url(name, school))
    assert len(many) == len(few)
    statements = [query["sql"] for query in many]
    assert len(set(statements)) == len(statements)


def test_changing_somebody_takes_as_many_queries_for_many_people(
    as_lead, school, django_assert_max_num_queries
):
    row = member(school)
    with django_assert_max_num_queries(15) as few:
        as_lead.get(url("staff_edit", school, row.public_id))
    for _n in range(30):
        member(school)
    with django_assert_max_num_queries(15) as many:
        page = as_lead.get(url("staff_edit", school, row.public_id)).content.decode()
    assert page.count("<option value=") > 3 * 30
    assert len(many) == len(few)
    statements = [query["sql"] for query in many]
    assert len(set(statements)) == len(statements)


def test_pages_of_fifty(as_lead, school, accepted):
    for _n in range(60):
        member(school)
    assert len(as_lead.get(url("staff", school)).context["page"]) == 50
    assert len(as_lead.get(url("staff", school), {"page": 2}).context["page"]) == 10


# One person


def test_adding_somebody_by_hand_once(as_lead, school, accepted):
    boss = member(school)
    form = person_form(
        job_role="teaching_assistant", line_manager=boss.person.public_id, fte="0.5", staff_id="7"
    )
    for _twice in range(2):
        response = as_lead.post(url("staff_add", school), form)
    ann = Membership.objects.get(staff_id="7")
    assert response.url == url("staff_person", school, ann.public_id)
    assert (ann.person.username, ann.person.email) == ("aable", None)
    assert (ann.line_manager, ann.fte) == (boss.person, Decimal("0.5"))
    assert ann.job_role == JobRole.TEACHING_ASSISTANT
    assert not OutboundEmail.objects.exists()


def test_adding_needs_name_days_and_a_free_staff_id(as_lead, school, accepted):
    member(school, staff_id="7", email="known@s.example")
    response = as_lead.post(
        url("staff_add", school),
        person_form(given_name="", staff_id="7", working_days=[], email="Known@s.example"),
    )
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {
        "given_name",
        "staff_id",
        "working_days",
        "email",
    }
    assert b'value="Able"' in response.content


def test_adding_somebody_of_another_school_leaves_their_account(as_lead, school, accepted):
    known = member(f.SchoolFactory(), email="x@s.example", given_name="Original").person
    as_lead.post(url("staff_add", school), person_form(email="X@s.example"))
    known.refresh_from_db()
    assert known.given_name == "Original"
    assert not known.memberships.filter(organisation=school).exists()


def test_adding_the_head_as_a_teacher_gives_their_account_the_post(as_lead, school, accepted):
    head = member(school, role=Role.HEAD, email="x@s.example").person
    as_lead.post(url("staff_add", school), person_form(email="X@s.example"))
    assert head.memberships.filter(role=Role.TEACHER, organisation=school).exists()


def test_changing_a_post_and_a_person(as_lead, school):
    row = member(school, email="old@s.example", staff_id="1")
    form = person_form(email="New@s.example", subject="Maths", staff_id="1")
    response = as_lead.post(url("staff_edit", school, row.public_id), form)
    assert response.url == url("staff_person", school, row.public_id)
    row.refresh_from_db()
    assert (row.person.name, row.person.email) == ("Ann Able", "new@s.example")
    assert (row.subject, row.working_days) == ("Maths", [0, 1])


def test_another_role_begins_another_row(as_lead, school):
    row = member(school, staff_id="1")
    response = as_lead.post(
        url("staff_edit", school, row.public_id), person_form(role="support", staff_id="1")
    )
    row.refresh_from_db()
    new = Membership.objects.current().get(staff_id="1")
    assert row.ends_on == clock.today() - timedelta(days=1)
    assert response.url == url("staff_person", school, new.public_id)


@pytest.mark.parametrize("elsewhere", [True, False])
def test_the_person_is_not_ours_to_change(as_lead, school, elsewhere):
    row = member(school, email="theirs@s.example", given_name="Theirs", last_login=clock.now())
    if elsewhere:
        f.MembershipFactory(person=row.person)
    as_lead.post(url("staff_edit", school, row.public_id), person_form(email="mine@evil.example"))
    row.person.refresh_from_db()
    assert row.person.email == "theirs@s.example"
    assert (row.person.given_name == "Theirs") is elsewhere


def test_leaving_by_date(as_lead, school):
    row = member(school)
    address = url("staff_leave", school, row.public_id)
    early = row.starts_on - timedelta(days=1)
    assert as_lead.post(address, {"on": early.isoformat()}).status_code == 422
    as_lead.post(address, {"on": "2026-12-31"})
    row.refresh_from_db()
    assert str(row.ends_on) == "2026-12-31"


def test_the_governors_row_is_not_on_the_list(as_lead, school):
    row = member(school, role=Role.GOVERNOR)
    assert as_lead.get(url("staff_person", school, row.public_id)).status_code == 404


# Getting in


def test_invitations_go_to_those_chosen_or_to_all(as_lead, school, accepted):
    first, second = member(school), member(school)
    member(school, email=None)
    member(school, last_login=clock.now())
    as_lead.post(url("staff_invite", school), {"chosen": "", "people": [first.public_id]})
    assert [mail.person for mail in OutboundEmail.objects.all()] == [first.person]
    for _twice in range(2):
        as_lead.post(url("staff_invite", school), {"everybody": ""})
    assert {m.person for m in OutboundEmail.objects.all()} == {first.person, second.person}
    assert OutboundEmail.objects.count() == 2


def test_inviting_nobody_or_a_stranger_is_refused(as_lead, school, accepted):
    member(school)
    stranger = f.MembershipFactory()
    for people in ([], [stranger.public_id]):
        response = as_lead.post(url("staff_invite", school), {"chosen": "", "people": people})
        assert response.status_code == 422
    assert not OutboundEmail.objects.exists()


def test_a_code_is_shown_once_and_signs_in(as_lead, school, accepted):
    row = member(school, email=None)
    response = as_lead.post(url("staff_codes", school), {"people": [row.public_id]})
    code = response.context["cards"][0]["code"]
    assert code.encode() in response.content
    assert b"<svg" in response.content
    assert "no-store" in response["Cache-Control"]
    assert code.encode() not in as_lead.get(url("staff_codes", school)).content
    row.person.refresh_from_db()
    assert row.person.check_password(code)
    assert code not in str(list(AuditEvent.objects.values()))
    assert AuditEvent.objects.filter(action="staff.code_printed").count() == 1
    signed_in = Client().post(
        reverse("account_login"), {"login": row.person.username, "password": code}
    )
    assert signed_in.status_code == 302


@pytest.mark.parametrize("why", ["has e-mail", "works elsewhere", "is the head", "other school"])
def test_no_code_to_somebody_elses_account(as_lead, school, accepted, why):
    at = f.SchoolFactory() if why == "other school" else school
    row = member(at, email="a@s.example" if why == "has e-mail" else None)
    if why == "works elsewhere":
        f.MembershipFactory(person=row.person)
    if why == "is the head":
        f.MembershipFactory(person=row.person, organisation=school, role=Role.HEAD)
    before = row.person.password
    response = as_lead.post(url("staff_codes", school), {"people": [row.public_id]})
    assert response.status_code == 422
    row.person.refresh_from_db()
    assert row.person.password == before


def test_a_new_address_shuts_out_the_printed_code(as_lead, school, accepted):
    """Else a lead who kept the code could wait inside for whoever is listed with the address."""
    row = member(school, email=None)
    page = as_lead.post(url("staff_codes", school), {"people": [row.public_id]})
    code = page.context["cards"][0]["code"]
    row.person.refresh_from_db()
    assert row.person.check_password(code)
    form = person_form(
        given_name=row.person.given_name,
        family_name=row.person.family_name,
        email="new@elsewhere.example",
    )
    assert as_lead.post(url("staff_edit", school, row.public_id), form).status_code == 302
    row.person.refresh_from_db()
    assert row.person.email == "new@elsewhere.example"
    assert not row.person.has_usable_password()


def test_no_code_for_somebody_who_got_an_address_meanwhile(lead, school, accepted):
    row = member(school, email=None)
    Person.objects.filter(pk=row.person_id).update(email="own@elsewhere.example")
    before = row.person.password
    assert actions.print_codes(by=lead, memberships=[row]) == []
    row.person.refresh_from_db()
    assert row.person.password == before


def test_no_code_for_somebody_who_took_a_post_elsewhere_meanwhile(lead, school, accepted):
    row = member(school, email=None)
    f.MembershipFactory(person=row.person, organisation=f.SchoolFactory(name="Other School"))
    assert actions.print_codes(by=lead, memberships=[row]) == []
