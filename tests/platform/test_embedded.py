"""The laptop's servers live exactly as long as somebody uses them."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import psycopg2
import pytest
from django.conf import settings

from cpdhub import embedded

USER = """
import sys
import time
from contextlib import closing
from pathlib import Path
import psycopg2
from cpdhub import embedded
urls = embedded.attach(Path(sys.argv[1]))
with psycopg2.connect(urls.database) as connection, connection.cursor() as cursor:
    cursor.execute("select pg_postmaster_start_time()::text")
    print(cursor.fetchone()[0], flush=True)
sys.stdin.read()
"""

User = subprocess.Popen[str]


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    assert embedded.wait_until_stopped(tmp_path, seconds=20)
    if (elsewhere := tmp_path / "elsewhere").is_symlink():
        shutil.rmtree(elsewhere.readlink())


@pytest.fixture
def use(var: Path) -> Iterator[Callable[[], tuple[User, str]]]:
    """Starts a process that uses the servers until its standard input ends."""
    users: list[User] = []

    def start() -> tuple[User, str]:
        users.append(
            subprocess.Popen(
                [sys.executable, "-c", USER, str(var)],
                cwd=settings.BASE_DIR,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        assert users[-1].stdout is not None
        return users[-1], users[-1].stdout.readline().strip()

    yield start
    for user in users:
        leave(user)


def born_at(var: Path) -> str | None:
    """When the server started; None while it does not answer."""
    try:
        connection = psycopg2.connect(embedded.servers(var)[0].url)
    except psycopg2.OperationalError:
        return None
    with closing(connection), connection.cursor() as cursor:
        cursor.execute("select pg_postmaster_start_time()::text")
        return str(cursor.fetchone()[0])


def leave(user: User) -> None:
    user.communicate()


def keeper(var: Path) -> psutil.Process:
    return next(
        process
        for process in psutil.process_iter(["cmdline"])
        if (process.info["cmdline"] or [])[-2:] == [embedded.__file__, str(var)]
    )


def test_users_share_one_server_which_stops_after_the_last(var: Path, use: Callable) -> None:
    first, born = use()
    second, seen = use()
    leave(first)

    assert seen == born
    assert not embedded.wait_until_stopped(var, seconds=1)
    leave(second)
    assert embedded.wait_until_stopped(var, seconds=10)


def test_a_killed_user_does_not_keep_them_alive(var: Path, use: Callable) -> None:
    user, _ = use()
    user.kill()

    assert embedded.wait_until_stopped(var, seconds=10)


def test_the_next_start_survives_a_killed_keeper(var: Path, use: Callable) -> None:
    user, born = use()
    keeper(var).kill()
    leave(user)

    _, again = use()

    assert again > born


def test_a_lock_left_by_a_dead_server_is_forgotten(var: Path, use: Callable) -> None:
    user, _ = use()
    leave(user)
    assert embedded.wait_until_stopped(var, seconds=10)
    data = embedded.servers(var)[0].data
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n0\n5432\n\n\n  1 1\n")

    _, born = use()

    assert born


def test_a_dead_server_is_started_again(var: Path, use: Callable, eventually: Callable) -> None:
    _, born = use()
    data = str(embedded.servers(var)[0].data)
    server = next(child for child in keeper(var).children() if data in child.cmdline())
    server.send_signal(signal.SIGQUIT)

    assert eventually(lambda: is_dead(server))
    assert eventually(lambda: born_at(var), seconds=20) > born


def is_dead(server: psutil.Process) -> bool:
    try:
        return server.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_start_just_after_a_stop_finds_servers(var: Path, use: Callable) -> None:
    births = []
    for pause in (0, 0.1, 0.2, 0.25, 0.3, 0.4):
        user, born = use()
        births.append(born)
        leave(user)
        time.sleep(pause)

    assert all(births)
