"""A school taken by a link in wrong hands is given back."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Person
from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.permissions import Refused
from apps.schools import invitations
from apps.schools.actions import agreements
from apps.schools.actions import invitations as actions
from apps.schools.enums import AllianceMemberState, Role
from apps.schools.models import AllianceMember, Invitation, Membership, Signature
from apps.schools.scope import scope_of
from tests import factories as f
from tests.schools.invited import HEAD, path_of
from tests.support.clients import signed_in
from tests.support.letters import send_all, send_one

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(client: Client, invitation) -> Person:
    client.post(path_of(invitation), HEAD)
    return Person.objects.get(email=HEAD["email"])


@pytest.fixture
def operator() -> Person:
    return f.PersonFactory(is_staff=True)


def undo(operator: Person, invitation) -> str:
    url = reverse("schools:head_undo", args=[invitation.public_id])
    return signed_in(operator).post(url, follow=True).content.decode()


def test_an_operator_sees_who_became_a_head_by_link(taken, operator, invitation) -> None:
    page = signed_in(operator).get(reverse("schools:heads"))
    assert [row.pk for row in page.context["page"]] == [invitation.pk]
    assert taken.name in page.content.decode()
    assert "1 head by link" in page.content.decode()


def test_a_head_who_was_one_before_is_not_listed(client, operator, invitation, member) -> None:
    head = f.MembershipFactory(organisation=member.organisation, role=Role.HEAD).person
    signed_in(head).post(path_of(invitation), {"confirm": "on"})
    member.refresh_from_db()
    assert member.state == AllianceMemberState.JOINED
    assert not signed_in(operator).get(reverse("schools:heads")).context["page"].object_list


def test_undone_the_school_is_invited_and_nobody_heads_it(
    taken, operator, coordinator, invitation, member
) -> None:
    url = reverse("schools:alliance", args=[member.alliance.public_id])
    assert signed_in(taken).get(url).status_code == 200
    send_all()

    assert "has no head here" in undo(operator, invitation)

    member.refresh_from_db()
    assert (member.state, member.confirmed_by) == (AllianceMemberState.INVITED, None)
    assert invitations.heads_of(member.organisation) == []
    assert signed_in(taken).get(url).status_code == 404
    assert not scope_of(Person.objects.get(pk=taken.pk)).held
    row = AuditEvent.objects.get(action="schools.headship_undone")
    assert (row.actor, row.subject_id) == (operator, invitation_of(taken).headship_id)
    letter = send_one("schools.joining_undone")
    assert letter.to == [coordinator.email]
    assert "somebody who does not head Bell Farm" in letter.body
    assert "counts no longer" not in letter.body


def test_pressed_twice_it_is_undone_once(taken, operator, invitation) -> None:
    undo(operator, invitation)
    assert "has been undone already" in undo(operator, invitation)
    assert AuditEvent.objects.filter(action="schools.headship_undone").count() == 1


def test_the_true_head_joins_afterwards(taken, operator, invitation, member) -> None:
    undo(operator, invitation)
    member.refresh_from_db()
    again = invitations.invite_school(by=operator, member=member)
    sent = HEAD | {"email": "true@new.example"}
    Client().post(path_of(again), sent)
    member.refresh_from_db()
    assert member.state == AllianceMemberState.JOINED
    assert [head.email for head in invitations.heads_of(member.organisation)] == [
        member.confirmed_by.email
    ]
    assert member.confirmed_by != taken


def test_the_letter_says_when_it_was_signed(taken, operator, invitation, member) -> None:
    version = f.AgreementFactory(alliance=member.alliance)
    agreements.sign(by=taken, agreement=version, organisation=member.organisation, name=taken.name)
    send_all()
    undo(operator, invitation)
    assert "counts no longer" in send_one("schools.joining_undone").body


def test_their_signature_does_not_count_when_the_school_joins_again(
    taken, operator, invitation, member
) -> None:
    version = f.AgreementFactory(alliance=member.alliance)
    school = member.organisation
    agreements.sign(by=taken, agreement=version, organisation=school, name=taken.name)
    undo(operator, invitation)
    member.refresh_from_db()
    again = invitations.invite_school(by=operator, member=member)
    Client().post(path_of(again), HEAD | {"email": "true@new.example"})
    assert not version.signatures.exists()
    assert AllianceMember.objects.filter(pk=member.pk).unsigned().exists()
    assert AuditEvent.objects.filter(action="agreement.signature_withdrawn").count() == 1

    [head] = invitations.heads_of(school)
    agreements.sign(by=head, agreement=version, organisation=school, name=head.name)
    assert AllianceMember.objects.filter(pk=member.pk).signed().exists()
    assert Signature.with_withdrawn.filter(agreement=version).count() == 2


def test_only_operators_undo(taken, invitation, member) -> None:
    with pytest.raises(Refused):
        actions.undo_headship(by=taken, invitation=invitation_of(taken))
    assert Membership.objects.current().filter(person=taken, role=Role.HEAD).exists()


def test_queries_of_the_list(operator, django_assert_max_num_queries) -> None:
    counts = []
    client = signed_in(operator)
    client.get(reverse("schools:heads"))
    for rows in (1, 25):
        for _ in range(rows):
            held = f.MembershipFactory(role=Role.HEAD)
            f.InvitationFactory(organisation=held.organisation, headship=held, used_at=clock.now())
        with django_assert_max_num_queries(12) as found:
            client.get(reverse("schools:heads"))
        counts.append(len(found))
    assert counts[0] == counts[1]


def invitation_of(person: Person) -> Invitation:
    return Invitation.objects.get(headship__person=person)
