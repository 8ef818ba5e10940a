"""`make run`, from an empty database to Ctrl-C, in a copy of the checkout."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.conf import settings

from cpdhub import embedded

COPIED = ("cpdhub", "manage.py", "gunicorn.conf.py", "Procfile", ".env")
LINKED = ("apps", "templates", "static", "locale")


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """Code that knows where it lies is copied, the rest only linked."""
    for name in COPIED:
        source = Path(settings.BASE_DIR, name)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    for name in LINKED:
        (tmp_path / name).symlink_to(Path(settings.BASE_DIR, name))
    yield tmp_path
    assert embedded.wait_until_stopped(tmp_path / "var", seconds=20)
    if (elsewhere := tmp_path / "var" / "elsewhere").is_symlink():
        shutil.rmtree(elsewhere.readlink())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def laptop(checkout: Path, port: int) -> subprocess.Popen[str]:
    environment = {"PATH": os.environ["PATH"], "PORT": str(port), "HOME": str(checkout)}
    return subprocess.Popen(
        [sys.executable, "-m", "cpdhub.laptop"],
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def status(port: int) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return int(answer.status)
    except (URLError, OSError):
        return 0


def test_from_nothing_to_ctrl_c(checkout: Path, eventually: Callable) -> None:
    port = free_port()
    site = laptop(checkout, port)
    try:
        eventually(lambda: status(port) == 200 or site.poll() is not None, seconds=300)
        second, _ = laptop(checkout, port).communicate(timeout=30)
        other, _ = laptop(checkout, free_port()).communicate(timeout=30)
    finally:
        site.send_signal(signal.SIGINT)
        said, _ = site.communicate(timeout=60)

    assert f"cpdhub is running at http://127.0.0.1:{port}" in said
    assert "already running" in second
    assert "already running" in other
    assert site.returncode == 0
    assert status(port) == 0


def test_a_taken_port_is_named(checkout: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        said, _ = laptop(checkout, port).communicate(timeout=60)

    assert f"port {port} cannot be used" in said
    assert f"PORT={port + 1}" in said
