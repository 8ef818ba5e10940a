"""A record shared with the schools taking part: those that do, not those merely asked."""

from __future__ import annotations

import pytest

from apps.activities import engine
from apps.activities.enums import Audience, ParticipantState
from apps.activities.kinds import kind_of
from apps.activities.models import Participant, Record
from apps.activities.readers import readers_at_first
from apps.schools.models import Membership
from tests import factories as f
from tests.activities.triads import Stage


@pytest.mark.parametrize(
    "state", [ParticipantState.INVITED, ParticipantState.DECLINED, ParticipantState.WITHDRAWN]
)
def test_staff_of_a_school_that_was_only_asked_read_nothing(stage: Stage, state: str) -> None:
    activity = stage.active()
    record = engine.record(
        by=stage.ann, kind="note", text="canary", activity=activity, audience=Audience.SCHOOLS
    )
    colleague = f.MembershipFactory(organisation=stage.partner).person
    assert Record.objects.visible_to(colleague).filter(pk=record.pk).exists()
    asked = f.MembershipFactory(organisation=f.SchoolFactory())
    Participant.objects.create(
        activity=activity,
        person=asked.person,
        organisation=asked.organisation,
        role="member",
        state=state,
    )
    bystander = f.MembershipFactory(organisation=asked.organisation).person
    for person in (asked.person, bystander):
        assert not Record.objects.visible_to(person).filter(pk=record.pk).exists()


@pytest.mark.parametrize(
    ("slug", "look", "words"),
    [
        ("promise", "private", "Only you can see this, unless you share it further"),
        ("evaluation", "school", "Only those who take part and your CPD lead can see this, unless"),
        ("reflection", "private", "Only you can see this"),
    ],
)
def test_before_it_is_written_it_says_who_will_see_it(slug: str, look: str, words: str) -> None:
    declared = kind_of("training_event").record(slug)
    assert declared is not None
    found = readers_at_first(declared.audiences)
    assert found.look == look
    assert found.words.startswith(words)
    assert ("unless" in found.words) == (len(declared.audiences) > 1)


@pytest.mark.parametrize("tie", ["line_manager", "appraiser", "induction_tutor"])
def test_whoever_judged_the_owner_since_it_was_written_reads_nothing(
    stage: Stage, tie: str
) -> None:
    record = engine.record(
        by=stage.ann,
        kind="note",
        text="canary",
        activity=stage.active(),
        audience=Audience.CPD_LEAD,
    )
    lead = f.MembershipFactory(organisation=stage.school, role="cpd_lead").person
    assert Record.objects.visible_to(lead).filter(pk=record.pk).exists()
    mine = Membership.objects.filter(person=stage.ann)
    for judge in (lead, None):
        mine.update(**{tie: judge})
        assert not Record.objects.visible_to(lead).filter(pk=record.pk).exists()


def test_whoever_ceased_to_judge_before_it_was_written_reads_it(stage: Stage) -> None:
    lead = f.MembershipFactory(organisation=stage.school, role="cpd_lead").person
    mine = Membership.objects.filter(person=stage.ann)
    mine.update(appraiser=lead)
    mine.update(appraiser=None)
    record = engine.record(
        by=stage.ann,
        kind="note",
        text="canary",
        activity=stage.active(),
        audience=Audience.CPD_LEAD,
    )
    assert Record.objects.visible_to(lead).filter(pk=record.pk).exists()
