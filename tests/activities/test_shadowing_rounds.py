"""Every rule of a round of work shadowing: applying, placing, answering, its outcome."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.activities.engine import Blocked, Situation
from apps.activities.enums import ActivityState
from apps.activities.kinds.work_shadowing import actions
from apps.activities.kinds.work_shadowing.enums import Item
from apps.activities.kinds.work_shadowing.forms import ApplicationForm
from apps.activities.kinds.work_shadowing.matchmaking import gather
from apps.activities.kinds.work_shadowing.models import Application, Placement
from apps.activities.kinds.work_shadowing.outcome import outcome_of, told
from apps.activities.kinds.work_shadowing.waiting import waiting
from apps.core import clock, letters
from apps.core.models import AuditEvent, Notice, OutboundEmail
from apps.core.outbox import OutboundEmail as Row
from tests import factories as f
from tests.activities.shadowing import Cast, cast
from tests.activities.triads import home_of
from tests.factories import kinds as k

ALL = [item.value for item in Item]
WANTED = {
    "strand": "middle",
    "foci": ["behaviour"],
    "career_goal": "canary-goal",
    "pupil_outcome": "Calmer corridors",
    "most_miles": 20,
    "half_days": 2,
    "possible": ["0am", "1am"],
}


@pytest.fixture
def the(db: None) -> Cast:
    return cast()


def test_the_head_is_asked_and_approves(the: Cast) -> None:
    row = the.round()
    application = actions.apply(
        by=the.shadow, organisation=the.stage.school, shadowing_round=row, **WANTED
    )
    assert application.state == "asked"
    assert [w.words for w in waiting(the.head)] == [
        f"{the.shadow.name} would like to shadow a leader elsewhere"
    ]
    assert waiting(the.other_head) == []
    actions.decide(application, by=the.head, approve=True)
    assert Application.objects.get().state == "approved"
    assert Notice.objects.filter(person=the.shadow, kind="activities.shadowing_approved").exists()


def test_a_head_who_refuses_gives_a_reason(the: Cast) -> None:
    application = the.application(the.round(), state="asked", decided_at=None)
    with pytest.raises(Blocked, match="Give a reason"):
        actions.decide(application, by=the.head, approve=False)
    actions.decide(application, by=the.head, approve=False, reason="Exams are on")
    assert Application.objects.get().reason == "Exams are on"


def test_a_head_needs_nobodys_approval(the: Cast) -> None:
    application = actions.apply(
        by=the.head, organisation=the.stage.school, shadowing_round=the.round(), **WANTED
    )
    assert (application.state, application.decided_by) == ("approved", the.head)


def test_nobody_applies_twice_or_after_the_closing_day(the: Cast) -> None:
    row = the.round()
    common = {"by": the.shadow, "organisation": the.stage.school, "shadowing_round": row}
    first = actions.apply(**common, **WANTED)
    with pytest.raises(Blocked, match="applied already"):
        actions.apply(**common, **WANTED)
    again = actions.apply(**common, client_key=first.client_key, **WANTED)
    assert again == first
    late = clock.now() + timedelta(days=21)
    with clock.frozen(late), pytest.raises(Blocked, match="closed"):
        actions.apply(**{**common, "by": the.stage.bob}, **WANTED)


def test_a_changed_application_goes_to_the_head_again(the: Cast) -> None:
    application = the.application(the.round())
    actions.change_application(application, by=the.shadow, **{**WANTED, "half_days": 6})
    row = Application.objects.get()
    assert (row.state, row.decided_by, row.half_days) == ("asked", None, 6)


def test_a_career_goal_is_read_by_applicant_own_head_and_coordinators_only(the: Cast) -> None:
    the.application(the.round())
    readers = [the.shadow, the.head, the.coordinator]
    others = [the.host, the.other_head, the.stage.lead, the.stage.other_lead, the.stage.bob]
    assert all(Application.objects.visible_to(p).exists() for p in readers)
    assert not any(Application.objects.visible_to(p).exists() for p in others)


def test_a_career_goal_stands_in_no_activity_mail_or_audit_row(the: Cast) -> None:
    activity = the.all_say_yes(the.published())
    assert "canary" not in f"{activity.title}{activity.focus}{activity.details}"
    assert not Row.objects.filter(keys__icontains="canary").exists()
    assert not AuditEvent.objects.filter(data__icontains="canary").exists()


# Placing


def test_nobody_sees_a_placement_before_it_is_published(the: Cast) -> None:
    row = the.round()
    placement = actions.propose(the.application(row), the.offer(row), by=the.coordinator)
    parts = [the.shadow, the.host, the.head, the.other_head]
    assert not any(Placement.objects.visible_to(p).exists() for p in parts)
    assert Placement.objects.visible_to(the.coordinator).get() == placement
    assert not Notice.objects.exists()
    assert not OutboundEmail.objects.exists()
    with pytest.raises(Blocked, match="no longer waits"):
        actions.answer(placement, by=the.shadow, accept=True)
    actions.publish(row, by=the.coordinator)
    assert all(Placement.objects.visible_to(p).exists() for p in parts)
    assert all(waiting(p) for p in parts)
    client = Client()
    for person, name in ((the.shadow, the.host.name), (the.host, the.shadow.name)):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        does = "shadow" if person == the.shadow else "host"
        page = client.get("/").content.decode()
        assert f"A placement waits for your answer: you would {does} {name}" in page
        mailed = OutboundEmail.objects.get(person=person, template="activities.shadowing_published")
        letter = letters.compose(mailed)
        assert f"Will you {does} {name}" in letter.subject
        assert person.name not in letter.subject
    assert Notice.objects.filter(kind="activities.shadowing_published").count() == 4


@pytest.mark.parametrize(
    ("offer", "applied", "reason"),
    [
        ({"host": "bob"}, {}, "own school"),
        ({"foci": ["early"]}, {}, "Nothing that they want"),
        ({"possible": ["0am"]}, {"possible": ["1am"]}, "suit both"),
        ({}, {"most_miles": 3}, "6.2 miles away; their limit is 3"),
    ],
    ids=["own school", "focus", "half-days", "distance"],
)
def test_an_impossible_pair_is_refused_with_its_reason(
    the: Cast, offer: dict[str, object], applied: dict[str, object], reason: str
) -> None:
    for school, easting in ((the.stage.school, 400_000), (the.stage.partner, 410_000)):
        school.easting, school.northing = easting, 150_000
        school.save()
    row = the.round()
    host = offer.pop("host", None)
    made = the.offer(row, getattr(the.stage, str(host)) if host else None, **offer)
    with pytest.raises(Blocked, match=reason):
        actions.propose(the.application(row, **applied), made, by=the.coordinator)


def test_a_rule_of_the_round_limits_travel_further(the: Cast) -> None:
    for school, easting in ((the.stage.school, 400_000), (the.stage.partner, 410_000)):
        school.easting, school.northing = easting, 150_000
        school.save()
    row = the.round(most_miles=5)
    with pytest.raises(Blocked, match="their limit is 5"):
        actions.propose(the.application(row), the.offer(row), by=the.coordinator)


def test_nobody_is_placed_with_who_judges_them(the: Cast) -> None:
    the.host.memberships.update(line_manager=the.shadow)
    row = the.round()
    with pytest.raises(Blocked, match=r"^These two cannot be put together\.$"):
        actions.propose(the.application(row), the.offer(row), by=the.coordinator)


def test_where_somebody_would_rather_not_go_is_kept_to_and_told_to_nobody(the: Cast) -> None:
    row = the.round()
    fields = {"strand": "middle", "focus_1": "behaviour", "career_goal": "Lead", "half_days": "2"}
    more = {"pupil_outcome": "Calm", "possible": ["0am", "0pm"], "most_miles": "20"}
    sent = {**fields, **more, "organisation": the.stage.school.ref, "client_key": uuid.uuid4()}
    form = ApplicationForm(
        {**sent, "apart_2": str(the.stage.partner.pk)}, person=the.shadow, shadowing_round=row
    )
    assert form.is_valid(), form.errors
    assert form.values["apart"] == [the.stage.partner.pk]
    application = the.application(row, apart=form.values["apart"])
    with pytest.raises(Blocked, match=r"^These two cannot be put together\.$"):
        actions.propose(application, the.offer(row), by=the.coordinator)
    (seeker,) = gather(row).seekers
    assert len(seeker.never) == 1
    url = reverse("activities:shadowing_application", args=[application.public_id])
    for person in (the.coordinator, the.head):
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert the.stage.partner.name not in client.get(url).content.decode()
    actions.close_round(row, by=the.coordinator)
    application.refresh_from_db()
    assert application.apart == []


def test_a_host_takes_no_more_people_than_offered(the: Cast) -> None:
    row = the.round()
    offer = the.offer(row)
    actions.propose(the.application(row), offer, by=the.coordinator)
    with pytest.raises(Blocked, match="All places are taken"):
        actions.propose(the.application(row, the.stage.bob), offer, by=the.coordinator)


def test_both_sides_and_both_heads_accept(the: Cast) -> None:
    placement = the.published()
    for person in (the.shadow, the.host, the.head):
        placement = actions.answer(placement, by=person, accept=True)
        assert placement.activity is None
    placement = actions.answer(placement, by=the.other_head, accept=True)
    activity = placement.activity
    assert activity is not None
    assert (activity.kind, activity.state, activity.stage) == (
        "work_shadowing",
        ActivityState.DRAFT,
        "host_accepts",
    )
    situation = Situation.of(activity)
    assert [p.person for p in situation.people_as("shadow")] == [the.shadow]
    assert [p.person for p in situation.people_as("host")] == [the.host]
    entered = activity.changes.values_list("to_stage", flat=True)
    assert list(entered) == ["applied", "approved", "matched", "host_accepts"]


def test_a_head_who_hosts_answers_for_both(the: Cast) -> None:
    row = the.round()
    placement = actions.propose(
        the.application(row), the.offer(row, the.other_head), by=the.coordinator
    )
    actions.publish(row, by=the.coordinator)
    placement = actions.answer(placement, by=the.other_head, accept=True)
    assert [part.value for part in placement.waiting_parts] == ["shadow", "home_head"]


def test_a_refusal_reopens_only_that_pair(the: Cast) -> None:
    row = the.round()
    first = actions.propose(the.application(row), the.offer(row), by=the.coordinator)
    other = actions.propose(
        the.application(row, the.stage.bob), the.offer(row, the.stage.dee), by=the.coordinator
    )
    actions.publish(row, by=the.coordinator)
    actions.answer(other, by=the.stage.bob, accept=True)
    actions.answer(first, by=the.host, accept=False)
    other.refresh_from_db()
    assert (other.state, other.said_yes("shadow")) == ("published", True)
    offers = {o.host_id: o for o in row.offers.all()}
    with pytest.raises(Blocked, match=r"^These two cannot be put together\.$"):
        actions.propose(first.application, offers[the.host.pk], by=the.coordinator)
    third = the.offer(row, the.other_head)
    assert actions.propose(first.application, third, by=the.coordinator).state == "proposed"
    assert Notice.objects.filter(
        person=the.coordinator, kind="activities.shadowing_refused"
    ).exists()


def test_no_reason_is_asked_of_who_refuses(the: Cast) -> None:
    placement = actions.answer(the.published(), by=the.other_head, accept=False)
    assert placement.state == "refused"
    assert not any(placement.said_yes(part) for part in ("shadow", "host", "host_head"))


def test_withdrawing_an_application_ends_its_placement_only(the: Cast) -> None:
    placement = the.published()
    actions.withdraw_application(placement.application, by=the.shadow)
    placement.refresh_from_db()
    assert placement.state == "withdrawn"
    assert placement.offer.withdrawn_at is None


def test_groups_under_five_are_suppressed() -> None:
    assert told(0, 0).number == 0
    assert told(5, 5).number == 5
    assert told(12, 20).number == 12
    for number, group in ((4, 4), (4, 20), (16, 20), (0, 3)):
        assert told(number, group).hidden


def test_the_outcome_of_a_small_round_tells_nothing_of_people(the: Cast) -> None:
    placement = the.published()
    the.all_say_yes(placement)
    outcome = outcome_of(placement.round)
    assert outcome.offered.number == 1
    assert outcome.asked.hidden
    assert outcome.filled.hidden
    assert outcome.planned_minutes.hidden
    assert outcome.half_days.hidden
    for figure in (outcome.actions, outcome.actions_due, outcome.benefits):
        assert figure.hidden  # one for each placement: they would tell the hidden number


def test_the_outcome_counts_of_six_people(the: Cast) -> None:
    row = the.round()
    for n in range(6):
        shadow, host = f.PersonFactory(), f.PersonFactory()
        f.MembershipFactory(person=shadow, organisation=the.stage.school)
        f.MembershipFactory(person=host, organisation=the.stage.partner)
        activity = f.ActivityFactory(
            kind="work_shadowing",
            stage="reflected",
            organisation=the.stage.school,
            alliance=the.stage.alliance,
            organiser=shadow,
        )
        said = {f"{p}_said_at": clock.now() for p in ("shadow", "host", "home_head", "host_head")}
        k.PlacementFactory(
            application=the.application(row, shadow, activity=activity),
            offer=the.offer(row, host),
            state="accepted",
            activity=activity,
            **said,
        )
        f.FollowUpFactory(
            owner=shadow,
            organisation=the.stage.school,
            rule="work_shadowing.action",
            source=activity,
            **({"state": "done", "settled_at": clock.now()} if n else {}),
        )
        f.ReleaseFactory(
            person=shadow,
            organisation=home_of(shadow),
            activity=activity,
            planned_minutes=210,
            travel_pence=450,
        )
    outcome = outcome_of(row)
    assert (outcome.asked.number, outcome.offered.number, outcome.filled.number) == (6, 6, 6)
    assert outcome.planned_minutes.number == 6 * 210
    assert outcome.actual_minutes.number is None
    assert not outcome.actual_minutes.hidden
    assert str(outcome.pounds.number) == "27"
    assert outcome.actions_due.number == 6
    assert outcome.actions.hidden  # five done of six would tell of the one who has not
