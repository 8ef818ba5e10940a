"""Coaching: who sees what, its pages, and random steps."""

from __future__ import annotations

import random
import uuid
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from apps.activities import engine
from apps.activities.engine import Blocked, Stale
from apps.activities.enums import ActivityState, Audience
from apps.activities.forms.records import targets_of
from apps.activities.kinds import kind_of
from apps.activities.kinds.coaching import actions
from apps.activities.kinds.coaching.models import CoachingContract, CoachingStep
from apps.activities.models import Activity, Record
from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.permissions import Refused
from tests import factories as f
from tests.activities.coached import (
    CONTRACT,
    active,
    hold,
    matched,
    place,
    trained,
    whole_step,
)
from tests.activities.triads import Stage, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return build()


# Privacy


def notes(stage: Stage, activity: Activity, kind: str = "meeting_notes") -> Record:
    return engine.record(by=stage.ann, kind=kind, text="canary-notes", activity=activity)


def test_notes_are_private_to_the_pair(stage: Stage) -> None:
    row = notes(stage, active(stage))
    assert row.audience == Audience.PAIR
    seen = [
        person
        for person in (stage.ann, stage.bob, stage.cy, stage.lead, stage.other_lead)
        if Record.objects.visible_to(person).exists()
    ]
    assert seen == [stage.ann, stage.bob]


@pytest.mark.parametrize("audience", [a for a in Audience if a not in ("only_me", "pair")])
def test_notes_are_never_wider(stage: Stage, audience: str) -> None:
    row = notes(stage, active(stage))
    with pytest.raises((Blocked, Refused)):
        engine.share_record(row, by=stage.ann, audience=audience)


def test_the_drop_in_belongs_to_the_coachee(stage: Stage) -> None:
    row = engine.record(
        by=stage.ann, kind="drop_in", text="Seen", activity=active(stage), about=stage.bob
    )
    assert (row.owner, row.audience) == (stage.bob, Audience.PAIR)


@pytest.mark.parametrize(
    ("form", "mine", "other"),
    [("grow", "grow_notes", "meeting_notes"), ("instructional", "meeting_notes", "grow_notes")],
)
def test_the_form_decides_the_prompts(stage: Stage, form: str, mine: str, other: str) -> None:
    activity = active(stage, form)
    assert [t.declared.slug for t in targets_of(stage.bob, "note")] == [mine]
    with pytest.raises(Blocked, match="another record"):
        notes(stage, activity, other)
    notes(stage, activity, mine)


def test_grow_and_instructional_prompts() -> None:

    fields = {r.slug: [x.slug for x in r.fields] for r in kind_of("coaching").records}
    assert fields["grow_notes"] == ["goal", "reality", "options", "wrap_up"]
    assert fields["meeting_notes"] == ["praise", "next_step", "model", "rehearsal"]


def test_a_lead_sees_only_that_meetings_took_place(stage: Stage, client: Client) -> None:
    activity = active(stage)
    hold(stage, activity, "meeting", 30)
    whole_step(stage, activity)
    notes(stage, activity)
    client.force_login(stage.lead)
    page = client.get(reverse("activities:detail", args=[activity.public_id])).content.decode()
    assert "Meeting" in page
    assert "canary" not in page
    for words in ("Rehearse", "has been written", "cycle 2", "Secured"):
        assert words not in page
    assert "for those who take part alone" in page
    plan = client.get(reverse("activities:plan", args=[activity.public_id])).content.decode()
    assert "Go on to" not in plan
    listed = client.get(reverse("activities:list")).content.decode()
    assert activity.title in listed
    for name in ("coaching_contract", "coaching_step"):
        url = reverse(f"activities:{name}", args=[activity.public_id])
        assert client.get(url).status_code == 403


def test_the_pair_sees_its_steps(stage: Stage, client: Client) -> None:
    activity = active(stage)
    whole_step(stage, activity)
    for person in (stage.ann, stage.bob):
        client.force_login(person)
        page = client.get(reverse("activities:detail", args=[activity.public_id]))
        assert "canary-step" in page.content.decode()


def test_no_word_of_it_is_in_the_audit_trail(stage: Stage) -> None:
    activity = active(stage)
    whole_step(stage, activity)
    assert "canary" not in str(list(AuditEvent.objects.values()))


# Pages


def test_the_pages_of_a_pair(stage: Stage, client: Client) -> None:
    activity = matched(stage)
    contract = reverse("activities:coaching_contract", args=[activity.public_id])
    client.force_login(stage.ann)
    assert client.post(contract, {**CONTRACT, "version": 0}).status_code == 302
    assert client.post(contract, {**CONTRACT, "version": 0, "goal": "Mine"}).status_code == 409
    assert client.post(contract, {"version": 1, "goal": ""}).status_code == 422
    client.force_login(stage.bob)
    assert "I agree" in client.get(contract).content.decode()
    agree = reverse("activities:coaching_agree", args=[activity.public_id])
    assert client.post(agree, {"version": 1}).status_code == 302
    assert CoachingContract.objects.get().is_agreed
    engine.agree(activity, by=stage.lead)
    engine.activate(activity, by=stage.lead)
    hold(stage, activity, "drop_in")
    url = reverse("activities:coaching_step", args=[activity.public_id])
    for number, sent in enumerate(
        [
            {"step": "Wait five seconds"},
            {"rehearsal": "Five times"},
            {"tried_on": clock.today().isoformat(), "evidence": "More hands"},
            {"review": "again"},
        ]
    ):
        assert client.get(url).status_code == 200
        assert client.post(url, {"version": number, **sent}).status_code == 302
    assert CoachingStep.objects.get().review == "again"
    assert client.get(url).status_code == 200
    engine.repeat(activity, by=stage.bob)
    assert "Wait five seconds" in client.get(url).content.decode()


def test_a_pupils_name_is_warned_about(stage: Stage, client: Client) -> None:
    activity = matched(stage)
    client.force_login(stage.ann)
    url = reverse("activities:coaching_contract", args=[activity.public_id])
    sent = {**CONTRACT, "version": 0, "goal": "Help Oliver Smithson read"}
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "Save anyway" in answer.content.decode()
    assert client.post(url, {**sent, "anyway": "1"}).status_code == 302


def test_the_lead_keeps_the_list_of_coaches(stage: Stage, client: Client) -> None:
    client.force_login(stage.lead)
    url = reverse("activities:coaching_training", args=[stage.school.ref])
    member = stage.ann.memberships.get()
    sent = {"member": member.public_id, "on": clock.today().isoformat(), "provider": "The hub"}
    assert client.post(url, sent).status_code == 302
    time = reverse("activities:coaching_time", args=[member.public_id])
    assert client.post(time, {"most": 3, "minutes": 30}).status_code == 302
    matched(stage)
    page = client.get(reverse("activities:coaching_coaches")).content.decode()
    assert "1 of 3" in page
    assert "45 needed" in page
    assert "Too little" in page
    assert stage.bob.name not in page
    other = reverse("activities:coaching_training", args=[stage.partner.ref])
    assert client.get(other).status_code == 404


def test_a_coach_sees_their_own_load(stage: Stage, client: Client) -> None:
    activity = matched(stage)
    client.force_login(stage.ann)
    url = reverse("activities:coaching_coaches")
    assert "1 coachee now, of 5" in client.get(url).content.decode()
    detail = reverse("activities:detail", args=[activity.public_id])
    assert "1 coachee now, of 5" in client.get(detail).content.decode()
    client.force_login(stage.bob)
    assert "No training as a coach" in client.get(url).content.decode()
    assert "coachee now" not in client.get(detail).content.decode()


@pytest.mark.parametrize("coaches", [1, 30])
def test_the_list_asks_as_little_for_many(
    stage: Stage, client: Client, coaches: int, django_assert_max_num_queries: Any
) -> None:
    for _number in range(coaches):
        person = f.PersonFactory()
        f.MembershipFactory(person=person, organisation=stage.school)
        trained(stage, person)
    client.force_login(stage.lead)
    with django_assert_max_num_queries(12):
        client.get(reverse("activities:coaching_coaches"))


# Random steps


@pytest.mark.parametrize("seed", range(6))
def test_random_steps_never_break_what_must_hold(stage: Stage, seed: int) -> None:
    dice = random.Random(seed)
    activity = active(stage) if seed % 2 else matched(stage)
    people = (stage.ann, stage.bob, stage.cy, stage.lead)

    def one_step() -> None:
        by = dice.choice(people)
        version = dice.choice((0, 1, 1, 2, 3))
        choices: list[Any] = [
            lambda: actions.write_contract(activity, by=by, version=version, **CONTRACT),
            lambda: actions.agree_contract(activity, by=by, version=version),
            lambda: actions.choose_step(activity, by=by, version=version, step="canary"),
            lambda: actions.rehearse(activity, by=by, version=version, rehearsal="canary"),
            lambda: actions.say_tried(
                activity, by=by, version=version, tried_on=clock.today(), evidence="canary"
            ),
            lambda: actions.review(activity, by=by, version=version, review="again"),
            lambda: engine.agree(activity, by=stage.lead),
            lambda: engine.activate(activity, by=stage.lead),
            lambda: engine.advance(activity, by=stage.ann),
            lambda: engine.repeat(activity, by=stage.ann),
            lambda: hold(stage, activity, dice.choice(("drop_in", "meeting")), 15),
            lambda: engine.withdraw(
                activity.participants.get(person=dice.choice((stage.ann, stage.bob))),
                by=stage.lead,
            ),
            lambda: place(
                stage,
                activity,
                dice.choice((stage.ann, stage.bob, stage.cy)),
                dice.choice(("coach", "coachee")),
            ),
            lambda: engine.record(
                by=by,
                kind="meeting_notes",
                text="canary",
                activity=activity,
                client_key=uuid.uuid4(),
            ),
        ]
        with suppress(Blocked, Stale, Refused), transaction.atomic():
            dice.choice(choices)()

    history = 0
    for _number in range(40):
        one_step()
        activity.refresh_from_db()
        assert CoachingStep.objects.live().count() <= 1
        if activity.state == ActivityState.ACTIVE:
            roles = sorted(activity.participants.taking_part().values_list("role", flat=True))
            assert roles == ["coach", "coachee"]
        for outsider in (stage.cy, stage.lead, stage.other_lead):
            mine = activity.participants.filter(person=outsider).exists()
            if not mine:
                assert not Record.objects.visible_to(outsider).exists()
                assert not CoachingStep.objects.visible_to(outsider).exists()
        assert activity.changes.count() >= history
        history = activity.changes.count()
