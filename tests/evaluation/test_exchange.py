"""Give and take between schools: each figure again from the rows, and none of few people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.evaluation.process import exchange, words
from apps.evaluation.snapshot.frame import Frame
from tests import factories as f

pytestmark = pytest.mark.django_db
HIDDEN = {"hidden": True}
SESSIONS = ("hosted", "hosted_hours", "visited", "visited_hours")
PLACED = ("gave", "took")


class Schools:
    def __init__(self) -> None:
        self.alliance: Any = f.AllianceFactory()
        self.schools = [f.SchoolFactory(name=name) for name in "ABC"]
        for school in self.schools:
            f.AllianceMemberFactory(alliance=self.alliance, organisation=school)

    def activity(self, *people: int, host: int | None = None, hosts: int = 1) -> Any:
        """With as many people of each school, and hosts."""
        found = f.ActivityFactory(
            alliance=self.alliance, organisation=self.schools[0], state="active",
            created_at=clock.now() - timedelta(days=9),
        )  # fmt: skip
        for school, n in zip(self.schools, people, strict=False):
            for _one in range(n):
                f.ParticipantFactory(activity=found, organisation=school, role="visitor")
        for _one in range(hosts if host is not None else 0):
            at = self.schools[host or 0]
            f.ParticipantFactory(activity=found, organisation=at, role="host")
        return found

    def met(self, activity: Any, place: int, **values: Any) -> None:
        at = clock.now() - timedelta(days=2)
        f.SessionFactory(
            activity=activity, organisation=self.schools[place], state="held",
            starts_at=at, ends_at=at + timedelta(hours=2), **values,
        )  # fmt: skip

    def told(self) -> list[dict[str, Any]]:
        today = clock.today()
        first = today - timedelta(days=20)
        return exchange.facts(Frame(alliance=self.alliance, start=first, end=today, at=clock.now()))


def test_what_many_stand_behind_is_told_school_by_school() -> None:
    here = Schools()
    activity = here.activity(3, 6, 5)
    here.met(activity, 0)
    here.met(activity, 0)
    here.met(here.activity(6, 5, 2), 2)
    here.activity(0, 5, 5, host=0, hosts=5)

    rows = [[row[key] for key in (*SESSIONS, *PLACED)] for row in here.told()]
    assert rows == [
        [2, 4.0, 1, 2.0, 1, 0],
        [0, 0.0, 3, 6.0, 0, 1],
        [1, 2.0, 2, 4.0, 0, 1],
    ]


def test_one_visit_is_not_told_only_that_there_was_one() -> None:
    here = Schools()
    activity = here.activity(0, 1, host=0)
    here.met(activity, 0)
    rows = here.told()

    assert all(row[key] == HIDDEN for row in rows for key in (*SESSIONS, *PLACED))
    assert [(row["gives"], row["takes"]) for row in rows] == [
        (True, False), (False, True), (False, False),
    ]  # fmt: skip
    said = words.give_and_take(rows)
    assert said == "A hosted and did not visit. B visited and did not host. C did neither."


def test_a_school_that_knows_its_own_guests_finds_no_others() -> None:
    here = Schools()
    here.met(here.activity(0, 5, 4), 0)  # nine guests, four beside those of B
    assert here.told()[0]["hosted"] == HIDDEN


def test_what_is_hidden_is_not_worked_out_from_what_others_took() -> None:
    here = Schools()
    here.met(here.activity(0, 6, 6), 0)
    here.met(here.activity(1, 0, 0), 1)
    assert {row[key] == HIDDEN for row in here.told() for key in SESSIONS} == {True}


def test_one_host_of_many_visits_is_not_told_of() -> None:
    for hosts, shown in ((1, HIDDEN), (6, 6)):
        here = Schools()
        people = [f.PersonFactory() for _one in range(hosts)]
        for visit in range(6):
            activity = here.activity(0, 1)
            guest, host = activity.participants.get().person, people[visit % hosts]
            f.ParticipantFactory(activity=activity, organisation=here.schools[0], person=host)
            here.met(activity, 0, observer=guest, observed=host)
        assert here.told()[0]["hosted"] == shown
