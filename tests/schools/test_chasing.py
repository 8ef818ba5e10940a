from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from apps.core import clock
from apps.core.models import AuditEvent, OutboundEmail
from apps.schools import invitations
from apps.schools.actions import alliances as actions
from apps.schools.enums import AllianceMemberState, Role
from apps.schools.models import Alliance, AllianceMember
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def alliance() -> Alliance:
    return f.AllianceFactory()


@pytest.fixture
def coordinator(alliance):
    person = f.PersonFactory()
    f.MembershipFactory(person=person, alliance=alliance, organisation=None, role=Role.COORDINATOR)
    return person


def invited(alliance, email: str = "head@new.example") -> AllianceMember:
    return f.AllianceMemberFactory(
        alliance=alliance,
        state=AllianceMemberState.INVITED,
        head_email=email,
        invited_at=clock.now() - timedelta(days=3),
    )


def letters(template: str = "schools.school_invitation") -> int:
    return OutboundEmail.objects.filter(template=template).count()


def test_chasing_writes_once_a_day(alliance, coordinator) -> None:
    member = invited(alliance)
    assert actions.chase(by=coordinator, member=member)
    assert not actions.chase(by=coordinator, member=member)
    assert letters() == 1
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert actions.chase(by=coordinator, member=member)
    assert letters() == 2
    assert AuditEvent.objects.filter(action="schools.chased").count() == 2


def test_whoever_was_invited_today_is_left_in_peace(alliance, coordinator) -> None:
    school = f.MembershipFactory(role=Role.HEAD).organisation
    actions.add_organisation(by=coordinator, alliance=alliance, organisation=school)
    assert actions.chase_all(by=coordinator, alliance=alliance) == (0, 0)
    assert letters() == 1


def test_chasing_all_says_who_has_no_address(alliance, coordinator) -> None:
    invited(alliance)
    invited(alliance, "second@new.example")
    invited(alliance, "")
    f.AllianceMemberFactory(alliance=alliance)
    assert actions.chase_all(by=coordinator, alliance=alliance) == (2, 1)
    assert letters() == 2


def test_those_who_have_not_signed_are_reminded(alliance, coordinator) -> None:
    head = f.MembershipFactory(role=Role.HEAD)
    long_ago = clock.now() - timedelta(days=9)
    member = f.AllianceMemberFactory(
        alliance=alliance, organisation=head.organisation, invited_at=long_ago, joined_at=long_ago
    )
    assert not actions.chase(by=coordinator, member=member), "nothing to sign"
    agreement = f.AgreementFactory(alliance=alliance)
    assert actions.chase(by=coordinator, member=member)
    assert letters("schools.agreement_out") == 1
    f.SignatureFactory(agreement=agreement, organisation=head.organisation, signed_by=head.person)
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert not actions.chase(by=coordinator, member=member)


def test_a_new_address_gets_the_letter_and_the_old_link_dies(alliance, coordinator) -> None:
    member = invited(alliance)
    actions.chase(by=coordinator, member=member)
    old = invitations.make_token(invitations.live_invitation(member))
    assert actions.set_head_email(by=coordinator, member=member, email="New@New.example")
    assert letters() == 2
    assert invitations.read_token(old) is None
    member.refresh_from_db()
    assert member.head_email == "new@new.example"


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_send_one_letter(alliance, coordinator) -> None:
    member = invited(alliance)

    def press(_n: int) -> bool:
        try:
            return actions.chase(by=coordinator, member=member)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == [False, True]
    assert letters() == 1
