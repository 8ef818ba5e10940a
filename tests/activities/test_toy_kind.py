"""A kind of activity added in one place: this file. It is played from draft to closed through the
pages alone, which proves that the engine and the pages know no kind by name.

Everything that a kind may declare is used once: two roles, a plan field, stages with conditions,
a session, a record with a question, follow-ups of every trigger, a panel, a choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.template import engines
from django.test import Client
from django.urls import reverse

from apps.activities import engine, kinds
from apps.activities.enums import ActivityState, Aim, Problem, Reach, Staff
from apps.activities.enums import RecordForm as Form
from apps.activities.kinds import rules
from apps.activities.kinds.base import (
    Choice,
    Field,
    FollowUpRule,
    Kind,
    KindRole,
    Moment,
    OwnerOf,
    Panel,
    RecordKind,
    Rule,
    SessionKind,
    Trigger,
)
from apps.activities.kinds.base import Stage as KindStage
from apps.activities.kinds.shared import REFLECTION, TOGETHER
from apps.activities.models import Activity, Record, Session
from apps.core import clock
from apps.followups.models import FollowUp
from tests.activities.triads import Stage

PANEL = """<section class="panel"><h2>Steps walked</h2>
<p>{{ panel.walks }} walk(s) so far; {{ panel.reader }} is looking.</p></section>"""


def steps_walked(situation: Any, person: Any) -> dict[str, Any] | None:
    """Shown to those who walk, once there is something to show."""
    walks = len(situation.held_of("walk"))
    if not walks or not situation.takes_part(person.pk):
        return None
    return {"walks": walks, "reader": person.name}


TOY = Kind(
    slug="toy_ramble",
    name="Walk and talk",
    purpose="Two people walk, and a guide shows them the way.",
    roles=(KindRole("walker", "Walker", 2, 2), KindRole("guide", "Guide", 1, 1)),
    stages=(
        KindStage("meeting", "Meeting", "They meet.", unlocked_by=(rules.roles_filled,)),
        KindStage(
            "walking",
            "Walking",
            "They walk.",
            unlocked_by=(rules.under_way,),
            needs_active=True,
            days=7,
        ),
        KindStage(
            "resting",
            "Resting",
            "They sit down and say what they saw.",
            unlocked_by=(
                rules.under_way,
                rules.held("walk", "Nobody has walked yet."),
                rules.written("sighting", "Nobody has written what they saw."),
            ),
            needs_active=True,
        ),
    ),
    rules=(
        Rule(
            "two_walkers",
            "Two walkers and a guide.",
            rules.roles_filled,
            frozenset({Moment.START, Moment.STAGE, Moment.LEAVE}),
        ),
        Rule("no_crowd", "Nobody else.", rules.room_for_candidate, frozenset({Moment.INVITE})),
    ),
    sessions=(SessionKind("walk", "Walk", minutes=40, stages=("walking",), most_minutes=60),),
    records=(
        RecordKind(
            Form.NOTE,
            "Sighting",
            "What did you see?",
            audiences=TOGETHER,
            fields=(Field("weather", "What was the weather like?", required=True),),
            slug="sighting",
            stages=("walking",),
            roles=("walker",),
        ),
        REFLECTION,
    ),
    followups=(
        FollowUpRule(
            "boots",
            "Clean the boots",
            Trigger.SESSION_HELD,
            of=("walk",),
            owner=OwnerOf.ROLE,
            promise="Clean the boots after %(title)s",
            due=rules.next_working_day,
            role="walker",
        ),
        FollowUpRule(
            "map",
            "Fold the map",
            Trigger.STAGE_ENTERED,
            of=("resting",),
            owner=OwnerOf.ORGANISER,
            promise="Fold the map",
            due=rules.in_days(3),
        ),
    ),
    criteria=(),
    caution="Shoes get wet.",
    minutes=40,
    plan_fields=(Field("path", "Which path?", required=True),),
    lasting="Who still walks: %(title)s",
    choice=Choice(
        problems=frozenset({Problem.KNOWLEDGE}),
        staff=frozenset({Staff.EVERYBODY}),
        reach=frozenset({Reach.FAR}),
        aims=frozenset({Aim.NEW}),
        minutes=41 * 60,
        evidence="Nobody has tried it on 12 schools.",
    ),
)


@pytest.fixture
def toy() -> Iterator[Kind]:
    """With the template of its panel, so that one file is all there is."""
    panel = Panel(engines["django"].from_string(PANEL), steps_walked)  # type: ignore[arg-type]
    values = {name: getattr(TOY, name) for name in TOY.__slots__}
    yield kinds.register(Kind(**{**values, "panels": (panel,)}))
    kinds.forget(TOY.slug)


class Player:
    """Plays through the pages, one person after another."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def be(self, person: Any) -> None:
        self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def see(self, name: str, *args: str, **asked: str) -> str:
        response = self.client.get(reverse(f"activities:{name}", args=args), asked)
        assert response.status_code == 200, response.status_code
        return response.content.decode()

    def send(self, name: str, *args: str, **values: Any) -> None:
        url = reverse(f"activities:{name}", args=args)
        response = self.client.post(url, values)
        assert response.status_code == 302, faults(response.content.decode())

    def move(self, activity: Activity, move: str, **values: Any) -> None:
        page = self.see("move", activity.public_id, move)
        found = re.search(r'name="seen" value="([^"]+)"', page)
        self.send("move", activity.public_id, move, seen=found.group(1) if found else "", **values)


def faults(html: str) -> list[str]:
    return re.findall(r'class="[^"]*error[^"]*"[^>]*>([^<]+)', html) or [html[-3000:]]


@pytest.fixture
def player(client: Client) -> Player:
    return Player(client)


def test_a_kind_in_one_file_lives_its_whole_life_on_the_pages(
    toy: Kind, stage: Stage, player: Player
) -> None:
    activity = planned(stage, player)
    invited(stage, player, activity)
    agreed_and_started(stage, player, activity)
    walked(stage, player, activity)
    closed(stage, player, activity)


def planned(stage: Stage, player: Player) -> Activity:
    player.be(stage.lead)
    page = player.see("new", kind="toy_ramble", need=stage.need.public_id)
    assert TOY.purpose in page
    assert TOY.caution in page
    player.send(
        "new",
        kind="toy_ramble",
        title="Along the river",
        organisation=stage.school.ref,
        alliance=stage.alliance.public_id,
        reason="need",
        needs=[stage.need.pk],
        client_key="6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    )
    activity = Activity.objects.get(title="Along the river")
    plan = {
        "version": activity.version,
        "title": activity.title,
        "focus": "Birds",
        "pupil_outcome": "Pupils name ten birds",
        "reason": "need",
        "needs": [stage.need.pk],
    }
    refused = player.client.post(reverse("activities:plan_why", args=[activity.public_id]), plan)
    assert refused.status_code == 422  # the question of the kind is not answered
    player.send("plan_why", activity.public_id, path="The one by the mill", **plan)
    activity.refresh_from_db()
    assert activity.details == {"path": "The one by the mill"}
    return activity


def invited(stage: Stage, player: Player, activity: Activity) -> None:
    pid = activity.public_id
    for person in (stage.ann, stage.bob):
        player.be(stage.lead)
        page = player.see("people", pid, q=person.given_name)
        assert "Guide" in page
        player.send("invite", pid, member=person.memberships.get().public_id, role="walker")
        player.be(person)
        assert "Two walkers and a guide." in player.see("invitation", pid)
        player.send("invitation", pid, answer="yes")
    player.be(stage.lead)
    refused = {"member": stage.lead.memberships.get().public_id, "role": "walker"}
    assert player.client.post(reverse("activities:invite", args=[pid]), refused).status_code == 404
    player.send("ask_school", pid, school=stage.partner.ref)  # for the role that lacks somebody
    asked = activity.place_requests.get()
    assert asked.role == "guide"
    player.be(stage.other_lead)
    cy = stage.cy.memberships.get().public_id
    player.send("place_request", asked.public_id, answer="name", member=cy)
    player.be(stage.cy)
    player.send("invitation", pid, answer="yes")
    assert activity.participants.taking_part().count() == 3


def agreed_and_started(stage: Stage, player: Player, activity: Activity) -> None:
    pid = activity.public_id
    player.be(stage.lead)
    player.move(activity, "agree")
    page = player.see("detail", pid)
    assert "There is no success criterion yet." in page
    player.send(
        "criteria",
        pid,
        level="pupil",
        guskey="5",
        indicator="Birds that pupils can name",
        measure="Count",
        unit="birds",
        direction="up",
        target="10",
        weight="100",
    )
    today = clock.today()
    player.send(
        "plan_dates",
        pid,
        version=Activity.objects.get(pk=activity.pk).version,
        starts_on=today.isoformat(),
        ends_on=(today + timedelta(days=30)).isoformat(),
        minutes_needed="40",
        minutes_available="60",
        equality="The path is level",
    )
    player.move(activity, "activate")
    activity.refresh_from_db()
    assert (activity.state, activity.stage) == (ActivityState.ACTIVE, "walking")
    assert activity.next_step_on == today + timedelta(days=7)


def walked(stage: Stage, player: Player, activity: Activity) -> None:
    pid = activity.public_id
    player.be(stage.ann)
    page = player.see("detail", pid)
    assert "Nobody has walked yet." in page
    assert "Steps walked" not in page
    player.move(activity, "advance")
    activity.refresh_from_db()
    assert activity.stage == "walking"
    engine.plan_session(  # at a moment of today that has passed, which a form cannot name at 00:05
        activity, by=stage.ann, kind="walk", slot=just_now(), despite_conflicts=True
    )
    session = Session.objects.get(activity=activity)
    player.send("session_move", session.public_id, "held")
    assert FollowUp.objects.filter(rule="toy_ramble.boots").count() == 2
    assert "1 walk(s) so far; Ann Exampleton is looking." in player.see("detail", pid)
    player.be(stage.other_lead)
    assert "Steps walked" not in player.see("detail", pid)  # the panel is for those who walk
    player.be(stage.ann)
    key = f"{pid}.sighting"
    assert "What was the weather like?" in player.see("log", form="note", about=key)
    url = reverse("activities:log") + f"?form=note&about={key}"
    entry = {
        "target": key,
        "text": "A heron stood in the shallow water.",
        "weather": "Mist",
        "happened_on": clock.today().isoformat(),
        "client_key": "7f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    }
    assert player.client.post(url, entry).status_code == 302
    written = Record.objects.get(activity=activity)
    assert (written.kind, written.data) == ("sighting", {"weather": "Mist"})
    player.be(stage.cy)  # the guide is not asked to write it
    assert key not in player.see("log", form="note")
    player.be(stage.ann)
    player.move(activity, "advance")
    activity.refresh_from_db()
    assert activity.stage == "resting"
    assert FollowUp.objects.get(rule="toy_ramble.map").owner == stage.lead


def closed(stage: Stage, player: Player, activity: Activity) -> None:
    pid = activity.public_id
    player.be(stage.lead)
    assert "Who still walks: Along the river" in player.see("move", pid, "close")
    player.move(
        activity,
        "close",
        promise="Who still walks?",
        due=(clock.today() + timedelta(days=42)).isoformat(),
    )
    activity.refresh_from_db()
    assert activity.state == ActivityState.CLOSED
    assert FollowUp.objects.get(rule="toy_ramble.lasting").owner == stage.lead
    page = player.see("detail", pid)
    assert "The one by the mill" in page
    assert "A heron" not in page  # the words of a record are on its own page
    assert "Along the river" in player.see("list", kind="toy_ramble", state="closed")
    stages = list(activity.changes.values_list("to_stage", flat=True))
    assert stages == ["meeting", "meeting", "walking", "resting", "resting"]


def just_now() -> Any:
    end = clock.now() - timedelta(seconds=1)
    return engine.Slot(end - timedelta(minutes=40), end)


def test_a_leaver_pauses_it_as_its_own_rules_say(toy: Kind, stage: Stage) -> None:
    activity = played(stage)
    place = activity.participants.get(person=stage.ann)
    engine.withdraw(place, by=stage.ann)
    activity.refresh_from_db()
    assert activity.state == ActivityState.PAUSED


def played(stage: Stage) -> Activity:
    """Under way, through the engine alone."""
    activity = stage.planned(kind="toy_ramble", details={"path": "The one by the mill"})
    for person, role in ((stage.ann, "walker"), (stage.bob, "walker"), (stage.cy, "guide")):
        organisation = person.memberships.get().organisation
        place = engine.invite(
            activity, by=stage.lead, person=person, organisation=organisation, role=role
        )
        engine.answer_invitation(place, by=person, accept=True)
    stage.criterion(activity)
    engine.agree(activity, by=stage.lead)
    return engine.activate(activity, by=stage.lead)


def test_the_guided_choice_proposes_it_with_its_evidence(
    toy: Kind, stage: Stage, player: Player
) -> None:
    player.be(stage.ann)
    page = player.see("choose", problem="knowledge", staff="everybody", reach="far")
    assert "Start this<span" in page
    assert "Nobody has tried it on 12 schools." in page
    assert "Shoes get wet." in page
    assert "kind=toy_ramble" in page


def test_without_a_choice_it_is_listed_under_others(stage: Stage, player: Player) -> None:
    values = {name: getattr(TOY, name) for name in TOY.__slots__}
    kinds.register(Kind(**{**values, "choice": None}))
    try:
        player.be(stage.ann)
        page = player.see("choose", problem="knowledge")
    finally:
        kinds.forget(TOY.slug)
    _before, others = page.split('id="others"')
    assert "kind=toy_ramble" in others
    assert TOY.purpose in others
