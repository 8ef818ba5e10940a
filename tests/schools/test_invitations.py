from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Person
from apps.core import clock
from apps.core.models import OutboundEmail
from apps.core.permissions import Refused
from apps.schools import invitations
from apps.schools.actions import alliances
from apps.schools.actions import invitations as actions
from apps.schools.enums import AllianceMemberState, InvitationKind, OrganisationStatus, Role
from apps.schools.models import Invitation, Membership, Organisation
from tests import factories as f
from tests.schools.invited import HEAD, PASSWORD, path_of
from tests.support.letters import send_all, send_one

pytestmark = pytest.mark.django_db


# Tokens


def test_the_link_can_be_typed_from_paper(invitation) -> None:
    token = invitations.make_token(invitation)
    assert len(token) == 7 * 4 + 6
    assert invitations.read_token(token) == invitation
    assert invitations.read_token(token.upper().replace("-", "")) == invitation


@pytest.mark.parametrize("forged", ["", "x", "é\0", "-" * 34, "a" * 500])
def test_forged_tokens_are_nobodys(invitation, forged: str) -> None:
    assert invitations.read_token(forged) is None
    token = invitations.make_token(invitation)
    assert invitations.read_token(token[:-1] + ("2" if token[-1] != "2" else "3")) is None


def test_a_new_nonce_makes_the_old_link_useless(invitation) -> None:
    token = invitations.make_token(invitation)
    Invitation.objects.update(nonce="other")
    assert invitations.read_token(token) is None


def test_the_outbox_holds_no_token(invitation) -> None:
    row = OutboundEmail.objects.get()
    token = invitations.make_token(invitation)
    letter = send_one("schools.school_invitation")
    assert token in letter.body
    assert token not in f"{row.key}{row.keys}"
    assert invitation.nonce not in f"{row.key}{row.keys}"


# A school joins


def test_opening_the_link_changes_nothing(client: Client, invitation, member) -> None:
    for _time in range(2):
        page = client.get(path_of(invitation))
        assert page.status_code == 200
    member.refresh_from_db()
    assert member.state == AllianceMemberState.INVITED
    assert "Cora Coordinator invites Bell Farm" in page.content.decode()


def test_a_head_without_an_account_makes_one_and_joins(client: Client, invitation, member) -> None:
    page = client.post(path_of(invitation), HEAD, follow=True)
    assert page.status_code == 200
    member.refresh_from_db()
    person = Person.objects.get(email="head@new.example")
    assert (member.state, member.confirmed_by) == (AllianceMemberState.JOINED, person)
    assert Membership.objects.get(person=person).role == Role.HEAD
    assert client.session["_auth_user_id"] == str(person.pk)
    assert EmailAddress.objects.get(user=person).verified
    assert Client().login(username=person.username, password=PASSWORD)


def test_the_link_works_once(client: Client, invitation) -> None:
    path = path_of(invitation)
    client.post(path, HEAD)
    for page in (Client().get(path), Client().post(path, HEAD | {"email": "b@new.example"})):
        assert page.status_code == 400
        assert "has been answered" in page.content.decode()
    assert Membership.objects.filter(role=Role.HEAD).count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"expires_at": clock.now() - timedelta(days=1)}, "has expired"),
        ({"withdrawn_at": clock.now()}, "has been withdrawn"),
        ({"used_at": clock.now()}, "has been answered"),
    ],
)
def test_a_link_that_stopped_working_says_what_to_do(
    client: Client, invitation, member, change, words
) -> None:
    Invitation.objects.update(**change)
    for page in (client.get(path_of(invitation)), client.post(path_of(invitation), HEAD)):
        assert page.status_code == 400
        assert words in page.content.decode()
    member.refresh_from_db()
    assert member.state == AllianceMemberState.INVITED
    assert not Person.objects.filter(email="head@new.example").exists()


def test_a_closed_school_cannot_join(client: Client, invitation) -> None:
    successor = f.SchoolFactory(name="Bell Farm Academy")
    Organisation.objects.filter(pk=invitation.organisation_id).update(
        status=OrganisationStatus.CLOSED, successor=successor
    )
    page = client.post(path_of(invitation), HEAD)
    assert page.status_code == 400
    assert "its successor is Bell Farm Academy" in page.content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"confirm": ""}, "Tick the box"),
        ({"password_again": "other words entirely"}, "not the same"),
        ({"password": "short", "password_again": "short"}, "too short"),
        ({"given_name": ""}, "Given name"),
        ({"email": "no address"}, "valid email"),
    ],
)
def test_a_wrong_form_keeps_what_was_typed(
    client: Client, invitation, member, change, words
) -> None:
    page = client.post(path_of(invitation), HEAD | change)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert 'value="Bell"' in page.content.decode()
    assert PASSWORD not in page.content.decode()
    member.refresh_from_db()
    assert member.state == AllianceMemberState.INVITED


def test_an_address_with_an_account_must_sign_in(client: Client, invitation, member) -> None:
    f.PersonFactory(email="head@new.example")
    page = client.post(path_of(invitation), HEAD)
    assert page.status_code == 422
    assert "Sign in with it" in page.content.decode()
    member.refresh_from_db()
    assert member.state == AllianceMemberState.INVITED


def test_nobody_takes_over_an_account_by_typing_its_address(client: Client, invitation) -> None:
    other = f.PersonFactory(email="listed@elsewhere.example")
    other.set_unusable_password()
    other.save()
    page = client.post(path_of(invitation), HEAD | {"email": other.email})
    assert page.status_code == 422
    other.refresh_from_db()
    assert not other.has_usable_password()


def test_somebody_listed_elsewhere_whom_the_letter_reached_is_the_same_person(
    client: Client, invitation
) -> None:
    listed = f.MembershipFactory(person=f.PersonFactory(email="head@new.example")).person
    listed.set_unusable_password()
    listed.save()
    assert client.post(path_of(invitation), HEAD).status_code == 302
    assert listed.memberships.count() == 2


def test_a_school_with_a_head_is_joined_by_that_head_alone(
    client: Client, invitation, member
) -> None:
    """Or anybody with a letter could make themselves its head and read its staff list."""
    head = f.MembershipFactory(organisation=member.organisation, role=Role.HEAD).person
    page = client.get(path_of(invitation))
    assert "its head confirms with their own account" in page.content.decode()
    client.post(path_of(invitation), HEAD)
    assert not Person.objects.filter(email="head@new.example").exists()
    stranger = f.PersonFactory()
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    page = client.post(path_of(invitation))
    assert page.status_code == 422
    assert not stranger.memberships.exists()
    client.force_login(head, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(path_of(invitation)).status_code == 302
    member.refresh_from_db()
    assert member.confirmed_by == head


def test_a_school_with_staff_but_no_head_waits_for_one(client: Client, invitation, member) -> None:
    f.MembershipFactory(organisation=member.organisation)
    client.post(path_of(invitation), HEAD)
    member.refresh_from_db()
    assert member.state == AllianceMemberState.INVITED
    with pytest.raises(Refused, match="no head yet"):
        actions.accept_as_signed_in(by=f.PersonFactory(), invitation=invitation)


def test_withdrawing_kills_the_link(client: Client, coordinator, invitation, member) -> None:
    assert alliances.withdraw_invitation(by=coordinator, member=member)
    page = client.post(path_of(invitation), HEAD)
    assert "has been withdrawn" in page.content.decode()


def test_usernames_are_numbered_when_taken(client: Client, invitation) -> None:
    f.PersonFactory(username="HEAD")
    client.post(path_of(invitation), HEAD)
    assert Person.objects.get(email="head@new.example").username == "head2"


def test_letters_on_paper_work_without_an_address(client: Client, coordinator, member) -> None:
    member.head_email = ""
    member.save()
    client.force_login(coordinator, backend="django.contrib.auth.backends.ModelBackend")
    page = client.post(reverse("schools:member_letter", args=[member.public_id]))
    path = page.context["url"].removeprefix("http://testserver")
    assert "<svg" in page.content.decode()
    assert not OutboundEmail.objects.exists()
    assert Client().post(path, HEAD).status_code == 302


# A person is let in


@pytest.fixture
def listed():
    row = f.MembershipFactory(person=f.PersonFactory(given_name="Tess"))
    row.person.set_unusable_password()
    row.person.save()
    return row


def test_somebody_listed_chooses_a_password(client: Client, coordinator, listed) -> None:
    invitation = invitations.invite_person(by=coordinator, membership=listed)
    letter = send_one("schools.person_invitation")
    assert listed.person.username in letter.body
    path = path_of(invitation)
    assert path in letter.body
    assert client.get(path).status_code == 200
    words = {"password": PASSWORD, "password_again": PASSWORD}
    assert client.post(path, words)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(listed.person.pk)
    assert Client().post(path, words).status_code == 400
    assert EmailAddress.objects.get(user=listed.person).verified


def test_pressed_twice_it_sends_one_letter(coordinator, listed) -> None:
    for _press in range(2):
        invitations.invite_person(by=coordinator, membership=listed)
    assert OutboundEmail.objects.count() == Invitation.objects.count() == 1


def test_without_an_address_there_is_no_letter(coordinator, listed) -> None:
    Person.objects.filter(pk=listed.person_id).update(email=None)
    assert invitations.invite_person(by=coordinator, membership=listed) is None
    assert not OutboundEmail.objects.exists()


def test_a_colleague_with_a_password_is_told_to_sign_in(coordinator) -> None:
    invitations.invite_person(by=coordinator, membership=f.MembershipFactory())
    letter = send_one("schools.person_invitation")
    assert "You have an account already" in letter.body
    assert "/invitations/" not in letter.body


def test_a_letter_that_is_no_longer_needed_is_not_sent(coordinator, listed) -> None:
    invitation = invitations.invite_person(by=coordinator, membership=listed)
    actions.accept_person(invitation=invitation, password=PASSWORD)
    assert send_all() == []


def test_somebody_disabled_is_not_let_in(client: Client, coordinator, listed) -> None:
    invitation = invitations.invite_person(by=coordinator, membership=listed)
    Person.objects.filter(pk=listed.person_id).update(is_active=False)
    page = client.post(path_of(invitation), {"password": PASSWORD, "password_again": PASSWORD})
    assert page.status_code == 400


def test_person_invitations_join_no_school(coordinator, listed, member) -> None:
    invitation = f.InvitationFactory(
        kind=InvitationKind.PERSON,
        person=listed.person,
        organisation=member.organisation,
        alliance=member.alliance,
    )
    with pytest.raises(actions.LinkProblem):
        actions.accept_as_signed_in(by=listed.person, invitation=invitation)
    assert not Membership.objects.filter(role=Role.HEAD).exists()


@pytest.mark.django_db(transaction=True)
def test_two_heads_at_once_make_one(invitation, member) -> None:
    def accept(n: int) -> bool:
        try:
            actions.accept_as_new_head(
                invitation=invitation,
                given_name="Bella",
                family_name="Bell",
                email=f"head{n}@new.example",
                password=PASSWORD,
            )
        except actions.LinkProblem:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, range(2))) == [False, True]
    assert Membership.objects.filter(role=Role.HEAD).count() == 1
