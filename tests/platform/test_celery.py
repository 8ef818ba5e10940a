from collections.abc import Callable
from typing import Any

from cpdhub.celery import app


def test_beat_runs_every_sweep(settings) -> None:
    from apps.core import sweeps

    planned = {entry["args"][0]: entry for entry in app.conf.beat_schedule.values()}

    assert planned.keys() == {sweep.name for sweep in sweeps.registered()}
    for sweep in sweeps.registered():
        assert planned[sweep.name]["schedule"] == sweep.every
        assert planned[sweep.name]["task"] in app.tasks


def test_a_worker_answers(celery_worker_process: Any, eventually: Callable) -> None:
    replies = eventually(lambda: app.control.ping(timeout=1), seconds=30)

    assert [list(reply.values()) for reply in replies] == [[{"ok": "pong"}]]


def test_work_is_acknowledged_late_and_bounded() -> None:
    assert app.conf.task_acks_late
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit
    assert app.conf.worker_max_tasks_per_child
    assert app.conf.broker_transport_options["visibility_timeout"] > app.conf.task_time_limit
