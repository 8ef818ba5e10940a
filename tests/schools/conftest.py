"""A school, its CPD lead, and staff lists that they upload."""

import io
from datetime import timedelta

import pytest

from apps.core import clock
from apps.schools.actions import alliances
from apps.schools.actions import staff_import as actions
from apps.schools.enums import AllianceMemberState, Role
from apps.schools.models import FileImport, Invitation, StaffMapping
from apps.schools.staff import files
from apps.schools.staff.columns import guess
from tests import factories as f


@pytest.fixture
def school():
    return f.SchoolFactory(name="Own School")


@pytest.fixture
def lead(school):
    lead = f.PersonFactory(username="lead")
    f.MembershipFactory(person=lead, organisation=school, role=Role.CPD_LEAD)
    return lead


@pytest.fixture
def upload(school, lead):
    """``upload(text)``: a kept list with guessed columns, ready to be looked at."""

    def keep(data, roles=None, schools=(), default=Role.TEACHER):
        data = data.encode() if isinstance(data, str) else data
        kept = files.keep(io.BytesIO(data), io.BytesIO(roles) if roles else None)
        known = actions.keep_upload(
            by=lead,
            organisation=school,
            kept=kept,
            filename="staff.csv",
            client_key=f"00000000-0000-4000-8000-{FileImport.objects.count():012}",
        )
        headers, _rows = files.read(known)
        remembered = StaffMapping.objects.filter(organisation=school).first()
        mapping = guess(headers, remembered.columns["columns"] if remembered else {})
        actions.choose_columns(
            by=lead, file_import=known, headers=headers, mapping=mapping, default_role=default
        )
        actions.choose_schools(by=lead, file_import=known, codes=list(schools))
        return known

    return keep


# An alliance that invites a school


@pytest.fixture
def coordinator():
    person = f.PersonFactory(given_name="Cora", family_name="Coordinator")
    f.MembershipFactory(
        person=person, alliance=f.AllianceFactory(), organisation=None, role=Role.COORDINATOR
    )
    return person


@pytest.fixture
def member(coordinator):
    return f.AllianceMemberFactory(
        alliance=coordinator.memberships.get().alliance,
        organisation=f.SchoolFactory(name="Bell Farm"),
        state=AllianceMemberState.INVITED,
        head_email="head@new.example",
        invited_at=clock.now() - timedelta(days=2),
    )


@pytest.fixture
def invitation(coordinator, member) -> Invitation:
    alliances.chase(by=coordinator, member=member)
    return Invitation.objects.get()
