"""A promise kept, moved or dropped: once, by its owner, with its reason."""

from datetime import date, timedelta
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection

from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.permissions import Refused
from apps.followups import actions, sources
from apps.followups.enums import FollowUpState
from apps.followups.models import FollowUp
from apps.schools.enums import Role
from tests import factories as f

pytestmark = pytest.mark.django_db
SOON = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def _sources(monkeypatch) -> None:
    """Alliances stand for whatever the apps to the right register."""
    monkeypatch.setattr(sources, "_registry", dict(sources._registry))
    sources.register("schools.alliance", title=lambda a: a.name, url=lambda a: f"/a/{a.pk}/")


def make(**values) -> FollowUp:
    owner = values.pop("owner", None) or f.PersonFactory()
    school = f.SchoolFactory()
    return actions.create_followup(
        by=None,
        owner=owner,
        organisation=school,
        rule="try_it",
        promise="Try it",
        due=SOON,
        **values,
    )


def test_the_same_source_rule_owner_and_date_make_it_once() -> None:
    alliance, owner = f.AllianceFactory(), f.PersonFactory()

    first, second = (make(owner=owner, source=alliance) for _n in range(2))

    assert first.pk == second.pk
    assert sources.link_of(first) == sources.Link(alliance.name, f"/a/{alliance.pk}/", "activity")
    assert AuditEvent.objects.filter(action="followups.created").count() == 1


def test_it_falls_due_when_the_school_is_open_and_its_owner_works() -> None:
    part_time = f.PersonFactory()
    school = f.SchoolFactory()
    f.MembershipFactory(person=part_time, organisation=school, working_days=[1, 3])
    saturday = SOON + timedelta(days=4)
    values = {"by": None, "organisation": school, "rule": "try_it", "promise": "", "due": saturday}

    full, part = (
        actions.create_followup(owner=owner, **values) for owner in (f.PersonFactory(), part_time)
    )

    assert (full.due, part.due) == (SOON + timedelta(days=6), SOON + timedelta(days=7))


def test_a_source_must_be_registered() -> None:
    with pytest.raises(ValueError, match="do not chase"):
        make(source=f.SchoolFactory())


def test_done_twice_is_done_once() -> None:
    row = make()

    for _n in range(3):
        done = actions.settle(by=row.owner, followup=row, outcome="It helped.")

    assert (done.state, done.outcome) == (FollowUpState.DONE, "It helped.")
    assert AuditEvent.objects.filter(action="followups.done").count() == 1


def test_settled_otherwise_in_the_meantime() -> None:
    row = make()
    actions.drop(by=row.owner, followup=row, reason="The class changed.")

    with pytest.raises(actions.AlreadySettledError):
        actions.settle(by=row.owner, followup=row, outcome="It helped.")

    row.refresh_from_db()
    assert (row.state, row.outcome) == (FollowUpState.DROPPED, "The class changed.")


def test_moved_keeps_the_chain() -> None:
    row = make(source=f.AllianceFactory())
    second = actions.move(by=row.owner, followup=row, due=SOON + timedelta(7), reason="Ill")
    again = actions.move(by=row.owner, followup=row, due=SOON + timedelta(7), reason="Ill")
    third = actions.move(by=row.owner, followup=second, due=SOON + timedelta(14), reason="Cover")

    assert again.pk == second.pk
    assert list(FollowUp.objects.chain_of(second)) == [row, second, third]
    assert [r.state for r in FollowUp.objects.order_by("pk")] == ["moved", "moved", "open"]
    assert third.source == row.source


def test_not_to_a_date_that_it_had_before() -> None:
    row = make(source=f.AllianceFactory())
    second = actions.move(by=row.owner, followup=row, due=SOON + timedelta(7), reason="Ill")

    with pytest.raises(ValueError, match="2026"):
        actions.move(by=row.owner, followup=second, due=SOON, reason="Earlier after all")

    second.refresh_from_db()
    assert second.is_open


@pytest.mark.parametrize("action", ["settle", "move", "drop"])
def test_only_the_owner(action) -> None:
    organiser = f.PersonFactory()
    row = make(organiser=organiser)
    words = {
        "settle": {"outcome": "x"},
        "drop": {"reason": "x"},
        "move": {"reason": "x", "due": SOON},
    }

    with pytest.raises(Refused, match="who promised this"):
        getattr(actions, action)(by=organiser, followup=row, **words[action])


def test_a_key_that_made_somebody_elses_promise_makes_and_tells_nothing() -> None:
    key = uuid4()
    mine = make(client_key=key)

    assert make(owner=mine.owner, client_key=key) == mine
    with pytest.raises(Refused, match="stored something else"):
        make(client_key=key)


def test_private_ones_are_the_owners_alone() -> None:
    organiser, alliance = f.PersonFactory(), f.AllianceFactory()
    f.MembershipFactory(
        person=organiser, alliance=alliance, organisation=None, role=Role.COORDINATOR
    )
    private, shared = (
        make(organiser=organiser, alliance=alliance, shared=each) for each in (False, True)
    )

    assert list(FollowUp.objects.visible_to(organiser)) == [shared]
    assert list(FollowUp.objects.visible_to(private.owner)) == [private]


@pytest.mark.parametrize(
    ("days", "urgency"), [(-1, "overdue"), (0, "due"), (7, "due_soon"), (8, "open")]
)
def test_how_urgent(days, urgency) -> None:
    row = f.FollowUpFactory.build(due=clock.today() + timedelta(days=days))

    assert row.urgency(clock.today()) == urgency


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once() -> None:
    row = make()
    results: list[str] = []

    def try_to(action, **words) -> None:
        try:
            action(by=row.owner, followup=row, **words)
            results.append("saved")
        except actions.AlreadySettledError:
            results.append("refused")
        finally:
            connection.close()

    threads = [
        Thread(target=try_to, args=[actions.settle], kwargs={"outcome": "It helped."}),
        Thread(target=try_to, args=[actions.drop], kwargs={"reason": "No time."}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(results) == ["refused", "saved"]
    assert AuditEvent.objects.exclude(action="followups.created").count() == 1
