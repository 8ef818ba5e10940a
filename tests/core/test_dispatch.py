"""A broker that is away or hangs: work is written down all the same, and nobody waits for it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from apps.core.models import OutboundEmail
from tests import factories as f
from tests.support import servers
from tests.support.mail import free_port

SCRIPT = """
import time
import django
django.setup()
from django.db import transaction
from django.test import Client
from apps.accounts.models import Person
from apps.core import outbox
person = Person.objects.get(username="ada")
began = time.perf_counter()
for n in range(20):
    with transaction.atomic():
        outbox.queue("accounts.security", key=f"k{n}", person=person, event="totp_activated")
queued = time.perf_counter() - began
client = Client()
page = client.post("/accounts/login/", {"login": "ada", "password": "correct-horse-staple-9"})
print(queued, page.status_code)
"""


@contextmanager
def silent_server() -> Iterator[int]:
    """It takes connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(50)
        yield server.getsockname()[1]


def run(port: int) -> tuple[float, int]:
    """Seconds for 20 transactions with mail in a fresh process, and the answer to signing in."""
    name = str(connection.settings_dict["NAME"])
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cpdhub.settings",
        "DATABASE_URL": servers.database_url(name),
        "REDIS_URL": f"redis://127.0.0.1:{port}/0",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    seconds, status = done.stdout.split()[-2:]
    return float(seconds), int(status)


@pytest.mark.django_db(transaction=True)
def test_the_broker_is_away(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    f.PersonFactory(username="ada")

    seconds, status = run(free_port())

    assert status == 302
    assert seconds < 10
    assert OutboundEmail.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_the_broker_hangs(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    f.PersonFactory(username="ada")

    with silent_server() as port:
        seconds, status = run(port)

    assert status == 302
    assert seconds < 12
    assert OutboundEmail.objects.count() == 20
