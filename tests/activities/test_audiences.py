"""A record shared with the schools taking part: those that do, not those merely asked."""

from __future__ import annotations

import pytest

from apps.activities import engine
from apps.activities.enums import Audience, ParticipantState
from apps.activities.models import Participant, Record
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
