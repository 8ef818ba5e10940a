import gc
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_before_create_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpdhub.settings")

app = Celery("cpdhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def schedule_sweeps() -> None:
    """One entry of beat for each sweep; what a slow worker has not begun by the next is dropped."""
    from apps.core import sweeps
    from apps.core.tasks import run_sweep

    app.conf.beat_schedule = {
        sweep.name: {
            "task": run_sweep.name,
            "schedule": sweep.every,
            "args": [sweep.name],
            "options": {"expires": sweep.every.total_seconds()},
        }
        for sweep in sweeps.registered()
    }


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Connected so that Celery leaves the logging of the settings alone."""


@worker_before_create_process.connect
def share_what_is_loaded(**kwargs: Any) -> None:
    """What was loaded before a process is forked stays in pages that both share: the collector
    would write to them."""
    gc.freeze()
