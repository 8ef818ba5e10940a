"""Every Celery task and every sweep: three times has the effect of once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from celery import current_app
from django.apps import apps
from django.core import mail
from django.core.management import CommandError, call_command
from django.core.serializers import serialize
from django.utils import timezone

from apps.core import outbox, sweeps
from apps.core.clock import frozen
from apps.core.dispatch import inline
from apps.core.models import Job, JobState
from tests.core import test_jobs, test_outbox  # noqa: F401 - register a job and letters
from tests.world import World, make_world

Prepare = Callable[[World], list[tuple[object, ...]]]


def a_due_mail(world: World) -> list[tuple[object, ...]]:
    outbox.queue("tests.plain", key="once", address="a@school.example")
    return [()]


def a_waiting_job(world: World) -> list[tuple[object, ...]]:
    job = Job.objects.create(kind="tests.count", params={"total": 3})
    return [(job.pk,)]


def every_sweep(world: World) -> list[tuple[object, ...]]:
    """With something due to each of ours: a mail, a job, a follow-up."""
    a_due_mail(world)
    a_waiting_job(world)
    world.own.followup.due = timezone.localdate() - timedelta(days=1)
    world.own.followup.save()
    return [(sweep.name,) for sweep in sweeps.registered()]


TASKS: dict[str, Prepare] = {
    "apps.core.tasks.send_emails": a_due_mail,
    "apps.core.tasks.run_job": a_waiting_job,
    "apps.core.tasks.run_sweep": every_sweep,
}


def ours() -> set[str]:
    return {name for name in current_app.tasks if not name.startswith("celery.")}


def everything() -> dict[str, str]:
    """All rows of our apps, as text."""
    return {
        model._meta.label: serialize("json", model._default_manager.order_by("pk"))
        for model in apps.get_models()
        if model.__module__.startswith("apps.")
    }


def test_every_task_is_listed_here() -> None:
    assert ours() == set(TASKS)


@pytest.mark.django_db
@pytest.mark.parametrize("name", TASKS)
def test_three_times_is_once(name: str) -> None:
    prepared = TASKS[name](make_world())
    task = current_app.tasks[name]
    before = everything()
    after, letters = [], []

    with inline(), frozen(timezone.now()):
        for _time in range(3):
            for arguments in prepared:
                task(*arguments)
            after.append(everything())
            letters.append(len(mail.outbox))

    assert before != after[0]
    assert after[0] == after[1] == after[2]
    assert len(set(letters)) == 1


@pytest.mark.django_db
def test_run_due_twice() -> None:
    every_sweep(make_world())
    at = timezone.localtime().isoformat()

    for _time in range(2):
        call_command("run_due", "--at", at, stdout=StringIO())
        rows = everything()
    call_command("run_due", "--at", at, stdout=StringIO())

    assert rows == everything()
    assert Job.objects.get(kind="tests.count").state == JobState.DONE
    assert "Subject" in [message.subject for message in mail.outbox]


@pytest.mark.django_db
def test_one_failing_sweep_stops_no_other(monkeypatch) -> None:
    def fails(at: object) -> int:
        raise ZeroDivisionError

    registry = dict(sweeps._registry)
    registry["aaa.first"] = sweeps.Sweep("aaa.first", timedelta(minutes=1), fails)
    monkeypatch.setattr(sweeps, "_registry", registry)
    outbox.queue("tests.plain", key="k", address="a@school.example")

    with pytest.raises(CommandError, match=r"aaa\.first"):
        call_command("run_due", stdout=StringIO())

    assert len(mail.outbox) == 1


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01T00:00"])
def test_at_must_be_a_moment(text: str) -> None:
    with pytest.raises(CommandError, match="not a date and time"):
        call_command("run_due", "--at", text)


def test_beat_runs_every_sweep_and_drops_what_is_late() -> None:
    schedule = current_app.conf.beat_schedule

    assert {entry["args"][0] for entry in schedule.values()} == {
        sweep.name for sweep in sweeps.registered()
    }
    for entry in schedule.values():
        assert entry["options"]["expires"] <= entry["schedule"].total_seconds()
