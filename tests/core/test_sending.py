"""Sending to a real mail server that refuses, greylists, hangs, hangs up or is not there."""

import time
from collections import Counter
from datetime import timedelta

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from apps.core import outbox, sending
from apps.core.models import MailState, OutboundEmail
from tests.core import test_outbox  # noqa: F401 - registers the letters
from tests.support.mail import free_port, smtp_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def smtp(settings, monkeypatch):
    """Use the SMTP backend; the broker stays out of it."""
    from celery import Task

    monkeypatch.setattr(Task, "apply_async", lambda self, *a, **k: None)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 1

    def use(port: int) -> None:
        settings.EMAIL_PORT = port

    return use


def queue(count: int) -> list[OutboundEmail]:
    """Due one after the other, to p0@, p1@ and so on."""
    start = timezone.now() - timedelta(hours=1)
    for n in range(count):
        outbox.queue(
            "tests.plain",
            key=str(n),
            address=f"p{n}@school.example",
            due_at=start + timedelta(seconds=n),
        )
    return list(OutboundEmail.objects.order_by("due_at"))


def states() -> list[str]:
    return list(OutboundEmail.objects.order_by("key").values_list("state", flat=True))


def test_many_mails_over_one_connection(smtp) -> None:
    rows = queue(30)
    with smtp_server() as (sink, port):
        smtp(port)
        assert sending.send_waiting(seconds=60) == 30

    assert sink.connections == 1
    assert sink.ids() == Counter(row.message_id for row in rows)
    assert [m["To"] for m in sink.messages] == [row.address for row in rows]


def test_a_refused_address_fails_alone(smtp) -> None:
    queue(3)
    with smtp_server(lambda c, to: "550 no such user" if to.startswith("p1@") else None) as (
        _,
        port,
    ):
        smtp(port)
        assert sending.send_waiting() == 2

    assert states() == [MailState.SENT, MailState.FAILED, MailState.SENT]
    assert OutboundEmail.objects.get(key="1").last_error == "SMTPRecipientsRefused 550"


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_greylisted_is_tried_again_later_with_the_same_message_id(smtp, command) -> None:
    (row,) = queue(1)
    first = {"refuse": True}
    with smtp_server(
        lambda c, to: "451 try later" if c == command and first["refuse"] else None
    ) as (sink, port):
        smtp(port)
        assert sending.send_waiting() == 0
        row.refresh_from_db()
        assert (row.state, row.attempts) == (MailState.QUEUED, 1)
        assert row.due_at > timezone.now() + timedelta(seconds=50)

        first["refuse"] = False
        OutboundEmail.objects.update(due_at=timezone.now())
        assert sending.send_waiting() == 1

    assert sink.ids() == {row.message_id: 1}


def test_refused_for_good_once_it_was_greylisted_too_often(smtp) -> None:
    queue(1)
    OutboundEmail.objects.update(attempts=sending.MOST_ATTEMPTS - 1)
    with smtp_server(lambda c, to: "451 try later") as (_, port):
        smtp(port)
        sending.send_waiting()

    assert states() == [MailState.FAILED]


def test_a_hanging_server_costs_one_wait_and_no_mail(smtp) -> None:
    queue(5)
    with smtp_server(lambda c, to: "hang" if c == "DATA" else None) as (_, port):
        smtp(port)
        began = time.monotonic()
        assert sending.send_waiting() == 0
        assert time.monotonic() - began < 15

    assert states() == [MailState.QUEUED] * 5
    assert OutboundEmail.objects.filter(due_at__gt=timezone.now()).count() == 1


def test_a_server_that_hangs_up_between_two_mails(smtp) -> None:
    queue(3)
    dropped: list[str] = []

    def answer(command: str, to: str) -> str | None:
        if command == "DATA" and to.startswith("p1@") and not dropped:
            dropped.append(to)
            return "drop"
        return None

    with smtp_server(answer) as (sink, port):
        smtp(port)
        sending.send_waiting()
        assert states().count(MailState.QUEUED) == 2
        sending.send_waiting()

    assert states() == [MailState.SENT] * 3
    assert set(sink.ids().values()) == {1}


@pytest.mark.parametrize("login", [False, True])
def test_a_server_away_or_a_wrong_password_costs_no_attempt(smtp, settings, login) -> None:
    queue(4)
    with smtp_server() as (_, port):
        smtp(port if login else free_port())
        if login:
            settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "somebody", "wrong"
        for _try in range(3):
            assert sending.send_waiting() == 0

    rows = OutboundEmail.objects.all()
    assert {(row.state, row.attempts) for row in rows} == {(MailState.QUEUED, 0)}
    assert rows.filter(due_at__lte=timezone.now()).count() == 4
    assert rows.exclude(last_error="").count() == 1


def test_the_soft_time_limit_puts_the_mail_back(smtp, monkeypatch) -> None:
    (row,) = queue(1)

    def over(box: object, message: object) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(sending.MailBox, "send", over)
    sending.send_waiting()

    row.refresh_from_db()
    assert (row.state, row.last_error) == (MailState.QUEUED, "SoftTimeLimitExceeded")


def test_a_turn_ends_in_time(smtp) -> None:
    queue(3)
    with smtp_server() as (_, port):
        smtp(port)
        assert sending.send_waiting(seconds=0) == 0
        assert sending.send_waiting(seconds=5) == 3
