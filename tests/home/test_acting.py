"""Acting in one of several roles: it filters what is shown and never changes what is allowed."""

import pytest

from apps.home.navigation import PLACES
from apps.schools.enums import Role
from tests import factories as f
from tests.support.clients import signed_in

pytestmark = pytest.mark.django_db


def test_somebody_with_two_roles_switches_on_purpose() -> None:
    lead = f.MembershipFactory(role=Role.CPD_LEAD, organisation__name="First School")
    f.MembershipFactory(person=lead.person, role=Role.GOVERNOR, organisation__name="Second School")
    other = lead.person.memberships.get(role=Role.GOVERNOR).organisation
    client = signed_in(lead.person)

    assert "What is due and what is stuck" in client.get("/").content.decode()
    assert client.post("/acting/", {"acting": f"governor.{other.ref}"}).status_code == 302
    assert "Is it worth it for our pupils?" in client.get("/").content.decode()
    # A link in a mail to what the other role may see still works.
    assert client.get(f"/schools/{lead.organisation.ref}/staff/").status_code == 200


def test_nobody_acts_in_a_role_that_they_do_not_hold() -> None:
    teacher = f.MembershipFactory()
    client = signed_in(teacher.person)

    refused = client.post("/acting/", {"acting": f"head.{teacher.organisation.ref}"})

    assert refused.status_code == 403
    assert "You do not hold that role" in refused.content.decode()
    assert "Log an observation" in client.get("/").content.decode()


def test_a_role_that_has_ended_is_gone_on_the_next_request() -> None:
    held = f.MembershipFactory(role=Role.CPD_LEAD)
    client = signed_in(held.person)
    client.post("/acting/", {"acting": f"cpd_lead.{held.organisation.ref}"})
    held.delete()

    assert "You are in no school at the moment" in client.get("/").content.decode()
    assert client.get(f"/schools/{held.organisation.ref}/staff/").status_code == 404


def test_no_role_has_more_than_six_destinations() -> None:
    assert max(len(places) for places in PLACES.values()) <= 6
