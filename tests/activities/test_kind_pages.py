"""Pages of visits and shadowing: query counts with one row and with thirty, and what they say."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.activities.kinds.work_shadowing import actions
from tests import factories as f
from tests.activities.shadowing import Cast, cast
from tests.activities.test_queries import FORM, LIST
from tests.factories import kinds as k
from tests.support.clients import queries


@pytest.fixture
def the(db: None) -> Cast:
    return cast()


def somebody(school: Any, **values: Any) -> Any:
    person = f.PersonFactory(**values)
    f.MembershipFactory(person=person, organisation=school)
    return person


def url(name: str, *args: str) -> str:
    return reverse(f"activities:{name}", args=args)


def more_slots(the: Cast, n: int) -> None:
    for _ in range(n):
        host = somebody(the.stage.partner)
        slot = k.OpenSlotFactory(
            host=host, organisation=the.stage.partner, alliance=the.stage.alliance
        )
        activity = f.ActivityFactory(kind="peer_visit", stage="need")
        for visitor in (somebody(the.stage.school), the.stage.ann):
            f.ParticipantFactory(
                activity=activity, person=visitor, organisation=the.stage.school, role="visitor"
            )
            k.SlotBookingFactory(
                slot=slot, visitor=visitor, organisation=the.stage.school, activity=activity
            )


def test_open_classrooms_stay_within_their_budget(the: Cast) -> None:
    more_slots(the, 1)
    few = queries(the.stage.ann, url("open_slots"))
    more_slots(the, 29)
    assert queries(the.stage.ann, url("open_slots")) == few
    assert few <= LIST


def more_people(the: Cast, row: Any, n: int) -> None:
    for _ in range(n):
        shadow, host = somebody(the.stage.school), somebody(the.stage.partner)
        the.application(row, shadow)
        the.offer(row, host)


@pytest.mark.parametrize(
    ("page", "who", "most"),
    [
        ("shadowing_round", "coordinator", LIST),
        ("shadowing_round", "head", LIST),
        ("shadowing_board", "coordinator", FORM),
        ("shadowing_outcome", "coordinator", FORM),
    ],
)
def test_a_rounds_pages_stay_within_their_budget(the: Cast, page: str, who: str, most: int) -> None:
    row = the.round()
    more_people(the, row, 1)
    person = getattr(the, who)
    few = queries(person, url(page, row.public_id))
    more_people(the, row, 29)
    pairs = zip(row.applications.all(), row.offers.all(), strict=True)
    keys = [(application.pk, offer.pk) for application, offer in pairs]
    assert len(actions.propose_all(row, by=the.coordinator, pairs=keys)) == 30
    more_people(the, row, 2)
    assert queries(person, url(page, row.public_id)) == few
    assert few <= most


def test_the_list_of_rounds_stays_within_its_budget(the: Cast) -> None:
    the.application(the.round())
    few = queries(the.shadow, url("shadowing"))
    for _ in range(29):
        row = the.round()
        the.application(row)
        the.offer(row, the.shadow)
    assert queries(the.shadow, url("shadowing")) == few
    assert few <= LIST


@pytest.mark.parametrize("page", ["open_slot", "open_slot_new"])
def test_a_classrooms_pages_stay_within_their_budget(the: Cast, page: str) -> None:
    slot = k.OpenSlotFactory(
        host=the.stage.cy, organisation=the.stage.partner, alliance=the.stage.alliance
    )
    args = [slot.public_id] if page == "open_slot" else []
    assert queries(the.stage.ann, url(page, *args)) <= FORM


@pytest.mark.parametrize("page", ["shadowing_apply", "shadowing_offer"])
def test_a_rounds_forms_stay_within_their_budget(the: Cast, page: str) -> None:
    row = the.round()
    assert queries(the.head, url(page, row.public_id)) <= FORM


@pytest.mark.parametrize("who", ["shadow", "host", "head", "other_head", "coordinator"])
def test_a_placements_page_stays_within_its_budget(the: Cast, who: str) -> None:
    placement = the.published()
    address = url("shadowing_placement", placement.public_id)
    assert queries(getattr(the, who), address) <= FORM


@pytest.mark.parametrize("who", ["shadow", "host", "other_head"])
def test_the_page_of_a_placement_under_way_stays_within_its_budget(the: Cast, who: str) -> None:
    activity = the.begin(the.plan_rest(the.all_say_yes(the.published())))
    assert queries(getattr(the, who), url("detail", activity.public_id)) <= FORM
    if who != "other_head":
        assert queries(getattr(the, who), url("shadowing_briefing", activity.public_id)) <= FORM


def page_of(person: Any, address: str) -> str:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(address).content.decode()


def test_no_page_of_the_host_holds_the_career_goal(the: Cast) -> None:
    placement = the.published()
    activity = the.all_say_yes(placement)
    addresses = [
        url("shadowing"),
        url("shadowing_round", placement.round.public_id),
        url("shadowing_placement", placement.public_id),
        url("detail", activity.public_id),
        url("plan", activity.public_id),
    ]
    for person in (the.host, the.other_head, the.stage.lead):
        for address in addresses:
            assert "canary-career-goal" not in page_of(person, address)


def test_a_title_is_escaped_once_in_its_heading(the: Cast) -> None:
    activity = the.stage.draft(title="Visit to Christ's <b>College</b>")
    page = page_of(the.stage.lead, url("detail", activity.public_id))
    assert "<h1>Visit to Christ&#x27;s &lt;b&gt;College&lt;/b&gt;</h1>" in page


def test_closing_says_what_is_still_missing(the: Cast) -> None:
    activity = f.ActivityFactory(
        kind="peer_visit", stage="decision", organiser=the.stage.lead, organisation=the.stage.school
    )
    page = page_of(the.stage.lead, url("detail", activity.public_id))
    assert "The decision has not been written yet." in page


def test_a_head_finds_what_waits_on_home_and_the_list(the: Cast) -> None:
    the.application(the.round(), state="asked", decided_at=None)
    words = "would like to shadow a leader elsewhere"
    assert words in page_of(the.head, "/")
    assert words in page_of(the.head, url("list"))
    assert words not in page_of(the.other_head, "/")


def test_the_board_says_why_a_pairing_is_impossible(the: Cast) -> None:
    row = the.round()
    the.application(row)
    the.offer(row, the.stage.bob)
    the.offer(row, foci=["early"])
    page = page_of(the.coordinator, url("shadowing_board", row.public_id))
    assert "It is their own school." in page
    assert "Nothing that they want to see is offered." in page
    assert "Place here" not in page


def test_a_full_classroom_cannot_be_booked_from_its_page(the: Cast) -> None:
    slot = k.OpenSlotFactory(
        host=the.stage.cy,
        organisation=the.stage.partner,
        alliance=the.stage.alliance,
        places=1,
    )
    assert "Book a place" in page_of(the.stage.bob, url("open_slot", slot.public_id))
    client = Client()
    client.force_login(the.stage.ann, backend="django.contrib.auth.backends.ModelBackend")
    sent = {"activity": "", "organisation": the.stage.school.ref}
    assert client.post(url("open_slot_book", slot.public_id), sent).status_code == 302
    assert slot.bookings.get().visitor == the.stage.ann
    page = page_of(the.stage.bob, url("open_slot", slot.public_id))
    assert "All places are taken" in page
    assert "Ann Exampleton" not in page
