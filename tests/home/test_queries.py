"""Home pages ask the database as often for thirty rows as for one."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from tests import factories as f
from tests.world import ROLES, World, make_world

pytestmark = pytest.mark.django_db
MOST = 23


def more_of_everything(world: World, count: int) -> None:
    own = world.own
    for _n in range(count):
        activity = f.ActivityFactory(
            organisation=own.school,
            alliance=own.alliance,
            organiser=world.lead,
            minutes_available=120,
            next_step_on=clock.today() - timedelta(days=1),
        )
        for person in (world.teacher, world.support):
            f.ParticipantFactory(activity=activity, person=person, organisation=own.school)
            f.FollowUpFactory(
                owner=person,
                organiser=world.lead,
                organisation=own.school,
                due=clock.today() - timedelta(days=2),
            )
        f.SessionFactory(activity=activity, observer=world.teacher, observed=world.support)
        f.NeedFactory(organisation=own.school, alliance=own.alliance, created_by=world.lead)
        audit = f.AuditFactory(organisation=own.school, created_by=world.lead)
        f.ParticipationFactory(audit=audit, person=world.teacher)
        f.RecordFactory(author=world.teacher, organisation=own.school)
        f.AllianceMemberFactory(alliance=own.alliance, state="invited")


def queries(client: Client, path: str) -> list[str]:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [q["sql"] for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]


@pytest.mark.parametrize("role", ROLES[1:])
@pytest.mark.parametrize("path", ["/", "/my-development/"])
def test_as_many_queries_for_thirty_rows_as_for_one(role: str, path: str) -> None:
    world: Any = make_world()
    client = Client()
    client.force_login(world.people[role], backend="django.contrib.auth.backends.ModelBackend")
    more_of_everything(world, 1)
    few = queries(client, path)
    more_of_everything(world, 29)
    many = queries(client, path)
    assert len(many) == len(few) <= MOST
    assert [sql for sql, times in Counter(many).items() if times > 1] == []


def test_a_lead_is_told_of_addresses_from_which_mail_comes_back(client: Client) -> None:
    world: Any = make_world()
    client.force_login(world.lead, backend="django.contrib.auth.backends.ModelBackend")
    assert "mail comes back" not in client.get("/").content.decode()
    world.teacher.bounced_email = world.teacher.email
    world.teacher.save()
    page = client.get("/").content.decode()
    assert "address from which mail comes back" in page
    address = f"/schools/{world.own.school.ref}/staff/?show=bounced"
    assert address in page
    assert world.teacher.name in client.get(address).content.decode()
