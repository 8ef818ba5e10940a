"""A round of shadowing that is solved, as its coordinator sees it."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from apps.accounts.models import Person
from apps.activities.matchmaking import matchmaking_of
from apps.core import clock, jobs
from apps.core.models import JobState
from apps.matching import actions
from apps.matching.gathering import Wishes
from apps.matching.models import Proposal
from tests import factories as f
from tests.activities.shadowing import Cast

KIND = "work_shadowing"


def somebody(the: Cast, name: str, school: Any = None, **values: Any) -> Person:
    person: Person = f.PersonFactory(given_name=name, family_name="Exampleton")
    f.MembershipFactory(person=person, organisation=school or the.stage.school, **values)
    return person


def solved(the: Cast, row: Any, wishes: Wishes | None = None) -> Proposal:
    job = actions.ask(
        matchmaking_of(KIND), row, by=the.coordinator, wishes=(wishes or Wishes()).as_json()
    )
    assert jobs.run(job.pk, clock.now())
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    return Proposal.objects.get(public_id=job.result["proposal"])


def pairs(proposal: Proposal) -> set[tuple[int, int]]:
    return {(match["seeker"], match["place"]) for match in proposal.result["matches"]}


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def read(the: Cast, proposal: Proposal) -> str:
    url = reverse("matching:proposal", args=[proposal.public_id])
    return client_of(the.coordinator).get(url).content.decode()
