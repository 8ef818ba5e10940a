"""The laptop's own PostgreSQL and Valkey, running for as long as a command uses them.

Every process that uses them holds a shared lock on ``users.lock`` until it ends. The first one
starts a keeper, a process of its own session, which starts both servers, restarts one that dies,
and stops them once it gets that lock exclusively: when nobody is left. The kernel drops a dead
process's locks, so nothing is counted and a kill -9 leaves nothing behind that matters.

    users.lock   shared by users; exclusive while the keeper stops the servers
    start.lock   held while one user looks whether to start a keeper
    keeper.lock  held by the keeper, from before its birth to the end of the servers
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from cpdhub.servers import START_SECONDS, Postgres, ServerError, Valkey

POLL_SECONDS = 0.2
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Urls:
    database: str
    redis: str


_held: dict[Path, IO[str]] = {}


def attach(var: Path = ROOT / "var", options: tuple[str, ...] = ()) -> Urls:
    """Make sure both servers run while this process lives; where to reach them.

    ``options`` are PostgreSQL settings, used when it is this call that starts it.
    """
    run = var / "run"
    run.mkdir(parents=True, exist_ok=True)
    postgres, valkey = servers(var)
    if var not in _held:
        _held[var] = locked(run / "users.lock", fcntl.LOCK_SH)
        with locked(run / "start.lock", fcntl.LOCK_EX):
            ensure_keeper(var, options)
    return Urls(postgres.url, valkey.url)


def detach(var: Path = ROOT / "var") -> None:
    if var in _held:
        _held.pop(var).close()


def wait_until_stopped(var: Path = ROOT / "var", seconds: float = 10) -> bool:
    """Whether the servers stopped in time; they go on while another command uses them."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            locked(var / "run" / "keeper.lock", fcntl.LOCK_EX | fcntl.LOCK_NB).close()
        except BlockingIOError:
            time.sleep(POLL_SECONDS)
        else:
            return True
    return False


def servers(var: Path, options: tuple[str, ...] = ()) -> tuple[Postgres, Valkey]:
    run = var / "run"
    postgres = Postgres.for_checkout(var / "postgres", str(var), run / "postgres.log", options)
    return postgres, Valkey(var / "valkey", postgres.sockets, run / "valkey.log")


def locked(path: Path, how: int) -> IO[str]:
    try:
        file = path.open("a")
    except PermissionError as error:
        raise ServerError(f"{path} belongs to another user: remove {path.parent.parent}") from error
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        file.close()
        raise
    return file


def ensure_keeper(var: Path, options: tuple[str, ...]) -> None:
    """Start a keeper unless one is there; return when both servers answer.

    A keeper may be there whose servers do not answer: the last one, about to exit, or one that
    is starting a dead server again. Either way there is something to wait for.
    """
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            lock = locked(var / "run" / "keeper.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if all(server.answers() for server in servers(var)):
                return
            time.sleep(POLL_SECONDS / 4)
        else:
            with lock:
                start_keeper(var, options, lock.fileno())
                return
    raise ServerError(f"the embedded servers do not answer: see {var / 'run'}")


def start_keeper(var: Path, options: tuple[str, ...], lock: int) -> None:
    keeper = subprocess.Popen(
        [sys.executable, "-P", "-W", "ignore", __file__, str(var), *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=[lock],
        start_new_session=True,
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    with cast(IO[str], keeper.stdout) as output:
        said = output.read().strip()
    if said != "ready":
        keeper.wait()
        raise ServerError(said.removeprefix("failed: ") or "the embedded servers' keeper died")
    keeper.returncode = 0  # it outlives us: nothing is to be waited for, so nothing to warn about


def keep(var: Path, options: tuple[str, ...]) -> None:
    postgres, valkey = servers(var, options)
    try:
        postgres.start()
        valkey.start()
        say("ready")
        while not nobody_left(var):
            for server in (postgres, valkey):
                if not server.running():
                    server.start()
            time.sleep(POLL_SECONDS)
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(postgres.sockets, ignore_errors=True)


def nobody_left(var: Path) -> bool:
    """Whether the keeper got the users' lock, which it then holds until it has ended."""
    try:
        _held[var] = locked(var / "run" / "users.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def say(word: str) -> None:
    """Tell the waiting starter, once, and let go of its pipe."""
    sys.stdout.write(word)
    sys.stdout.flush()
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)


if __name__ == "__main__":
    try:
        keep(Path(sys.argv[1]), tuple(sys.argv[2:]))
    except ServerError as error:
        sys.stdout.write(f"failed: {error}")
