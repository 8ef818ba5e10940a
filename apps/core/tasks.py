"""Every Celery task there is: each takes a key or a name and delegates; each may run twice.

A mail is held for less than `sending.LEASE`: a sender's turn of 10 seconds plus one mail, which
is cut off when a mail server hangs.
A job may take half an hour, which must be less than the broker's visibility timeout.
"""

from datetime import timedelta

from celery import shared_task

from apps.core import clock, jobs, sending, sweeps
from apps.core.dispatch import is_inline
from apps.core.sweeps import sweep


@shared_task(soft_time_limit=20, time_limit=25, expires=2 * sending.SECONDS)
def send_emails() -> None:
    sending.send_waiting(None if is_inline() else sending.SECONDS)


@shared_task(soft_time_limit=1800, time_limit=1830)
def run_job(pk: int) -> None:
    jobs.run(pk, clock.now())


@shared_task
def run_sweep(name: str) -> None:
    sweeps.run_one(name, clock.now())


sweep("core.resume_jobs", every=timedelta(minutes=1))(jobs.resume)
sweep("core.send_due_emails", every=timedelta(seconds=sending.SECONDS), last=True)(sending.send_due)
