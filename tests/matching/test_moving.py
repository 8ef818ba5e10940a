"""A coordinator asks why not, moves people, filters, and compares what came of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from apps.activities.kinds.work_shadowing import actions as shadowing
from apps.activities.kinds.work_shadowing.models import Placement
from apps.activities.matchmaking import Who, matchmaking_of
from apps.core import clock, jobs
from apps.core.models import Job
from apps.matching import words
from apps.matching.actions import take_over
from apps.matching.filters import PeopleFilter
from apps.matching.gathering import Wishes
from apps.matching.models import Proposal
from tests.activities.shadowing import Cast
from tests.matching.rounds import KIND, client_of, pairs, read, solved, somebody


def test_why_not_there_and_what_moving_costs(the: Cast, crossed: Any) -> None:
    row, who, where = crossed
    proposal, client = solved(the, row), client_of(the.coordinator)

    def asked(name: str, host: str, of: Proposal = proposal) -> str:
        at = of.inputs["seekers"].index(who[name].pk)
        place = of.inputs["places"].index(where[host].pk)
        url = reverse("matching:person", args=[of.public_id, at])
        return client.get(url, {"place": place}).content.decode()

    assert "Nothing that they want to see is offered." in asked("bob", "dee")
    page = asked("ann", "cy")
    assert "Placed: 1 of 2, 1 person fewer than now." in page
    assert f"Would lose their place: {the.stage.bob.name}" in page
    assert "Move there and solve again" in page
    keys = [proposal.inputs[name] for name in ("seekers", "places")]
    move = {
        "person": keys[0].index(who["ann"].pk),
        "place": keys[1].index(where["cy"].pk),
    }
    again = reverse("matching:again", args=[proposal.public_id])
    client.post(again, {**move, "wish": "lock"})
    jobs.run(Job.objects.latest("pk").pk, clock.now())
    moved = Proposal.objects.get(number=2)
    assert pairs(moved) == {(who["ann"].pk, where["cy"].pk)}
    assert "Keep together" in read(the, moved)
    assert "kept for people whom you keep together" in asked("bob", "cy", moved)
    client.post(reverse("matching:again", args=[moved.public_id]), {**move, "wish": "forbid"})
    wished = Job.objects.latest("pk").params["wishes"]
    assert (wished["locked"], wished["forbidden"]) == ([], [[who["ann"].pk, where["cy"].pk]])
    jobs.run(Job.objects.latest("pk").pk, clock.now())
    assert "You ruled this pair out." in asked("ann", "cy", Proposal.objects.get(number=3))


def test_a_secret_reason_is_not_told_when_asked(the: Cast) -> None:
    row = the.round()
    the.application(row)
    the.offer(row)
    the.host.memberships.update(line_manager=the.shadow)
    url = reverse("matching:person", args=[solved(the, row).public_id, 0])
    page = client_of(the.coordinator).get(url, {"place": "0"})
    verdict = page.context["verdict"]
    assert (verdict.possible, verdict.said) == (False, [])
    assert page.context["groups"][0][1] == []
    assert "Move there" not in page.content.decode()
    assert client_of(the.head).get(url).status_code == 404
    assert client_of(the.coordinator).get(url[:-2] + "1/").status_code == 404


def test_who_is_placed_since_is_not_moved_and_is_left_out(the: Cast, crossed: Any) -> None:
    row, who, where = crossed
    proposal, client = solved(the, row), client_of(the.coordinator)
    shadowing.propose(who["bob"], where["cy"], by=the.coordinator)
    page = read(the, proposal)
    assert "1 person of this proposal does not wait any more" in page
    assert page.count("Does not wait any more") == 1
    assert page.count("Move to…") == 1
    at = proposal.inputs["seekers"].index(who["bob"].pk)
    url = reverse("matching:person", args=[proposal.public_id, at])
    page = client.get(url, {"place": "0"}).content.decode()
    assert "They do not wait any more" in page
    assert "Move" not in page
    assert "and solve again" not in page
    second = solved(the, row)
    assert second.inputs["seekers"] == [who["ann"].pk]
    bob = words.told(Who(the.stage.bob.name, the.stage.school.name))
    page = read(the, second)
    assert f"because they do not wait any more: {bob}." in page
    assert "does not wait" not in page
    url = reverse("matching:compare", args=[second.public_id])
    assert "not in it: did not wait then" in client.get(url).content.decode()
    shadowing.propose(who["ann"], where["dee"], by=the.coordinator)
    assert "Take it over to the board" not in read(the, second)


def test_what_takes_too_long_is_not_waited_for(
    the: Cast, crossed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, who, where = crossed
    proposal = solved(the, row)
    seekers, places = proposal.inputs["seekers"], proposal.inputs["places"]
    url = reverse("matching:person", args=[proposal.public_id, seekers.index(who["ann"].pk)])
    monkeypatch.setattr("apps.matching.moving.MOST_SECONDS", 0.0)
    asked = {"place": places.index(where["cy"].pk)}
    page = client_of(the.coordinator).get(url, asked).content.decode()
    assert "longer than a page can wait" in page
    assert "Move there and solve again" in page


def test_filters_find_people_and_groups_of_few_are_no_filter(the: Cast, crossed: Any) -> None:
    row, who, _where = crossed
    una = the.application(row, somebody(the, "Una", role="support"), foci=["early"])
    proposal, client = solved(the, row), client_of(the.coordinator)
    url = reverse("matching:proposal", args=[proposal.public_id])

    def found(**asked: str) -> set[int]:
        page = client.get(url, asked)
        return {proposal.inputs["seekers"][one["at"]] for one in page.context["people"]}

    ann, bob = who["ann"].pk, who["bob"].pk
    assert found() == {ann, bob, una.pk}
    assert found(state="waiting") == {una.pk}
    assert found(state="placed", focus=str(proposal.inputs["foci"].index("inclusion"))) == {ann}
    assert found(phase=the.stage.school.phase) == {ann, bob, una.pk}
    assert found(phase="nursery") == set()
    assert "group" not in client.get(url).context["filters"].fields
    assert "Nobody matches these filters." in client.get(url, {"school": "99"}).content.decode()


def test_two_proposals_side_by_side(the: Cast, crossed: Any) -> None:
    row, who, where = crossed
    free = solved(the, row)
    kept = solved(the, row, Wishes(locked=((who["ann"].pk, where["cy"].pk),)))
    solved(the, row)
    client = client_of(the.coordinator)
    url = reverse("matching:compare", args=[kept.public_id])
    page = client.get(url, {"with": free.public_id})
    assert (page.context["before"], page.context["now"]) == (free, kept)
    text = page.content.decode()
    for said in ("2 people are placed differently", "2 of 2 (100%)", "1 of 2 (50%)"):
        assert said in text
    cy, dee = (f"{where[name].host.name}, {the.stage.partner.name}" for name in ("cy", "dee"))
    found = [(moved.before, moved.now) for moved in page.context["page"]]
    assert found == [(dee, cy), (cy, "without a place")]
    assert client.get(url).context["before"] == free
    same = client.get(url.replace(kept.public_id, Proposal.objects.get(number=3).public_id))
    assert same.context["before"] == kept
    elsewhere = the.round()
    the.application(elsewhere)
    other = solved(the, elsewhere)
    assert client.get(url, {"with": other.public_id}).status_code == 404


def test_what_was_wished_holds_until_it_is_taken_back(the: Cast, crossed: Any) -> None:
    row, who, where = crossed
    client, first = client_of(the.coordinator), solved(the, row)
    again = reverse("matching:again", args=[first.public_id])
    client.post(again, {f"wish-{first.inputs['seekers'].index(who['bob'].pk)}": "forbid"})
    job = Job.objects.latest("pk")
    assert job.params["wishes"]["forbidden"] == [[who["bob"].pk, where["cy"].pk]]
    jobs.run(job.pk, clock.now())
    second = Proposal.objects.get(number=2)
    client.post(reverse("matching:ask", args=[row.public_id]))
    jobs.run(Job.objects.latest("pk").pk, clock.now())
    assert Proposal.objects.get(number=3).wishes == second.wishes
    url = reverse("matching:again", args=[Proposal.objects.get(number=3).public_id])
    client.post(url, {"free-0": "1"})
    assert Job.objects.latest("pk").params["wishes"]["forbidden"] == []


def test_after_a_refusal_only_what_it_opened_is_solved_again(the: Cast, crossed: Any) -> None:
    row, who, _where = crossed
    for host in (the.other_head, the.stage.other_lead):
        the.offer(row, host, foci=["behaviour"])
    take_over(solved(the, row), matchmaking_of(KIND), row, by=the.coordinator)
    shadowing.publish(row, by=the.coordinator)
    refused = Placement.objects.get(application=who["bob"])
    stands = Placement.objects.get(application=who["ann"])
    shadowing.answer(refused, by=the.stage.bob, accept=False)
    again = solved(the, row)
    assert again.inputs["seekers"] == [who["bob"].pk]
    assert (who["bob"].pk, refused.offer_id) not in pairs(again)
    assert len(pairs(again)) == 1
    at = again.inputs["places"].index(stands.offer_id)
    assert again.inputs["problem"]["hosts"][at]["capacity"] == 0
    stands.refresh_from_db()
    assert stands.state == "published"
    url = reverse("matching:person", args=[again.public_id, 0])
    place = {"place": again.inputs["places"].index(refused.offer_id)}
    page = client_of(the.coordinator).get(url, place)
    assert page.context["verdict"].said == []
    assert "refused" not in page.content.decode()


@pytest.mark.parametrize(("support", "offered"), [(4, False), (5, True), (6, False)])
def test_a_group_is_a_filter_where_it_and_the_others_are_five(support: int, offered: bool) -> None:
    inputs = {
        "problem": {
            "applicants": [{"school": 0, "foci": [0]}] * 10,
            "schools": [{"phase": "primary"}],
        },
        "seekers": list(range(10)),
        "foci": ["behaviour"],
        "support": list(range(support)),
        "part_time": [],
    }
    shown: dict[str, Any] = {"inputs": inputs, "people": {}, "placed": {0, 9}, "focus_words": str}
    found = PeopleFilter({"group": "support", "state": "placed"}, **shown)
    assert ("group" in found.fields) is offered
    assert found.chosen() == ([0] if offered else [0, 9])
