from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from apps.core import clock
from apps.core.models import AuditEvent, OutboundEmail
from apps.core.permissions import Refused
from apps.schools.actions import alliances as actions
from apps.schools.actions.alliances import Added
from apps.schools.enums import AllianceMemberState, OrganisationKind, OrganisationStatus, Role
from apps.schools.models import Alliance, AllianceMember, Membership, Organisation
from apps.schools.permissions.alliances import can_coordinate, can_make_alliance
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


def client_for(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def invited(alliance, email: str = "head@new.example") -> AllianceMember:
    return f.AllianceMemberFactory(
        alliance=alliance,
        state=AllianceMemberState.INVITED,
        head_email=email,
        invited_at=clock.now() - timedelta(days=3),
    )


def letters(template: str = "schools.school_invitation") -> int:
    return OutboundEmail.objects.filter(template=template).count()


# Making


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.CPD_LEAD, True),
        (Role.HEAD, True),
        (Role.TEACHER, False),
        (Role.SUPPORT, False),
        (Role.GOVERNOR, False),
    ],
)
def test_who_may_make_an_alliance(role: str, may: bool) -> None:
    assert bool(can_make_alliance(f.MembershipFactory(role=role).person)) is may


def test_operators_may_too() -> None:
    assert can_make_alliance(f.PersonFactory(is_staff=True))


def test_who_makes_it_coordinates_it_and_the_form_sent_twice_makes_one() -> None:
    person, key = f.PersonFactory(), uuid4()
    first = actions.make_alliance(by=person, name="One", client_key=key)
    again = actions.make_alliance(by=person, name="One", client_key=key)
    assert first == again
    assert can_coordinate(person, first)
    assert Membership.objects.filter(alliance=first).count() == 1
    assert AuditEvent.objects.filter(action="schools.alliance_made").count() == 1


# Adding


def test_each_urn_has_its_outcome(alliance, coordinator) -> None:
    successor = f.SchoolFactory()
    fresh, inside = f.SchoolFactory(), f.SchoolFactory()
    closed = f.SchoolFactory(status=OrganisationStatus.CLOSED, successor=successor)
    proposed = f.SchoolFactory(status=OrganisationStatus.PROPOSED)
    f.AllianceMemberFactory(alliance=alliance, organisation=inside)
    urns = [fresh.urn, inside.urn, closed.urn, proposed.urn, "999999"]
    outcomes = actions.add_urns(by=coordinator, alliance=alliance, urns=urns)
    assert [o.result for o in outcomes] == [
        Added.ADDED,
        Added.ALREADY,
        Added.CLOSED,
        Added.CLOSED,
        Added.UNKNOWN,
    ]
    assert outcomes[2].organisation.successor == successor
    assert outcomes[4].organisation is None
    assert alliance.members.count() == 2


def test_any_text_with_urns_will_do(client, alliance, coordinator) -> None:
    one, two = f.SchoolFactory(), f.SchoolFactory()
    path = reverse("schools:alliance_add", args=[alliance.public_id])
    text = f"URN\t{one.urn}\r\n“{two.urn}”;{one.urn} tel 01483 1234567 999998\x0b"
    page = client_for(client, coordinator).post(path, {"urns": text}, follow=True)
    assert set(alliance.organisations.all()) == {one, two}
    words = page.content.decode()
    assert words.count("Added") == 2
    assert "999998" in words
    assert "1234567" not in words
    assert "Added" not in client.get(path).content.decode(), "shown once"


@pytest.mark.parametrize("text", ["", "no number", "1234", "12345678"])
def test_text_without_a_urn_says_so_and_is_kept(client, alliance, coordinator, text) -> None:
    path = reverse("schools:alliance_add", args=[alliance.public_id])
    page = client_for(client, coordinator).post(path, {"urns": text})
    assert page.status_code == 422
    assert "Error:" in page.content.decode()
    assert text in page.content.decode()


def test_search_finds_by_name_town_postcode_and_urn(client, alliance, coordinator) -> None:
    school = f.SchoolFactory(name="St Mary's CofE Primary", town="Byfleet", postcode="KT14 7PD")
    f.SchoolFactory(name="Another", town="Byfleet")
    path = reverse("schools:alliance_add", args=[alliance.public_id])
    client_for(client, coordinator)
    for q in ("st marys byf", "St Mary’s", "kt147pd", school.urn):
        page = client.get(path, {"q": q})
        assert [row[0] for row in page.context["found"]] == [school], q


def test_the_fragment_is_the_results_alone(client, alliance, coordinator) -> None:
    f.SchoolFactory(name="Only This")
    path = reverse("schools:alliance_add", args=[alliance.public_id])
    page = client_for(client, coordinator).get(path, {"q": "only"}, headers={"HX-Request": "true"})
    words = page.content.decode()
    assert "Only This" in words
    assert "<html" not in words


def test_the_add_button_invites(client, alliance, coordinator) -> None:
    school = f.SchoolFactory()
    path = reverse("schools:alliance_add_one", args=[alliance.public_id])
    client_for(client, coordinator).post(path, {"ref": school.ref, "q": "x"})
    client.post(path, {"ref": school.ref, "q": "x"})
    assert alliance.members.get().organisation == school


def test_a_school_with_a_head_is_written_to_at_once(alliance, coordinator) -> None:
    head = f.MembershipFactory(role=Role.HEAD)
    actions.add_organisation(by=coordinator, alliance=alliance, organisation=head.organisation)
    assert alliance.members.get().head_email == head.person.email


def test_the_address_of_a_heads_account_is_not_shown(client, alliance, coordinator) -> None:
    """Else whoever makes an alliance could collect the addresses of all heads."""
    head = f.MembershipFactory(role=Role.HEAD, person__email="private@own.example")
    actions.add_organisation(by=coordinator, alliance=alliance, organisation=head.organisation)
    member = alliance.members.get()
    as_coordinator = client_for(client, coordinator)
    page_of_member = reverse("schools:member", args=[member.public_id])
    for path in (page_of_member, reverse("schools:alliance", args=[alliance.public_id])):
        page = as_coordinator.get(path)
        assert page.status_code == 200
        assert "private@own.example" not in page.content.decode()
    assert as_coordinator.post(page_of_member, {"email": ""}).status_code == 302
    member.refresh_from_db()
    assert member.head_email == "private@own.example"
    assert letters() == 1
    assert letters() == 1


def test_partners_need_no_urn_and_are_used_again(alliance, coordinator) -> None:
    values = {"kind": OrganisationKind.UNIVERSITY, "name": "University of Elmbridge"}
    first, result = actions.add_partner(by=coordinator, alliance=alliance, **values)
    assert (first.urn, result) == (None, Added.ADDED)
    other = f.AllianceFactory()
    again, result = actions.add_partner(
        by=coordinator, alliance=other, kind=values["kind"], name="university of elmbridge"
    )
    assert (again, result) == (first, Added.ADDED)
    third, result = actions.add_partner(by=coordinator, alliance=other, **values)
    assert (third, result) == (first, Added.ALREADY)


def test_a_school_is_never_made_by_hand(alliance, coordinator) -> None:
    with pytest.raises(ValueError, match="register"):
        actions.add_partner(
            by=coordinator, alliance=alliance, kind=OrganisationKind.SCHOOL, name="Mine"
        )


# States and filters


def test_filters_select_what_their_names_say(alliance) -> None:
    agreement = f.AgreementFactory(alliance=alliance)
    signed = f.AllianceMemberFactory(alliance=alliance)
    f.SignatureFactory(agreement=agreement, organisation=signed.organisation)
    unsigned = f.AllianceMemberFactory(alliance=alliance)
    waiting = invited(alliance)
    left = f.AllianceMemberFactory(alliance=alliance, state=AllianceMemberState.LEFT)
    expected = {
        "": {signed, unsigned, waiting},
        "invited": {waiting},
        "joined": {signed, unsigned},
        "signed": {signed},
        "unsigned": {unsigned},
        "unanswered": {unsigned, waiting},
        "left": {left},
        "nonsense": {signed, unsigned, waiting},
    }
    for state, members in expected.items():
        assert set(alliance.members.in_state(state)) == members, state


def test_the_number_links_to_that_many_rows(client, alliance, coordinator) -> None:
    for _n in range(3):
        invited(alliance)
    f.AllianceMemberFactory(alliance=alliance)
    path = reverse("schools:alliance", args=[alliance.public_id])
    stats = client_for(client, coordinator).get(path).context["stats"]
    for stat in stats:
        assert len(client.get(path + stat["url"]).context["members"]) == stat["number"]


@pytest.mark.parametrize("view", ["schools:alliance", "schools:list"])
def test_queries_do_not_grow_with_rows(
    client, alliance, coordinator, view, django_assert_max_num_queries
) -> None:
    path = reverse(view, args=[alliance.public_id] if view == "schools:alliance" else [])
    client_for(client, coordinator)
    counts = []
    for more in (1, 29):
        for _n in range(more):
            invited(alliance)
        client.get(path)
        with django_assert_max_num_queries(12) as seen:
            client.get(path)
        counts.append(len(seen))
        statements = [q["sql"] for q in seen.captured_queries]
        assert len(statements) == len(set(statements)), "one is repeated"
    assert counts[0] == counts[1]


# Joining and leaving


def test_a_closed_school_cannot_join_even_when_invited(alliance) -> None:
    head = f.MembershipFactory(role=Role.HEAD)
    member = f.AllianceMemberFactory(
        alliance=alliance, organisation=head.organisation, state=AllianceMemberState.INVITED
    )
    Organisation.objects.update(status=OrganisationStatus.CLOSED)
    with pytest.raises(Refused, match="not open"):
        actions.join(by=head.person, member=member)


def test_a_school_is_in_several_alliances_and_leaves_one(client) -> None:
    head = f.MembershipFactory(role=Role.HEAD)
    one, two = (f.AllianceMemberFactory(organisation=head.organisation) for _n in range(2))
    client_for(client, head.person)
    assert client.get(reverse("schools:member_leave", args=[one.public_id])).status_code == 200
    one.refresh_from_db()
    assert one.state == AllianceMemberState.JOINED, "asking changes nothing"
    client.post(reverse("schools:member_leave", args=[one.public_id]))
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, one.left_at is None) == (AllianceMemberState.LEFT, False)
    assert two.state == AllianceMemberState.JOINED
    assert client.get(reverse("schools:alliance", args=[one.alliance.public_id])).status_code == 404


def test_a_school_that_left_can_come_back(alliance, coordinator) -> None:
    head = f.MembershipFactory(role=Role.HEAD)
    member = f.AllianceMemberFactory(alliance=alliance, organisation=head.organisation)
    assert actions.leave(by=coordinator, member=member)
    assert not actions.leave(by=coordinator, member=member)
    assert (
        actions.add_organisation(by=coordinator, alliance=alliance, organisation=head.organisation)
        == Added.ADDED
    )
    member.refresh_from_db()
    assert actions.join(by=head.person, member=member)
    assert not actions.join(by=head.person, member=member), "twice is once"


def test_only_its_head_confirms_for_a_school(client, alliance) -> None:
    teacher = f.MembershipFactory(role=Role.TEACHER)
    head = f.MembershipFactory(role=Role.HEAD, organisation=teacher.organisation)
    member = f.AllianceMemberFactory(
        alliance=alliance, organisation=head.organisation, state=AllianceMemberState.INVITED
    )
    path = reverse("schools:member_join", args=[member.public_id])
    assert client_for(client, teacher.person).post(path).status_code == 404
    assert client_for(client, head.person).post(path).status_code == 302
    member.refresh_from_db()
    assert (member.state, member.confirmed_by) == (AllianceMemberState.JOINED, head.person)


def test_the_coordinator_hears_of_it_and_the_head_is_asked_to_sign(alliance, coordinator) -> None:
    head = f.MembershipFactory(role=Role.HEAD)
    f.AgreementFactory(alliance=alliance)
    member = f.AllianceMemberFactory(
        alliance=alliance, organisation=head.organisation, state=AllianceMemberState.INVITED
    )
    actions.join(by=head.person, member=member)
    assert OutboundEmail.objects.get(template="schools.joined").person == coordinator
    assert OutboundEmail.objects.get(template="schools.agreement_out").person == head.person


# Coordinators


def test_another_coordinator_comes_from_the_alliances_schools(
    client, alliance, coordinator
) -> None:
    inside = f.MembershipFactory(
        organisation=f.AllianceMemberFactory(alliance=alliance).organisation
    ).person
    outside = f.MembershipFactory().person
    path = reverse("schools:coordinators", args=[alliance.public_id])
    client_for(client, coordinator)
    for email in (outside.email, "nobody@school.example"):
        page = client.post(path, {"email": email})
        assert page.status_code == 422
        assert "Nobody with this e-mail address" in page.content.decode()
    assert client.post(path, {"email": inside.email.upper()}).status_code == 302
    assert set(actions.coordinators_of(alliance)) == {coordinator, inside}


def test_one_coordinator_stays(client, alliance, coordinator) -> None:
    row = Membership.objects.get(alliance=alliance)
    with pytest.raises(Refused, match="at least one"):
        actions.end_coordinator(by=coordinator, membership=row)
    other = f.PersonFactory()
    actions.add_coordinator(by=coordinator, alliance=alliance, person=other)
    path = reverse("schools:coordinator_end", args=[row.public_id])
    client_for(client, coordinator).post(path)
    assert actions.coordinators_of(alliance) == [other]
    assert client.get(reverse("schools:alliance", args=[alliance.public_id])).status_code == 404
