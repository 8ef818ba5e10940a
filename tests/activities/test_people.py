from __future__ import annotations

import pytest
from django.urls import reverse

from apps.activities import engine, suggestions
from apps.activities.engine import Blocked
from apps.activities.enums import ParticipantState, PlaceRequestState, SessionState
from apps.activities.models import Activity, Participant, PlaceRequest
from apps.core.models import Notice, OutboundEmail
from apps.schools.models import Membership
from tests import factories as f
from tests.activities.triads import Stage, an_hour_ago
from tests.support.clients import signed_in


def test_inviting_tells_the_person_once_and_waits(stage: Stage) -> None:
    place = engine.invite(stage.draft(), by=stage.lead, person=stage.ann, organisation=stage.school)
    assert place.state == ParticipantState.INVITED
    assert OutboundEmail.objects.filter(template="activities.invited").count() == 1
    assert Notice.objects.filter(person=stage.ann, kind="activities.invited").count() == 1
    assert list(Participant.objects.invitations_for(stage.ann)) == [place]


def test_whoever_invites_themselves_takes_part(stage: Stage) -> None:
    activity = stage.draft(by=stage.ann)
    place = engine.invite(activity, by=stage.ann, person=stage.ann, organisation=stage.school)
    assert place.state == ParticipantState.ACCEPTED


def test_nobody_is_invited_twice(stage: Stage) -> None:
    activity = stage.draft()
    stage.join(activity, stage.ann)
    with pytest.raises(Blocked, match="asked already"):
        engine.invite(activity, by=stage.lead, person=stage.ann, organisation=stage.school)


def test_declining_hides_the_activity_and_may_be_asked_again(stage: Stage) -> None:
    activity = stage.draft()
    place = engine.invite(activity, by=stage.lead, person=stage.cy, organisation=stage.partner)
    engine.answer_invitation(place, by=stage.cy, accept=False)
    assert activity not in Activity.objects.visible_to(stage.cy)
    assert activity not in Activity.objects.visible_to(stage.other_lead)
    again = engine.invite(activity, by=stage.lead, person=stage.cy, organisation=stage.partner)
    assert (again.pk, again.invitations) == (place.pk, 2)
    assert OutboundEmail.objects.filter(template="activities.invited").count() == 2


def test_the_same_answer_twice_changes_nothing(stage: Stage) -> None:
    activity = stage.draft()
    place = stage.join(activity, stage.ann)
    engine.answer_invitation(place, by=stage.ann, accept=True)
    assert OutboundEmail.objects.filter(template="activities.answered").count() == 1
    with pytest.raises(Blocked, match="no longer stands"):
        engine.answer_invitation(place, by=stage.ann, accept=False)


def test_leaving_cancels_the_planned_visits_of_the_leaver_alone(stage: Stage) -> None:
    activity = stage.active()
    slot = an_hour_ago()
    kept, gone = (
        engine.plan_session(
            activity,
            by=stage.lead,
            kind="observation",
            slot=slot,
            observer=observer,
            observed=stage.bob,
            despite_conflicts=True,
        )
        for observer in (stage.ann, stage.cy)
    )
    engine.withdraw(activity.participants.get(person=stage.cy), by=stage.cy)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.state, gone.state) == (SessionState.PLANNED, SessionState.CANCELLED)


def test_a_removed_membership_ends_the_view_of_the_activity(stage: Stage) -> None:
    activity = stage.active()
    assert activity in Activity.objects.visible_to(stage.cy)
    Membership.objects.filter(person=stage.cy).update(ends_on="2020-01-01", starts_on="2019-01-01")
    del stage.cy._scope
    assert activity not in Activity.objects.visible_to(stage.cy)


def test_teachers_search_only_their_own_school(stage: Stage) -> None:
    activity = stage.draft(by=stage.ann)
    names = {m.person for m in suggestions.search(stage.ann, activity, "Exampleton")}
    assert names == {stage.ann, stage.bob}


def test_leads_search_the_alliance_by_name_or_school(stage: Stage) -> None:
    activity = stage.draft()
    assert {m.person for m in suggestions.search(stage.lead, activity, "beech")} == {
        stage.cy,
        stage.dee,
    }
    assert [m.person for m in suggestions.search(stage.lead, activity, "beech cy")] == [stage.cy]


def test_only_shared_offers_on_the_topic_show_a_name(stage: Stage) -> None:
    topic = stage.need.topic
    common = {"organisation": stage.partner, "alliance": stage.alliance, "topic": topic}
    f.OfferFactory(person=stage.cy, shared=True, **common)
    f.OfferFactory(person=stage.dee, shared=False, **common)
    found = suggestions.offered_help(stage.draft(), [topic.pk])
    assert [offered.member.person for offered in found] == [stage.cy]


def test_a_school_with_the_same_need_is_shown_without_a_person(stage: Stage) -> None:
    f.NeedFactory(
        organisation=stage.partner,
        alliance=stage.alliance,
        topic=stage.need.topic,
        created_by=stage.other_lead,
    )
    activity = stage.draft()
    assert suggestions.schools_to_ask(activity, [stage.need.topic_id]) == ([stage.partner], [])


def test_a_person_outside_the_alliance_cannot_be_invited(stage: Stage) -> None:
    stranger = f.MembershipFactory()
    assert suggestions.invitable(stage.lead, stage.draft(), stranger.public_id) is None


def test_another_schools_lead_names_a_colleague(stage: Stage) -> None:
    activity = stage.draft()
    request = engine.ask_school(activity, by=stage.lead, organisation=stage.partner)
    assert engine.ask_school(activity, by=stage.lead, organisation=stage.partner) == request
    assert list(PlaceRequest.objects.waiting_for(stage.other_lead)) == [request]
    home = signed_in(stage.other_lead).get("/").content.decode()
    assert reverse("activities:place_request", args=[request.public_id]) in home
    member = Membership.objects.get(person=stage.cy)
    request = engine.answer_request(request, by=stage.other_lead, member=member)
    assert request.state == PlaceRequestState.FILLED
    assert activity.participants.get().person == stage.cy
    with pytest.raises(Blocked, match="already"):
        engine.answer_request(request, by=stage.other_lead, member=None)


def test_a_lead_names_only_their_own_staff(stage: Stage) -> None:
    request = engine.ask_school(stage.draft(), by=stage.lead, organisation=stage.partner)
    with pytest.raises(Blocked, match="Beech"):
        engine.answer_request(
            request, by=stage.other_lead, member=Membership.objects.get(person=stage.ann)
        )
