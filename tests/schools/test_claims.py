"""An address on a staff list whose account the school does not know: asked, never taken."""

import re

import pytest
from django.test import Client

from apps.accounts.models import Person
from apps.core import clock
from apps.core.models import AuditEvent
from apps.schools import invitations
from apps.schools.actions import staff as actions
from apps.schools.enums import Role
from apps.schools.models import Invitation, Membership, Oversight, ProcessingTerms
from apps.schools.staff.terms import TERMS_VERSION
from tests import factories as f
from tests.schools.invited import PASSWORD, path_of
from tests.schools.test_staff_pages import person_form, url
from tests.support.clients import signed_in
from tests.support.letters import send_all

pytestmark = pytest.mark.django_db
EMAIL = "zoe@other.example"


@pytest.fixture
def as_lead(lead, school) -> Client:
    ProcessingTerms.objects.create(
        organisation=school, version=TERMS_VERSION, privacy_notice="p. 12", accepted_by=lead
    )
    return signed_in(lead)


@pytest.fixture
def owner() -> Person:
    """Somebody with an account, who works elsewhere."""
    person = f.PersonFactory(
        email=EMAIL, given_name="Zoë", family_name="Secret", last_login=clock.now()
    )
    person.set_password(PASSWORD)
    person.save()
    f.MembershipFactory(person=person)
    return person


def listed(as_lead: Client, school, email: str = EMAIL, **values) -> Membership:
    response = as_lead.post(url("staff_add", school), person_form(email=email, **values))
    assert response.status_code == 302
    return Membership.objects.current().addressed(email).get(organisation=school)


def invited(as_lead: Client, school, row: Membership) -> Invitation:
    as_lead.post(url("staff_invite", school), {"people": [row.public_id], "chosen": ""})
    return Invitation.objects.get(organisation=school, person=row.person)


def seen(as_lead: Client, school, row: Membership) -> str:
    """Everything that shows one person to the lead, without what is theirs alone."""
    pages = [url(name, school) for name in ("staff", "staff_invite", "staff_codes")]
    pages += [url(name, school, row.public_id) for name in ("staff_person", "staff_edit")]
    text = "".join(as_lead.get(page).content.decode() for page in pages)
    for own in (row.public_id, row.person.public_id, row.person.username, row.address):
        text = text.replace(own, "")
    tokens = r"\b[A-Za-z0-9]{64}\b|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|seconds=.\d+"
    return re.sub(tokens, "", text)


def test_the_lead_cannot_tell_an_account_from_a_new_person(as_lead, school, owner) -> None:
    known = listed(as_lead, school)
    with_account = seen(as_lead, school, known)
    invited(as_lead, school, known)
    invited_with_account = seen(as_lead, school, known)
    Invitation.objects.all().delete()
    known.delete()
    new = listed(as_lead, school, "nobody@other.example")

    assert seen(as_lead, school, new) == with_account
    invited(as_lead, school, new)
    assert seen(as_lead, school, new) == invited_with_account
    for text in (with_account, invited_with_account):
        assert "Secret" not in text
        assert "Ann Able" in text


def test_nothing_changes_for_the_owner_until_they_say_yes(as_lead, school, owner) -> None:
    row = listed(as_lead, school)
    assert not owner.memberships.filter(organisation=school).exists()
    letters = send_all()
    invitation = invited(as_lead, school, row)
    letters = send_all()
    assert [letter.to for letter in letters] == [[EMAIL]]
    assert "Do you work at Own School?" in letters[0].subject
    assert path_of(invitation) in letters[0].body
    signed_out = Client().get(path_of(invitation)).content.decode()
    assert "Sign in to answer" in signed_out
    assert "Secret" not in signed_out
    assert not owner.memberships.filter(organisation=school).exists()


def test_yes_gives_their_account_the_post_and_what_hangs_on_it(
    as_lead, school, lead, owner
) -> None:
    row = listed(as_lead, school, line_manager="")
    Membership.objects.filter(pk=row.pk).update(line_manager=lead)
    stand_in = row.person
    asked = f.ParticipationFactory(
        audit=f.AuditFactory(organisation=school), person=stand_in, organisation=school
    )
    promise = f.FollowUpFactory(owner=stand_in, organisation=school)
    invitation = invited(as_lead, school, row)

    page = signed_in(owner).post(path_of(invitation), {}, follow=True)

    assert "You are on the staff list of Own School" in page.content.decode()
    for thing in (row, asked, promise, stand_in):
        thing.refresh_from_db()
    assert (row.person, row.claimed_email) == (owner, "")
    assert (asked.person, promise.owner) == (owner, owner)
    assert not stand_in.is_active
    assert Oversight.objects.filter(judge=lead, person=owner, until=None).exists()
    assert AuditEvent.objects.get(action="staff.accepted").actor == owner
    assert "Zoë Secret" in as_lead.get(url("staff", school)).content.decode()
    assert signed_in(owner).post(path_of(invitation), {}).status_code == 400


def test_no_ends_the_post(as_lead, school, owner) -> None:
    row = listed(as_lead, school)
    invitation = invited(as_lead, school, row)
    signed_in(owner).post(path_of(invitation), {"decline": ""})
    assert not Membership.objects.current().filter(pk=row.pk).exists()
    assert not owner.memberships.filter(organisation=school).exists()
    assert signed_in(owner).post(path_of(invitation), {}).status_code == 400
    assert "Secret" not in as_lead.get(url("staff", school) + "?show=left").content.decode()


def test_nobody_else_answers_for_them(as_lead, school, lead, owner) -> None:
    invitation = invited(as_lead, school, listed(as_lead, school))
    for client in (Client(), signed_in(lead), signed_in(f.PersonFactory())):
        assert client.post(path_of(invitation), {}).status_code == 422
    assert not owner.memberships.filter(organisation=school).exists()


def test_a_post_that_they_hold_already_is_not_held_twice(as_lead, school, owner) -> None:
    row = listed(as_lead, school)
    invitation = invited(as_lead, school, row)
    f.MembershipFactory(person=owner, organisation=school, role=Role.TEACHER)
    signed_in(owner).post(path_of(invitation), {})
    current = Membership.objects.current().filter(organisation=school, role=Role.TEACHER)
    assert [held.person for held in current] == [owner]


def test_two_schools_listed_them_before_they_signed_in(as_lead, school) -> None:
    account = f.PersonFactory(email=EMAIL, given_name="Zoë", family_name="Secret")
    account.set_unusable_password()
    account.save()
    f.MembershipFactory(person=account)
    invitation = invited(as_lead, school, listed(as_lead, school))
    page = Client().get(path_of(invitation)).content.decode()
    assert "Secret" not in page
    Client().post(path_of(invitation), {"password": PASSWORD, "password_again": PASSWORD})
    assert account.memberships.count() == 2
    assert Client().login(username=account.username, password=PASSWORD)


def test_an_operator_is_not_asked(as_lead, school) -> None:
    f.PersonFactory(email=EMAIL, is_staff=True)
    invitation = invited(as_lead, school, listed(as_lead, school))
    assert send_all() == []
    assert invitations.account_claimed(invitation) is not None


def test_an_address_changed_to_somebody_elses_is_claimed(as_lead, school, owner) -> None:
    row = listed(as_lead, school, "typo@other.example", staff_id="1")
    for email in (EMAIL, EMAIL):
        form = person_form(email=email, staff_id="1")
        page = as_lead.post(url("staff_edit", school, row.public_id), form)
        assert page.status_code == 302
    row = Membership.objects.get(pk=row.pk)
    assert (row.person.email, row.claimed_email, row.address) == (None, EMAIL, EMAIL)
    owner.refresh_from_db()
    assert owner.email == EMAIL


def test_no_code_is_printed_for_a_stand_in(as_lead, school, lead, owner) -> None:
    row = listed(as_lead, school)
    assert row.public_id not in as_lead.get(url("staff_codes", school)).content.decode()
    assert actions.print_codes(by=lead, memberships=[row]) == []


def test_a_free_address_is_the_stand_ins(as_lead, school, owner) -> None:
    row = listed(as_lead, school)
    invitation = invited(as_lead, school, row)
    Person.objects.filter(pk=owner.pk).update(email="new@other.example")
    Client().post(path_of(invitation), {"password": PASSWORD, "password_again": PASSWORD})
    row = Membership.objects.get(pk=row.pk)
    assert (row.person.email, row.claimed_email) == (EMAIL, "")
