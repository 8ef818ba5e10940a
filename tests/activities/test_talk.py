"""Threads and comments: who reads them, what mails say of them, what two tabs do."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.activities import engine
from apps.activities.engine import Stale, talk
from apps.activities.enums import Audience
from apps.activities.models import Activity, Message, Record
from apps.core import clock
from apps.core.models import Notice, OutboundEmail
from apps.core.permissions import Refused
from tests.activities.triads import Stage
from tests.support.letters import send_all


@pytest.fixture
def activity(stage: Stage) -> Any:
    with clock.frozen(datetime(2026, 11, 25, 10, tzinfo=UTC)):
        activity = stage.active()
        send_all()
        yield activity


@pytest.fixture
def record(stage: Stage, activity: Activity) -> Record:
    return engine.record(
        by=stage.ann, kind="observation", text="seen", activity=activity, about=stage.cy
    )


def signed_in(client: Client, person: Any) -> Client:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str, thing: Any) -> str:
    return reverse(f"activities:{name}", args=[thing.public_id])


def test_a_thread_is_for_those_who_take_part_only(
    stage: Stage, activity: Activity, client: Client
) -> None:
    message = talk.say(activity, by=stage.ann, text="canary-talk")
    assert message in Message.objects.visible_to(stage.cy)
    for person in (stage.lead, stage.other_lead, stage.dee):  # the organiser, too
        assert message not in Message.objects.visible_to(person)
        response = signed_in(client, person).get(url("thread", activity))
        assert response.status_code in (403, 404)
    assert (
        "canary-talk" in signed_in(client, stage.bob).get(url("thread", activity)).content.decode()
    )


def test_leaving_ends_reading(stage: Stage, activity: Activity) -> None:
    message = talk.say(activity, by=stage.ann, text="x")
    engine.withdraw(activity.participants.get(person=stage.cy), by=stage.cy)
    assert message not in Message.objects.visible_to(stage.cy)
    with pytest.raises(Refused):
        talk.say(activity, by=stage.cy, text="y")


def test_the_others_are_told_once_a_day_and_no_word_is_mailed(
    stage: Stage, activity: Activity
) -> None:
    for n in range(3):
        talk.say(activity, by=stage.ann, text=f"canary-{n}")
    rows = OutboundEmail.objects.filter(template="activities.talk")
    assert {row.person for row in rows} == {stage.bob, stage.cy}
    assert rows.count() == 2
    assert Notice.objects.filter(kind="activities.talk").count() == 2
    mails = [mail for mail in send_all() if "thread" in mail.subject]
    assert len(mails) == 2
    assert all("canary" not in mail.message().as_string() for mail in mails)


def test_whoever_left_gets_no_mail_about_it(stage: Stage, activity: Activity) -> None:
    talk.say(activity, by=stage.ann, text="x")
    engine.withdraw(activity.participants.get(person=stage.cy), by=stage.cy)
    assert not [m for m in send_all() if "thread" in m.subject and m.to == [stage.cy.email]]


def test_sending_twice_says_it_once(stage: Stage, activity: Activity) -> None:
    key = uuid.uuid4()
    talk.say(activity, by=stage.ann, text="x", client_key=key)
    talk.say(activity, by=stage.ann, text="x", client_key=key)
    assert Message.objects.count() == 1


def test_taking_back_leaves_no_word(stage: Stage, activity: Activity, client: Client) -> None:
    message = talk.say(activity, by=stage.ann, text="canary-talk")
    with pytest.raises(Refused):
        talk.take_back(message, by=stage.bob)
    signed_in(client, stage.ann).post(url("message_take_back", message))
    message.refresh_from_db()
    assert message.text == ""
    page = client.get(url("thread", activity)).content.decode()
    assert "Taken back by its author" in page


def test_only_the_author_changes_it_and_two_tabs_lose_nothing(
    stage: Stage, activity: Activity, client: Client
) -> None:
    message = talk.say(activity, by=stage.ann, text="one")
    with pytest.raises(Refused):
        talk.change(message, by=stage.bob, version=1, text="x")
    talk.change(message, by=stage.ann, version=1, text="first tab")
    with pytest.raises(Stale):
        talk.change(message, by=stage.ann, version=1, text="second tab")
    data = {"version": 1, "text": "second tab"}
    response = signed_in(client, stage.ann).post(url("message", message), data)
    assert response.status_code == 409
    assert "first tab" in response.content.decode()
    assert "second tab" in response.content.decode()


def test_what_looks_like_a_pupil_is_warned_about_and_kept(
    stage: Stage, activity: Activity, client: Client
) -> None:
    page, path = signed_in(client, stage.ann), url("thread", activity)
    data = {"client_key": str(uuid.uuid4()), "text": "A pupil called Xanthe hid."}
    response = page.post(path, data)
    assert response.status_code == 422
    assert "Xanthe hid." in response.content.decode()
    assert "Send anyway" in response.content.decode()
    assert page.post(path, {**data, "anyway": "1"}).status_code == 302
    assert Message.objects.get().text == "A pupil called Xanthe hid."


def test_the_names_of_the_staff_are_no_pupils(
    stage: Stage, activity: Activity, client: Client
) -> None:
    data = {"client_key": str(uuid.uuid4()), "text": "Thank you, Dee Exampleton and Cy."}
    response = signed_in(client, stage.ann).post(url("thread", activity), data)
    assert response.status_code == 302


def page_of(client: Client, person: Any, address: str) -> str:
    return signed_in(client, person).get(address).content.decode()


def test_comments_are_for_those_who_can_read_the_record(
    stage: Stage, activity: Activity, record: Record, client: Client
) -> None:
    comment = talk.say(activity, by=stage.cy, text="canary-comment", record=record)
    assert comment in Message.objects.visible_to(stage.ann)
    assert comment not in Message.objects.visible_to(stage.bob)
    assert comment not in Message.objects.of_thread(activity)
    assert signed_in(client, stage.bob).get(url("comments", record)).status_code == 404
    with pytest.raises(Refused):
        talk.say(activity, by=stage.bob, text="x", record=record)
    engine.share_record(record, by=stage.cy, audience=Audience.PARTICIPANTS)
    assert comment not in Message.objects.visible_to(stage.bob)
    assert "canary-comment" not in page_of(client, stage.bob, url("comments", record))


def test_who_reads_a_record_later_does_not_read_what_was_said_before(
    stage: Stage, activity: Activity
) -> None:
    record = engine.record(
        by=stage.ann, kind="observation", text="Seen", activity=activity, about=stage.bob
    )
    between_two = talk.say(activity, by=stage.ann, text="For you alone", record=record)
    assert not Message.objects.visible_to(stage.cy).exists()
    record = engine.share_record(record, by=stage.bob, audience="participants")
    among_three = talk.say(activity, by=stage.cy, text="For the three of us", record=record)
    assert list(Message.objects.visible_to(stage.cy)) == [among_three]
    record = engine.share_record(record, by=stage.bob, audience="alliance")
    to_all = talk.say(activity, by=stage.bob, text="For everybody", record=record)
    assert list(Message.objects.visible_to(stage.dee)) == [to_all]
    assert list(Message.objects.visible_to(stage.cy)) == [among_three, to_all]
    assert list(Message.objects.visible_to(stage.ann)) == [between_two, among_three, to_all]


def test_a_private_reflection_takes_no_comment(stage: Stage, activity: Activity) -> None:
    mine = engine.record(by=stage.ann, kind="reflection", text="x", activity=activity)
    with pytest.raises(Refused):
        talk.say(activity, by=stage.ann, text="x", record=mine)


def test_a_closed_thread_is_read_and_not_written(
    stage: Stage, activity: Activity, client: Client
) -> None:
    talk.say(activity, by=stage.ann, text="canary-talk")
    engine.cancel(activity, by=stage.lead, reason="No release")
    page = signed_in(client, stage.ann).get(url("thread", activity)).content.decode()
    assert "canary-talk" in page
    assert "<textarea" not in page
    assert client.post(url("thread", activity), {"text": "x"}).status_code == 403


def test_every_page_where_something_is_said_tells_whom_to_tell_of_a_worry(
    stage: Stage, activity: Activity, record: Record, client: Client
) -> None:
    message = talk.say(activity, by=stage.ann, text="x")
    pages = [url("thread", activity), url("comments", record), url("message", message)]
    pages += [url("record_edit", record), reverse("activities:log")]
    for path in pages:
        page = signed_in(client, stage.ann).get(path).content.decode()
        assert "designated safeguarding lead" in page, path


@pytest.mark.parametrize("count", [1, 30])
def test_a_thread_takes_few_queries(
    stage: Stage, activity: Activity, client: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    for n in range(count):
        Message.objects.create(activity=activity, author=stage.bob, text=f"m{n}")
    signed_in(client, stage.ann)
    with django_assert_max_num_queries(12):
        client.get(url("thread", activity))
