"""A coordinator has a round solved, reads the proposal and takes it over."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.activities.kinds.work_shadowing import actions as placing
from apps.activities.kinds.work_shadowing.models import Placement
from apps.activities.matchmaking import matchmaking_of
from apps.core import clock, jobs
from apps.core.models import AuditEvent, Job, JobState
from apps.matching import actions, words
from apps.matching.gathering import Wishes
from apps.matching.models import Proposal
from apps.matching.proposing import propose
from apps.schools.actions.release import set_budget
from tests.activities.shadowing import Cast
from tests.matching.rounds import KIND, client_of, pairs, read, solved, somebody


def test_all_are_looked_at_together(the: Cast, crossed: Any) -> None:
    row, who, where = crossed
    proposal = solved(the, row)
    assert pairs(proposal) == {(who["ann"].pk, where["dee"].pk), (who["bob"].pk, where["cy"].pk)}
    quality = proposal.quality
    assert (quality["asked"], quality["placed"], quality["most_placed"]) == (2, 2, 2)
    assert quality["fit"] <= quality["best_fit"]
    page = read(the, proposal)
    assert "Second choice: SEND and inclusion" in page
    assert "5.0 miles apart" in page
    assert "would suit by" in page  # Ann gave up her first choice, so that Bob has a place
    assert "2 of 2 (100%)" in page


def test_the_same_inputs_and_seed_give_the_same_result(the: Cast, crossed: Any) -> None:
    first = solved(the, crossed[0])
    first.refresh_from_db()
    assert propose(first.inputs, first.seed) == (first.result, first.quality)
    second = solved(the, crossed[0])
    assert (first.number, second.number) == (1, 2)
    assert (second.inputs, second.result) == (first.inputs, first.result)


def test_a_proposal_is_never_changed_and_a_job_keeps_one(the: Cast, crossed: Any) -> None:
    proposal = solved(the, crossed[0])
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(seed=2)
    job = Job.objects.get(client_key=proposal.client_key)
    Job.objects.filter(pk=job.pk).update(state=JobState.WAITING)
    assert jobs.run(job.pk, clock.now())
    assert Proposal.objects.get() == proposal


def test_nothing_private_is_kept(the: Cast, crossed: Any) -> None:
    proposal = solved(the, crossed[0])
    kept = f"{proposal.inputs}{proposal.result}{proposal.quality}{proposal.wishes}"
    assert "canary" not in kept
    assert "Exampleton" not in kept
    assert the.stage.ann.given_name not in kept


def test_locked_pairs_stay_and_forbidden_ones_go(the: Cast, crossed: Any) -> None:
    row, who, where = crossed
    ann_cy = (who["ann"].pk, where["cy"].pk)
    locked = solved(the, row, Wishes(locked=(ann_cy,)))
    assert pairs(locked) == {ann_cy}
    assert "You kept these two together." in read(the, locked)
    assert "Dee" not in str(locked.result)
    forbidden = solved(the, row, Wishes(forbidden=((who["bob"].pk, where["cy"].pk),)))
    assert pairs(forbidden) == {ann_cy}
    page = read(the, forbidden)
    assert "Not possible with the offers there are." in page
    assert "Ruled out" in page


def test_who_judges_or_was_refused_is_a_rule_and_no_reason(the: Cast) -> None:
    row = the.round()
    the.application(row)
    the.offer(row)
    the.host.memberships.update(line_manager=the.shadow)
    proposal = solved(the, row)
    assert proposal.result["matches"] == []
    page = read(the, proposal)
    assert "Not possible with the offers there are." in page
    assert "manages" not in page


@pytest.mark.parametrize(
    ("applied", "offered", "said"),
    [
        (
            {"most_miles": 3},
            {},
            "Every offer is further away than they can travel. They would have a place if they "
            "could travel 5 miles further.",
        ),
        (
            {"foci": ["early"]},
            {},
            "They would have a place if they also wanted to see this: Behaviour and",
        ),
        ({"possible": ["0am"]}, {"possible": ["1am"]}, "2 more half-days were possible"),
    ],
    ids=["distance", "focus", "time"],
)
def test_who_is_left_out_hears_what_would_do(
    the: Cast, applied: dict[str, Any], offered: dict[str, Any], said: str
) -> None:
    row = the.round()
    the.application(row, **applied)
    the.offer(row, **offered)
    assert said in read(the, solved(the, row))


def test_one_more_place_would_do(the: Cast) -> None:
    row = the.round()
    the.application(row)
    the.application(row, the.stage.bob)
    the.offer(row)
    page = read(the, solved(the, row))
    assert "the places are taken" in page
    would = f"They would have a place if {the.host.name}, {the.stage.partner.name}, took one more."
    assert would in page


def test_where_no_change_was_found_it_says_how_far_it_looked() -> None:
    def said(**row: Any) -> str:
        return words.without_place({"change": None, **row}, {}, matchmaking_of(KIND))[1]

    assert "would go to another" in said(stood="taken", looked=True)
    assert "No single change" in said(stood="time", looked=True)
    assert "only for the first" in said(stood="taken", looked=False)


def test_no_more_of_a_school_are_out_than_it_can_spare(the: Cast) -> None:
    days = {"closes_on": date(2027, 2, 1), "starts_on": date(2027, 3, 1)}
    row = the.round(**days, ends_on=date(2027, 3, 5))
    for person in (the.stage.ann, the.stage.bob):
        the.application(row, person, possible=["0am"], half_days=1)
    the.offer(row, capacity=2, possible=["0am"])
    set_budget(
        by=the.head,
        organisation=the.stage.school,
        year=2026,
        directed_hours=1265,
        cpd_hours=None,
        most_out=1,
    )
    proposal = solved(the, row)
    assert proposal.quality["placed"] == 1
    page = read(the, proposal)
    assert "their school can spare nobody more on the days." in page
    assert "if their school could spare 1 more on a day." in page


def test_who_went_without_before_comes_first(the: Cast) -> None:
    earlier = the.round()
    the.application(earlier, the.stage.bob)
    earlier.state = "closed"
    earlier.save()
    row = the.round()
    the.application(row)
    bob = the.application(row, the.stage.bob)
    offer = the.offer(row)
    proposal = solved(the, row)
    assert pairs(proposal) == {(bob.pk, offer.pk)}
    assert proposal.quality["groups"]["unplaced_before"] == [1, 1]


def test_a_coordinator_says_how_much_more_somebody_counts(the: Cast) -> None:
    row = the.round()
    the.application(row)
    the.offer(row)
    first, client = solved(the, row), client_of(the.coordinator)
    url = reverse("matching:again", args=[first.public_id])
    client.post(url, {"small_school": "30", "prior_unmatched": "7", "support_staff": "15"})
    job = Job.objects.latest("pk")
    assert (job.params["wishes"]["small_school"], job.params["wishes"]["prior_unmatched"]) == (
        30,
        15,
    )
    jobs.run(job.pk, clock.now())
    second = Proposal.objects.get(number=2)
    assert second.inputs["problem"]["scoring"] == {"small_school": 30, "prior_unmatched": 15}
    assert second.inputs["extra"] == [0]
    assert "small schools count 30 more" in read(the, second)
    una = the.application(row, somebody(the, "Una", role="support"))
    client.post(reverse("matching:again", args=[second.public_id]), {"support_staff": "30"})
    jobs.run(Job.objects.latest("pk").pk, clock.now())
    third = Proposal.objects.get(number=3)
    assert third.inputs["extra"][third.inputs["seekers"].index(una.pk)] == 30
    assert {seeker for seeker, _place in pairs(third)} == {una.pk}
    assert propose(third.inputs, third.seed) == (third.result, third.quality)


def test_groups_are_compared_with_all() -> None:
    names = ("small_schools", "support_staff", "part_timers", "unplaced_before")
    groups = dict(zip(names, ([3, 4], [3, 6], [0, 4], [3, 5]), strict=True))
    quality = {"asked": 10, "places": 8, "placed": 6, "most_placed": 7, "fit": 9, "best_fit": 9}
    found = dict(words.figures({**quality, "first_focus": 3, "groups": groups}))
    assert list(found.values()) == [
        "6 of 10 (60%)",
        "7",
        "8",
        "9",
        "up to 1 person",
        "3 of 6 (50%)",
        "3 of 4 (75%), 15 points more than of all",
        "3 of 6 (50%), 10 points less than of all",
        "fewer than five",
        "3 of 5 (60%), as of all",
    ]


def test_a_school_without_a_place_in_the_register_has_no_distance(the: Cast) -> None:
    the.stage.partner.easting = None
    the.stage.partner.save()
    row = the.round()
    the.application(row)
    the.offer(row)
    assert "The distance is not known." in read(the, solved(the, row))


def test_groups_of_few_are_not_shown(the: Cast) -> None:
    row = the.round()
    the.application(row, somebody(the, "Una", role="support"))
    the.application(row, somebody(the, "Pat", fte="0.5"))
    the.offer(row, capacity=2)
    proposal = solved(the, row)
    assert proposal.quality["groups"]["support_staff"] == [1, 1]
    assert proposal.quality["groups"]["part_timers"] == [1, 1]
    assert read(the, proposal).count(">fewer than five<") == 2


def test_taking_over_proposes_on_the_board_unseen(the: Cast, crossed: Any) -> None:
    row = crossed[0]
    proposal, client = solved(the, row), client_of(the.coordinator)
    url = reverse("matching:take_over", args=[proposal.public_id])
    answer = client.post(url, follow=True)
    assert "2 placements are on the board." in answer.content.decode()
    assert set(Placement.objects.values_list("application", "offer")) == pairs(proposal)
    for person in (the.shadow, the.host, the.head, the.other_head):
        assert not Placement.objects.visible_to(person).exists()
        assert not Proposal.objects.visible_to(person).exists()
    assert AuditEvent.objects.filter(action="matching.taken_over").exists()
    twice = client.post(url, follow=True).content.decode()
    assert "Left out, because no longer possible: 2." in twice
    assert Placement.objects.count() == 2


def test_only_coordinators_have_it_solved(the: Cast, crossed: Any) -> None:
    job = actions.ask(matchmaking_of(KIND), crossed[0], by=the.head, wishes=Wishes().as_json())
    jobs.run(job.pk, clock.now())
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "Only the alliance’s coordinator does this.")
    assert not Proposal.objects.exists()


def test_the_pages_ask_the_same_whatever_the_number(the: Cast) -> None:
    row = the.round()
    more_people(the, row, 1)
    few = queries_of(the, solved(the, row), solved(the, row))
    more_people(the, row, 29)
    assert queries_of(the, solved(the, row), solved(the, row)) == few
    assert max(few) <= 15


def more_people(the: Cast, row: Any, number: int) -> None:
    for _ in range(number):
        the.application(row, somebody(the, "Una"))
        the.offer(row, somebody(the, "Ola", the.stage.partner))


def queries_of(the: Cast, before: Proposal, now: Proposal) -> list[int]:
    assert now.number == before.number + 1
    client, found = client_of(the.coordinator), []
    shown = {"proposal": [now.public_id], "person": [now.public_id, 0], "compare": [now.public_id]}
    for name, args in {**shown, "proposals": [now.round_id]}.items():
        url = reverse(f"matching:{name}", args=args)
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        found.append(len(asked))
    return found


def test_it_can_be_stopped_while_it_waits(the: Cast, crossed: Any) -> None:
    job = actions.ask(
        matchmaking_of(KIND), crossed[0], by=the.coordinator, wishes=Wishes().as_json()
    )
    again = actions.ask(
        matchmaking_of(KIND), crossed[0], by=the.coordinator, wishes=Wishes().as_json()
    )
    assert again == job
    client, url = client_of(the.coordinator), reverse("core:job", args=[job.public_id])
    assert "Stop" in client.get(url).content.decode()
    client.post(url, {"stop": "1"})
    assert not jobs.run(job.pk, clock.now())
    stopped = client.get(url).content.decode()
    assert "You stopped it." in stopped
    assert "Cancelled" in stopped
    assert "Failed" not in stopped
    client.post(url)
    assert jobs.run(job.pk, clock.now())
    assert Proposal.objects.get().quality["placed"] == 2


def test_whoever_is_to_answer_reads_so_at_home_once_it_is_published(the: Cast) -> None:
    words = "A placement waits for your answer"
    concerned = (the.shadow, the.host, the.head, the.other_head)

    def told() -> list[bool]:
        return [words in client_of(person).get("/").content.decode() for person in concerned]

    row = the.round()
    placing.propose(the.application(row), the.offer(row), by=the.coordinator)
    assert not any(told())
    placing.publish(row, by=the.coordinator)
    assert all(told())
