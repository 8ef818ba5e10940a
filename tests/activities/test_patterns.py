"""Letting go is noticed as a pattern of an activity: of five people at least, and of no person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType

from apps.activities.models import Activity, Session
from apps.activities.patterns import LATE, Pattern, pattern_of, tell_patterns
from apps.core import clock
from apps.core.models import Notice
from apps.core.notices import told
from apps.followups.enums import FollowUpState
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity() -> Any:
    found = f.ActivityFactory(title="Wait time")
    for _n in range(5):
        f.ParticipantFactory(activity=found)
    return found


def promised(activity: Any, owner: Any, state: str, *, days: int = -1, thing: Any = None) -> None:
    thing = thing or activity
    settled = state != FollowUpState.OPEN
    f.FollowUpFactory(
        owner=owner, state=state, due=clock.today() + timedelta(days=days),
        source_type=ContentType.objects.get_for_model(thing), source_id=thing.pk,
        outcome="Too much on" if settled else "", settled_at=clock.now() if settled else None,
    )  # fmt: skip


def owners(activity: Any) -> list[Any]:
    return [place.person for place in activity.participants.order_by("pk")]


def test_five_people_who_let_go_are_one_and_four_are_none(activity) -> None:
    session = f.SessionFactory(activity=activity)
    for n, person in enumerate(owners(activity)):
        thing = session if n % 2 else activity
        promised(activity, person, FollowUpState.DROPPED, thing=thing)
        expected = n + 1 >= 5
        assert pattern_of(activity, clock.today()).is_one == expected
    assert pattern_of(activity, clock.today()) == Pattern(due=5, let_go=5, people=5)
    assert {type(thing) for thing in (activity, session)} == {Activity, Session}


def test_one_person_who_drops_everything_is_none(activity) -> None:
    person = owners(activity)[0]
    for days in range(1, 9):
        promised(activity, person, FollowUpState.DROPPED, days=-days)
    assert not pattern_of(activity, clock.today()).is_one
    assert tell_patterns(clock.now()) == 0
    assert not Notice.objects.exists()


def test_weeks_late_is_let_go_and_a_few_days_are_not(activity) -> None:
    for person in owners(activity):
        promised(activity, person, FollowUpState.OPEN, days=-LATE.days)
    assert pattern_of(activity, clock.today()).let_go == 0
    tomorrow = clock.today() + timedelta(days=1)
    assert pattern_of(activity, tomorrow) == Pattern(due=5, let_go=5, people=5)


def test_where_most_keep_theirs_there_is_none_and_what_moved_counts_once(activity) -> None:
    for person in owners(activity):
        promised(activity, person, FollowUpState.DROPPED)
        for days in (2, 3):
            promised(activity, person, FollowUpState.DONE, days=-days)
        promised(activity, person, FollowUpState.MOVED, days=-4)
    assert pattern_of(activity, clock.today()) == Pattern(due=15, let_go=5, people=5)
    assert pattern_of(activity, clock.today()).is_one  # a third
    promised(activity, owners(activity)[0], FollowUpState.DONE, days=-5)
    assert not pattern_of(activity, clock.today()).is_one


def test_the_organiser_is_told_once_a_month_of_the_activity_and_of_nobody(activity) -> None:
    for person in owners(activity):
        promised(activity, person, FollowUpState.DROPPED)
    assert tell_patterns(clock.now()) == tell_patterns(clock.now()) == 1
    notice = Notice.objects.get()
    assert (notice.person, notice.thing) == (activity.organiser, activity.public_id)
    words = told([notice])[0].words
    assert "Wait time" in words
    for person in owners(activity):
        assert person.family_name not in words
        assert not Notice.objects.filter(person=person).exists()


def test_its_page_says_so_to_the_organiser_alone_while_it_lasts(activity, client) -> None:
    f.MembershipFactory(person=activity.organiser, organisation=activity.organisation)
    place = activity.participants.order_by("pk").first()
    f.MembershipFactory(person=place.person, organisation=place.organisation)
    people = owners(activity)
    for person in people:
        promised(activity, person, FollowUpState.DROPPED)

    def said(person: Any) -> bool:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(f"/activities/{activity.public_id}/")
        assert page.status_code == 200
        return "Many could not keep what they promised here." in page.content.decode()

    assert not said(activity.organiser)
    tell_patterns(clock.now())
    assert said(activity.organiser) and not said(people[0])
    for person in people:
        for _n in range(3):
            promised(activity, person, FollowUpState.DONE)
    assert not said(activity.organiser)
