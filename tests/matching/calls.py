"""A call for groups, as its coordinator and those who wish see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from apps.accounts.models import Person
from apps.activities.forming.actions import open_call, wish
from apps.activities.forming.models import GroupCall, GroupWish
from apps.activities.matchmaking import matchmaking_of
from apps.audits.models import Topic
from apps.core import clock, jobs
from apps.core.models import JobState
from apps.matching import actions
from apps.matching.models import Proposal
from tests.activities.shadowing import Cast, cast

KIND = "triad"
TIMES = ["0am", "2after", "3pm"]


@dataclass
class World:
    cast: Cast
    call: GroupCall
    topics: list[str]

    def wish(self, person: Person, school: Any, **values: Any) -> GroupWish:
        wanted = {"foci": self.topics[:1], "times": TIMES, "most_miles": 20, "school_only": False}
        return wish(self.call, by=person, organisation=school, **{**wanted, **values})

    def propose(self, wishes: dict[str, Any] | None = None) -> Proposal:
        found, by = matchmaking_of(self.call.kind), self.cast.coordinator
        job = actions.ask(found, self.call, by=by, wishes=wishes or {})
        assert jobs.run(job.pk, clock.now())
        job.refresh_from_db()
        assert job.state == JobState.DONE, job.error
        return Proposal.objects.get(public_id=job.result["proposal"])


def world() -> World:
    """A call for triads in an alliance of two schools five miles apart; nobody wishes yet."""
    found = cast()
    for school, east in ((found.stage.school, 400_000), (found.stage.partner, 408_047)):
        school.easting, school.northing, school.pupils = east, 150_000, 400
        school.save()
    rows = [("questions", "Questioning"), ("feedback", "Feedback"), ("talk", "Talk")]
    for slug, name in rows:
        Topic.objects.create(slug=f"t-{slug}", name=name, area="curriculum")
    call = open_call(
        by=found.coordinator,
        alliance=found.stage.alliance,
        kind=KIND,
        name="Spring",
        closes_on=clock.today() + timedelta(days=9),
    )
    return World(found, call, [f"t-{slug}" for slug, _name in rows])


def three(the: World, **values: Any) -> list[GroupWish]:
    stage = the.cast.stage
    return [
        the.wish(stage.ann, stage.school, **values),
        the.wish(stage.bob, stage.school, **values),
        the.wish(stage.cy, stage.partner, **values),
    ]


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def read(the: World, proposal: Proposal) -> str:
    url = reverse("matching:proposal", args=[proposal.public_id])
    return client_of(the.cast.coordinator).get(url).content.decode()
