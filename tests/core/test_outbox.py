"""Mails as rows: queued once, with their cause, and told to a worker only after commit."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from apps.core import outbox, sending
from apps.core.letters import Letter, Line, letter
from apps.core.models import MailState, OutboundEmail

NEVER = timezone.now() + timedelta(days=3650)


@letter("tests.plain")
def plain(row: OutboundEmail) -> Letter | None:
    if row.keys.get("gone"):
        return None
    return Letter(
        to=row.address or row.person.email,
        subject=row.keys.get("subject", "Subject"),
        greeting="Hello,",
        paragraphs=["A paragraph."],
        action=Line("Do it", "/do/"),
    )


@letter("tests.broken")
def broken(row: OutboundEmail) -> Letter | None:
    raise ZeroDivisionError("never shown to anybody")


def queue(key: str = "k", **values) -> OutboundEmail:
    return outbox.queue("tests.plain", key=key, address="a@school.example", **values)


@pytest.mark.django_db
def test_the_same_key_queues_once() -> None:
    first, second = queue(), queue()

    assert first.pk == second.pk
    assert OutboundEmail.objects.count() == 1


@pytest.mark.django_db
def test_many_in_a_constant_number_of_queries(django_assert_num_queries) -> None:
    queue("0")
    drafts = [
        outbox.Draft("tests.plain", str(n), NEVER, address="a@school.example") for n in range(200)
    ]

    with django_assert_num_queries(1):
        outbox.queue_many(drafts)

    assert OutboundEmail.objects.count() == 200
    assert len(set(OutboundEmail.objects.values_list("message_id", flat=True))) == 200


@pytest.fixture
def woken(monkeypatch) -> list[str]:
    """The names of the tasks that would have been put into the broker."""
    from celery import Task

    names: list[str] = []
    monkeypatch.setattr(Task, "apply_async", lambda self, *a, **k: names.append(self.name))
    return names


@pytest.mark.django_db(transaction=True)
def test_one_message_for_a_whole_transaction(woken) -> None:
    with transaction.atomic():
        for n in range(20):
            queue(str(n))
        assert woken == []

    assert woken == ["apps.core.tasks.send_emails"]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_queues_and_enqueues_nothing(woken) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue("lost")
        raise ZeroDivisionError
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            queue("inner")
            raise ZeroDivisionError
        queue("outer")

    assert woken == ["apps.core.tasks.send_emails"]
    assert [row.key for row in OutboundEmail.objects.all()] == ["outer"]


@pytest.mark.django_db(transaction=True)
def test_what_is_due_later_wakes_nobody(woken) -> None:
    queue(due_at=NEVER)

    assert woken == []


@pytest.mark.django_db
def test_sent_with_the_stored_message_id() -> None:
    row = queue()

    assert sending.send_waiting() == 1
    assert sending.send_waiting() == 0

    row.refresh_from_db()
    assert row.state == MailState.SENT
    (message,) = mail.outbox
    assert message.message()["Message-ID"] == row.message_id


@pytest.mark.django_db
def test_the_oldest_due_goes_first_and_the_future_waits() -> None:
    now = timezone.now()
    for key, hours in (("young", 1), ("old", 5), ("future", -1)):
        queue(key, due_at=now - timedelta(hours=hours), subject=key)

    sending.send_waiting()

    assert [m.subject for m in mail.outbox] == ["old", "young"]
    assert OutboundEmail.objects.get(key="future").state == MailState.QUEUED


@pytest.mark.django_db
def test_a_letter_no_longer_needed_is_not_sent() -> None:
    row = queue(gone=True)

    assert sending.send_waiting() == 0

    row.refresh_from_db()
    assert row.state == MailState.NOT_NEEDED
    assert mail.outbox == []


@pytest.mark.django_db
@pytest.mark.parametrize("template", ["tests.broken", "tests.unknown"])
def test_a_letter_that_cannot_be_written_fails_alone(template) -> None:
    bad = outbox.queue(template, key="bad", address="a@school.example")
    good = queue("good", due_at=timezone.now())

    assert sending.send_waiting() == 1

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == (MailState.FAILED, MailState.SENT)
    assert bad.last_error in ("ZeroDivisionError", "KeyError")


@pytest.mark.django_db
def test_a_subject_with_a_line_break_becomes_one_line() -> None:
    queue(subject="One\r\nBcc: everybody@school.example")

    sending.send_waiting()

    assert mail.outbox[0].subject == "One Bcc: everybody@school.example"


def stuck(**values) -> OutboundEmail:
    row = queue(values.pop("key", "k"))
    OutboundEmail.objects.filter(pk=row.pk).update(
        **{
            "state": MailState.SENDING,
            "claimed_at": timezone.now() - sending.LEASE - timedelta(seconds=1),
            "attempts": 1,
        }
        | values
    )
    return row


@pytest.mark.django_db
def test_a_dead_senders_mail_goes_back_and_a_living_ones_does_not() -> None:
    dead, living = stuck(), stuck(key="l", claimed_at=timezone.now())

    assert sending.rescue(timezone.now()) == 1

    dead.refresh_from_db()
    living.refresh_from_db()
    assert (dead.state, living.state) == (MailState.QUEUED, MailState.SENDING)


@pytest.mark.django_db
def test_a_mail_that_kills_every_sender_fails_in_the_end() -> None:
    row = stuck(attempts=sending.MOST_ATTEMPTS)

    sending.rescue(timezone.now())

    row.refresh_from_db()
    assert (row.state, row.last_error) == (MailState.FAILED, "SenderLost")


@pytest.mark.django_db
def test_a_late_sender_does_not_undo_what_another_did() -> None:
    row = queue()
    (late,) = sending._claim(timezone.now())
    OutboundEmail.objects.filter(pk=row.pk).update(state=MailState.QUEUED, claimed_at=None)
    (again,) = sending._claim(timezone.now())

    sending._put_back(late, TimeoutError(), timezone.now())

    row.refresh_from_db()
    assert row.state == MailState.SENDING

    sending._settle(late, MailState.SENT, sent_at=timezone.now())
    sending._put_back(again, TimeoutError(), timezone.now())

    row.refresh_from_db()
    assert row.state == MailState.SENT


@pytest.mark.django_db
def test_the_command_counts() -> None:
    queue(due_at=timezone.now() - timedelta(minutes=5))
    queue("later", due_at=NEVER)
    OutboundEmail.objects.filter(pk=queue("f").pk).update(state=MailState.FAILED)
    out = StringIO()

    call_command("outbox", "--json", stdout=out)

    counts = json.loads(out.getvalue())
    assert 300 <= counts.pop("oldest_due_seconds") < 330
    assert counts == {"queued": 2, "sending": 0, "sent": 0, "failed": 1}


@pytest.mark.django_db
def test_failed_mails_can_be_tried_again() -> None:
    row = queue()
    OutboundEmail.objects.filter(pk=row.pk).update(state=MailState.FAILED, attempts=12)

    assert outbox.retry(row.pk)
    assert not outbox.retry(row.pk)
    assert sending.send_waiting() == 1


@pytest.mark.django_db(transaction=True)
def test_a_flood_does_not_flood_the_broker(woken) -> None:
    outbox.queue_many(
        outbox.Draft("tests.plain", str(n), timezone.now(), address="a@school.example")
        for n in range(1000)
    )
    woken.clear()

    for _sweep in range(3):
        assert sending.send_due(timezone.now()) <= sending.MOST_SENDERS * sending.A_TURN

    assert len(woken) == 3 * sending.MOST_SENDERS


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_inside_a_transaction() -> None:
    queue()

    with pytest.raises(RuntimeError), transaction.atomic():
        sending.send_waiting()

    assert mail.outbox == []
