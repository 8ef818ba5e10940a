"""Letters and notices of open classrooms and shadowing rounds: whole, and without secrets."""

from __future__ import annotations

import pytest

from apps.activities.kinds.peer_visit import actions as visits
from apps.activities.kinds.work_shadowing import actions
from apps.core.letters import compose
from apps.core.models import Notice, OutboundEmail
from apps.core.notices import told
from tests.activities.shadowing import Cast, cast
from tests.activities.triads import home_of
from tests.factories import kinds as k

WANTED = {
    "strand": "middle",
    "foci": ["behaviour"],
    "career_goal": "canary-goal",
    "pupil_outcome": "canary-outcome",
    "most_miles": 20,
    "half_days": 2,
    "possible": k.WEEK,
}


@pytest.fixture
def the(db: None) -> Cast:
    return cast()


def letters(kind: str) -> list[str]:
    """Subject and plain part of every letter of this kind that is still needed."""
    rows = OutboundEmail.objects.filter(template=f"activities.{kind}")
    made = [message for row in rows if (message := compose(row)) is not None]
    return [f"{message.subject}\n{message.body}" for message in made]


def notices(person: object) -> list[str]:
    return [row.words for row in told(Notice.objects.filter(person=person))]


def test_a_round_that_opens_is_told_to_heads_and_leads(the: Cast) -> None:
    row = the.round()
    actions.open_round(
        by=the.coordinator,
        alliance=the.stage.alliance,
        name="Spring",
        strands=["middle"],
        closes_on=row.closes_on,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )
    said = letters("shadowing_opened")
    assert len(said) == 4
    assert all(text.startswith("Work shadowing: Spring is open") for text in said)
    assert "Work shadowing: Spring is open" in notices(the.head)


def test_the_head_is_written_to_and_then_the_applicant(the: Cast) -> None:
    application = actions.apply(
        by=the.shadow, organisation=the.stage.school, shadowing_round=the.round(), **WANTED
    )
    (said,) = letters("shadowing_asked")
    assert "would like to shadow a leader elsewhere" in said
    assert f"/shadowing/applications/{application.public_id}/" in said
    actions.decide(application, by=the.head, approve=True)
    assert letters("shadowing_asked") == []
    (said,) = letters("shadowing_approved")
    assert said.startswith("Your head has approved")
    actions.decide(application, by=the.head, approve=False, reason="canary-reason")
    assert letters("shadowing_approved") == []
    (said,) = letters("shadowing_not_approved")
    assert "canary" not in said


def test_a_placement_is_told_to_its_four_parts_and_no_goal_with_it(the: Cast) -> None:
    placement = the.published()
    said = letters("shadowing_published")
    assert len(said) == 4
    assert all("no reason is asked" in " ".join(text.split()) for text in said)
    the.all_say_yes(placement)
    assert letters("shadowing_published") == []
    said += letters("shadowing_settled")
    assert len(said) == 8
    assert not any("canary" in text for text in said)
    assert any(words.startswith("All have said yes") for words in notices(the.shadow))


def test_a_refusal_does_not_say_whose_it_was(the: Cast) -> None:
    actions.answer(the.published(), by=the.other_head, accept=False)
    said = letters("shadowing_refused")
    assert len(said) == 4
    assert not any(the.other_head.name in text for text in said)
    assert any("is not possible" in words for words in notices(the.coordinator))


def test_a_host_is_written_to_when_somebody_books_or_cancels(the: Cast) -> None:
    slot = k.OpenSlotFactory(
        host=the.stage.cy, organisation=the.stage.partner, alliance=the.stage.alliance
    )
    booking = visits.book(slot, by=the.stage.ann, organisation=home_of(the.stage.ann))
    (said,) = letters("slot_booked")
    assert said.startswith(f"Ann Exampleton comes to see “{slot.topic}”")
    assert f"/open-classrooms/{slot.public_id}/" in said
    visits.cancel_booking(booking, by=the.stage.ann)
    assert letters("slot_booked") == []
    (said,) = letters("slot_freed")
    assert "cannot come" in said


def test_visitors_are_written_to_when_a_classroom_is_withdrawn(the: Cast) -> None:
    slot = k.OpenSlotFactory(
        host=the.stage.cy, organisation=the.stage.partner, alliance=the.stage.alliance
    )
    visits.book(slot, by=the.stage.ann, organisation=home_of(the.stage.ann))
    visits.withdraw_slot(slot, by=the.stage.cy)
    (said,) = letters("slot_withdrawn")
    assert "is withdrawn" in said
    assert any("is withdrawn" in words for words in notices(the.stage.ann))
