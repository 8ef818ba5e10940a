"""A group has lost somebody: whom of those who wait to ask next."""

from __future__ import annotations

from itertools import combinations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.activities import engine
from apps.activities.enums import ParticipantState
from apps.activities.forming.actions import close_call, take_back
from apps.activities.forming.models import GroupWish
from apps.activities.models import Activity, Participant
from apps.matching import refilling
from apps.matching.triads.around import joined
from apps.matching.triads.problem import read as read_problem
from apps.matching.triads.quality import broken_by, group_points
from apps.matching.triads.solve import solve
from tests import factories as f
from tests.matching import worlds
from tests.matching.calls import KIND, World, client_of, three, world


@pytest.fixture
def the(db: None) -> World:
    return world()


def say_no(the: World) -> Activity:
    """A triad is made of Ann, Bob and Cy, and Ann says no."""
    proposal = the.propose()
    client = client_of(the.cast.coordinator)
    client.post(reverse("matching:take_over", args=[proposal.public_id]))
    activity = Activity.objects.get(kind=KIND)
    place = Participant.objects.get(activity=activity, person=the.cast.stage.ann)
    engine.answer_invitation(place, by=the.cast.stage.ann, accept=False)
    return activity


def somebody(the: World, name: str, school: object = None, **values: object) -> GroupWish:
    person = f.PersonFactory(given_name=name, family_name="Exampleton")
    school = school or the.cast.stage.partner
    f.MembershipFactory(person=person, organisation=school)
    return the.wish(person, school, **values)


def page_of(the: World, activity: Activity) -> str:
    url = reverse("matching:refill", args=[activity.public_id])
    return client_of(the.cast.coordinator).get(url).content.decode()


def test_who_fits_those_who_stay_is_offered_the_best_first_and_invited(the: World) -> None:
    three(the)
    activity = say_no(the)
    second = somebody(the, "Further", foci=[the.topics[1], the.topics[0]])
    first = somebody(the, "Better")
    for school in (None, the.cast.stage.school):  # with the second they could be a group
        somebody(the, "Else", school, foci=[the.topics[1]])
    client = client_of(the.cast.coordinator)
    call = reverse("activities:group_call", args=[the.call.public_id])
    detail = reverse("activities:detail", args=[activity.public_id])
    url = reverse("matching:refill", args=[activity.public_id])
    people = reverse("activities:people", args=[activity.public_id])
    for place in (call, detail, people):
        assert url in client.get(place).content.decode()
    page = page_of(the, activity)
    assert "1 person is missing" in page
    assert page.index("Better Exampleton") < page.index("Further Exampleton")
    assert "Second wish of Further Exampleton" in page
    assert "3 of the 3 others who wait could still be in a group" in page
    assert "No others who wait could then be in a group" in page
    assert "Else Exampleton" not in page
    ask = reverse("matching:refill_ask", args=[activity.public_id])
    answer = client.post(ask, {"wish": first.pk}, follow=True).content.decode()
    assert "Better Exampleton is invited." in answer
    first.refresh_from_db()
    assert first.activity == activity
    place = Participant.objects.get(activity=activity, person=first.person)
    assert place.state == ParticipantState.INVITED
    for sent in (first.pk, "9" * 30, "x", ""):
        again = client.post(ask, {"wish": sent}, follow=True).content.decode()
        assert "They do not wait for a group any more." in again
    full = client.post(ask, {"wish": second.pk}, follow=True).content.decode()
    assert "Nobody is missing" in full
    assert set(GroupWish.objects.waiting().filter(pk=second.pk)) == {second}
    after = client.get(call).content.decode()
    assert url not in after
    assert "Said no, or left" in after  # Ann


def test_whoever_judges_one_of_them_is_not_offered_and_nobody_is_told(the: World) -> None:
    three(the)
    activity = say_no(the)
    boss = somebody(the, "Bosworth")
    the.cast.stage.bob.memberships.update(line_manager=boss.person)
    page = page_of(the, activity)
    assert "Bosworth" not in page
    assert "Nobody who waits fits those who stay." in page
    assert "Of those who wait: 0 may be with them" in page
    assert "manage" not in page


def test_whoever_said_no_is_not_offered_again_and_two_may_be_missing(the: World) -> None:
    rows = three(the)
    activity = say_no(the)
    take_back(rows[0], by=the.cast.stage.ann)
    the.wish(the.cast.stage.ann, the.cast.stage.school)
    engine.withdraw(
        Participant.objects.get(activity=activity, person=the.cast.stage.bob),
        by=the.cast.stage.bob,
    )
    somebody(the, "Una")
    somebody(the, "Vic", the.cast.stage.school)
    Activity.objects.filter(pk=activity.pk).update(focus="Talk")  # a topic of none of them
    page = page_of(the, activity)
    assert "2 people are missing" in page
    assert page.count("Una Exampleton, Vic Exampleton") == 1
    assert the.cast.stage.ann.name not in page
    wished = GroupWish.objects.filter(person=the.cast.stage.cy)
    wished.delete()
    assert "it cannot be worked out who fits" in page_of(the, activity)


def test_only_coordinators_look_and_only_while_the_call_is_open(the: World) -> None:
    three(the)
    activity = say_no(the)
    somebody(the, "Una")
    url = reverse("matching:refill", args=[activity.public_id])
    for person, status in (
        (the.cast.stage.bob, 403),
        (the.cast.head, 403),
        (the.cast.stage.ann, 404),
    ):
        client = client_of(person)
        assert client.get(url).status_code == status
        detail = client.get(reverse("activities:detail", args=[activity.public_id]))
        assert url not in detail.content.decode()
    close_call(the.call, by=the.cast.coordinator)
    assert "the group or its call has ended" in page_of(the, activity)


def test_the_page_asks_the_same_whatever_the_number(the: World) -> None:
    three(the)
    activity = say_no(the)
    client, url = (
        client_of(the.cast.coordinator),
        reverse("matching:refill", args=[activity.public_id]),
    )

    def asked() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    somebody(the, "Una")
    few = asked()
    for _ in range(6):
        somebody(the, "Vic")
    assert asked() == few <= 15


@given(seed=st.integers(0, 10_000), lost=st.integers(1, 2))
@settings(deadline=None, max_examples=25)
def test_all_that_keep_the_rules_are_found_in_order_of_points(seed: int, lost: int) -> None:
    problem = read_problem(worlds.triads(seed))
    for group in solve(problem).groups:
        stay = group.members[lost:]
        found = joined(problem, stay, 3, None)
        every = [
            members
            for members in combinations(range(len(problem.people)), 3)
            if set(stay) <= set(members) and not broken_by(problem, members)
        ]
        assert sorted(g.members for g in found) == every
        points = [group_points(problem, g.members, g.focus) for g in found]
        assert points == sorted(points, reverse=True)
        kept = joined(problem, stay, 3, group.focus)
        assert {g.focus for g in kept} <= {group.focus}


def test_with_many_the_fit_alone_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = worlds.triads(4, people=9)
    problem = read_problem(raw)
    stay = next(g for g in solve(problem).groups if len(g.members) == 3).members[1:]
    inputs = {"problem": raw, "people": list(range(9)), "foci": ["a", "b", "c"], "nowhere": []}
    few = refilling.refill(inputs, stay, 1, "")
    monkeypatch.setattr(refilling, "MOST_PEOPLE", 8)
    many = refilling.refill(inputs, stay, 1, "")
    assert len(many["offers"]) == len(few["offers"]) > 1
    assert {offer["others"] for offer in many["offers"]} == {None}
    points = [offer["points"] for offer in many["offers"]]
    assert points == sorted(points, reverse=True)
    ranked = [(-offer["others"], -offer["points"]) for offer in few["offers"]]
    assert ranked == sorted(ranked)
    assert [offer["keys"] for offer in few["offers"]] != [offer["keys"] for offer in many["offers"]]
