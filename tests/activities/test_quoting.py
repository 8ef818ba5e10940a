"""Promises that repeat what somebody wrote: only while all who see them may read that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.activities import engine
from apps.activities.engine.quoting import keep_from_judges
from apps.activities.enums import Audience
from apps.activities.models import Record
from apps.followups.actions import move, settle
from apps.followups.models import FollowUp
from tests.activities.test_training_event import in_held, promise
from tests.activities.triads import Stage


def test_a_private_promise_is_quoted_nowhere(stage: Stage) -> None:
    activity = in_held(stage)
    written = promise(activity, stage.ann, "canary-promise")
    assert written.audience == Audience.ONLY_ME
    assert not FollowUp.objects.filter(promise__contains="canary-promise").exists()
    for person in (stage.bob, stage.lead, stage.other_lead):
        assert not Record.objects.visible_to(person).filter(pk=written.pk).exists()


def test_a_promise_shared_with_the_lead_is_the_wording_of_its_follow_ups(stage: Stage) -> None:
    activity = in_held(stage)
    written = promise(activity, stage.ann, "canary-promise")
    engine.share_record(written, by=stage.ann, audience=Audience.CPD_LEAD)
    quoted = FollowUp.objects.filter(promise__contains="canary-promise")
    assert quoted.count() == 2
    engine.edit_record(written, by=stage.ann, version=1, text="canary-changed")
    assert FollowUp.objects.filter(promise__contains="canary-changed").count() == 2
    engine.share_record(written, by=stage.ann, audience=Audience.ONLY_ME)
    assert not FollowUp.objects.filter(promise__contains="canary-").exists()


def test_a_promise_is_not_quoted_to_an_organiser_who_may_not_read_it(stage: Stage) -> None:
    activity = in_held(stage)  # organised by the lead of Ash; Cy is of Beech
    written = promise(activity, stage.cy, "canary-promise")
    engine.share_record(written, by=stage.cy, audience=Audience.CPD_LEAD)
    assert not FollowUp.objects.filter(promise__contains="canary-promise").exists()


def test_a_promise_is_not_quoted_to_a_lead_who_manages_its_author(stage: Stage) -> None:
    stage.ann.memberships.update(line_manager=stage.lead)
    activity = in_held(stage)
    written = promise(activity, stage.ann, "canary-promise")
    engine.share_record(written, by=stage.ann, audience=Audience.CPD_LEAD)
    assert not FollowUp.objects.filter(promise__contains="canary-promise").exists()


def test_the_words_go_when_the_lead_comes_to_manage_the_author(stage: Stage) -> None:
    activity = in_held(stage)
    for person in (stage.ann, stage.bob):
        written = promise(activity, person, f"canary-{person.given_name}")
        engine.share_record(written, by=person, audience=Audience.CPD_LEAD)
    assert keep_from_judges() == 0
    stage.ann.memberships.update(appraiser=stage.lead)
    assert keep_from_judges() == 2  # after six weeks, after twelve
    assert not FollowUp.objects.filter(promise__contains="canary-Ann").exists()
    assert FollowUp.objects.filter(promise__contains="canary-Bob").count() == 2
    assert keep_from_judges() == 0


@pytest.mark.parametrize("tie", ["judges", "judged while the promise stood", "took it back"])
def test_the_words_go_from_what_is_done_and_moved_too(stage: Stage, tie: str) -> None:
    activity = in_held(stage)
    written = promise(activity, stage.ann, "canary-Ann")
    engine.share_record(written, by=stage.ann, audience=Audience.CPD_LEAD)
    kept, changed = FollowUp.objects.filter(promise__contains="canary").order_by("due")
    settle(by=stage.ann, followup=kept, outcome="Yes")
    later = changed.due + timedelta(days=7)
    move(by=stage.ann, followup=changed, due=later, reason="Not yet")
    quoting = FollowUp.objects.filter(promise__contains="canary")
    assert {row.state for row in quoting} == {"done", "moved", "open"}
    if tie == "took it back":
        engine.share_record(written, by=stage.ann, audience=Audience.ONLY_ME)
    else:
        stage.ann.memberships.update(appraiser=stage.lead)
        if tie != "judges":
            stage.ann.memberships.update(appraiser=None)
        assert keep_from_judges() == 3
    assert not quoting.all().exists()
    assert keep_from_judges() == 0


def test_what_is_settled_does_not_begin_to_quote(stage: Stage) -> None:
    activity = in_held(stage)
    written = promise(activity, stage.ann, "canary-promise")
    row = FollowUp.objects.get(rule="training_event.promise_kept")
    settle(by=stage.ann, followup=row, outcome="Yes")
    engine.share_record(written, by=stage.ann, audience=Audience.CPD_LEAD)
    row.refresh_from_db()
    assert "canary" not in row.promise
