"""An address is somebody's only when they have proved it, a school's headship only once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Person
from apps.core.permissions import Refused
from apps.schools import invitations
from apps.schools.actions import alliances
from apps.schools.actions import invitations as actions
from apps.schools.enums import AllianceMemberState, InvitationKind, Role
from apps.schools.models import Invitation, Membership
from tests import factories as f
from tests.schools.invited import HEAD, PASSWORD, path_of
from tests.support.letters import send_one

pytestmark = pytest.mark.django_db


def printed_link(coordinator, member) -> str:
    client = Client()
    client.force_login(coordinator, backend="django.contrib.auth.backends.ModelBackend")
    page = client.post(reverse("schools:member_letter", args=[member.public_id]))
    return page.context["url"].removeprefix("http://testserver")


def test_a_printed_link_opens_nobodys_account(client: Client, coordinator, member) -> None:
    """Its coordinator can read it, so it does not prove that the address is theirs."""
    listed = f.MembershipFactory(person=f.PersonFactory(email="head@new.example")).person
    listed.set_unusable_password()
    listed.save()
    alliances.chase(by=coordinator, member=member)
    page = client.post(printed_link(coordinator, member), HEAD)
    assert page.status_code == 422
    listed.refresh_from_db()
    assert not listed.has_usable_password()


@pytest.mark.parametrize("on_paper", [True, False])
def test_an_address_that_was_only_typed_is_nobodys_yet(
    client: Client, coordinator, member, invitation, on_paper: bool
) -> None:
    """Else a school that lists the address later would let its typist in."""
    path = printed_link(coordinator, member) if on_paper else path_of(invitation)
    email = "head@new.example" if on_paper else "victim@elsewhere.example"
    page = client.post(path, HEAD | {"email": email}, follow=True)
    person = Membership.objects.get(role=Role.HEAD).person
    assert person.email is None
    assert not EmailAddress.objects.get(user=person).verified
    assert f"Your username is {person.username}" in page.content.decode()
    letter = send_one("accounts.confirm_email")
    assert letter.to == [email]
    path = next(word for word in letter.body.split() if "/confirm-email/" in word)
    client.post(path.removeprefix("http://testserver"))
    person.refresh_from_db()
    assert person.email == email
    assert EmailAddress.objects.get(user=person).verified


def test_a_typed_address_signs_in_before_it_is_confirmed(client: Client, invitation) -> None:
    client.post(path_of(invitation), HEAD | {"email": "typed@new.example"})
    fresh = Client()
    fresh.post(reverse("account_login"), {"login": "typed@new.example", "password": PASSWORD})
    assert "_auth_user_id" in fresh.session


def test_the_second_step_does_not_wait_for_the_address(
    client: Client, invitation, settings
) -> None:
    """A head must enrol before anything else: nothing may stand in the way of that."""
    settings.REQUIRE_MFA = True
    client.post(path_of(invitation), HEAD | {"email": "typed@new.example"})
    assert client.get("/").url == reverse("mfa_index")
    page = client.get(reverse("mfa_activate_totp"))
    assert page.url.startswith(reverse("account_reauthenticate"))
    page = client.post(page.url, {"password": PASSWORD})
    assert page.url == reverse("mfa_activate_totp")
    assert client.get(page.url).status_code == 200


def test_mail_and_paper_have_links_of_their_own(client: Client, coordinator, member) -> None:
    alliances.chase(by=coordinator, member=member)
    mailed = path_of(Invitation.objects.get())
    printed = printed_link(coordinator, member)
    assert mailed != printed
    assert printed_link(coordinator, member) == printed
    assert client.get(mailed).status_code == client.get(printed).status_code == 200
    assert client.post(mailed, HEAD).status_code == 302
    assert "has been answered" in Client().get(printed).content.decode()


def test_a_link_dies_when_the_person_has_another_address(client: Client, coordinator) -> None:
    """Whoever reads the old mailbox would get in as whoever reads the new one."""
    listed = f.MembershipFactory()
    listed.person.set_unusable_password()
    listed.person.save()
    invitation = invitations.invite_person(by=coordinator, membership=listed)
    Person.objects.filter(pk=listed.person_id).update(email="another@new.example")
    words = {"password": PASSWORD, "password_again": PASSWORD}
    assert client.post(path_of(invitation), words).status_code == 400
    listed.person.refresh_from_db()
    assert not listed.person.has_usable_password()


@pytest.mark.django_db(transaction=True)
def test_two_alliances_at_once_make_one_head(invitation, member) -> None:
    other = f.AllianceMemberFactory(
        organisation=member.organisation, state=AllianceMemberState.INVITED
    )
    rival = f.InvitationFactory(
        kind=InvitationKind.SCHOOL, organisation=member.organisation, alliance=other.alliance
    )

    def accept(row: Invitation) -> bool:
        try:
            actions.accept_as_new_head(
                invitation=row,
                given_name="Bella",
                family_name="Bell",
                email=f"head{row.pk}@new.example",
                password=PASSWORD,
            )
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, [invitation, rival])) == [False, True]
    assert Membership.objects.filter(role=Role.HEAD).count() == 1
