"""Staff say that they would like a group; the coordinator has groups proposed and forms them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.activities import engine
from apps.activities.enums import ActivityState, ParticipantState
from apps.activities.forming.actions import open_call, take_back
from apps.activities.forming.models import GroupCall, GroupWish
from apps.activities.kinds import declared, kind_of
from apps.activities.models import Activity, Participant
from apps.core import clock, jobs
from apps.matching.group_proposing import propose
from apps.matching.models import Proposal
from apps.matching.triads.problem import SIZES
from apps.schools.enums import Role
from tests import factories as f
from tests.activities.triads import signed
from tests.matching.calls import KIND, TIMES, World, client_of, read, three, world


@pytest.fixture
def the(db: None) -> World:
    return world()


def test_every_kind_that_forms_groups_is_one_the_solver_knows() -> None:
    found = declared("FORMING")
    assert {row.kind for row in found} >= {KIND, "lesson_study"}
    for row in found:
        assert SIZES[0] <= row.least <= 3 <= row.most <= SIZES[-1]
        assert all(kind_of(row.kind).role(role) for role in row.roles)


def test_somebody_says_what_they_would_like_and_takes_it_back(the: World) -> None:
    ann = the.cast.stage.ann
    client, url = client_of(ann), reverse("activities:group_wish", args=[the.call.public_id])
    school = the.cast.stage.school.ref
    sent = {"focus_1": the.topics[0], "focus_2": the.topics[0], "times": TIMES, "most_miles": "9"}
    answer = client.post(url, {**sent, "organisation": school})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Choose each focus once." in page
    assert "your department and how long you have taught" in page
    assert "Tick “The alliance’s coordinators may see this to find a group for me”." in page
    good = {**sent, "focus_2": the.topics[1], "agreed": "on", "organisation": school}
    client.post(url, good)
    client.post(url, {**good, "most_miles": "30"})
    mine = GroupWish.objects.get()
    assert (mine.foci, mine.most_miles) == (the.topics[:2], 30)
    for other in (the.cast.head, the.cast.stage.lead, the.cast.stage.bob):
        assert not GroupWish.objects.visible_to(other).exists()
    assert GroupWish.objects.visible_to(the.cast.coordinator).get() == mine
    GroupCall.objects.update(closes_on=clock.today() - timedelta(days=1))
    client.post(reverse("activities:group_wish_back", args=[the.call.public_id]))
    assert not GroupWish.objects.exists()
    assert "This call has closed." in client.post(url, good).content.decode()


def test_groups_are_proposed_with_reasons_and_solved_again_the_same(the: World) -> None:
    people = three(the, foci=the.topics[:2])
    dee = the.wish(the.cast.stage.dee, the.cast.stage.partner, foci=the.topics[2:])
    proposal = the.propose()
    (group,) = proposal.result["groups"]
    assert group["people"] == [row.pk for row in people]
    assert group["focus"] == the.topics[0]
    assert propose(proposal.inputs, proposal.seed) == (proposal.result, proposal.quality)
    page = read(the, proposal)
    assert "First wish of all" in page
    assert "2 schools, at most 5.0 miles apart" in page
    assert "3 times suit all, the first Monday morning" in page
    assert "Nobody near enough has the same wish." in page
    would = "They would have a group if 2 more people near them wished the same."
    assert would in page
    assert proposal.result["unplaced"][0]["person"] == dee.pk
    kept = f"{proposal.inputs}{proposal.result}{proposal.quality}"
    assert the.cast.stage.ann.given_name not in kept


def test_a_group_shares_a_problem_of_pupils_as_it_shares_a_topic(the: World) -> None:
    stage = the.cast.stage
    url = reverse("activities:group_wish", args=[the.call.public_id])
    problem = "pupil-problem-behaviour"
    sent = {
        "focus_1": the.topics[2],
        "focus_2": problem,
        "times": TIMES,
        "most_miles": "9",
        "agreed": "on",
        "organisation": stage.school.ref,
    }
    assert client_of(stage.ann).post(url, sent).status_code == 302
    the.wish(stage.bob, stage.school, foci=[problem])
    the.wish(stage.cy, stage.partner, foci=[problem, the.topics[0]])
    client, proposal = client_of(the.cast.coordinator), the.propose()
    (group,) = proposal.result["groups"]
    assert (group["focus"], group["ranks"]) == (problem, [2, 1, 1])
    words = "Behaviour, attendance or how pupils feel gets in the way"
    assert words in read(the, proposal)
    client.post(reverse("matching:take_over", args=[proposal.public_id]))
    assert Activity.objects.get(kind=KIND).focus == words


def test_departments_are_mixed_as_far_as_the_staff_lists_know_them(the: World) -> None:
    stage = the.cast.stage
    people = three(the)
    dee = the.wish(stage.dee, stage.partner)
    for person, department in ((stage.ann, "Science"), (stage.bob, "science "), (stage.cy, "")):
        person.memberships.update(department=department)
    stage.dee.memberships.update(department="Art")
    proposal = the.propose()
    assert proposal.inputs["problem"]["scoring"]["cross_department"] > 0
    (group,) = proposal.result["groups"]
    assert {people[2].pk, dee.pk} - set(group["people"]) == {people[2].pk}
    assert group["departments"] == 2
    page = read(the, proposal)
    assert "2 departments" in page
    assert "science" not in f"{page}{proposal.inputs}".casefold()


def test_whoever_judges_another_is_never_with_them_and_nobody_is_told(the: World) -> None:
    three(the)
    the.cast.stage.ann.memberships.update(appraiser=the.cast.stage.bob)
    proposal = the.propose()
    assert proposal.result["groups"] == []
    page = read(the, proposal)
    assert "No group could be made." in page
    for word in ("apprais", "manages", "tutors"):
        assert word not in page


def test_what_the_coordinator_wishes_holds(the: World) -> None:
    people = three(the)
    dee = the.wish(the.cast.stage.dee, the.cast.stage.partner)
    first = the.propose()
    client = client_of(the.cast.coordinator)
    (group,) = first.result["groups"]
    a, b = group["people"][:2]
    client.post(reverse("matching:again", args=[first.public_id]), {"group-0": f"{a}-{b}"})
    jobs.run(jobs.Job.objects.latest("pk").pk, clock.now())
    second = Proposal.objects.get(number=2)
    assert second.wishes["apart"] == [[a, b]]
    assert not {a, b} <= set(second.result["groups"][0]["people"])
    assert "Kept apart by you" in read(the, second)
    keys = sorted(row.pk for row in [*people[:1], people[2], dee])
    locked = the.propose({"locked": [keys]})
    assert locked.result["groups"][0]["people"] == keys
    assert "You kept this group together." in read(the, locked)
    compare = reverse("matching:compare", args=[locked.public_id])
    page = client.get(compare, {"with": first.public_id}).content.decode()
    assert "placed differently" in page
    client.post(reverse("matching:again", args=[second.public_id]), {"apart-0": "allow"})
    assert jobs.Job.objects.latest("pk").params["wishes"]["apart"] == []


def test_forming_invites_and_forces_nothing(the: World) -> None:
    three(the)
    proposal = the.propose()
    stage, client = the.cast.stage, client_of(the.cast.coordinator)
    assert not Activity.objects.visible_to(stage.ann).filter(kind=KIND).exists()
    url = reverse("matching:take_over", args=[proposal.public_id])
    page = client.post(url, follow=True).content.decode()
    assert "1 group is being formed." in page
    activity = Activity.objects.get(kind=KIND, alliance=stage.alliance)
    assert (activity.state, activity.title) == (ActivityState.DRAFT, "Questioning")
    places = Participant.objects.filter(activity=activity)
    assert {row.state for row in places} == {ParticipantState.INVITED}
    assert {row.person for row in places} == {stage.ann, stage.bob, stage.cy}
    seen = read(the, proposal)
    assert "3 people of this proposal do not wait any more" in seen
    assert "Not all wait any more" in seen
    assert "Form the groups" not in seen
    again = client.post(url, follow=True).content.decode()
    assert "Left out, because no longer possible: 1." in again
    assert Activity.objects.filter(kind=KIND).count() == 1
    assert GroupWish.objects.waiting().count() == 0


def test_a_group_is_left_out_when_somebody_took_their_wish_back(the: World) -> None:
    rows = three(the)
    proposal = the.propose()
    take_back(rows[0], by=the.cast.stage.ann)
    url = reverse("matching:take_over", args=[proposal.public_id])
    client_of(the.cast.coordinator).post(url)
    assert not Activity.objects.filter(kind=KIND).exists()
    assert "–" in read(the, proposal)


def test_who_left_or_whose_group_was_called_off(the: World) -> None:
    rows = three(the)
    proposal = the.propose()
    client = client_of(the.cast.coordinator)
    client.post(reverse("matching:take_over", args=[proposal.public_id]))
    activity = Activity.objects.get(kind=KIND)
    url = reverse("activities:group_call", args=[the.call.public_id])
    ann = client_of(the.cast.stage.ann)
    assert activity.title in ann.get(url).content.decode()
    place = Participant.objects.get(activity=activity, person=the.cast.stage.ann)
    assert "Whether you take part is for you to say." in ann.get(url).content.decode()
    engine.answer_invitation(place, by=the.cast.stage.ann, accept=True)
    assert "You are in a group." in ann.get(url).content.decode()
    engine.withdraw(place, by=the.cast.stage.ann)
    said = ann.get(url).content.decode()
    assert "said no or have left it" in said
    assert "take your wish back and wish again" in said
    assert not GroupWish.objects.waiting().exists()
    engine.cancel(activity, by=the.cast.coordinator, reason="Too few")
    the.cast.stage.bob.memberships.update(ends_on=clock.today() - timedelta(days=1))
    assert set(GroupWish.objects.waiting()) == {rows[0], rows[2]}
    assert "2 people wait for a group." in client.get(url).content.decode()


def test_what_stays_in_a_school_is_its_cpd_leads_to_organise(the: World) -> None:
    stage = the.cast.stage
    una = f.PersonFactory()
    f.MembershipFactory(person=una, organisation=stage.school)
    for person in (stage.ann, stage.bob, una):
        the.wish(person, stage.school, school_only=True)
    the.wish(stage.cy, stage.partner)
    proposal = the.propose()
    client_of(the.cast.coordinator).post(reverse("matching:take_over", args=[proposal.public_id]))
    activity = Activity.objects.get(kind=KIND)
    assert (activity.organiser, activity.alliance) == (stage.lead, None)
    assert not Activity.objects.visible_to(the.cast.coordinator).exists()


def test_lesson_studies_have_a_chair_and_a_scribe(the: World) -> None:
    GroupCall.objects.update(kind="lesson_study")
    the.call.refresh_from_db()
    three(the)
    the.wish(the.cast.stage.dee, the.cast.stage.partner)
    proposal = the.propose()
    assert proposal.quality["placed"] == 4
    client_of(the.cast.coordinator).post(reverse("matching:take_over", args=[proposal.public_id]))
    roles = Participant.objects.filter(activity__kind="lesson_study").values_list("role", flat=True)
    assert sorted(roles) == ["chair", "member", "member", "scribe"]


def test_lone_rangers_of_one_post_and_all_of_different_schools(the: World) -> None:
    """They say what they are the only one for; nobody is with somebody of their own school."""
    GroupCall.objects.update(kind="lone_ranger_network")
    the.call.refresh_from_db()
    stage = the.cast.stage
    third = signed(stage, "Cedar School")
    third.easting, third.northing, third.pupils = 402_000, 150_000, 400
    third.save()
    una = f.PersonFactory()
    f.MembershipFactory(person=una, organisation=third, role=Role.SUPPORT)
    url = reverse("activities:group_wish", args=[the.call.public_id])
    client = client_of(una)
    page = client.get(url).content.decode()
    assert "Of which subject or role are you the only one in your school?" in page
    assert "Librarian" in page
    for absent in ("focus_2", "school_only", "Questioning"):
        assert absent not in page
    sent = {"focus_1": "t-talk", "times": TIMES, "most_miles": "20", "agreed": "on"}
    sent["organisation"] = third.ref
    assert client.post(url, sent).status_code == 422  # a topic is no post
    empty = client.post(url, {**sent, "focus_1": ""}).content.decode()
    assert "Choose an answer for “Of which subject or role are you the only one" in empty
    assert client.post(url, {**sent, "focus_1": "librarian"}).status_code == 302
    for person, school in ((stage.ann, stage.school), (stage.bob, stage.school)):
        the.wish(person, school, foci=["librarian"])
    proposal = the.propose()
    assert proposal.result["groups"] == []
    change = {"what": "joiners", "amount": 1}
    assert [row["change"] for row in proposal.result["unplaced"]] == [change] * 3
    the.wish(stage.cy, stage.partner, foci=["librarian"])
    the.wish(stage.dee, stage.partner, foci=["senco"])
    proposal = the.propose()
    (group,) = proposal.result["groups"]
    people = GroupWish.objects.filter(pk__in=group["people"])
    assert {row.organisation for row in people} == {stage.school, stage.partner, third}
    page = read(the, proposal)
    assert "<strong>Librarian</strong>" in page
    assert "also wished to work on" not in page  # nobody becomes a librarian to be in a group
    take_over = reverse("matching:take_over", args=[proposal.public_id])
    client_of(the.cast.coordinator).post(take_over)
    activity = Activity.objects.get(kind="lone_ranger_network")
    assert (activity.title, activity.focus) == ("Librarian", "")
    assert activity.details == {"post": "Librarian"}
    assert sorted(activity.participants.values_list("role", flat=True)) == [
        "convenor",
        "member",
        "member",
    ]


def test_who_stayed_without_a_group_comes_first_the_next_time(the: World) -> None:
    three(the)
    client = client_of(the.cast.coordinator)
    client.post(reverse("activities:group_call_close", args=[the.call.public_id]))
    the.call = open_call(
        by=the.cast.coordinator,
        alliance=the.cast.stage.alliance,
        kind=KIND,
        name="Summer",
        closes_on=clock.today(),
    )
    the.wish(the.cast.stage.ann, the.cast.stage.school)
    people = the.propose().inputs["problem"]["people"]
    assert [row["prior_unmatched"] for row in people] == [1]


def test_the_pages_ask_the_same_whatever_the_number(the: World) -> None:
    def asked() -> list[int]:
        found, proposal = [], the.propose()
        client = client_of(the.cast.coordinator)
        for name, pid in (
            ("activities:group_call", the.call.public_id),
            ("matching:proposal", proposal.public_id),
        ):
            client.get(reverse(name, args=[pid]))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(name, args=[pid]))
            found.append(len(queries))
        return found

    three(the)
    the.propose()
    few = asked()
    for number in range(12):
        person = f.PersonFactory()
        school = (the.cast.stage.school, the.cast.stage.partner)[number % 2]
        f.MembershipFactory(person=person, organisation=school)
        the.wish(person, school)
    assert asked() == few
    assert max(few) <= 15
