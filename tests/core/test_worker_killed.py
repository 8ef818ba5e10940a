"""A real worker killed while it sends to a real mail server: nothing lost, no new Message-ID."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from apps.core import outbox, sending
from apps.core.models import MailState, Notice, OutboundEmail
from apps.followups import reminders
from tests import factories as f
from tests.support import servers
from tests.support.mail import smtp_server

PROCESSES = 2
MAILS = 60


@contextmanager
def worker(log: Path, smtp_port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process group of its own, dead at the end at the latest."""
    name = str(connection.settings_dict["NAME"])
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "cpdhub", "worker", "-c", str(PROCESSES)],
            env={
                **os.environ,
                "DATABASE_URL": servers.database_url(name),
                "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            },
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + 30
        while b" ready." not in log.read_bytes():
            assert process.poll() is None and time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def make_due() -> None:
    """MAILS reminders, each due now to somebody else."""
    school = f.SchoolFactory()
    for _n in range(MAILS):
        f.FollowUpFactory(organisation=school, due=date(2026, 11, 19))
    reminders.remind(timezone.make_aware(timezone.datetime(2026, 11, 20, 6)))
    # As if it were their morning, whatever day of the week it is.
    OutboundEmail.objects.update(due_at=timezone.now(), kind="", gathers=False)


def sent() -> int:
    return OutboundEmail.objects.filter(state=MailState.SENT).count()


@pytest.mark.django_db(transaction=True)
def test_killed_while_sending(tmp_path: Path, eventually: Callable[..., object]) -> None:
    make_due()
    kills = 0

    def slowly(command: str, to: str) -> None:
        time.sleep(0.02)

    with smtp_server(slowly) as (sink, port):
        for goal in (10, 25):
            with worker(tmp_path / f"worker{goal}.log", port) as process:
                sending.send_due(timezone.now())
                eventually(lambda goal=goal: sent() >= goal, 20)
                os.killpg(process.pid, signal.SIGKILL)
                kills += 1
            in_hand = OutboundEmail.objects.filter(state=MailState.SENDING).count()
            assert in_hand <= PROCESSES
            # As if the lease were over; the broker has lost everything besides.
            sending.rescue(timezone.now() + sending.LEASE + timedelta(seconds=1))
        with worker(tmp_path / "worker.log", port):
            sending.send_due(timezone.now())
            eventually(lambda: sent() == MAILS, 30)

    ids = sink.ids()
    assert set(ids) == set(OutboundEmail.objects.values_list("message_id", flat=True))
    assert sum(ids.values()) - MAILS <= kills * PROCESSES
    assert Notice.objects.count() == MAILS
    assert outbox.summary(timezone.now()) == {
        "queued": 0,
        "sending": 0,
        "sent": MAILS,
        "failed": 0,
        "oldest_due_seconds": None,
    }
