"""Long jobs: claimed once, resumed when silent, retried, seen by their owner alone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.core import jobs
from apps.core.models import Job, JobState
from tests import factories as f
from tests.support.clients import signed_in

pytestmark = pytest.mark.django_db
ran: list[int] = []


@jobs.job("tests.count", title="Counting", result_url=lambda job: f"/counted/{job.result['n']}/")
def count(job: Job, progress: jobs.Progress) -> dict[str, int]:
    ran.append(job.pk)
    total = job.params["total"]
    if total < 0:
        raise jobs.JobError("Give a number above zero.")
    if total == 0:
        raise ZeroDivisionError("canary")
    for n in range(total):
        progress(n + 1, total)
    return {"n": total}


@pytest.fixture(autouse=True)
def _nothing_ran() -> None:
    ran.clear()


def start(total: int = 3, **values) -> Job:
    return jobs.start("tests.count", by=values.pop("by", None), total=total, **values)


def test_run_three_times_is_run_once() -> None:
    job = start()

    assert [jobs.run(job.pk, timezone.now()) for _n in range(3)] == [True, False, False]

    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result) == (JobState.DONE, 3, 3, {"n": 3})
    assert len(ran) == 1


@pytest.mark.parametrize(
    ("total", "words"), [(-1, "Give a number above zero."), (0, "Something went wrong on our side")]
)
def test_a_failure_in_words_and_a_retry(total, words) -> None:
    job = start(total)
    jobs.run(job.pk, timezone.now())
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.error.startswith(words)
    assert "canary" not in job.error

    Job.objects.update(params={"total": 2})
    assert jobs.retry(job)
    assert not jobs.retry(job)
    assert jobs.run(job.pk, timezone.now())


def test_a_silent_job_is_handed_over_and_a_talking_one_is_not() -> None:
    now = timezone.now()
    silent, talking, fresh = start(), start(), start()
    Job.objects.filter(pk__in=(silent.pk, talking.pk)).update(state=JobState.RUNNING, attempts=1)
    Job.objects.filter(pk=silent.pk).update(heartbeat_at=now - jobs.LEASE - timedelta(seconds=1))

    assert jobs.resume(now) == 1

    states = {job.pk: job.state for job in Job.objects.all()}
    assert states == {
        silent.pk: JobState.WAITING,
        talking.pk: JobState.RUNNING,
        fresh.pk: JobState.WAITING,
    }
    assert jobs.resume(now) == 0


def test_a_job_that_kills_its_workers_fails() -> None:
    job = start()
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.update(state=JobState.RUNNING, attempts=jobs.MOST_ATTEMPTS, heartbeat_at=long_ago)

    jobs.resume(timezone.now())

    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_a_worker_thought_dead_stops_and_spoils_nothing() -> None:
    job = start()
    Job.objects.update(state=JobState.RUNNING, attempts=1)
    old = Job.objects.get()
    Job.objects.update(attempts=2, done=1, total=9)

    with pytest.raises(jobs.SupersededError):
        jobs._progress_of(old)(5, 9)
    jobs._finish(old, state=JobState.FAILED)

    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.RUNNING, 1)


def test_its_page_with_and_without_javascript() -> None:
    owner = f.PersonFactory()
    job = start(by=owner)
    Job.objects.update(state=JobState.RUNNING, done=40, total=200)
    url = reverse("core:job", args=[job.public_id])
    client = signed_in(owner)

    page = client.get(url).content.decode()
    part = client.get(url, headers={"hx-request": "true"}).content.decode()

    assert "40 of 200" in page
    assert "<title>Counting" in page
    assert f'<a href="{url}">Show how far it is</a>' in page
    assert "40 of 200" in part
    assert "<html" not in part
    assert signed_in(f.PersonFactory()).get(url).status_code == 404

    Job.objects.update(state=JobState.DONE, result={"n": 200}, done=200)
    assert 'href="/counted/200/"' in client.get(url).content.decode()


def test_its_owner_retries_a_failed_one() -> None:
    owner = f.PersonFactory()
    job = start(-1, by=owner)
    jobs.run(job.pk, timezone.now())
    url = reverse("core:job", args=[job.public_id])

    assert "Give a number above zero." in signed_in(owner).get(url).content.decode()
    assert signed_in(owner).post(url).status_code == 302

    job.refresh_from_db()
    assert job.state == JobState.WAITING
