"""A report of 100 schools, and a batch of alliances' reports with one worker and with two.

``python -m tests.benchmarks.reports`` loads 100 schools, 10,000 staff and 5,000 activities into
servers of its own, measures the batch, then makes one alliance of all schools and reports on it.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.models import OuterRef, Subquery

VAR = Path(__file__).resolve().parents[2] / "var" / "bench-reports"
SIZE = {"schools": 100, "staff": 10_000, "activities": 5_000}
MOST_SECONDS, MOST_MB = 60, 500
DAYS = 120  # of the period reported on
WAIT = 600
CELERY = (sys.executable, "-m", "celery", "--quiet", "-A", "cpdhub", "worker")


def main() -> int:
    from tests.benchmarks import __main__ as bench

    bench.VAR = VAR
    bench.prepare()
    import django

    django.setup()
    if "--one" in sys.argv:
        return one()
    _fill()
    batch()
    return subprocess.run([sys.executable, "-m", __spec__.name, "--one"], check=False).returncode


def _fill() -> None:
    from django.core.management import call_command

    from apps.home.scale.load import is_loaded

    call_command("migrate", verbosity=0)
    if not is_loaded():
        call_command("load_scale", force=True, **SIZE)
    _date_back()


def _date_back() -> None:
    """As if what was loaded today had been there since the first day reported on: a report tells
    only of what was there. Each activity is one of its school's alliance."""
    from apps.activities.models import Activity
    from apps.audits.models import Audit
    from apps.core import clock
    from apps.schools.models import AllianceMember

    began = clock.now() - timedelta(days=DAYS)
    Audit.objects.update(created_at=began, opened_at=began)
    own = AllianceMember.objects.filter(organisation=OuterRef("organisation")).order_by("pk")
    Activity.objects.update(created_at=began, alliance=Subquery(own.values("alliance")[:1]))


def batch() -> None:
    """Seconds for a report of every alliance with one worker process and with two."""
    from apps.schools.models import Alliance

    alliances = list(Alliance.objects.order_by("pk"))
    taken = {}
    for workers in (1, 2):
        _forget()
        rows = [_ask(alliance) for alliance in alliances]
        worker = subprocess.Popen(
            [*CELERY, "--concurrency", str(workers)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            taken[workers] = _wait(rows)
        finally:
            worker.terminate()
            worker.wait()
    print(
        f"{len(rows)} reports of {len(alliances)} alliances: {taken[1]:.1f} s with one worker, "
        f"{taken[2]:.1f} s with two; ratio {taken[1] / taken[2]:.2f}"
    )


def one() -> int:
    """All schools in one alliance: seconds and memory of its report."""
    from django.core.management import call_command

    from apps.activities.models import Activity
    from apps.core import clock, jobs
    from apps.schools.enums import AllianceMemberState
    from apps.schools.models import Alliance, AllianceMember, Organisation

    call_command("migrate", verbosity=0)
    alliance = Alliance.objects.order_by("pk")[0]
    long_ago = clock.now() - timedelta(days=400)
    inside = set(alliance.members.values_list("organisation_id", flat=True))
    AllianceMember.objects.bulk_create(
        AllianceMember(
            alliance=alliance,
            organisation=school,
            state=AllianceMemberState.JOINED,
            invited_at=long_ago,
            joined_at=long_ago,
        )
        for school in Organisation.objects.filter(ref__startswith="8").exclude(pk__in=inside)
    )
    Activity.objects.update(alliance=alliance)
    _forget()
    report = _ask(alliance)
    began = time.perf_counter()
    jobs.run(report.job_id, clock.now())
    seconds = time.perf_counter() - began
    report.refresh_from_db()
    memory = sum(
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    told = report.snapshot["facts"]["people"]["by_school"]["total"][-1]
    assert told["count"], "the report tells of nothing"
    print(
        f"one report of {alliance.members.count()} schools, {Activity.objects.count()} activities, "
        f"{told['count']} of {told['of']} staff taking part: "
        f"{report.state}, {seconds:.1f} s (most {MOST_SECONDS}), {memory:.0f} MB with the process "
        f"that draws (most {MOST_MB})"
    )
    return int(not report.is_frozen or seconds > MOST_SECONDS or memory > MOST_MB)


def _forget() -> None:
    """Of the same days a report is made once."""
    from django.db import connection

    from apps.evaluation.models import Report

    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {Report._meta.db_table} CASCADE")


def _ask(alliance: Any) -> Any:
    """A report of the days until yesterday: of the same days, to be as much work each time."""
    from apps.accounts.models import Person
    from apps.core import clock
    from apps.evaluation import actions
    from apps.schools.enums import Role
    from apps.schools.models import Membership

    by = Person.objects.get(username="scale-coordinator")
    Membership.objects.get_or_create(person=by, alliance=alliance, role=Role.COORDINATOR)
    end = clock.today() - timedelta(days=1)
    return actions.ask_for_report(
        by=by,
        kind="alliance",
        about=alliance,
        start=end - timedelta(days=DAYS),
        end=end,
        client_key=uuid.uuid4(),
    )


def _wait(rows: list[Any]) -> float:
    """Seconds until all are ready, from when the first has begun."""
    from apps.core.models import Job, JobState

    jobs = Job.objects.filter(pk__in=[row.job_id for row in rows])
    until = time.monotonic() + WAIT
    began = None
    while time.monotonic() < until:
        states = list(jobs.values_list("state", flat=True))
        if began is None and any(state != JobState.WAITING for state in states):
            began = time.perf_counter()
        if all(state == JobState.DONE for state in states):
            return time.perf_counter() - (began or 0)
        if JobState.FAILED in states:
            raise RuntimeError("a report failed")
        time.sleep(0.05)
    raise RuntimeError("the reports were not finished")


if __name__ == "__main__":
    sys.exit(main())
