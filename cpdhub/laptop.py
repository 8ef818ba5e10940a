"""What `make run` runs: migrate, load the demo, then the processes of the Procfile until Ctrl-C.

The database and the broker are embedded.py's, so any other command may use them meanwhile.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, NoReturn
from urllib.error import URLError
from urllib.request import urlopen

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import get_commands

from cpdhub import embedded

ROOT = embedded.ROOT
SITE_LOCK = ROOT / "var" / "run" / "site.lock"
TOO_SOON_SECONDS = 5
READY_SECONDS = 120
STOP_SECONDS = 20
DIE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG
libc = ctypes.CDLL(None) if sys.platform == "linux" else None
ROLES = ("coordinator", "lead", "head", "teacher", "support", "governor", "outsider", "operator")

Process = subprocess.Popen[bytes]


class StopError(Exception):
    """Somebody asked us to end."""


def die_with_parent() -> None:
    """So that a kill -9 of this process leaves no site behind (Linux only)."""
    if libc is not None:
        libc.prctl(DIE_WITH_PARENT, signal.SIGTERM)


def start(command: list[str]) -> Process:
    environment = {
        **os.environ,
        "PORT": str(settings.PORT),
        "PYTHONWARNINGS": "ignore:You're running the worker",  # as root, on a laptop: so be it
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
    }
    # One thread only, so the hook is safe; a session of its own, so that Ctrl-C reaches us first.
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509
    )


def stop(processes: list[Process]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def manage(*arguments: str) -> None:
    process = start([sys.executable, str(ROOT / "manage.py"), *arguments])
    try:
        if process.wait():
            sys.exit(f"cpdhub: `manage.py {' '.join(arguments)}` failed; see above.")
    finally:
        stop([process])


def procfile() -> dict[str, list[str]]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    pairs = (line.split(":", 1) for line in lines if line.strip())
    return {name: shlex.split(command) for name, command in pairs}


def supervise(commands: dict[str, list[str]]) -> NoReturn:
    """Keep every process alive until somebody stops us or one dies as soon as it starts."""
    running = {name: (start(command), time.monotonic()) for name, command in commands.items()}
    announced = False
    began = time.monotonic()
    try:
        while True:
            time.sleep(0.2)
            for name, (process, since) in running.items():
                if process.poll() is None:
                    continue
                if time.monotonic() - since < TOO_SOON_SECONDS:
                    sys.exit(f"cpdhub: {name} ended as soon as it started; see above.")
                say(f"cpdhub: {name} ended ({process.returncode}); starting it again.")
                running[name] = (start(commands[name]), time.monotonic())
            if not announced and (announced := ready()):
                announce()
            if not announced and time.monotonic() - began > READY_SECONDS:
                sys.exit(f"cpdhub: no answer from {address()} in {READY_SECONDS} seconds.")
    finally:
        for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(asked, signal.SIG_IGN)
        say("cpdhub: stopping.")
        stop([process for process, _ in running.values()])


def address() -> str:
    return f"http://127.0.0.1:{settings.PORT}"


def ready() -> bool:
    try:
        with urlopen(f"{address()}/readyz", timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def announce() -> None:
    lines = ["", f"cpdhub is running at {address()}", ""]
    if "demo" in get_commands():
        lines += [f"Sign in at {address()}/accounts/login/ as one of"]
        lines += [f"    {role}@cpdhub.example" for role in ROLES]
        lines += [f"with the password {settings.DEMO_PASSWORD}", ""]
    if settings.EMAIL_BACKEND.startswith("cpdhub."):
        lines += [f"Mail is kept in var/mail and shown at {address()}/mail/"]
    say("\n".join([*lines, "Ctrl-C stops it.", ""]))


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def take_site_lock() -> IO[str]:
    try:
        return embedded.locked(SITE_LOCK, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        said = SITE_LOCK.read_text().split()
        where = f" at http://127.0.0.1:{said[1]} (process {said[0]})" if len(said) == 2 else ""
        sys.exit(
            f"cpdhub is already running{where}. Ctrl-C there stops it, and so does `make stop`."
        )


def refuse_taken_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", settings.PORT))
        except OSError as error:
            sys.exit(
                f"cpdhub: port {settings.PORT} cannot be used ({error.strerror}). "
                f"Try another: make run PORT={settings.PORT + 1}"
            )


def run() -> None:
    def on_signal(number: int, frame: object) -> NoReturn:
        raise StopError

    for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(asked, on_signal)
    die_with_parent()
    SITE_LOCK.parent.mkdir(parents=True, exist_ok=True)
    lock = take_site_lock()
    try:
        lock.truncate(0)
        refuse_taken_port()
        lock.write(f"{os.getpid()} {settings.PORT}")
        lock.flush()
        django.setup()
        manage("migrate", "--verbosity", "0")
        if "demo" in get_commands():
            manage("demo")
        supervise(procfile())
    except StopError:
        pass
    finally:
        embedded.detach()
        if not embedded.wait_until_stopped():
            say("cpdhub: another command still uses the database, which stops with it.")


def stop_running() -> None:
    """Ask the running site, if there is one, to stop, and wait for it."""
    try:
        embedded.locked(SITE_LOCK, fcntl.LOCK_EX | fcntl.LOCK_NB).close()
    except (BlockingIOError, FileNotFoundError) as held:
        if isinstance(held, BlockingIOError):
            os.kill(int(SITE_LOCK.read_text().split()[0]), signal.SIGTERM)
            embedded.locked(SITE_LOCK, fcntl.LOCK_EX).close()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpdhub.settings")
    try:
        stop_running() if sys.argv[1:] == ["stop"] else run()
    except ImproperlyConfigured as error:
        sys.exit(f"cpdhub cannot start: {error}")
