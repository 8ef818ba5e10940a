from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Person
from apps.activities import engine, readers
from apps.activities.engine import Blocked, Stale, judges
from apps.activities.enums import Audience, SessionState
from apps.activities.models import Activity, Record, Session
from apps.activities.permissions import can_edit_record, can_share_record
from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.permissions import Refused
from apps.schools.models import Membership
from tests.activities.triads import Stage, an_hour_ago


def observe(stage: Stage, activity: Activity, **values):  # type: ignore[no-untyped-def]
    return engine.record(
        **{
            "by": stage.ann,
            "kind": "observation",
            "text": "canary-observation",
            "activity": activity,
            "about": stage.cy,
            "data": {"next_step": "canary-step"},
            **values,
        }
    )


def test_the_observed_person_owns_the_observation(stage: Stage) -> None:
    record = observe(stage, stage.active())
    assert (record.owner, record.author, record.audience) == (stage.cy, stage.ann, Audience.PAIR)
    assert record.organisation == stage.partner


def test_an_observation_is_the_visit_held(stage: Stage) -> None:
    activity = stage.active()
    record = observe(stage, activity)
    assert record.session.state == SessionState.HELD
    assert (record.session.observer, record.session.observed) == (stage.ann, stage.cy)
    again = observe(stage, activity, text="more")
    assert again.session == record.session


def test_an_observation_fulfils_the_visit_that_was_planned(stage: Stage) -> None:
    activity = stage.active()
    planned = engine.plan_session(
        activity,
        by=stage.ann,
        kind="observation",
        slot=an_hour_ago(),
        observer=stage.ann,
        observed=stage.cy,
        despite_conflicts=True,
    )
    assert observe(stage, activity).session == planned
    assert Session.objects.count() == 1


def test_a_replay_makes_one_record(stage: Stage) -> None:
    activity, key = stage.active(), uuid.uuid4()
    assert observe(stage, activity, client_key=key) == observe(stage, activity, client_key=key)
    assert Record.objects.count() == 1


def test_a_private_reflection_needs_no_activity(stage: Stage) -> None:
    record = engine.record(by=stage.ann, kind="reflection", text="x", organisation=stage.school)
    assert (record.audience, record.activity) == (Audience.ONLY_ME, None)


def test_an_observation_needs_an_activity_that_has_started(stage: Stage) -> None:
    with pytest.raises(Blocked, match="Choose the activity"):
        engine.record(by=stage.ann, kind="observation", text="x", organisation=stage.school)
    with pytest.raises(Blocked, match="not been started"):
        observe(stage, stage.ready())


def test_only_those_who_take_part_are_observed_or_write(stage: Stage) -> None:
    activity = stage.active()
    with pytest.raises(Blocked, match="whom you observed"):
        observe(stage, activity, about=stage.dee)
    with pytest.raises(Blocked, match="take part write"):
        observe(stage, activity, by=stage.dee)
    with pytest.raises(Blocked, match="whom you observed"):
        observe(stage, activity, about=stage.ann)


def test_nothing_is_logged_for_tomorrow(stage: Stage) -> None:
    with pytest.raises(Blocked, match="future"):
        observe(stage, stage.active(), happened_on=clock.today() + timedelta(days=1))


def test_the_observer_cannot_choose_a_wider_audience_than_the_kind_knows(stage: Stage) -> None:
    with pytest.raises(Blocked):
        observe(stage, stage.active(), audience="only_me")


def test_only_the_owner_widens_and_narrows_and_the_trail_has_no_words(stage: Stage) -> None:
    record = observe(stage, stage.active())
    assert not can_share_record(stage.ann, record)
    assert can_share_record(stage.cy, record)
    engine.share_record(record, by=stage.cy, audience=Audience.CPD_LEAD)
    record.refresh_from_db()
    assert record in Record.objects.visible_to(stage.other_lead)
    assert record not in Record.objects.visible_to(stage.lead)
    engine.share_record(record, by=stage.cy, audience=Audience.PAIR)
    assert record not in Record.objects.visible_to(stage.other_lead)
    rows = AuditEvent.objects.filter(action="record.shared")
    assert [row.data for row in rows.order_by("pk")] == [
        {"before": "pair", "after": "cpd_lead"},
        {"before": "cpd_lead", "after": "pair"},
    ]


def test_the_author_changes_the_words_until_the_owner_has_shared(stage: Stage) -> None:
    record = observe(stage, stage.active())
    assert can_edit_record(stage.ann, record)
    assert not can_edit_record(stage.cy, record)
    record = engine.share_record(record, by=stage.cy, audience=Audience.PARTICIPANTS)
    assert not can_edit_record(stage.ann, record)


@pytest.mark.parametrize("duty", ["line_manager", "appraiser", "induction_tutor"])
@pytest.mark.parametrize("audience", [Audience.CPD_LEAD, Audience.SCHOOLS, Audience.ALLIANCE])
def test_whoever_judges_the_owner_is_outside_every_audience(
    stage: Stage, duty: str, audience: Audience
) -> None:
    Membership.objects.filter(person=stage.cy).update(**{duty: stage.other_lead})
    record = observe(stage, stage.active())
    engine.share_record(record, by=stage.cy, audience=audience)
    assert record not in Record.objects.visible_to(stage.other_lead)


def test_two_tabs_lose_neither_text(stage: Stage) -> None:
    record = observe(stage, stage.active())
    engine.edit_record(record, by=stage.ann, version=1, text="first tab")
    with pytest.raises(Stale) as stale:
        engine.edit_record(record, by=stage.ann, version=1, text="second tab")
    assert stale.value.current.text == "first tab"


def test_only_a_private_reflection_is_deleted(stage: Stage) -> None:
    mine = engine.record(by=stage.ann, kind="reflection", text="x", organisation=stage.school)
    engine.delete_reflection(mine, by=stage.ann)
    assert not Record.objects.exists()
    kept = observe(stage, stage.active())
    with pytest.raises(Blocked, match="Only a private reflection"):
        engine.delete_reflection(kept, by=stage.ann)


def test_a_leaver_reads_no_shared_note_any_more(stage: Stage) -> None:
    activity = stage.active()
    note = engine.record(by=stage.ann, kind="note", text="ours", activity=activity)
    assert note in Record.objects.visible_to(stage.cy)
    engine.withdraw(activity.participants.get(person=stage.cy), by=stage.cy)
    assert note not in Record.objects.visible_to(stage.cy)


def test_words_stand_once_the_owner_has_shared_them(stage: Stage) -> None:
    """Also for an author whose form was open when the owner shared it."""
    record = observe(stage, stage.active())
    engine.share_record(record, by=stage.cy, audience=Audience.PARTICIPANTS)
    with pytest.raises(Refused):
        engine.edit_record(record, by=stage.ann, version=record.version, text="other words")
    record.refresh_from_db()
    assert record.text == "canary-observation"


def test_only_the_owner_shares(stage: Stage) -> None:
    record = observe(stage, stage.active())
    with pytest.raises(Refused):
        engine.share_record(record, by=stage.ann, audience=Audience.ALLIANCE)


def tie(judge: Person, owner: Person) -> None:
    Membership.objects.filter(person=owner).update(line_manager=judge)


@pytest.fixture
def beside(stage: Stage) -> Activity:
    """An activity in which Bob, who manages Ann by now, takes part beside her."""
    activity = stage.active()
    tie(stage.bob, stage.ann)
    return activity


def test_a_judge_who_takes_part_reads_nothing_until_the_owner_lets_them_in(
    stage: Stage, beside: Activity
) -> None:
    note = engine.record(by=stage.ann, kind="note", text="ours", activity=beside)
    assert note in Record.objects.visible_to(stage.cy)
    assert note not in Record.objects.visible_to(stage.bob)
    place = beside.participants.get(person=stage.bob)
    judges.admit(beside, by=stage.ann, judge=place)
    assert note in Record.objects.visible_to(stage.bob)
    judges.shut(beside, by=stage.ann, judge=place)
    assert note not in Record.objects.visible_to(stage.bob)


def test_a_judge_let_in_stays_outside_the_wider_audiences_after_leaving(
    stage: Stage, beside: Activity
) -> None:
    note = engine.record(by=stage.ann, kind="note", text="ours", activity=beside)
    place = beside.participants.get(person=stage.bob)
    judges.admit(beside, by=stage.ann, judge=place)
    engine.share_record(note, by=stage.ann, audience=Audience.SCHOOLS)
    engine.withdraw(place, by=stage.bob)
    assert note not in Record.objects.visible_to(stage.bob)


def test_only_somebody_who_judges_and_takes_part_is_let_in(stage: Stage, beside: Activity) -> None:
    with pytest.raises(Blocked, match="does not judge"):
        judges.admit(beside, by=stage.ann, judge=beside.participants.get(person=stage.cy))


def test_the_words_name_only_those_who_can_read_it(stage: Stage, beside: Activity) -> None:
    note = engine.record(by=stage.ann, kind="note", text="ours", activity=beside)
    assert stage.bob.name not in readers.readers_of(note, stage.ann).words
    assert stage.cy.name in readers.readers_of(note, stage.ann).words
    judges.admit(beside, by=stage.ann, judge=beside.participants.get(person=stage.bob))
    assert stage.bob.name in readers.readers_of(note, stage.ann).words


def test_the_owner_decides_about_judges_on_a_page(
    stage: Stage, beside: Activity, client: Client
) -> None:
    place = beside.participants.get(person=stage.bob)
    url = reverse("activities:judges", args=[beside.public_id])
    client.force_login(stage.ann, backend="django.contrib.auth.backends.ModelBackend")
    assert "Let Bob Exampleton read it" in client.get(url).content.decode()
    client.post(url, {"judge": place.public_id, "answer": "yes"})
    assert judges.let_in(beside, stage.ann) == {stage.bob.pk}
    client.post(url, {"judge": place.public_id, "answer": "no"})
    assert judges.let_in(beside, stage.ann) == set()
    actions = AuditEvent.objects.filter(actor=stage.ann, action__startswith="judge.")
    assert list(actions.values_list("action", flat=True)) == ["judge.shut_out", "judge.admitted"]


@pytest.mark.parametrize("form", ["html", "csv"])
def test_only_the_owner_exports_an_observation(stage: Stage, client: Client, form: str) -> None:
    record = observe(stage, stage.active())
    engine.share_record(record, by=stage.cy, audience=Audience.ALLIANCE)
    for person, owns in ((stage.cy, True), (stage.ann, False), (stage.bob, False)):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        response = client.post(reverse("activities:records_export"), {"as": form})
        content = response.getvalue().decode()
        assert ("canary-observation" in content) is owns
        assert ("canary-step" in content) is owns
        assert "attachment" in response["Content-Disposition"]
    events = AuditEvent.objects.filter(action="records.exported")
    assert set(events.values_list("actor", "data__count")) == {
        (stage.cy.pk, 1),
        (stage.ann.pk, 0),
        (stage.bob.pk, 0),
    }
