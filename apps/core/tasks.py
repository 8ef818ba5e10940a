"""Every Celery task there is: each takes a key and delegates; each may run twice."""

from datetime import timedelta

from celery import shared_task

from apps.core import clock, jobs, outbox, sweeps
from apps.core.sweeps import sweep


@shared_task(ignore_result=True)
def send_email(pk: int) -> None:
    outbox.deliver(pk, clock.now())


@shared_task(ignore_result=True)
def run_job(pk: int) -> None:
    jobs.run(pk, clock.now())


@shared_task(ignore_result=True)
def run_sweep(name: str) -> None:
    sweeps.run_one(name, clock.now())


sweep("core.resume_jobs", every=timedelta(minutes=1))(jobs.resume)
sweep("core.send_due_emails", every=timedelta(seconds=30), last=True)(outbox.send_due)
