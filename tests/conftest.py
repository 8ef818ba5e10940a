"""Servers first (the settings need them), then the fixtures everybody shares.

page            a page of a real Chromium, 1280 px wide; fails on a script error
look(name)      axe and a picture; no sideways scrolling at 1280 and at 390 px
on_a_phone      decorator: play the journey 390 px wide
both_widths     decorator: play it at both widths, where they differ
sign_in(person) give `page` a session
axe()           assert that axe finds nothing on `page`
shot(name)      keep a picture in var/test-artefacts
celery_worker_process   a real worker on this test's database and broker
"""

from tests.support import servers

servers.prepare_environment()

import os  # noqa: E402

import django  # noqa: E402

django.setup()
# A parallel worker that inherited this would read the settings before it has a slot of its own.
del os.environ["DJANGO_SETTINGS_MODULE"]

import signal  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import pytest  # noqa: E402

pytest_plugins = ["tests.support.pages"]


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A copy of a migrated template instead of migrating for every run."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    def use(name: str) -> None:
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name

    def migrate(name: str) -> None:
        use(name)
        call_command("migrate", verbosity=0, interactive=False)
        connection.close()

    with (
        django_db_blocker.unblock(),
        servers.fresh_database(connection.settings_dict, migrate) as name,
    ):
        use(name)
        yield
        connection.close()


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """After a test with transactions, empty the tables that hold something.

    Django empties all of them, and makes all permissions anew, at a second a test.
    """
    from django.test import TransactionTestCase

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: servers.empty())
        yield


@pytest.fixture(autouse=True)
def empty_broker() -> Iterator[None]:
    yield
    from django.conf import settings
    from redis import Redis

    with Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()


@pytest.fixture
def celery_worker_process(
    transactional_db: None, tmp_path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker (two children) that sees this test's database and broker."""
    from django.db import connection

    log = tmp_path / "worker.log"
    name = str(connection.settings_dict["NAME"])
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "cpdhub", "worker", "--concurrency", "2"],
            env={**os.environ, "DATABASE_URL": servers.database_url(name)},
            stdout=output,
            stderr=output,
        )
    until = time.monotonic() + 30
    while b" ready." not in log.read_bytes():
        if worker.poll() is not None or time.monotonic() > until:
            worker.kill()
            pytest.fail(f"the worker did not start:\n{log.read_text()}")
        time.sleep(0.05)
    yield worker
    worker.send_signal(signal.SIGTERM)
    try:
        worker.wait(20)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


@pytest.fixture
def eventually() -> Callable[..., Any]:
    """``eventually(check, seconds=10)``: the first true answer of ``check``, or a failure."""

    def wait(check: Callable[[], Any], seconds: float = 10) -> Any:
        until = time.monotonic() + seconds
        while not (answer := check()):
            assert time.monotonic() < until, f"not within {seconds} seconds"
            time.sleep(0.05)
        return answer

    return wait
