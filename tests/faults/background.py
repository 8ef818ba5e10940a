"""Faults of what works in the background: workers, broker, beats, the mail server, time."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db.models import F

from tests.faults.ledger import Ledger, Result
from tests.faults.stand import HURRIED, Program, Stand, wait_until

CHILDREN = 2  # of a worker, by the Procfile
BACK_SECONDS = 10
AS_A_MAIL = 0.04  # seconds that the mail server takes for one
GIVE_UP = 600


@contextmanager
def running(stand: Stand, *, workers: int = 2, beats: int = 1) -> Iterator[list[Program]]:
    """That many workers and hurried beats; the workers."""
    made = [stand.run("worker", f"worker{n}") for n in range(workers)]
    made += [stand.run("beat", f"beat{n}", HURRIED) for n in range(beats)]
    try:
        yield made[:workers]
    finally:
        for program in made:
            stand.supervisor.forget(program.name)


def kill_workers(stand: Stand, kills: int, mails: int, within: float) -> Result:
    """kill -9 of whole workers, one after the other, while reminders go out."""
    result = Result(f"worker kill -9 x {kills} during {mails:,} due reminders")
    ledger = Ledger(stand)
    ledger.wipe()
    ledger.promise(mails, tag="w")
    stand.office.pause = AS_A_MAIL
    began = time.monotonic()
    with running(stand) as workers:
        for kill in range(kills):
            goal = (kill + 1) * mails // (kills + 2)
            wait_until(lambda goal=goal: stand.office.delivered() >= goal, GIVE_UP, "sending")
            wait_until(lambda: any(w.ready() for w in workers), GIVE_UP, "starting")
            max(workers, key=lambda w: (w.ready(), -w.starts)).kill()
        wait_until(ledger.settled, GIVE_UP, "the rest")
    return _killed(ledger, result, kills, within, time.monotonic() - began)


def _killed(ledger: Ledger, result: Result, kills: int, within: float, took: float) -> Result:
    ledger.count(result)
    most = kills * CHILDREN
    result.expect(result.repeated <= most, f"{result.repeated} repeats, more than {most}")
    result.expect(took <= within, f"took {took:.0f} s, more than {within:.0f} s")
    result.notes.append(f"all sent after {took:.0f} s (at most {within:.0f})")
    return result


def kill_broker(stand: Stand, kills: int, flushes: int, mails: int) -> Result:
    """Each time the broker comes back with nothing."""
    result = Result(f"Redis kill -9 x {kills}, FLUSHALL x {flushes}")
    ledger = Ledger(stand)
    ledger.wipe()
    stand.office.pause = AS_A_MAIL
    waits: list[float] = []
    ledger.promise(mails // 4, tag="r0")
    with running(stand) as workers:
        wait_until(stand.office.delivered, GIVE_UP, "the first mail")
        for turn in range(kills + flushes):
            ledger.promise(mails // (kills + flushes), tag=f"r{turn + 1}")
            if turn < kills:
                assert stand.valkey.process is not None
                stand.valkey.process.kill()
                stand.valkey.process.wait()
                wait_until(stand.valkey.answers, BACK_SECONDS, "the broker")
            else:
                _flush()
            waits += [wait_until(lambda: _works_again(workers), GIVE_UP, "the workers")]
        wait_until(ledger.settled, GIVE_UP, "the rest")
    ledger.count(result)
    result.expect(max(waits) <= BACK_SECONDS, f"worker back after {max(waits):.1f} s")
    result.notes.append(f"worker back within {max(waits):.1f} s (at most {BACK_SECONDS})")
    return result


def _works_again(workers: list[Program]) -> bool:
    """Whether every worker takes what is sent to it."""
    from kombu.exceptions import OperationalError
    from redis.exceptions import RedisError

    from cpdhub.celery import app

    try:
        return len(app.control.ping(timeout=0.5) or []) == len(workers)
    except (OperationalError, RedisError, OSError):
        return False


def _flush() -> None:
    from redis import Redis

    with Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.flushall()


def two_beats(stand: Stand, seconds: float, mails: int) -> Result:
    """Two beats and two workers that sweep at once, while promises keep falling due."""
    result = Result(f"two beats, two sweepers, {_duration(seconds)}")
    ledger = Ledger(stand)
    ledger.wipe()
    turns = max(2, round(seconds / 5))
    with running(stand, beats=2) as workers:
        wait_until(lambda: all(w.ready() for w in workers), 120, "starting")
        for turn in range(turns):
            ledger.promise(mails // turns, tag=f"b{turn}")
            time.sleep(seconds / turns)
        wait_until(ledger.settled, GIVE_UP, "the rest")
        time.sleep(3)  # whatever would come a second time has had its chance
    ledger.count(result)
    result.expect(result.repeated == 0, f"{result.repeated} repeats")
    return result


def bad_mail_server(stand: Stand, mails: int, hangs: int) -> Result:
    """It refuses three in ten for the moment, and hangs for a minute now and then."""
    result = Result("SMTP answers 4xx to 30%, hangs for 60 s")
    ledger = Ledger(stand)
    ledger.wipe()
    ledger.promise(mails, tag="s")
    stand.office.refused_share, stand.office.hangs = 0.3, hangs
    with running(stand) as workers:
        before = _timed_out(workers)
        wait_until(ledger.settled, GIVE_UP, "sending")
        fired = _timed_out(workers) - before
    ledger.count(result)
    result.expect(fired > 0, "the soft limit did not fire")
    result.notes += [
        f"refused {stand.office.refused} times, hung {stand.office.hung}",
        f"soft limit fired {fired} times",
    ]
    return result


def _timed_out(workers: list[Program]) -> int:
    return sum(worker.said("Soft time limit") for worker in workers)


def deploys(stand: Stand, times: int, mails: int) -> Result:
    """SIGTERM to one worker after the other; each ends what it holds and comes back."""
    result = Result(f"SIGTERM deploy x {times}")
    ledger = Ledger(stand)
    ledger.wipe()
    ledger.promise(mails, tag="d")
    stand.office.pause = AS_A_MAIL
    slowest = 0.0
    with running(stand) as workers:
        for turn in range(times):
            goal = (turn + 1) * mails // (times + 2)
            wait_until(lambda goal=goal: stand.office.delivered() >= goal, GIVE_UP, "sending")
            worker = workers[turn % len(workers)]
            old, starts = worker.process, worker.starts
            assert old is not None
            worker.ask_to_stop()
            wait_until(lambda old=old: old.poll() is not None, 60, "stopping")
            slowest = max(slowest, wait_until(lambda w=worker, s=starts: w.starts > s, 10))
        wait_until(ledger.settled, GIVE_UP, "the rest")
    ledger.count(result)
    result.expect(result.repeated == 0, f"{result.repeated} repeats")
    return result


def clock_jumps(stand: Stand, mails: int) -> Result:
    """The sweeps at moments that jump, and around both changes of summer time."""
    from django.core.management import call_command

    result = Result("clock jump, both changes of summer time")
    ledger = Ledger(stand)
    ledger.wipe()
    jumps = ["2026-11-27T09:00", "2026-11-27T08:00", "2026-12-04T09:00", "2026-11-27T09:05"]
    autumn = ["2027-10-31T00:30", "2027-10-31T01:30", "2027-10-31T02:30", "2027-11-01T07:31"]
    spring = ["2027-03-27T23:30", "2027-03-28T00:59", "2027-03-28T01:01", "2027-03-30T08:00"]
    with stand.patience(), open(os.devnull, "w") as nowhere:  # noqa: PTH123
        for tag, moments, day in (
            ("j", jumps, "2026-11-27"),
            ("k", spring, "2027-03-28"),
            ("l", autumn, "2027-10-31"),
        ):
            ledger.promise(mails, tag=tag)
            _make_due(tag, day)
            for moment in moments:
                at = datetime.fromisoformat(moment).replace(tzinfo=UTC).isoformat()
                call_command("run_due", "--at", at, stdout=nowhere)
    return _once_a_period(ledger, result, mails)


def _make_due(tag: str, day: str) -> None:
    from apps.followups.models import FollowUp

    FollowUp.objects.filter(owner__username__startswith=tag).update(due=day)


def _once_a_period(ledger: Ledger, result: Result, mails: int) -> Result:
    """On the day and a week later are two periods; the last people see only the first."""
    from apps.core.models import Notice

    got = ledger.stand.office.by_recipient()
    result.lost = sum(person.email not in got for person in ledger.people)
    periods = {"j": 2, "k": 2, "l": 1}
    for person in ledger.people:
        wanted = periods[person.username[0]]
        result.repeated += max(0, sum(got.get(person.email, {}).values()) - wanted)
    notices = Notice.objects.count()
    result.expect(result.lost == 0, f"{result.lost} lost")
    result.expect(result.repeated == 0, f"{result.repeated} repeats")
    result.expect(notices == mails * sum(periods.values()), f"{notices} notices")
    result.notes.append(f"{len(ledger.people)} people, 12 moments, {notices} notices")
    return result


def memory(stand: Stand, tasks: int) -> Result:
    """As many tasks as in months of sweeping, through one worker.

    Each tenth of them has many readings, and counts with the middle one: a child is replaced every
    few hundred tasks, and while it is not there it needs nothing. A worker keeps the timer of a
    task's limit until it would have rung: limits are short here, since months are minutes.
    """
    from apps.core.tasks import run_sweep

    result = Result(f"{tasks:,} tasks")
    Ledger(stand).wipe()
    for _n in range(tasks):
        run_sweep.apply_async(["core.send_due_emails"], soft_time_limit=10, time_limit=15)
    readings: list[list[int]] = [[] for _tenth in range(10)]
    with running(stand, workers=1, beats=0) as (worker,):
        began = time.monotonic()
        while left := _left():
            if time.monotonic() - began > GIVE_UP:
                raise TimeoutError(f"{left} tasks are left")
            readings[min(9, (tasks - left) * 10 // tasks)].append(worker.memory())
            time.sleep(0.2)
    before, *later = (statistics.median(tenth) for tenth in readings if tenth)
    growth = (max(later) - before) / before * 100
    result.expect(growth < 10, f"grew by {growth:.1f} %")
    result.notes.append(
        f"{before / 1e6:.0f} MB during the first {tasks // 10:,}, "
        f"at most {max(later) / 1e6:.0f} MB during as many later ({growth:+.1f} %)"
    )
    return result


def _left() -> int:
    from redis import Redis

    with Redis.from_url(os.environ["REDIS_URL"]) as client:
        return int(client.llen("cpdhub"))


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 60 else f"{seconds:.0f} seconds"


def in_short(stand: Stand, kills: int = 5, mails: int = 240) -> Result:
    """Five kills of a worker and one of the broker, with two beats at once all along.

    So as not to wait for it, the lease of what a killed worker held is over a second later.
    """
    result = Result(f"worker kill -9 x {kills}, Redis kill -9 x 1, two beats")
    ledger = Ledger(stand)
    ledger.wipe()
    ledger.promise(mails, tag="w")
    stand.office.pause = AS_A_MAIL
    with running(stand, beats=2) as workers:
        for kill in range(kills + 1):
            goal = (kill + 1) * mails // (kills + 3)
            wait_until(lambda goal=goal: stand.office.delivered() >= goal, GIVE_UP, "sending")
            if kill == kills // 2:
                assert stand.valkey.process is not None
                stand.valkey.process.kill()
                continue
            wait_until(lambda: any(w.ready() for w in workers), GIVE_UP, "starting")
            max(workers, key=lambda w: (w.ready(), -w.starts)).kill()
            _lease_over()
        wait_until(ledger.settled, 60, "the rest")
    ledger.count(result)
    most = kills * CHILDREN
    result.expect(result.repeated <= most, f"{result.repeated} repeats, more than {most}")
    return result


def _lease_over() -> None:
    """What is held now is given back by the next sweep; its living holders have ended by then."""
    from apps.core.models import MailState, OutboundEmail
    from apps.core.sending import LEASE

    held = OutboundEmail.objects.filter(state=MailState.SENDING)
    pks = list(held.values_list("pk", "attempts"))
    time.sleep(1)
    for pk, attempts in pks:
        held.filter(pk=pk, attempts=attempts).update(claimed_at=F("claimed_at") - LEASE)
