"""What a session agreed: one owner, a promise, a date; shared or the writer's own; owners told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.activities.engine.agreed import agree, agreed_in
from apps.core import clock
from apps.core.models import Notice
from apps.core.notices import told
from apps.core.permissions import Refused
from apps.followups.models import FollowUp
from apps.followups.sources import link_of
from tests import factories as f

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def met() -> Any:
    """A meeting of two schools that was held, with two people in it."""
    school, partner = f.SchoolFactory(), f.SchoolFactory()
    alliance = f.AllianceFactory()
    activity = f.ActivityFactory(organisation=school, alliance=alliance, title="Reading network")
    places = []
    for place in (school, partner):
        person = f.PersonFactory()
        f.MembershipFactory(person=person, organisation=place)
        f.AllianceMemberFactory(alliance=alliance, organisation=place)
        places.append(f.ParticipantFactory(activity=activity, person=person, organisation=place))
    f.MembershipFactory(person=activity.organiser, organisation=school)
    session = f.SessionFactory(
        activity=activity, starts_at=clock.now() - timedelta(days=1), state="held",
        ends_at=clock.now() - timedelta(hours=22), observer=None, observed=None,
    )  # fmt: skip
    return session, *places


def by_hand(session: Any, by: Any, owner: Any, **values: Any) -> FollowUp:
    given = {"promise": "Send the plan", "due": clock.today() + timedelta(days=9)}
    given |= {"private": False, "client_key": uuid4()} | values
    return agree(by=by, session=session, owner=owner, **given)


def test_its_owner_is_told_and_the_organiser_sees_it(met) -> None:
    session, mine, theirs = met
    found = by_hand(session, mine.person, theirs)
    assert (found.owner, found.organisation) == (theirs.person, theirs.organisation)
    assert (found.shared, found.organiser) == (True, session.activity.organiser)
    assert link_of(found).title == "Reading network"
    notice = Notice.objects.get(person=theirs.person)
    words = told([notice])[0].words
    assert "Reading network" in words
    assert found.public_id in notice.url
    assert agreed_in(session, session.activity.organiser) == [found]
    assert agreed_in(session, theirs.person) == [found]
    assert agreed_in(session, mine.person) == []  # shared with the organiser, not with everybody


def test_two_for_one_day_are_two_and_the_same_form_twice_is_one(met) -> None:
    session, mine, _theirs = met
    key = uuid4()
    first = by_hand(session, mine.person, mine, client_key=key)
    assert by_hand(session, mine.person, mine, client_key=key) == first
    second = by_hand(session, mine.person, mine, promise="Ask the head")
    assert {first, second} == set(FollowUp.objects.all())
    assert not Notice.objects.filter(person=mine.person).exists()


def test_only_what_one_promises_oneself_is_private(client, met) -> None:
    session, mine, theirs = met
    with pytest.raises(Refused, match="promise yourself"):
        by_hand(session, mine.person, theirs, private=True)
    client.force_login(mine.person, backend=BACKEND)
    address = f"/sessions/{session.public_id}/agreed/"
    form = {
        "client_key": uuid4(), "owner": theirs.public_id, "promise": "Try it", "private": "on",
        "due": (clock.today() + timedelta(days=9)).isoformat(),
    }  # fmt: skip
    page = client.post(address, form)
    assert (page.status_code, FollowUp.objects.count()) == (422, 0)
    assert "promise yourself" in page.content.decode()
    due = by_hand(session, mine.person, mine, private=True).due
    assert client.post(
        address, form | {"owner": mine.public_id, "due": due.isoformat(), "client_key": uuid4()}
    ).status_code == 302  # fmt: skip
    assert not FollowUp.objects.filter(shared=True).exists()
    assert agreed_in(session, session.activity.organiser) == []
    assert f'href="{address}"' in client.get(f"/sessions/{session.public_id}/").content.decode()


def test_nothing_was_agreed_in_what_did_not_take_place(met) -> None:
    session, mine, _theirs = met
    with pytest.raises(Refused, match="take part or organise"):
        by_hand(session, f.PersonFactory(), mine)
    session.state = "cancelled"
    with pytest.raises(Refused, match="did not take place"):
        by_hand(session, mine.person, mine)
    session.state, session.starts_at = "planned", clock.now() + timedelta(days=1)
    with pytest.raises(Refused, match="has not begun"):
        by_hand(session, mine.person, mine)
